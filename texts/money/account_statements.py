"""Words of statements of account."""

from html import escape

from domain.account_statements import AccountStatement, Receivable
from domain.ageing import Age
from domain.calendar import day_of
from domain.money import vnd
from services.ports import Table
from texts.common import named, short
from texts.filters import day

BUTTON = "📄 Sao kê công nợ"
NAMED = 5
"""How many open requests the message names; the file has all of them."""

AGES = {
    Age.TO_30: "Đặt trong 30 ngày nay",
    Age.TO_60: "Đặt 31–60 ngày trước",
    Age.OVER_60: "Đặt trên 60 ngày trước",
}
HEADINGS = (
    *("Mã thanh toán", "Mã đơn", "Ngày đặt", "Gói", "Khách", "MST khách", "Số khách"),
    *("Phải trả", "Đã trả", "Còn lại", "Tuổi nợ (từ ngày đặt)"),
)
_CODES = frozenset({"Mã thanh toán", "Mã đơn", "MST khách"})


def caption(statement: AccountStatement) -> str:
    """The statement in a message."""
    whose = escape(short(statement.whose, 80))
    lines = [
        f"📄 <b>Công nợ của {whose}</b>",
        f"Đến {day(statement.day)}: phải trả {vnd(statement.asked)}, đã trả {vnd(statement.paid)}",
        f"<b>Còn lại: {vnd(statement.rest)}</b>",
    ]
    lines += [f"{AGES[age]}: {vnd(statement.ages[age])}" for age in Age if statement.ages[age]]
    owed = [item for item in statement.items if item.rest > 0]
    lines += [f"• {item.code} · {_who(item)}: {vnd(item.rest)}" for item in owed[:NAMED]]
    if len(owed) > NAMED:
        lines.append(f"• và {len(owed) - NAMED} khoản khác trong tệp")
    return "\n".join(lines)


def _who(item: Receivable) -> str:
    return f"{item.line_count} khách" if item.line_count > 1 else escape(named(item.name, 40))


def table(statement: AccountStatement) -> Table:
    rows = [
        (
            *(item.code, item.order.code, day_of(item.order.placed_at), item.order.package_name, item.name),
            *(item.tax_code, item.line_count, item.amount, item.paid, item.rest),
            AGES[statement.age(item)] if item.rest > 0 else "Trả thừa",
        )
        for item in statement.items
    ]
    return Table("Công nợ", HEADINGS, rows, _CODES)


def file_name(statement: AccountStatement) -> str:
    return f"cong-no-{statement.day:%Y%m%d}.xlsx"
