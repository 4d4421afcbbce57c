"""A person or a business written in one line: names, an address, a tax code, an e-mail and a phone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace

from domain.intakes.entries import EntryField
from domain.intakes.lines import Line
from domain.intakes.looks import business_in, is_address, is_business, is_chatter, is_person, without_courtesy
from domain.intakes.numbers import Piece, PieceKind
from domain.intakes.pieces import fields_of
from domain.text import flat, tidy

_GLANCE = 1_000
_NAMES = (EntryField.REPRESENTATIVE, EntryField.NAME, EntryField.NOTICE_NAME)


@dataclass(frozen=True, slots=True)
class Contact:
    """What was said, not checked yet; empty where nothing was."""

    name: str
    email: str = ""
    phone: str = ""


def read_contact(text: str) -> Contact:
    """What a typed text says of a person. Without an e-mail or a phone in it, all of it is the name."""
    pieces = Line(" ".join(tidy(text[:_GLANCE]).split())).pieces()
    email = _first(pieces, PieceKind.EMAIL)
    number = _first(pieces, PieceKind.NUMBER)
    phone = number if number is not None and (email or number.phone or number.is_fixed) else None
    if email is None and phone is None:
        return Contact(text)
    names = [piece.text for piece in pieces if piece.kind is PieceKind.TEXT and _may_be_name(piece)]
    return Contact(
        without_courtesy(" ".join(names)).strip(" ,;:|-"),
        email.text if email else "",
        phone.text if phone else "",
    )


def with_parted_texts(texts: Mapping[EntryField, str]) -> Mapping[EntryField, str]:
    """The texts of an entry, what stands together in one of them each in its own field: e-mail and phone, a
    person and their phone, a name and its address."""
    texts = _with_parted_person(_with_parted_contact(_with_parted_name(texts)))
    if EntryField.PHONE in texts and "@" not in texts[EntryField.PHONE]:
        return texts
    for field, other in ((EntryField.PHONE, EntryField.EMAIL), (EntryField.EMAIL, EntryField.PHONE)):
        text = texts.get(field, "")
        if "@" not in text or not text.strip() or other in texts or not _PHONE_BESIDE.search(text[:_GLANCE]):
            continue
        pieces = Line(" ".join(tidy(text[:_GLANCE]).split())).pieces()
        emails = [piece.text for piece in pieces if piece.kind is PieceKind.EMAIL]
        phones = [piece.text for piece in pieces if piece.phone or piece.is_fixed]
        if emails and (phones or field is EntryField.PHONE):
            parted = {EntryField.EMAIL: "; ".join(emails), EntryField.PHONE: " / ".join(phones)}
            return {**texts, **{of: said for of, said in parted.items() if said}}
    return texts


def _with_parted_person(texts: Mapping[EntryField, str]) -> Mapping[EntryField, str]:
    text = texts.get(EntryField.REPRESENTATIVE, "")
    if EntryField.PHONE in texts or not _PHONE_BESIDE.search(text[:_GLANCE]):
        return texts
    pieces = Line(" ".join(tidy(text[:_GLANCE]).split())).pieces()
    if [piece.kind for piece in pieces] != [PieceKind.TEXT, PieceKind.NUMBER] or not pieces[1].phone:
        return texts
    return {**texts, EntryField.REPRESENTATIVE: pieces[0].text, EntryField.PHONE: pieces[1].text}


def _with_parted_contact(texts: Mapping[EntryField, str]) -> Mapping[EntryField, str]:
    """The texts, with a phone and a representative that stand behind the name in fields of their own."""
    whole = texts.get(EntryField.NAME, "")
    is_likely = _PHONE_BEHIND.search(whole[:_GLANCE]) or (
        ":" in whole and _LABEL_BEHIND.search(whole[:_GLANCE])
    )
    if not is_likely or not is_business(whole[:_GLANCE]):
        return texts
    found, more = fields_of(Line(" ".join(tidy(whole[:_GLANCE]).split())).pieces())
    parted = found.keys() & {EntryField.PHONE, EntryField.REPRESENTATIVE}
    if (
        more
        or EntryField.NAME not in found
        or found.keys() - parted != {EntryField.NAME}
        or parted & texts.keys()
    ):
        return texts
    return {**texts, **found}


def _with_parted_name(texts: Mapping[EntryField, str]) -> Mapping[EntryField, str]:
    if EntryField.NAME in texts and EntryField.ADDRESS in texts:
        return texts
    whole = texts.get(EntryField.NAME) or texts.get(EntryField.ADDRESS, "")
    if not is_business(whole[:_GLANCE]):
        return texts
    parts = _NAME_END.split(whole[:_GLANCE], maxsplit=1)
    if len(parts) < 2 or is_business(parts[1]) or not is_address(parts[1]):
        return texts
    return {**texts, EntryField.NAME: parts[0].strip(), EntryField.ADDRESS: parts[1].strip()}


_PHONE_BEHIND = re.compile(r"\d(?:[ .()-]{0,3}\d){8}")
_LABEL_BEHIND = re.compile(r"[(\s:]{1,2}[^\W\d_ ]{2,6}\s?:")
_NAME_END = re.compile(r"\s[-–]\s|\n")
_PHONE_BESIDE = re.compile(r"(?<![\w@.])\+?\d(?:[ .()-]{0,3}\d){7}")


def _first(pieces: list[Piece], kind: PieceKind) -> Piece | None:
    return next((piece for piece in pieces if piece.kind is kind), None)


def _may_be_name(piece: Piece) -> bool:
    return piece.label is None or piece.label.field in _NAMES


@dataclass(frozen=True, slots=True)
class Party:
    """Who somebody is, as one line says it, not checked yet; empty where nothing was said."""

    business: str = ""
    person: str = ""
    address: str = ""
    tax_code: str = ""
    email: str = ""
    phone: str = ""
    unsure: str = ""
    """What may be the business's name: the only part that is nothing else, where no business is named."""


