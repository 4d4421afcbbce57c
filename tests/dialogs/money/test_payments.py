"""The windows that show who has paid for an order."""

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from dialogs.states import Payments
from domain.money import vnd
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from gateways.vietqr import png
from services.money.entering import enter_payment
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.banks import Bank, add_back_office
from tests.support.clock import FixedClock
from tests.support.direct import DirectWorld
from tests.support.rows import Row, rows_of
from tests.support.working import Working
from texts.money.payments import cards_coming

A_PHOTO = "a photo instead of a tap"


@pytest.fixture
def bank(database: Database, clock: FixedClock) -> Bank:
    return Bank(database, clock, Working(database, clock))


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


@pytest.fixture
async def order(chat: Person, operations: Operations) -> Order:
    """An order of eight customers who pay for themselves."""
    actor = await chat.actor()
    customers = await builders.add_customers(operations, actor, 8)
    return await builders.placed_order(operations, actor, customers)


async def _codes(operations: Operations, chat: Person, order: Order) -> list[str]:
    actor = await chat.actor()
    pages = [await operations.list_payments(actor, order.id, page) for page in (0, 1)]
    return [entry.payment.code for page in pages for entry in page.items]


async def _pushed(database: Database, kind: str) -> list[Row]:
    return [row for row in await rows_of(database, "pushes") if row["kind"] == kind]


