"""Words of a day's balance: the bank's statement beside the books."""

from collections.abc import Sequence
from datetime import date

from domain.bank_days import DayBalance
from domain.money import vnd
from texts.common import short
from texts.filters import day as day_words

SHOWN = 5
"""How many transfers of a kind are named."""


def lines(balances: Sequence[DayBalance], day: date) -> list[str]:
    """One line for each account, and the transfers behind a difference."""
    if not balances:
        return [f"🏦 Ngân hàng {day_words(day)}: chưa có sao kê"]
    return [line for one in balances for line in _lines(one, day, len(balances) > 1)]


def _lines(one: DayBalance, day: date, several: bool) -> list[str]:
    account = f" · {one.account}" if several and one.account else ""
    head = f"🏦 Ngân hàng {day_words(day)}{account}: "
    closing = f"số dư cuối ngày {vnd(one.closing)}"
    if one.agrees:
        return [f"{head}✅ khớp sổ, {closing}"]
    more = "nhiều hơn" if one.difference > 0 else "ít hơn"
    found = f"{more} sổ {vnd(abs(one.difference))}" if one.difference else "số dư khớp, có khoản khác nhau"
    missing = [f"{vnd(row.amount)} · {short(row.content, 60)}" for row in one.missing]
    unknown = [f"{vnd(it.reported.amount)} · {short(it.reported.content, 60)}" for it in one.unknown]
    rest = [f"• Chưa rõ từ khoản nào: {vnd(abs(one.unexplained))}"] if one.unexplained else []
    return [
        f"{head}⚠️ {found}, {closing}",
        *_named("Sổ chưa có", missing),
        *_named("Ngân hàng không có", unknown),
        *rest,
    ]


def _named(label: str, found: Sequence[str]) -> list[str]:
    more = [f"• {label}: {len(found) - SHOWN} khoản nữa"] if len(found) > SHOWN else []
    return [f"• {label}: {text}" for text in found[:SHOWN]] + more
