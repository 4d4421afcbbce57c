"""A bank's statement in back office's chat: seen beside the books first, then booked in one tap."""

from collections.abc import Sequence
from datetime import timedelta

from domain.calendar import VIETNAM
from domain.orders import Order
from domain.payments import PaymentRequest
from services.operations import Operations
from storage.database import Database
from tests.dialogs.back_office.test_back_office import bank, lan, order, owner, working
from tests.dialogs.harness import Harness, Person
from tests.services.paying import requests_of
from tests.support.bank_files import ACCOUNT, Cells, Move, as_xlsx, bidv, vietcombank
from tests.support.banks import Bank
from tests.support.clock import NOON_OF_JUNE_15, FixedClock

__all__ = ["bank", "lan", "order", "owner", "working"]

NOON = NOON_OF_JUNE_15.astimezone(VIETNAM)


async def day_of(database: Database, order: Order, bank: Bank) -> tuple[Sequence[PaymentRequest], bytes]:
    """One customer's money was told, two customers' and one without a code were not."""
    requests = await requests_of(database, order)
    a, b, c = requests
    await bank.tells(a.code, a.amount)
    await bank.tells("la", 1_000)
    moves = [
        *(Move(NOON, one.amount, f"ck {one.code}") for one in (a, b, c)),
        Move(NOON + timedelta(hours=1), 12_000, "khong ma"),
        Move(NOON + timedelta(hours=2), -50_000, "phi"),
    ]
    return requests, as_xlsx(vietcombank(moves))


async def test_it_is_shown_first_then_booked_in_one_tap(
    database: Database, lan: Person, order: Order, bank: Bank
) -> None:
    (a, *_), file = await day_of(database, order, bank)
    await lan.text("/start")
    await lan.file(file, "sao-ke.xlsx")
    price = f"{a.amount:,}".replace(",", ".")
    assert "Từ 15/06/2026 đến 15/06/2026" in lan.window
    assert "Tài khoản: 0011001234567" in lan.window
    assert f"Tiền vào: 4 khoản, {3 * a.amount + 12_000:,}".replace(",", ".") in lan.window.replace(",", ".")
    assert "Tiền ra: 1 khoản, em không ghi" in lan.window
    assert "Đã có trong sổ: 1 khoản" in lan.window
    assert "Chưa có trong sổ: 3 khoản" in lan.window
    assert f"• {price} ₫ · 15/06/2026 · ck KT" in lan.window
    assert "Trong sổ có, sổ phụ không có: 1 khoản" in lan.window
    assert "SePay · chưa rõ của ai · la" in lan.window
    assert [one.received for one in await requests_of(database, order)] == [a.amount, 0, 0]

    await lan.tap("Ghi 3 khoản còn thiếu")
    assert "Em đã ghi 3 khoản" in lan.window
    assert "Đã có trong sổ: 4 khoản" in lan.window
    assert "Không thiếu khoản nào" in lan.window
    assert "➕ Ghi 0 khoản còn thiếu" not in lan.buttons
    await bank.working.work()
    assert [one.received for one in await requests_of(database, order)] == [a.amount] * 3
    # The same file again, in the list of transfers this time.
    await lan.tap("Chuyển khoản cần xử lý")
    assert "12.000 ₫ · không có mã" in " ".join(lan.buttons)
    await lan.file(file, "sao-ke.xlsx")
    assert "Đã có trong sổ: 4 khoản" in lan.window
    await bank.tells("la", 2_000)
    await lan.file(file, "sao-ke.xlsx")
    assert "sổ phụ không có: 2 khoản" in lan.window


async def test_a_row_beside_a_transfer_of_the_same_day_and_sum_says_so(lan: Person, bank: Bank) -> None:
    await bank.tells("tien hang", 12_000, reference="S-1")
    file = as_xlsx(vietcombank([Move(NOON, 12_000, "khong ma", "FT1"), Move(NOON, 13_000, "khong ma")]))
    await lan.file(file, "sao-ke.xlsx")
    alike = "khong ma · ⚠️ cùng ngày, cùng số tiền với khoản S-1 đã có trong sổ"
    assert f"12.000 ₫ · 15/06/2026 · {alike}" in lan.window
    assert lan.window.count("⚠️ cùng ngày") == 1


async def test_long_lists_have_windows_of_their_own(
    operations: Operations, database: Database, lan: Person, order: Order, bank: Bank
) -> None:
    await lan.file(as_xlsx(bidv([Move(NOON, 1_000 + place, f"so {place}") for place in range(12)])), "a.xls")
    assert "và 7 khoản khác" in lan.window
    await lan.tap("Xem 12 khoản còn thiếu")
    assert "1.007 ₫ · 15/06/2026 · so 7" in lan.window
    assert "so 8" not in lan.window
    await lan.tap("›")
    assert "so 8" in lan.window
    await lan.tap("Quay lại")
    assert "Chưa có trong sổ: 12 khoản" in lan.window


async def test_a_file_that_is_no_statement_says_what_is_missing(lan: Person, harness: Harness) -> None:
    await lan.file(as_xlsx([["Mã số thuế"], ["0101243150"]]))
    assert "Em chưa thấy trong tệp một bảng có cột ngày, nội dung và tiền vào" in lan.window


async def test_the_totals_of_a_day_say_whether_the_bank_s_balance_agrees(
    database: Database, clock: FixedClock, lan: Person, order: Order, bank: Bank
) -> None:
    (a, *_), _ = await day_of(database, order, bank)
    rows: list[Cells] = [
        ["Số tài khoản:", ACCOUNT],
        ["Ngày giao dịch", "Ghi nợ", "Ghi có", "Số dư", "Nội dung"],
        ["15/06/2026", "", a.amount, 10_000_000 + a.amount, f"ck {a.code}"],
        ["15/06/2026", "", 12_000, 10_012_000 + a.amount, "khong ma"],
    ]
    clock.forward(days=1)
    await lan.text("/start")
    await lan.tap("Số liệu ngày")
    assert "Ngân hàng 16/06/2026: chưa có sao kê" in lan.window
    await lan.text("15/06/2026")
    assert "Ngân hàng 15/06/2026: chưa có sao kê" in lan.window
    await lan.file(as_xlsx(rows), "sao-ke.xlsx")
    await lan.text("/start")
    await lan.tap("Số liệu ngày")
    await lan.text("15/06/2026")
    closing = f"{10_012_000 + a.amount:,} ₫".replace(",", ".")
    assert f"Ngân hàng 15/06/2026: ⚠️ nhiều hơn sổ 11.000 ₫, số dư cuối ngày {closing}" in lan.window
    assert "• Sổ chưa có: 12.000 ₫ · khong ma" in lan.window
    assert "• Ngân hàng không có: 1.000 ₫ · la" in lan.window
    # Booked from the file, and the other one was an error that back office cannot explain away.
    await lan.file(as_xlsx(rows), "sao-ke.xlsx")
    await lan.tap("Ghi 1 khoản còn thiếu")
    await bank.working.work()
    await lan.text("/start")
    await lan.tap("Số liệu ngày")
    await lan.text("15/06/2026")
    assert "⚠️ ít hơn sổ 1.000 ₫" in lan.window
    await lan.text("01/06/2026 - 30/06/2026")
    assert "Ngân hàng" not in lan.window
