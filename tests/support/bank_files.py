"""Banks' statements as people download them, with invented movements."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook

ACCOUNT = "0011001234567"
"""The vendor's account of tests."""


@dataclass(frozen=True)
class Move:
    """VND that came in, or went out if negative, at a moment in Vietnam."""

    at: datetime
    amount: int
    content: str
    reference: str = ""


Cells = Sequence[object]
DOTS, COMMAS = ".", ","


def grouped(amount: int, separator: str, tail: str = "") -> str:
    return (
        f"{abs(amount):,}{tail}".replace(",", separator) if separator != COMMAS else f"{abs(amount):,}{tail}"
    )


def split(move: Move, shown: Callable[[int], object]) -> tuple[object, object]:
    """Debit and credit."""
    return (None, shown(move.amount)) if move.amount > 0 else (shown(-move.amount), None)


def vietcombank(moves: Sequence[Move], account: str = ACCOUNT) -> list[Cells]:
    rows: list[Cells] = [
        ["NGÂN HÀNG TMCP NGOẠI THƯƠNG VIỆT NAM"],
        ["SAO KÊ TÀI KHOẢN"],
        ["Số tài khoản:", account],
        ["Loại tiền:", "VND"],
        ["Số tài khoản cũ:", "0011009999999"],
        [],
        ["Ngày giao dịch", "Số tham chiếu", "Số tiền ghi nợ", "Số tiền ghi có", "Mô tả"],
    ]
    for one in moves:
        debit, credit = split(one, lambda amount: grouped(amount, COMMAS))
        rows.append([f"{one.at:%d/%m/%Y}", one.reference, debit, credit, one.content])
    total = grouped(sum(one.amount for one in moves if one.amount > 0), COMMAS)
    return [*rows, ["Tổng số", "", "", total, ""], ["Ghi chú: sao kê có giá trị tham khảo"]]


def vietcombank_cashup(moves: Sequence[Move], account: str = ACCOUNT) -> list[Cells]:
    """Several accounts in one sheet, headings of two rows."""
    rows: list[Cells] = [["SAO KÊ TÀI KHOẢN – STATEMENT OF ACCOUNT"]]
    for number, its in ((account, moves), ("0451000999888", [])):
        rows += [
            [f"Số tài khoản/ Account No: {number}", "", "", "", "Loại tiền/ Currency: VND"],
            ["Từ ngày 15/06/2026 đến ngày 16/06/2026"],
            ["STT/Số CT", "Ngày", "Số tiền", "", "Số dư", "Nội dung chi tiết"],
            ["No.", "", "Nợ/Debit", "Có/Credit", "Balance", "Detail"],
        ]
        for place, one in enumerate(its, 1):
            debit, credit = split(one, lambda amount: amount)
            rows.append([f"{place}/{one.reference}", one.at.date(), debit, credit, 99, one.content])
        rows.append(["Cộng phát sinh", "", 0, sum(one.amount for one in its if one.amount > 0), "", ""])
    return rows


def techcombank(moves: Sequence[Move], account: str = ACCOUNT) -> list[Cells]:
    rows: list[Cells] = [
        ["Sổ phụ tài khoản/Account statement"],
        [f"Tài khoản: {account}"],
        [
            *("Ngày KH thực hiện/Requesting date", "Ngày giao dịch/Transaction date"),
            *("Số bút toán/Reference no.", "Ngân hàng đối tác/Remitter's bank"),
            *("Tài khoản đích/Remitter's account number", "Tên tài khoản đối ứng/Remitter's account name"),
            *("Diễn giải/Description", "Nợ/Debit", "Có/Credit", "Số dư/Balance"),
        ],
    ]
    for one in moves:
        debit, credit = split(one, lambda amount: grouped(amount, COMMAS, ".00"))
        who = ["VCB", "0451000111222", "NGUYEN VAN A"]
        rows.append(
            ["01/01/2026", f"{one.at:%d/%m/%Y}", one.reference, *who, one.content, debit, credit, "9"]
        )
    return rows