async def test_the_list_says_who_has_paid_those_who_owe_first(
    chat: Person, operations: Operations, order: Order, bank: Bank
) -> None:
    codes = await _codes(operations, chat, order)
    await bank.tells(codes[0], 500_000)
    await bank.tells(codes[1], order.total // 8)
    await chat.open(Payments.list, {"order_id": order.id})
    assert f"Thanh toán đơn {order.code}" in chat.window
    assert "Đã trả: 1/8" in chat.window
    assert chat.buttons[0].startswith("🟡 Hoa Sen 1 · còn 1.450.000 ₫")
    assert chat.buttons[1].startswith("⏳")
    await chat.tap("›")
    assert chat.buttons[1].startswith("✅")
    assert "2/2 ›" in chat.buttons


async def test_a_request_says_what_is_left_and_where_the_instruction_went(
    chat: Person, operations: Operations, order: Order, bank: Bank
) -> None:
    code = (await _codes(operations, chat, order))[0]
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Công ty TNHH Hoa S")
    assert "⏳ chưa trả" in chat.window
    assert code in chat.window
    assert "giamdoc1@hoasen.vn · 0910 000 001" in chat.window
    await bank.tells(code, 400_000)
    await chat.tap("Lấy phiếu")
    assert "🟡 đã trả một phần" in chat.window
    assert "Đã nhận: 400.000 ₫" in chat.window
    await chat.tap("Các khoản")
    assert chat.buttons[0].startswith("🟡")


async def test_what_is_paid_leaves_nothing_to_do(
    chat: Person, operations: Operations, order: Order, bank: Bank
) -> None:
    code = (await _codes(operations, chat, order))[0]
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Công ty TNHH Hoa S")
    await bank.tells(code, order.total)
    await chat.tap("Lấy phiếu")
    assert chat.alert == "Khoản này đã trả đủ rồi ạ."
    assert "đã trả, thừa tiền" in chat.window
    assert chat.buttons == ["‹ Các khoản"]


async def test_a_card_and_an_instruction_are_sent_when_asked_for(
    chat: Person, operations: Operations, order: Order, database: Database
) -> None:
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Công ty TNHH Hoa S")
    await chat.tap("Lấy phiếu")
    assert "✅ Em gửi phiếu ngay bên dưới" in chat.window
    await chat.tap("Lấy phiếu")
    assert len(await _pushed(database, "payment_card")) == 1
    sent = len(await _pushed(database, "payment_instruction"))
    await chat.tap("Gửi lại hướng dẫn")
    assert "✅ Em gửi lại bằng email, SMS." in chat.window
    await chat.tap("Gửi lại hướng dẫn")
    assert len(await _pushed(database, "payment_instruction")) == sent + 2


async def test_the_roll_call_is_sent_when_asked_for(chat: Person, order: Order, database: Database) -> None:
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Bảng theo dõi")
    assert "✅ Em gửi bảng ngay bên dưới" in chat.window
    assert len(await _pushed(database, "roll_call")) == 1


class TestIHaveTransferred:
    async def test_a_photo_goes_to_back_office(
        self, chat: Person, order: Order, database: Database, clock: FixedClock
    ) -> None:
        await add_back_office(database, clock)
        await chat.open(Payments.list, {"order_id": order.id})
        await chat.tap("Công ty TNHH Hoa S")
        await chat.tap("Khách đã chuyển khoản")
        assert "Anh/chị gửi vào đây ảnh chụp màn hình" in chat.window
        await chat.photo()
        assert "✅ Em đã chuyển ảnh cho người kiểm tra" in chat.window
        assert "🧾 Đã báo chuyển khoản lúc 15/06/2026 12:00, đang chờ kiểm tra." in chat.window
        await chat.repeat()
        (claim,) = await rows_of(database, "transfer_claims")
        assert (claim["picture"], claim["state"]) == ("telegram:p", "open")
        assert len(await _pushed(database, "claim_made")) == 1

    async def test_anything_else_is_answered_and_nothing_is_claimed(
        self, chat: Person, order: Order, database: Database
    ) -> None:
        await chat.open(Payments.list, {"order_id": order.id})
        await chat.tap("Công ty TNHH Hoa S")
        await chat.tap("Khách đã chuyển khoản")
        await chat.text("chuyển rồi nhé")
        assert "Em cần một tấm ảnh" in chat.window
        await chat.file(b"%PDF", "uynhiemchi.pdf")
        assert "gửi dạng ảnh (không phải tệp)" in chat.window
        await chat.contact("+84912345678")
        assert "Bước này em chưa cần số liên lạc" in chat.window
        await chat.tap("Quay lại")
        assert "⏳ chưa trả" in chat.window
        assert await rows_of(database, "transfer_claims") == []


async def test_an_accountant_who_pays_has_one_sum_for_all_and_a_card_of_each_customer(
    chat: Person, operations: Operations, database: Database
) -> None:
    actor = await chat.actor()
    customers = await builders.add_customers(operations, actor, 7)
    order = await builders.placed_order(operations, actor, customers, RecipientMode.ACCOUNTANT)
    first = (await operations.list_payments(actor, order.id)).items[0].payment
    await chat.open(Payments.list, {"order_id": order.id})
    assert "Đã trả: 0/7 khách" in chat.window
    assert f"Còn phải trả: {vnd(order.total)}" in chat.window
    await chat.tap(f"QR cho cả đơn · còn {vnd(order.total)}")
    assert f"Cả đơn {order.code}" in chat.window
    assert "7 khách" in chat.window
    assert "và 2 khách khác" in chat.window
    assert f"Nội dung: {order.code}" in chat.window
    assert "gửi tới" not in chat.window
    await chat.tap("Gửi lại hướng dẫn")
    assert "bằng tin nhắn chat" in chat.window
    await chat.tap("Tôi đã chuyển khoản")
    await chat.photo()
    assert "Đã báo chuyển khoản" in chat.window
    (claim,) = await rows_of(database, "transfer_claims")
    assert claim["payment_code"] == order.code
    await chat.tap("Các khoản")
    await chat.tap("Công ty TNHH Hoa Sen 1")
    assert "Hoa Sen 1" in chat.window
    assert f"Nội dung: {first.code}" in chat.window
    assert f"Số tiền: {vnd(first.amount)}" in chat.window
    assert not any("Gửi lại" in button for button in chat.buttons)
    await chat.tap("Lấy phiếu thanh toán")
    pushes = [(row["kind"], row["about"]) for row in await rows_of(database, "pushes")]
    assert pushes[1:] == [
        ("payment_instruction", order.code),
        ("payment_instruction", order.code),
        ("payment_card", first.code),
    ]


async def test_the_cards_of_all_who_owe_are_one_tap(
    chat: Person, operations: Operations, order: Order, bank: Bank, database: Database
) -> None:
    (first, *_) = await _codes(operations, chat, order)
    await bank.tells(first, order.total // 8)
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Lấy phiếu 7 khách chưa trả")
    assert "Em gửi 7 phiếu ngay bên dưới" in chat.window
    assert len(await _pushed(database, "payment_card")) == 7
    assert cards_coming(20, 180).endswith("Còn 180 phiếu: anh/chị bấm lại lần nữa.")


async def test_what_is_paid_leaves_the_sum_for_all(
    chat: Person, operations: Operations, database: Database, clock: FixedClock
) -> None:
    actor = await chat.actor()
    customers = await builders.add_customers(operations, actor, 2)
    order = await builders.placed_order(operations, actor, customers, RecipientMode.ACCOUNTANT)
    page = await operations.list_payments(actor, order.id)
    first, second = (entry.payment for entry in page.items)
    for paid, left in ((first, second.amount), (second, 0)):
        async with database.write() as uow:
            await enter_payment(uow, paid.code, [paid], paid.code, paid.amount, (), clock.now())
        await chat.open(Payments.list, {"order_id": order.id})
        assert any(f"QR cho cả đơn · còn {vnd(left)}" in button for button in chat.buttons) is bool(left)
    assert "Đã trả: 2/2 khách" in chat.window


async def test_back_leads_to_the_order_and_no_order_leads_home(chat: Person, order: Order) -> None:
    await chat.open(Payments.list, {"order_id": order.id})
    await chat.tap("Về đơn")
    assert order.code in chat.window
    await chat.open(Payments.list, {"order_id": 999})
    assert "Em không tìm thấy đơn hàng này" in chat.window


async def test_the_longest_names_through_the_whole_way_of_an_update(direct: DirectWorld) -> None:
    longest = "🏠" * 200
    details = builders.person("An", 1)
    await direct.operations.register_firm(
        direct.identity("owner"), details, longest, builders.enterprise_tax_code(1), longest
    )
    actor = await direct.actor("owner")
    assert isinstance(actor, Actor)
    kept = [
        (await direct.operations.add_customer(actor, builders.enterprise(n, name=longest))).customer
        for n in range(1, 17)
    ]
    one = await builders.placed_order(direct.operations, actor, kept[:8])
    all_in_one = await builders.placed_order(direct.operations, actor, kept[8:], RecipientMode.ACCOUNTANT)
    await direct.says("owner", "/start")
    for order in (one, all_in_one):
        await _opens_payments(direct, order)
        assert await direct.state("owner") == "Payments:list"
        for tapped, window in (
            ("⏳", "Payments:card"),
            ("Lấy phiếu", "Payments:card"),
            ("Các khoản", "Payments:list"),
            ("⏳" if order is one else "QR cho cả đơn", "Payments:card"),
            ("Gửi lại", "Payments:card"),
            ("đã chuyển khoản", "Payments:picture"),
            (A_PHOTO, "Payments:card"),
            ("Các khoản", "Payments:list"),
            ("Bảng theo dõi", "Payments:list"),
            ("Về đơn", "Orders:card"),
        ):
            if tapped is A_PHOTO:
                direct.phone("owner").photo("image/png", png("ảnh"))
                await direct.settle()
            else:
                await direct.taps("owner", tapped)
            assert await direct.state("owner") == window, tapped
    assert direct.refusals == []


async def _opens_payments(direct: DirectWorld, order: Order) -> None:
    """Open the payments by the button of a push."""
    button = InlineKeyboardButton(text="Xem", callback_data=f"open:payments:{order.id}")
    chat = direct.phone("owner").person.telegram_id
    markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
    sent = await direct.bot.send_message(chat, "Đã nhận", reply_markup=markup)
    await direct.taps_data("owner", sent.message_id, f"open:payments:{order.id}")


async def test_all_who_owe_get_their_instruction_again_in_one_tap(
    chat: Person, operations: Operations, order: Order, bank: Bank, database: Database
) -> None:
    (first, *_) = await _codes(operations, chat, order)
    await bank.tells(first, order.total // 8)
    before = len(await _pushed(database, "payment_instruction"))
    await chat.open(Payments.list, {"order_id": order.id})
    for _ in range(2):
        await chat.tap("Gửi lại cho 7 khách chưa trả")
        assert "Em gửi lại cho 7 khách" in chat.window
    sent = (await _pushed(database, "payment_instruction"))[before:]
    assert len({row["about"] for row in sent}) == 7
    assert first not in {row["about"] for row in sent}
    # Each by all ways that reach the payer, and a repeat in the same minute sends nothing.
    assert len(sent) == len({row["key"] for row in sent})
