"""What the bank webhooks have in common: the port, secrets, JSON, and the forms of their fields.

Nothing that comes here can be trusted: anybody may send any bytes.
"""

import hmac
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol, TypedDict, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from domain.calendar import VIETNAM
from domain.codes import find_codes
from domain.text import without_diacritics
from domain.transfers import VND, Provider, ReportedTransfer

REPLAY_SECONDS = 300
"""How many seconds a signed time may be away from now, either way."""

MAX_AMOUNT = 10**15
"""The largest amount in VND; a larger number is a mistake."""

TEXT_LIMIT = 500
"""The most characters kept of a text."""

CURRENCY_LIMIT = 10
"""The most characters kept of a currency."""

UNREADABLE, UNSIGNED, UNPROCESSABLE = 400, 401, 422

# Three digits behind the dot would be a thousand, as Vietnam writes it.
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.0{1,2})?")
_SIGNATURE = re.compile(r"t=([0-9]{1,16}),v1=([0-9a-f]+)")
_DONG = ("", "D", "₫", VND)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class WebhookRefused(Exception):
    """`status` is the HTTP answer; the text is for the log and holds nothing of the body."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class BankWebhook(Protocol):
    """One provider's way to report transfers."""

    @property
    def provider(self) -> Provider: ...

    def read(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> Sequence[ReportedTransfer]:
        """The transfers of one delivery; none if it was only a test. `headers` ignores case.

        Raises `WebhookRefused` unless the delivery is the provider's own and can be read.
        """


def same(given: str, expected: str) -> bool:
    """Compare in constant time, which tells nothing of `expected`."""
    # A header may hold any bytes, which aiohttp keeps as surrogates.
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())


def signature(secret: str, message: bytes, digest: str) -> str:
    """HMAC in lower-case hex."""
    return hmac.new(secret.encode(), message, digest).hexdigest()


def signed_header(header: str) -> tuple[str, str]:
    """Time and signature of `t=…,v1=…`."""
    match = _SIGNATURE.fullmatch(header)
    if match is None:
        raise WebhookRefused(UNSIGNED, "no signature of the known form")
    return match[1], match[2]


def check_fresh(seconds: float, now: datetime) -> None:
    """Refuse what was signed longer ago than `REPLAY_SECONDS`, or as far in the future."""
    if abs(now.timestamp() - seconds) > REPLAY_SECONDS:
        raise WebhookRefused(UNSIGNED, "signed too far from now")


def parse(raw_body: bytes) -> Any:
    """The JSON of a body, in which no object has a name twice: readers differ in which one counts."""
    try:
        return json.loads(raw_body.decode(), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise WebhookRefused(UNREADABLE, "not JSON in UTF-8, each name once") from None


class Accounts(TypedDict):
    """`account` and `main_account` of a `ReportedTransfer`."""

    account: str
    main_account: str


def accounts(virtual: str, main: str) -> Accounts:
    """The account that was paid to, and the one behind it where it is a virtual one."""
    return {"account": virtual or main, "main_account": main if virtual else ""}


def with_code(content: str, code: str) -> str:
    """The content, with the code that the service names where the content itself has none."""
    return content if find_codes(content) or not find_codes(code) else f"{content} {code}".strip()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def compact(value: object, ascii_only: bool = False) -> str:
    """`value` as JSON without spaces, its keys sorted at every depth."""
    try:
        return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"), sort_keys=True)
    except RecursionError:
        raise WebhookRefused(UNREADABLE, "nested too deep") from None


Model = TypeVar("Model", bound=BaseModel)


def read_as(model: type[Model], value: object) -> Model:
    """`value` as a model, which ignores fields that it does not know."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        wrong = (
            ".".join(map(str, problem["loc"])) + " " + problem["type"]
            for problem in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise WebhookRefused(UNPROCESSABLE, ", ".join(wrong)[:200]) from None


def _whole(value: object) -> int:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value.partition(".")[0])
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("no whole number")


def _text(value: object) -> str:
    """The text, or a whole number in digits. Characters that databases and chats cannot hold are replaced."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(_whole(value))
    # A character beyond the basic plane may have been cut in two.
    return _CONTROL.sub(" ", value.encode("utf-8", "replace").decode()).strip()


def _currency(text: str) -> str:
    letters = without_diacritics(text).upper()
    return VND if letters in _DONG else letters[:CURRENCY_LIMIT]


def _moment(value: object) -> datetime:
    """A moment in UTC; one without a zone is in Vietnam's time."""
    if not isinstance(value, str):
        raise ValueError("no time")
    moment = datetime.fromisoformat(value)
    if not 2000 <= moment.year < 2200:
        raise ValueError("not of these times")
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)


Amount = Annotated[int, BeforeValidator(_whole), Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
"""Whole VND; a negative amount leaves the account."""

Text = Annotated[str, BeforeValidator(_text), AfterValidator(lambda text: text[:TEXT_LIMIT])]
"""A long text is cut, not refused: the money has come."""

Currency = Annotated[str, BeforeValidator(_text), AfterValidator(_currency)]
"""A currency by its letters; empty, and each way to write the dong, is VND."""

Id = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=100)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
