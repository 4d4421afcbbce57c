"""Words of the audit log."""

from collections.abc import Sequence
from datetime import date

from domain.events import Event
from domain.transfers import Attention
from services.orders.timeline import TimelineEntry
from services.ports import LoggedEvent, Table
from texts.back_office.transfers import SHORT_REASONS
from texts.filters import day, moment
from texts.orders.timeline import BY_ITSELF, event_words

ASK_DAYS = """\
📜 <b>Nhật ký</b>

Ai đã làm gì, lúc nào: em xuất ra tệp Excel.
Anh/chị chọn, hoặc gõ ngày đầu và ngày cuối, ví dụ 01/06/2026 - 30/06/2026."""

SPANS = {0: "Hôm nay", 6: "7 ngày", 29: "30 ngày"}
"""Spans to choose from, by how many days before today they begin."""

HEADINGS = ("Lúc", "Người làm", "Việc", "Đơn vị", "Đơn hàng", "Khoản chuyển", "Mã giao dịch", "Lý do")


def table(events: Sequence[LoggedEvent]) -> Table:
    rows = [
        (
            one.event.at,
            one.by or BY_ITSELF,
            event_words(one.event, one.customer, inside=True),
            one.firm,
            one.order_code,
            _transfer(one.event),
            str(one.event.params.get("reference", "")),
            _reason(one.event),
        )
        for one in events
    ]
    return Table("Nhật ký", HEADINGS, rows)


def _reason(event: Event) -> str:
    """What was typed, or else why the transfer waited for a person."""
    typed = event.params.get("reason") or event.params.get("note")
    attention = event.params.get("attention")
    return str(typed or (SHORT_REASONS[Attention(str(attention))] if attention else ""))


def _transfer(event: Event) -> str:
    """The bank's reference of the transfer that it is about; our number where the bank gave none."""
    reference, number = event.params.get("transfer_reference"), event.params.get("transfer")
    return str(reference or (f"số {number}" if number else ""))


def file_name(first: date, last: date) -> str:
    return f"nhat-ky-{first:%Y%m%d}-{last:%Y%m%d}.xlsx"


def caption(first: date, last: date, count: int) -> str:
    return f"Nhật ký từ {day(first)} đến {day(last)}: {count} việc."


def recent_words(entry: TimelineEntry) -> str:
    return f"{moment(entry.event.at)} · {entry.by or BY_ITSELF}: {event_words(entry.event, entry.customer, inside=True)}"
