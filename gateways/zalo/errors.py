"""Errors of calls to the Zalo Bot Platform."""

from typing import ClassVar

_DESCRIPTION_LIMIT = 200


class ZaloError(Exception):
    """A call without a result. `code` is Zalo's or the HTTP status, and 0 if there was no answer.

    `nothing_delivered` is true if no message left for certain; otherwise the outcome is unknown.
    """

    nothing_delivered: ClassVar[bool] = True

    def __init__(self, code: int, description: str) -> None:
        description = description[:_DESCRIPTION_LIMIT]
        super().__init__(f"Zalo {code}: {description}")
        self.code = code
        self.description = description


class BadCall(ZaloError):
    """400: Zalo does not accept the call as it is."""


class TokenRefused(ZaloError):
    """401: the bot's token is wrong, or no longer valid."""


class PersonRefused(ZaloError):
    """403: the person has blocked the bot, or never wrote to it. Zalo words it as "Internal server error"."""


class NotFound(ZaloError):
    """404: no such method or thing."""


class NothingCame(ZaloError):
    """408: nobody wrote while `getUpdates` waited."""


class QuotaUsedUp(ZaloError):
    """429: too many messages, for the moment or for the month; Zalo does not say which. `of_the_month` is
    false where it is only the moment."""

    of_the_month: ClassVar[bool] = True


class ServerTrouble(ZaloError):
    """5xx."""


class OutOfReach(ZaloError):
    """No connection: the call never left."""


class AnswerLost(ZaloError):
    """The call left, but no readable answer came."""

    nothing_delivered: ClassVar[bool] = False


AWAY = (TokenRefused, NothingCame, QuotaUsedUp, ServerTrouble, OutOfReach, AnswerLost)
"""What says that Zalo cannot be spoken to now, whatever is said."""

_BY_CODE: dict[int, type[ZaloError]] = {
    400: BadCall,
    401: TokenRefused,
    403: PersonRefused,
    404: NotFound,
    408: NothingCame,
    429: QuotaUsedUp,
}


def refusal(code: int, description: str) -> ZaloError:
    """The error for an answer with this code."""
    kind = ServerTrouble if 500 <= code < 600 else _BY_CODE.get(code, ZaloError)
    return kind(code, description)
