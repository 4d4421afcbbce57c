"""What each `DomainError` says to the reader: what was wrong and what a right value looks like.

Plain text, since it is shown in alerts too. A sentence may name the error's parameters in braces; a code with
a `reason` (or an `of`, saying what was too large) may have a sentence for each.
"""

from collections.abc import Callable
from typing import Any

from domain.errors import DomainError
from domain.money import vnd
from texts.common import short
from texts.error_sentences import SENTENCES
from texts.filters import day, kind

GENERIC = "Em chưa làm được việc này. Anh/chị thử lại giúp em, hoặc về Menu rồi vào lại nhé."

STEP_WORDS = {
    "package": "chọn gói",
    "fiscal_year": "chọn năm tài chính",
    "recipient": "chọn đối tượng nhận",
    "customers": "chọn khách hàng",
    "accounting": "khai dữ liệu kế toán",
    "review": "kiểm tra đơn",
}

_SHOWN: dict[str, Callable[[Any], str]] = {
    "shown": vnd,
    "given": vnd,
    "received": vnd,
    "day": day,
    "total": vnd,
    "above": vnd,
    "kind": lambda value: kind(value).lower(),
    "told": lambda value: kind(value).lower(),
    "package_kind": lambda value: kind(value).lower(),
    "step": lambda value: STEP_WORDS[str(value)],
    "year_start": day,
    "first": day,
    "last": day,
    "missing": lambda value: value if isinstance(value, str) else ", ".join(map(str, value)),
    "names": lambda value: ", ".join(map(str, value)),
    "offered": lambda value: ", ".join(map(str, value)),
    "limit": lambda value: f"{value:,}".replace(",", "."),
}

_VALUE_LIMIT = 80
"""A value is repeated to the reader to be recognised, not to fill the alert."""


def sentence_of(error: DomainError) -> str | None:
    """The sentence before its parameters are filled in."""
    reason = error.params.get("reason") or error.params.get("of")
    return SENTENCES.get(f"{error.code}.{reason}") or SENTENCES.get(error.code)


def say(error: DomainError) -> str:
    """The error in Vietnamese, as plain text."""
    sentence = sentence_of(error)
    if sentence is None:
        return GENERIC
    shown = {name: short(_SHOWN.get(name, str)(value), _VALUE_LIMIT) for name, value in error.params.items()}
    return sentence.format_map(shown)