def read_party(text: str) -> Party:
    """What a line says of a business and of the person behind it, in any order.

    Without an e-mail or a number in it, or with nothing beside one, the line is one answer, and all is empty.
    So it is for lines with tax codes of several businesses, which are a list.
    """
    lines = (" ".join(line.split()) for line in tidy(text[:_GLANCE]).splitlines())
    pieces = Line("; ".join(filter(None, lines))).pieces()
    email = _first(pieces, PieceKind.EMAIL)
    numbers = [piece for piece in pieces if piece.kind is PieceKind.NUMBER]
    # Twelve digits may be the number of the person.
    firms = {one.tax_code for one in numbers if one.tax_code and not one.phone and len(one.tax_code) != 12}
    if len(firms) > 1:
        return Party()
    code = _labelled(numbers, EntryField.TAX_CODE)
    phones = [one for one in numbers if one is not code and (one.phone or one.is_fixed)]
    # A number that may be either is the code if there is another phone.
    phones.sort(key=lambda one: bool(one.tax_code))
    phone = _labelled(numbers, EntryField.PHONE) or next(iter(phones), None)
    code = code or next(
        (one for one in numbers if one is not phone and (one.tax_code or len(one.text) > _SHORTER)), None
    )
    texts: dict[EntryField, str] = {}
    rest: list[str] = []
    for piece in pieces:
        if piece.kind is not PieceKind.TEXT:
            continue
        if piece.label and piece.label.field:
            texts.setdefault(piece.label.field, without_courtesy(piece.text))
            continue
        for part in filter(None, map(_said, _parts(piece.text))):
            field = _field_of(part)
            if field is None or field in texts:
                rest.append(part)
            else:
                texts[field] = part
    if is_address(", ".join(rest)):
        texts.setdefault(EntryField.ADDRESS, ", ".join(rest))
    named = EntryField.NAME in texts or EntryField.ADDRESS in texts or len(rest) != 1
    party = Party(
        texts.get(EntryField.NAME, ""),
        texts.get(EntryField.REPRESENTATIVE, ""),
        texts.get(EntryField.ADDRESS, ""),
        code.text if code else "",
        email.text if email else "",
        phone.text if phone and phone is not code else "",
    )
    several = sum(map(bool, astuple(party))) > 1
    if not named and code and not is_chatter(rest[0]) and any(map(str.isalpha, rest[0])):
        party = replace(party, unsure=rest[0])
    return party if several and (party.tax_code or party.email or party.phone) else Party()


_SHORTER = 8
"""A number with more characters is a code or a phone, right or wrong."""

_MOST_NAMES = 6

_INTRODUCED = re.compile(r"(?:(?:em|chi|anh|minh|toi) )?(?:ten(?: la)?|la) ")


def _parts(text: str) -> Iterator[str]:
    """The parts between commas; a business right behind a person is a part of its own."""
    for part in text.split(","):
        words = part.split()
        places = range(2, min(len(words), _MOST_NAMES))
        at = next((one for one in places if is_business(" ".join(words[one : one + 2]))), 0)
        if at and is_person(" ".join(words[:at]).title()):
            yield " ".join(words[:at])
            yield " ".join(words[at:])
        else:
            yield part


def _said(part: str) -> str:
    """A part without the words that introduce it, and those of politeness."""
    part = part.strip()
    introduced = _INTRODUCED.match(flat(part))
    return business_in(without_courtesy(part[introduced.end() :] if introduced else part))


def _labelled(numbers: list[Piece], field: EntryField) -> Piece | None:
    return next((one for one in numbers if one.label and one.label.field is field), None)


def _field_of(part: str) -> EntryField | None:
    if is_business(part):
        return EntryField.NAME
    return EntryField.REPRESENTATIVE if is_person(part.title()) else None
