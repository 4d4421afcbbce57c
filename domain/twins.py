"""When two reports may tell of one movement."""

from datetime import timedelta

from domain.accounts import fits, says_nothing
from domain.calendar import day_of
from domain.codes import find_codes
from domain.transfers import Provider, ReportedTransfer

NEAR = timedelta(days=1)
"""How far apart two reports of one movement may say that it happened: some name the day alone."""


def is_repeat(known: ReportedTransfer, told: ReportedTransfer) -> bool:
    """Whether a report under a known id tells of the same movement again. What one of the two leaves out does
    not contradict."""
    codes = find_codes(told.content)
    if _kind(known) != _kind(told) or find_codes(known.content) != codes or not accounts_agree(known, told):
        return False
    if known.reference and told.reference:
        return known.reference == told.reference
    return is_near(known, told) and (bool(codes) or known.content == told.content)


def is_doubtful(booked: ReportedTransfer, told: ReportedTransfer) -> bool:
    """Whether `told`, by another service than `booked`, may be the same movement: amount and code are the
    same, the time is near, and no bank reference or account says that they are two."""
    if booked.provider == told.provider or _kind(booked) != _kind(told) or not is_near(booked, told):
        return False
    of_one_number = bool(booked.main_account and told.main_account) and fits(booked.account, told.account)
    if not (of_one_number or set(find_codes(booked.content)) & set(find_codes(told.content))):
        return False
    if told.provider is Provider.STATEMENT and _same_day(booked, told) and accounts_agree(booked, told):
        # The statement has a row of its own for what was booked on that day.
        return False
    # Services may write the references of one bank in their own ways.
    return not (booked.reference and told.reference) or accounts_agree(booked, told)


def _kind(reported: ReportedTransfer) -> tuple[object, ...]:
    return reported.amount, reported.currency, reported.outgoing


def _same_day(one: ReportedTransfer, other: ReportedTransfer) -> bool:
    return day_of(one.occurred_at) == day_of(other.occurred_at)


def is_near(one: ReportedTransfer, other: ReportedTransfer) -> bool:
    return abs(one.occurred_at - other.occurred_at) <= NEAR


def accounts_agree(one: ReportedTransfer, other: ReportedTransfer) -> bool:
    these, those = (
        [account for account in (it.account, it.main_account) if not says_nothing(account)]
        for it in (one, other)
    )
    return (
        not (these and those)
        or any(fits(account, *those) for account in these)
        or any(fits(account, *these) for account in those)
    )
