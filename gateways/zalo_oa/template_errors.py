"""Errors of calls about template messages (ZBS), whose codes mean other things than those of the account."""

from gateways.zalo.errors import BadCall, PersonRefused, QuotaUsedUp, ServerTrouble, ZaloError
from gateways.zalo_oa.errors import MoneyUsedUp, NotGranted, TokenExpired

_KINDS: dict[type[ZaloError], tuple[int, ...]] = {
    TokenExpired: (-124, -216, -220),
    # No phone of Vietnam, no Zalo on it, or nothing wanted from this account.
    PersonRefused: (-108, -114, -118, -119, -139, -140, -141),
    MoneyUsedUp: (-115, -136, -137),
    # The quota of the day, or the hour.
    QuotaUsedUp: (-133, -144, -147),
    # The template is not as it was approved, or is no longer.
    BadCall: (-109, -111, -112, -1121, -1122, -1124, -126, -127, -131, -146),
    NotGranted: (-117, -135, -1351, -1241),
    ServerTrouble: (-100, -200),
}
_BY_CODE = {code: kind for kind, codes in _KINDS.items() for code in codes}


def refused(code: int, message: str) -> ZaloError:
    """The error for an answer with this code."""
    return _BY_CODE.get(code, ZaloError)(code, message)
