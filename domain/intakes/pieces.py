"""From the pieces of a line to the fields of its customers."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from domain.accounting import recognise_regime, recognise_vat_method
from domain.customer_fields import parse_kind
from domain.customers import CustomerKind, kind_of_name
from domain.errors import DomainError
from domain.intakes.asides import (
    is_aside,
    is_document,
    is_registration,
    person_behind,
    with_methods_apart,
    without_asides,
)
from domain.intakes.columns import is_heading
from domain.intakes.entries import APART, EntryField
from domain.intakes.looks import business_in, is_address, is_business, is_chatter, is_person, is_province
from domain.intakes.numbers import Piece, PieceKind
from domain.text import fold

_SHORT = 60
_CODE_LENGTH = 10
_WITH_COMMAS = (EntryField.ADDRESS, EntryField.LABELS, EntryField.INVOICE_NAME, EntryField.INVOICE_ADDRESS)
_FORMS_BEHIND = (
    "ltd",
    "inc",
    "jsc",
    "llc",
    "corp",
    "co ltd",
    "pte ltd",
    "limited",
    "company limited",
    "gmbh",
)
_METHODS = {"vat": EntryField.VAT_METHOD, "regime": EntryField.REGIME}
_SEVERAL = {EntryField.PHONE: " / ", EntryField.EMAIL: "; "}


def by_customer(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of a line, customer by customer: each part has at most one tax code."""
    codes = [piece for piece in pieces if _is_code(piece)]
    if len(codes) > 1:
        if not any(piece.label or field_of(piece.text) for piece in pieces if piece.kind is PieceKind.TEXT):
            # In a line of nothing but codes, a number that may be a phone is a code too.
            codes = [piece for piece in pieces if _is_code(piece) or _may_be_code(piece)]
        # A personal ID beside a tax code is that of the owner.
        others = _of_lower_standing(pieces, codes) or _ids_of_owners(pieces, codes)
        pieces = [piece for piece in pieces if piece not in others]
    places = [place for place, piece in enumerate(pieces) if piece in codes]
    if len(places) < 2:
        return [list(pieces)]
    cuts = [0]
    for place, code in pairwise(places):
        # A customer named before its code ends at the next name; others end at the next code.
        named_before = any(map(_may_be_name, pieces[cuts[-1] : place]))
        names = [at for at in range(place + 1, code) if _may_be_name(pieces[at])]
        cuts.append(names[-1] if named_before and names else code)
    return [list(pieces[start:end]) for start, end in pairwise([*cuts, len(pieces)])]


def _of_lower_standing(pieces: Sequence[Piece], codes: Sequence[Piece]) -> list[Piece]:
    """The codes that their labels call a person's or old, where no more businesses are named than others."""
    standings = [piece.label.standing if piece.label else 0 for piece in codes]
    lower = [piece for piece, one in zip(codes, standings, strict=True) if one > min(standings)]
    return lower if _businesses(pieces) <= len(codes) - len(lower) else []


def _is_household(piece: Piece) -> bool:
    return piece.kind is PieceKind.TEXT and kind_of_name(business_in(piece.text)) is CustomerKind.HOUSEHOLD


def _businesses(pieces: Sequence[Piece]) -> int:
    return sum(is_business(business_in(piece.text)) for piece in pieces if piece.kind is PieceKind.TEXT)


def _ids_of_owners(pieces: Sequence[Piece], codes: Sequence[Piece]) -> list[Piece]:
    """The personal IDs that stand beside firms' codes, where no more businesses are named than those."""
    ids = [piece for piece in codes if piece.label is None and len(piece.tax_code or "") == 12]
    if len(ids) == 1 and _businesses(pieces) == 1 and any(map(_is_household, pieces)):
        others = [piece for piece in codes if piece not in ids]
        # The owner's number is a household's code, but not that of a customer with a name of its own.
        return [] if any(_has_own_name(pieces, piece) for piece in others) else others
    return ids if 0 < _businesses(pieces) <= len(codes) - len(ids) else []


