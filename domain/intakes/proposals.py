"""What was probably meant by a text that is no identifier as it stands."""

import re
from contextlib import suppress

from domain.errors import DomainError
from domain.identifiers import parse_phone, parse_tax_code
from domain.old_mobiles import mobile_since_2018
from domain.text import tidy

_LOOKED_AT = 200
_LIKE_DIGITS = str.maketrans({**dict.fromkeys("oO", "0"), **dict.fromkeys("lI|!", "1")})
_MISTYPED = re.compile(r"(?<!\w)[\dOolI|!][\dOolI|! .-]{7,}[\dOolI|!](?!\w)")
_BRANCH = re.compile(r"(?<!\d)(\d{10})(?:\s*[/_\\]\s*(\d{1,3})|-(\d{1,2}))(?!\d)")
_NUMBER = re.compile(r"\d(?:[ .-]{0,2}\d){8,13}")
_SCIENTIFIC = re.compile(r"(?<![\w.,])(\d)[.,](\d{6,12})E\+?(\d{1,2})(?!\w)", re.IGNORECASE)
_ENOUGH_DIGITS = 6

ODD_NUMBER = re.compile(
    r"(?<![\w@.])(?:\d{10} ?[/_\\] ?\d{3}(?![\w/])|\d{10}-(?:\d{1,2}|000)(?![\w/.,-])"
    r"|VN[ :.-]?\d{10}(?:[ -]?\d{3})?(?!\w)"
    r"|(?=[\dOolI|]{0,12}[OolI])[\dOolI|]{10,13}(?![\w@]))",
    re.IGNORECASE,
)
"""A code with a wrong sign or prefix, and digits with letters that look like digits among them."""


def with_digits(text: str) -> str:
    """The text with digits for the letters that were typed instead, within what is mostly digits."""

    def mended(match: re.Match[str]) -> str:
        enough = sum(char.isdigit() for char in match[0]) >= _ENOUGH_DIGITS
        return match[0].translate(_LIKE_DIGITS) if enough else match[0]

    return _MISTYPED.sub(mended, text)


def tax_codes_meant(text: str) -> tuple[str, ...]:
    """The right tax codes in a text; a dependent unit's with another sign than the dash comes alone."""
    plain = _in_full(with_digits(tidy(text[:_LOOKED_AT])))
    found: dict[str, None] = {}
    for head, *tails in _BRANCH.findall(plain):
        with suppress(DomainError):
            found[parse_tax_code(f"{head}-{''.join(tails).zfill(3)}").value] = None
    for match in _NUMBER.finditer(_BRANCH.sub(" ", plain)):
        try:
            found[parse_tax_code(match[0]).value] = None
        except DomainError as error:
            if error.code == "tax_code_lost_zero" and match[0] not in text:
                found[str(error.params["suggestion"])] = None
    return tuple(found)


def _in_full(text: str) -> str:
    """The text with the digits of numbers such as 1.0124315E8, where at most a zero at the end is lost."""

    def written(match: re.Match[str]) -> str:
        digits, length = match[1] + match[2], int(match[3]) + 1
        return digits.ljust(length, "0") if length - 1 <= len(digits) <= length else match[0]

    return _SCIENTIFIC.sub(written, text)


def phones_meant(text: str) -> tuple[str, ...]:
    """The mobile numbers in a text, in E.164; an old one as what it became."""
    found: dict[str, None] = {}
    for match in _NUMBER.finditer(with_digits(tidy(text[:_LOOKED_AT]))):
        digits = re.sub(r"\D", "", match[0])
        with suppress(DomainError):
            found[parse_phone(mobile_since_2018(digits) or match[0]).e164] = None
    return tuple(found)
