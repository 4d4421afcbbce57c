"""A photo or words after a transfer: claimed where one sum is open, asked which where several are."""

import pytest

from dialogs.states import Payments
from domain.money import vnd
from domain.orders import Order
from domain.recipients import RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support import builders
from tests.support.rows import rows_of


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


async def ordered(
    chat: Person, count: int, mode: RecipientMode = RecipientMode.CUSTOMER, first: int = 1
) -> Order:
    actor, operations = await chat.actor(), chat.harness.operations
    customers = await builders.add_customers(operations, actor, count, first=first)
    return await builders.placed_order(operations, actor, customers, mode)


async def claims(database: Database) -> list[tuple[str, str, str]]:
    rows = await rows_of(database, "transfer_claims")
    return [(row["payment_code"], row["picture"], row["state"]) for row in rows]


@pytest.mark.parametrize("window", [None, "/start", "/donhang"])
async def test_one_open_sum_is_claimed_by_a_photo(
    chat: Person, database: Database, window: str | None
) -> None:
    order = await ordered(chat, 3, RecipientMode.ACCOUNTANT)
    if window:
        await chat.text(window)
    await chat.photo()
    assert f"Em ghi nhận anh/chị báo đã chuyển {vnd(order.total)}, chờ ngân hàng" in chat.window
    assert f"Đơn {order.code} · 3 khách" in chat.window
    assert await claims(database) == [(order.code, "telegram:p", "open")]
    await chat.tap("Chưa chuyển, bỏ báo này")
    assert f"Em đã bỏ báo chuyển {vnd(order.total)}" in chat.window
    assert await claims(database) == [(order.code, "telegram:p", "refused")]
    assert [row["state"] for row in await rows_of(database, "pushes") if row["kind"] == "claim_made"] == []
    assert [row["verb"] for row in await rows_of(database, "events")][-2:] == [
        "transfer_claimed",
        "claim_withdrawn",
    ]


async def test_words_claim_and_a_picture_that_follows_is_added(chat: Person, database: Database) -> None:
    order = await ordered(chat, 1)
    await chat.text("/start")
    await chat.text("e chuyen khoan roi nhe")
    assert f"báo đã chuyển {vnd(order.total)}, chờ ngân hàng" in chat.window
    ((code, picture, state),) = await claims(database)
    assert (picture, state) == ("", "open")
    await chat.file(b"\x89PNG", "Screenshot.PNG")
    assert await claims(database) == [(code, "", "refused"), (code, "telegram+file:file-0", "open")]
    # Words after a picture do not take it away.
    await chat.text("ck rồi nhé")
    assert (await claims(database))[-1][1:] == ("telegram+file:file-0", "open")
    assert len(await claims(database)) == 2


async def test_of_several_open_sums_it_is_asked_which(chat: Person, database: Database) -> None:
    bundle = await ordered(chat, 2, RecipientMode.ACCOUNTANT)
    await ordered(chat, 8, first=10)
    await chat.text("/start")
    await chat.photo()
    assert "Anh/chị có 9 khoản chưa trả" in chat.window
    assert len([one for one in chat.buttons if "₫" in one]) == 6
    await chat.tap("›")
    await chat.tap(f"Đơn {bundle.code} · 2 khách · {vnd(bundle.total)}")
    assert f"báo đã chuyển {vnd(bundle.total)}" in chat.window
    assert await claims(database) == [(bundle.code, "telegram:p", "open")]
    await chat.tap("Quay lại")
    assert "Mua hàng loạt" in str(chat.buttons)


@pytest.mark.parametrize("window", ["/donhang", "/khachhang"])
async def test_a_list_does_not_search_for_words_that_claim(
    chat: Person, database: Database, window: str
) -> None:
    order = await ordered(chat, 1)
    await chat.text(window)
    await chat.text("ck rồi")
    assert f"báo đã chuyển {vnd(order.total)}" in chat.window
    assert len(await claims(database)) == 1


async def test_a_photo_right_after_a_claim_belongs_to_it(chat: Person, database: Database) -> None:
    await ordered(chat, 3)
    await chat.text("/start")
    await chat.text("ck rồi")
    await chat.tap("Công ty TNHH Hoa Sen 2")
    ((code, picture, _),) = await claims(database)
    assert picture == ""
    await chat.photo()
    assert "Em đã nhận ảnh" in chat.window
    assert (await claims(database))[-1] == (code, "telegram:p", "open")
    await chat.tap("Chưa chuyển, bỏ báo này")
    assert {state for _, _, state in await claims(database)} == {"refused"}


async def test_without_an_open_sum_one_sentence_says_so(chat: Person, database: Database) -> None:
    await chat.text("/start")
    for act in (chat.photo(), chat.text("đã ck")):
        await act
        assert "Em chưa thấy khoản nào đang chờ anh/chị trả. Danh sách khách hàng" in chat.window
    assert await claims(database) == []


async def test_a_colleagues_order_is_not_asked_about(
    harness: Harness, chat: Person, operations: Operations, database: Database
) -> None:
    await ordered(chat, 1)
    invited = await operations.invite_staff(await chat.actor())
    assert invited
    other = await harness.person("Ngân")
    await other.text("/start")
    await other.photo()
    assert "Em chưa thấy khoản nào" in other.window
    # The window that asks for a picture takes it itself.
    await chat.open(Payments.list, {"order_id": 1})
    await chat.tap("⏳")
    await chat.tap("Khách đã chuyển khoản")
    await chat.photo()
    assert "Em đã chuyển ảnh cho người kiểm tra" in chat.window
