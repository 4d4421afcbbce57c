"""Errors of calls to an Official Account, as those of `gateways.zalo.errors`.

Zalo answers errors with HTTP 200, as numbers or as texts of numbers; sources differ about some signs.
"""

from typing import Any, ClassVar

from gateways.zalo.errors import (
    BadCall,
    PersonRefused,
    QuotaUsedUp,
    ServerTrouble,
    TokenRefused,
    ZaloError,
)


class TokenExpired(TokenRefused):
    """The access token is no longer valid; a new one may be."""


class NotGranted(TokenRefused):
    """The account, its plan, the app or its rights do not allow the call: an administrator mends it."""


class GrantLost(NotGranted):
    """The refresh token is used up or withdrawn: an administrator must consent again."""


class WindowOver(PersonRefused):
    """The person has not written for seven days, or never."""


class RateReached(QuotaUsedUp):
    """Too many calls in this minute."""

    of_the_month: ClassVar[bool] = False


class MoneyUsedUp(QuotaUsedUp):
    """The account that pays for messages has no money left, or there is none."""


_KINDS: dict[type[ZaloError], tuple[int, ...]] = {
    TokenExpired: (-216, -220, -401, -124, 216, 401),
    GrantLost: (-14014, -118),
    RateReached: (-32,),
    QuotaUsedUp: (-211,),
    MoneyUsedUp: (-320, -321),
    # -218: this person has had too many messages; another way may take them.
    PersonRefused: (-213, -217, -218, -227, -244),
    WindowOver: (-230, -232),
    NotGranted: (-204, -205, -209, -212, -219, -221, -223, -224, -235, -242, -14002, -14003, -14029),
    ServerTrouble: (-200,),
    BadCall: (-100, -201, -210, -233, -240, -248, -249),
}
_BY_CODE = {code: kind for kind, codes in _KINDS.items() for code in codes}


def error_code(answer: dict[str, Any]) -> int | None:
    """The number in `error`, 0 for success; `None` where there is none."""
    found = answer.get("error")
    if isinstance(found, str) and found.removeprefix("-").isascii() and found.removeprefix("-").isdigit():
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def refused(code: int, message: str) -> ZaloError:
    """The error for an answer with this code."""
    return _BY_CODE.get(code, ZaloError)(code, message)


def refused_by_status(status: int) -> ZaloError:
    """The error for an answer that is not Zalo's JSON."""
    if status == 429:
        return RateReached(status, "HTTP")
    return (ServerTrouble if status >= 500 else ZaloError)(status, "HTTP without an answer of Zalo's")
