"""What becomes of a call to the Zalo Bot Platform that is not answered with a result."""

from typing import ClassVar

_DESCRIPTION_LIMIT = 200


class ZaloError(Exception):
    """A call without a result. `code` is Zalo's, or that of HTTP; 0 where there was no answer.

    `nothing_delivered` says that it is certain that a message did not leave; else the outcome is unknown.
    """

    nothing_delivered: ClassVar[bool] = True

    def __init__(self, code: int, description: str) -> None:
        description = description[:_DESCRIPTION_LIMIT]
        super().__init__(f"Zalo {code}: {description}")
        self.code = code
        self.description = description


class BadCall(ZaloError):
    """400: something in the call is not as Zalo wants it."""


class TokenRefused(ZaloError):
    """401: the bot's token is not, or no more, a right one."""


class PersonRefused(ZaloError):
    """403: not for this person, who blocked the bot or never wrote to it. Zalo words it as "Internal server
    error"."""


class NotFound(ZaloError):
    """404: no such method or thing."""


class NothingCame(ZaloError):
    """408: nobody wrote while `getUpdates` waited."""


class QuotaUsedUp(ZaloError):
    """429: too many messages, for the moment or for the month; Zalo does not say which."""


class ServerTrouble(ZaloError):
    """5xx."""


class OutOfReach(ZaloError):
    """No connection: the call never left."""


class AnswerLost(ZaloError):
    """The call left, and no answer came that can be read."""

    nothing_delivered: ClassVar[bool] = False


_BY_CODE: dict[int, type[ZaloError]] = {
    400: BadCall,
    401: TokenRefused,
    403: PersonRefused,
    404: NotFound,
    408: NothingCame,
    429: QuotaUsedUp,
}


def refusal(code: int, description: str) -> ZaloError:
    """The error that an answer with this code is."""
    kind = ServerTrouble if 500 <= code < 600 else _BY_CODE.get(code, ZaloError)
    return kind(code, description)