def mb(moves: Sequence[Move], account: str = ACCOUNT) -> list[Cells]:
    rows: list[Cells] = [
        ["SAO KÊ CHI TIẾT TÀI KHOẢN"],
        ["", "Số tài khoản/Account No:", "", f"{account[:4]} {account[4:8]} {account[8:]}"],
        ["Từ ngày/From: 15/06/2026 đến ngày/To: 16/06/2026"],
        [],
        [
            *("Ngày hạch toán/Posting date", "Ngày giao dịch/Transaction date"),
            *("Phát sinh nợ/Debit", "Phát sinh có/Credit", "Số dư/Balance", "Diễn giải/Description"),
        ],
    ]
    for one in moves:
        debit, credit = split(one, lambda amount: f"{grouped(amount, DOTS)} VND")
        rows.append(["17/06/2026", f"{one.at:%d/%m/%Y %H:%M:%S}", debit, credit, "1.000", one.content])
    return rows


def bidv(moves: Sequence[Move], account: str = ACCOUNT) -> list[Cells]:
    rows: list[Cells] = [
        ["BÁO CÁO CHI TIẾT SỐ DƯ TÀI KHOẢN"],
        [f"Số tài khoản/Account number: {account}"],
        ["Số tài khoản cũ/old: 12210000123456"],
        ["Ngày hiệu lực/Date", "Ghi nợ/Debit", "Ghi có/Credit", "Số dư/Balance", "Mô tả/Description"],
        ["Số dư đầu kỳ", "", "", "5.000.000", ""],
    ]
    for one in moves:
        sign = "+" if one.amount > 0 else "-"
        amount = sign + grouped(one.amount, DOTS)
        debit, credit = (None, amount) if one.amount > 0 else (amount, None)
        rows.append([f"{one.at:%d/%m/%Y}\n{one.reference}", debit, credit, "1", one.content])
    return rows


def acb(moves: Sequence[Move], account: str = ACCOUNT) -> list[Cells]:
    rows: list[Cells] = [
        ["BẢNG SAO KÊ GIAO DỊCH"],
        ["Tài khoản", account],
        [
            *("Ngày hiệu lực", "Ngày giao dịch", "Số GD", "Nội dung giao dịch", "Tiền rút ra"),
            *("Tiền gửi vào", "Số dư", "Tên đối ứng", "Tài khoản đối ứng"),
        ],
    ]
    for one in moves:
        debit, credit = split(one, lambda amount: amount)
        serial = (one.at.date() - date(1899, 12, 30)).days
        rows.append(["", serial, one.reference, one.content, debit, credit, 7, "A", "0451000111222"])
    return rows


def plain(moves: Sequence[Move], account: str = ACCOUNT) -> list[Cells]:
    """A layout nobody knows: the account in each row, one column with a sign."""
    rows: list[Cells] = [["Thời gian", "STK", "Giá trị", "Ghi chú ngân hàng", "Nội dung"]]
    for one in moves:
        sign = "+" if one.amount > 0 else "-"
        amount = f"{sign}{grouped(one.amount, DOTS)} đ"
        rows.append([f"{one.at:%Y-%m-%d %H:%M}", account, amount, "", one.content])
    return rows


LAYOUTS = {one.__name__: one for one in (vietcombank, vietcombank_cashup, techcombank, mb, bidv, acb, plain)}


def as_xlsx(rows: Sequence[Cells], merged: Sequence[str] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: Sequence[Cells]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(["" if one is None else str(one) for one in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_page(rows: Sequence[Cells]) -> bytes:
    """A page that the bank names .xls."""
    lines = [
        "<tr>" + "".join(f"<td>{'' if one is None else one}</td>" for one in row) + "</tr>" for row in rows
    ]
    return f"<html><body><table>{''.join(lines)}</table></body></html>".encode()
