"""Money that does not fit: another account, another currency. Told to back office, never booked by itself."""

from datetime import datetime

from domain.calendar import VIETNAM
from domain.money import vnd
from sandbox.bank.bank import ACCOUNT
from tests.support.apps import on_both_apps
from tests.support.bank_files import Move, as_xlsx, vietcombank
from tests.support.prepared import with_30_customers
from tests.support.steps import code_of_placed, order_for
from tests.support.world import Chat, World, is_window

PRICE = 2_950_000
NOON = datetime(2026, 11, 29, 12, tzinfo=VIETNAM)


async def said(chat: Chat, words: str) -> list[str]:
    pushed = [m for m in await chat.messages() if m["from"] == "bot" and not is_window(m)]
    return [str(m["text"]) for m in pushed if words in m["text"]]


@on_both_apps
@with_30_customers
async def test_money_to_another_account_or_in_yen_waits_for_a_person(world: World) -> None:
    chat, desk = world.chat("newcomer"), world.chat("backoffice")
    await desk.says("/start")
    await order_for(chat, recipient="Kế toán dịch vụ", pick=1)
    code = await code_of_placed(chat)
    await world.later()
    await world.post("bank/transfers", content=code, amount=PRICE, account="9999999999999")
    await world.idle()
    await world.later()
    await world.post("bank/transfers", content=code, amount=PRICE, provider="payos", currency="JPY")
    await world.idle()

    assert await said(chat, "💰") == []
    strange, yen = await said(desk, "Chuyển khoản cần xử lý")
    assert "Tiền vào tài khoản không phải của bên mình: 9999999999999" in strange
    assert "Không phải tiền Việt Nam: JPY" in yen
    assert "Số tiền: 2.950.000 JPY" in yen
    await desk.says("/start")
    await desk.taps_on("Chuyển khoản")
    labels = str(desk.labels(await desk.window()))
    assert f"{vnd(PRICE)} · tài khoản lạ" in labels
    assert "2.950.000 JPY · ngoại tệ" in labels

    # One is ignored for a reason, the other booked knowingly.
    await desk.taps_on("tài khoản lạ")
    assert "9999999999999" in (await desk.window())["text"]
    await desk.taps_on("Bỏ qua")
    await desk.says("chuyển nhầm, đã báo khách")
    assert "Đã bỏ qua" in (await desk.taps_on("Bỏ qua"))["text"]
    await desk.taps_on("ngoại tệ")
    await desk.taps_on("Ghi cho một đơn")
    assert "Ngân hàng báo bằng JPY" in (await desk.says(code))["text"]
    assert "Đã ghi nhận" in (await desk.taps_on("Ghi nhận"))["text"]
    assert len(await said(chat, f"Đã nhận {vnd(PRICE)}")) == 1


@on_both_apps
@with_30_customers
async def test_a_bank_s_statement_books_what_no_service_told(world: World) -> None:
    chat, desk = world.chat("newcomer"), world.chat("backoffice")
    await desk.says("/start")
    await order_for(chat, recipient="Kế toán dịch vụ", pick=2)
    code = await code_of_placed(chat)
    await desk.taps_on("Chuyển khoản")
    moves = [Move(NOON, 2 * PRICE, f"MBVCB.1.{code} ck"), Move(NOON, -5_000, "phi")]
    seen = (await desk.sends(as_xlsx(vietcombank(moves, ACCOUNT)), "sao-ke.xlsx"))["text"]
    assert "Chưa có trong sổ: 1 khoản" in seen
    assert await said(chat, "💰") == []
    await world.later()
    assert "Em đã ghi 1 khoản" in (await desk.taps_on("Ghi 1 khoản còn thiếu"))["text"]
    (told,) = await said(chat, "💰")
    assert f"Đơn {code} đã trả đủ {vnd(2 * PRICE)}, 2/2 ✅" in told