def _has_own_name(pieces: Sequence[Piece], code: Piece) -> bool:
    """Whether a name that may be a customer's stands right beside the code, and no household's."""
    at = pieces.index(code)
    beside = [piece for piece in pieces[max(at - 1, 0) : at + 2] if piece.kind is PieceKind.TEXT]
    named = [piece for piece in beside if piece.label is None and piece.text[:1].isupper()]
    return any(map(_may_be_name, named)) and not any(map(_is_household, beside))


def fields_of(pieces: Iterable[Piece]) -> tuple[dict[EntryField, str], bool]:
    """The texts of one customer by field, and whether something is left that belongs to no field."""
    found: dict[EntryField, str] = {}
    numbers: list[Piece] = []
    texts: list[str] = []
    for piece in pieces:
        if piece.label:
            if piece.label.field and not is_registration(piece.text):
                texts += _take_labelled(found, piece.label.field, piece)
        elif piece.kind is PieceKind.EMAIL:
            _add(found, EntryField.EMAIL, piece.text)
        elif piece.kind is PieceKind.NUMBER:
            numbers += [piece] * (not piece.is_sum)
        else:
            said = piece.text
            if is_business(business_in(said)):
                said, behind = with_methods_apart(without_asides(said))
                found.update({_METHODS[method]: text for method, text in behind.items()})
            texts += [text for text in comma_parts(said) if not is_aside(text)]
    # A person beside a number that may be a phone is somebody to call, not a customer.
    calls = any(map(is_person, texts)) and not any(is_business(business_in(text)) for text in texts)
    _take_numbers(found, numbers, calls)
    left = _take_texts(found, texts)
    if name := found.get(EntryField.NAME):
        _part_name(found, without_asides(name))
    return found, bool(left)


def _part_name(found: dict[EntryField, str], name: str) -> None:
    """Take the name; a person behind it, with nothing between, is the representative if nobody else is."""
    found[EntryField.NAME] = name
    if EntryField.REPRESENTATIVE not in found and (parted := person_behind(name)):
        firm, found[EntryField.REPRESENTATIVE] = parted
        found[EntryField.NAME] = f"{firm}{APART}{name}"


