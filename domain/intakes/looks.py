"""What a piece of text looks like: an identifier, a business, a person, an address. A look proves nothing."""

import json
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files

from domain.customers import is_household_name
from domain.errors import DomainError
from domain.identifiers import parse_email, parse_phone, parse_tax_code
from domain.text import fold, without_diacritics


def _any_of(words: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b"


SHAPES = json.loads(files("domain").joinpath("data/shapes.json").read_text("utf-8"))
"""Words by what they are for."""

_LOOKED_AT = 300
_BUSINESS = re.compile(_any_of(SHAPES["business"]))
_BUSINESS_INSIDE = re.compile(_any_of(SHAPES["business_inside"]))
_STARTS = re.compile(_any_of(SHAPES["business_starts"]))
_SPOKEN_TO = _any_of(SHAPES["spoken_to"])
_COURTESY = re.compile(
    rf"(?:[\s,]{{1,3}}{_SPOKEN_TO})?[\s,]{{1,3}}{_any_of(SHAPES['courtesy'])}(?:[\s,]{{1,3}}{_SPOKEN_TO})?$"
)
_CHATTER = frozenset(SHAPES["chatter"])
_BANK = re.compile(rf"(?:tai |nh |ngan hang |tk ){{0,3}}{_any_of(SHAPES['banks'])}|ngan hang\b")
_PLACES = re.compile(_any_of(SHAPES["places"]))
_NOTHING = frozenset(form for word in SHAPES["nothing"] for form in (word, without_diacritics(word)))
_LONGEST_NOTHING = max(map(len, _NOTHING)) + 3
_PROVINCES = frozenset(SHAPES["provinces"])
_SURNAMES = frozenset(SHAPES["surnames"])
_HOUSE = re.compile(r"(?:so (?:nha )?)?\d{1,5}[a-z]?(?: \d{1,5}[a-z]?){0,5} \D")
_DOCUMENT = re.compile(r"(?:hd|hop dong|hoa don|giay|bien ban|phieu)\b")
_FORM_WORDS = 3
_CONTACT = re.compile(r"[^\s@,;/|]{1,64}@[^\s@,;/|]{1,190}|\+?\d(?:[ .()-]{0,3}\d){8,11}")
_BESIDE_CONTACT = 25
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){8,13}(?!\d)")
_NO_MOBILE = ("030", "031")
"""No mobile was given out with these; tax codes of Ho Chi Minh City begin so."""


def is_tax_code(text: str) -> bool:
    """Whether it is a right tax code, or one that only lost its leading zero."""
    try:
        parse_tax_code(text[:_LOOKED_AT])
    except DomainError as error:
        return error.code == "tax_code_lost_zero"
    return True


def codes_in(text: str) -> Iterator[str]:
    """The digits of every right tax code in a text that is no mobile."""
    for one in _NUMBER.findall(text):
        digits = re.sub(r"\D", "", one)
        if len(digits) in (9, 11) or not is_tax_code(digits):
            continue
        if digits.startswith(_NO_MOBILE) or not is_phone(digits):
            yield digits


def is_phone(text: str) -> bool:
    """Whether it is a mobile number."""
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


def is_contact(text: str) -> bool:
    """Whether it is a mobile number or an e-mail with few words beside it, such as whose it is."""
    text = text[:_LOOKED_AT]
    found = _CONTACT.findall(text)
    if not found or sum(map(str.isalpha, _CONTACT.sub("", text))) > _BESIDE_CONTACT:
        return False
    return any(is_phone(one) or is_email(one) for one in found)


def is_business(text: str) -> bool:
    """Whether it is a name that says what kind of business it is."""
    words = fold(text[:_LOOKED_AT])
    return bool(_BUSINESS.match(words) or _BUSINESS_INSIDE.search(words) or is_household_name(text))


def business_in(text: str) -> str:
    """The text without the talk before the name of its business: words in small letters, except the first.

    What is said of a paper (a contract, an invoice) goes, too.
    """
    words = text[:_LOOKED_AT].split()
    if _DOCUMENT.match(fold(text[:_LOOKED_AT])):
        starts = (
            place
            for place in range(1, len(words) - _FORM_WORDS)
            if _STARTS.match(fold(" ".join(words[place : place + 4])))
        )
        return text.split(None, place)[place] if (place := next(starts, 0)) else text
    for place in range(1, min(len(words), 8)):
        if not all(word.islower() or word.isdigit() for word in words[1:place]):
            break
        if is_business(" ".join(words[:place])):
            break
        if _STARTS.match(fold(" ".join(words[place : place + 4]))):
            return text.split(None, place)[place]
    return text


def is_chatter(text: str) -> bool:
    """Whether two words belong to talk, or one does and no word but the first has a capital."""
    words = text[:_LOOKED_AT].split()
    spoken = [word for place, word in enumerate(words) if place == 0 or word[0].islower()]
    talk = sum(word.strip(".,!?:").casefold() in _CHATTER for word in spoken)
    is_plain = not is_business(text) and all(word[0].islower() for word in words[1:])
    return talk > 1 or (talk == 1 and is_plain)


def without_courtesy(text: str) -> str:
    """The text without the polite words at its end."""
    return _COURTESY.sub("", text.rstrip())


def is_nothing(text: str) -> bool:
    """Whether these are words for "not known" or "none"."""
    return len(text) <= _LONGEST_NOTHING and text.casefold().strip(" .…!") in _NOTHING


def is_province(text: str) -> bool:
    """Whether it is the name of a province or city, with or without the word for one."""
    words = fold(text[:_LOOKED_AT])
    return words.removeprefix("tp ").removeprefix("tinh ").removeprefix("thanh pho ") in _PROVINCES


def is_bank(text: str) -> bool:
    """Whether it begins with the name of a bank, as people write it behind an account."""
    return _BANK.match(fold(text[:_LOOKED_AT])) is not None


def is_address(text: str) -> bool:
    """Whether it is a house number before words, has two words of places, or ends with a province."""
    words = fold(text[:_LOOKED_AT])
    if is_contact(text):
        return False
    places = len(_PLACES.findall(words))
    if places > 1 or (_HOUSE.match(words) and (places or "," in text or len(words.split()) > 2)):
        return True
    return "," in text and is_province(text.rpartition(",")[2])


def is_person(text: str, any_surname: bool = False) -> bool:
    """Whether it is a person: two to five capitalised words, the first a known surname (or any)."""
    words = text[:_LOOKED_AT].split()
    return (
        2 <= len(words) <= 5
        and all(word[0].isupper() and word.isalpha() for word in words)
        and (any_surname or fold(words[0]) in _SURNAMES)
        and not is_business(text)
        and not is_province(text)
    )


def is_meant_as_tax_code(text: str) -> bool:
    """Whether it is nothing but a tax code, right or wrong. A wrong code that is a right phone does not
    count."""
    try:
        parse_tax_code(text[:_LOOKED_AT])
    except DomainError as error:
        if error.params.get("reason") == "length":
            return len(str(error.params["value"])) in range(9, 15) and not is_phone(text)
        return error.params.get("reason") not in ("empty", "characters") and not is_phone(text)
    return True
