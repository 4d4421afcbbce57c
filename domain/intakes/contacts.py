"""A person to be told, written in one line: a name, an e-mail and a phone, in any order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.intakes.entries import EntryField
from domain.intakes.lines import Line, Piece, PieceKind
from domain.intakes.looks import without_courtesy
from domain.text import tidy

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


def with_parted_contacts(texts: Mapping[EntryField, str]) -> Mapping[EntryField, str]:
    """The texts of an entry, an e-mail and a phone that stand in one of them each in its own field."""
    if "@" not in texts.get(EntryField.PHONE, "") and EntryField.PHONE in texts:
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


_PHONE_BESIDE = re.compile(r"(?<![\w@.])\+?\d(?:[ .()-]{0,3}\d){7}")


def _first(pieces: list[Piece], kind: PieceKind) -> Piece | None:
    return next((piece for piece in pieces if piece.kind is kind), None)


def _may_be_name(piece: Piece) -> bool:
    return piece.label is None or piece.label.field in _NAMES
