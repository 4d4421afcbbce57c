"""A person to be told, written in one line: a name, an e-mail and a phone, in any order."""

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


def _first(pieces: list[Piece], kind: PieceKind) -> Piece | None:
    return next((piece for piece in pieces if piece.kind is kind), None)


def _may_be_name(piece: Piece) -> bool:
    return piece.label is None or piece.label.field in _NAMES