def comma_parts(text: str) -> list[str]:
    """The parts of a text between its commas; the parts of one address stay together."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found: list[str] = []
    for part in parts:
        if found and (fold(part) in _FORMS_BEHIND or _is_more_of(found[-1], part)):
            found[-1] = f"{found[-1]}, {part}"
        else:
            found.append(part)
    return found


def _is_more_of(address: str, part: str) -> bool:
    """Whether `part`, behind a comma, goes on with the address. A person of two words may be a place."""
    if is_business(part) or is_business(address):
        return False
    if is_person(part) and (len(part.split()) > 2 or is_province(address.rpartition(",")[2])):
        return False
    return is_address(address) or is_province(part) or is_address(f"{address}, {part}")


def _take_labelled(found: dict[EntryField, str], field: EntryField, piece: Piece) -> list[str]:
    """Take the text of a label. Returns the parts behind it that belong to something else."""
    text, rest = piece.text, []
    if field not in _WITH_COMMAS and piece.kind is PieceKind.TEXT:
        text, *rest = comma_parts(text) or [text]
        while field is EntryField.NAME and rest and field_of(rest[0]) is None:
            text = f"{text}, {rest.pop(0)}"
    _add(found, field, text)
    return rest


def _take_numbers(found: dict[EntryField, str], numbers: Sequence[Piece], calls: bool) -> None:
    """Take the number that must be the tax code, and the others as phones.

    Two numbers that may each be both are kept together as a doubtful tax code.
    """
    rest = list(numbers)
    if EntryField.TAX_CODE not in found:
        sure = [piece for piece in rest if piece.tax_code and not piece.phone]
        either = [piece for piece in rest if not calls and piece.tax_code and piece.phone]
        wrong = [piece for piece in rest if piece.is_wrong]
        if either and not sure and either[0] is not rest[0]:
            either.insert(0, rest[0])  # The number stands where a code would and may be a mistyped one.
        # A mistyped code beside a phone that has the digits of a code.
        mistyped = [piece for piece in wrong if len(piece.text) == _CODE_LENGTH]
        if not sure and len(either) == 1 and mistyped:
            either += mistyped
        if not sure and len(either) > 1:
            found[EntryField.TAX_CODE] = " / ".join(piece.text for piece in either)
            rest = [piece for piece in rest if piece not in either]
        elif chosen := (sure or either or wrong)[:1]:
            found[EntryField.TAX_CODE] = chosen[0].text
            rest.remove(chosen[0])
    for piece in rest:
        _add(found, EntryField.PHONE, piece.text)


def _take_texts(found: dict[EntryField, str], texts: Sequence[str]) -> list[str]:
    """Take the texts of a sure look first, then those that fit an open field. Returns the others."""
    unsure: list[str] = []
    left: list[str] = []
    for text in texts:
        field = field_of(text)
        if field and field not in found:
            found[field] = business_in(text) if field is EntryField.NAME else text
        else:
            (unsure if field is None and not is_chatter(text) else left).append(text)
    if EntryField.TAX_CODE in found and EntryField.NAME not in found:
        named = [
            text for text in unsure if text[0].isupper() and not is_heading(text) and not is_document(text)
        ]
        if named:
            found[EntryField.NAME] = max(named, key=len)
            unsure.remove(found[EntryField.NAME])
    for text in unsure:
        if EntryField.NAME not in found:
            left.append(text)
        elif EntryField.REPRESENTATIVE not in found and is_person(text, any_surname=True):
            found[EntryField.REPRESENTATIVE] = text
        elif EntryField.ADDRESS not in found and is_province(text):
            found[EntryField.ADDRESS] = text
        else:
            left.append(text)
    return left


def field_of(text: str) -> EntryField | None:
    """The field of a text by its look alone; `None` when the look is not sure."""
    name = business_in(text)
    if is_business(name):
        return None if is_chatter(name) else _kind_or_name(name)
    if is_address(text):
        return EntryField.ADDRESS
    if is_person(text):
        return EntryField.REPRESENTATIVE
    if len(text) <= _SHORT and recognise_vat_method(text):
        return EntryField.VAT_METHOD
    if len(text) <= _SHORT and recognise_regime(text):
        return EntryField.REGIME
    return _kind_or_name(text) if len(text) <= _SHORT and _is_kind(text) else None


def _kind_or_name(text: str) -> EntryField:
    return EntryField.KIND if _is_kind(text) else EntryField.NAME


def _is_kind(text: str) -> bool:
    try:
        parse_kind(text)
    except DomainError:
        return False
    return True


def _is_code(piece: Piece) -> bool:
    if piece.kind is not PieceKind.NUMBER:
        return False
    if piece.label:
        return piece.label.field is EntryField.TAX_CODE
    return piece.is_wrong or (piece.tax_code is not None and piece.phone is None)


def _may_be_name(piece: Piece) -> bool:
    name = business_in(piece.text)
    if piece.kind is not PieceKind.TEXT or is_chatter(name):
        return False
    if piece.label:
        return piece.label.field is EntryField.NAME
    return field_of(name) in (EntryField.NAME, None)


def _may_be_code(piece: Piece) -> bool:
    return piece.label is None and piece.tax_code is not None


def _add(found: dict[EntryField, str], field: EntryField, text: str) -> None:
    """Keep the first text of a field. Several phones or e-mails are all kept, to choose from."""
    if field not in found:
        found[field] = text
    elif field in _SEVERAL and text not in found[field]:
        found[field] += _SEVERAL[field] + text
