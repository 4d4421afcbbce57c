"""Whether a payment instruction that somebody got is genuine, and what they report of it."""

from enum import StrEnum

CHECKS_A_DAY = 30
"""How often one address of the network may ask in a day."""

WRONG_A_DAY = 10
"""How many sums and accounts that are not a code's own are told so in a day."""


class Verdict(StrEnum):
    """What whoever asks is told, and nothing more."""

    GENUINE = "genuine"
    OTHER_ACCOUNT = "other_account"
    """The code and the sum are right, the account is not ours."""
    UNKNOWN = "unknown"
    """Nothing is to be paid under this code and sum; the code may be known or not."""


class ReportReason(StrEnum):
    NOT_ORDERED = "not_ordered"
    """Whoever got it has asked nobody to buy."""
    WRONG_PERSON = "wrong_person"
    OTHER_ACCOUNT = "other_account"
    """The instruction that they hold names another account; told by the check itself."""
