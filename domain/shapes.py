"""What a piece of text looks like: an identifier, a business, a person, an address. A look proves nothing."""

import json
import re
from collections.abc import Iterable
from importlib.resources import files

from domain.errors import DomainError
from domain.identifiers import parse_email, parse_phone, parse_tax_code
from domain.text import fold


def _any_of(words: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b"


_DATA = json.loads(files("domain").joinpath("data/shapes.json").read_text("utf-8"))
_LOOKED_AT = 300
_BUSINESS = re.compile(_any_of(_DATA["business"]))
_BUSINESS_INSIDE = re.compile(_any_of(_DATA["business_inside"]))
_PLACES = re.compile(_any_of(_DATA["places"]))
_SURNAMES = frozenset(_DATA["surnames"])
_HOUSE = re.compile(r"(?:so (?:nha )?)?\d+[a-z]?(?: \d+[a-z]?)* \D")


def is_tax_code(text: str) -> bool:
    """A right tax code, one that lost its zero included."""
    try:
        parse_tax_code(text[:_LOOKED_AT])
    except DomainError as error:
        return error.code == "tax_code_lost_zero"
    return True


def is_phone(text: str) -> bool:
    """A mobile phone."""
    try:
        parse_phone(text[:_LOOKED_AT])
    except DomainError:
        return False
    return True


def is_email(text: str) -> bool:
    try:
        parse_email(text[:_LOOKED_AT])
    except DomainError:
        return False
    return True


def is_business(text: str) -> bool:
    """A name that says what kind of business it is."""
    words = fold(text[:_LOOKED_AT])
    return bool(_BUSINESS.match(words) or _BUSINESS_INSIDE.search(words))


def is_address(text: str) -> bool:
    """A house number before words, or two words of places."""
    words = fold(text[:_LOOKED_AT])
    places = len(_PLACES.findall(words))
    return bool(places > 1 or (_HOUSE.match(words) and (places or "," in text or len(words.split()) > 2)))


def is_person(text: str) -> bool:
    """Two to five words, each with a capital, after a surname; nothing of a business."""
    words = text[:_LOOKED_AT].split()
    return (
        2 <= len(words) <= 5
        and all(word[0].isupper() and word.isalpha() for word in words)
        and fold(words[0]) in _SURNAMES
        and not is_business(text)
    )
