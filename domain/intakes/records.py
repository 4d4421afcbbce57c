"""A customer of a pasted text as far as it is read, and what the next line adds to it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from domain.intakes.entries import APART, EntryField
from domain.intakes.looks import is_business
from domain.intakes.numbers import Piece, PieceKind

_LABEL = re.compile(r"\s*[^\W\d][^\d:]{2,40}:\s")
_BLOCK_FIELDS = 2
"""A customer written over several lines has at most this many fields in a line."""


@dataclass(slots=True)
class Record:
    """A customer as far as it is read.

    `open`: the next line may go on with it. `most` is the largest number of fields in one of its lines.
    """

    line: int
    texts: dict[EntryField, str]
    numbered: bool = False
    most: int = field(init=False)
    open: bool = True
    added: set[EntryField] = field(default_factory=set)
    """What lines below the first one gave."""

    def __post_init__(self) -> None:
        self.most = len(self.texts)

    @property
    def is_customer(self) -> bool:
        if EntryField.TAX_CODE in self.texts:
            return True
        named = is_business(self.texts.get(EntryField.NAME, ""))
        return named and (self.numbered or len(self.texts) > 1)

    def go_on(self, texts: dict[EntryField, str]) -> None:
        """Take the texts of a line below."""
        self.texts.update(texts)
        self.added.update(texts)
        self.most = max(self.most, len(texts))

    def doubt(self, lines: Collection[int]) -> None:
        """Have the tax code asked about if the customer stands in one of these lines."""
        if self.line in lines and EntryField.TAX_CODE in self.texts:
            self.texts[EntryField.TAX_CODE] = APART + self.texts[EntryField.TAX_CODE]


def doubt_last_contact(records: Sequence[Record]) -> None:
    """Have a contact asked about that stands alone below the last of several customers of one line each."""
    *others, last = records
    if not others or any(record.added or len(record.texts) > 2 for record in others):
        return
    for of in last.added & {EntryField.PHONE, EntryField.EMAIL}:
        if not any(of in record.texts for record in others):
            last.texts[of] = APART + last.texts[of]


def set_beside(
    record: Record, texts: dict[EntryField, str], pieces: Sequence[Piece], corrected: bool
) -> bool:
    """Take out of a line's texts a tax code that says nothing new of the customer above: its own, or the
    number of its director. A corrected one is kept beside the other, to choose from. Says whether
    there was such a code."""
    code, above = texts.get(EntryField.TAX_CODE), record.texts.get(EntryField.TAX_CODE)
    if code is None or above is None or EntryField.NAME in texts:
        return False
    labels = [piece.label for piece in pieces if piece.label]
    is_own = any(label.standing for label in labels) and any(
        label.field is EntryField.REPRESENTATIVE for label in labels
    )
    if (code == above and labels) or is_own:
        del texts[EntryField.TAX_CODE]
    elif corrected:
        record.texts[EntryField.TAX_CODE] = f"{code} / {above}"
        del texts[EntryField.TAX_CODE]
    else:
        return False
    return True


def says_nothing(line: str, texts: dict[EntryField, str], pieces: Sequence[Piece]) -> bool:
    """Whether a line has labels of what no list needs, such as an account, and no others."""
    labels = [piece.label for piece in pieces if piece.label]
    if not labels and _LABEL.match(line):
        return not texts
    return bool(labels) and not (texts and any(label.field for label in labels))


def goes_on(record: Record, texts: dict[EntryField, str], pieces: Sequence[Piece], has_more: bool) -> bool:
    """Whether a line goes on with the customer above: it is as short and fills only fields open there."""
    if not texts or has_more or texts.keys() & record.texts.keys():
        return False
    if any(piece.is_sum for piece in pieces):
        return False  # A sum of money stands in a row of its own.
    if record.most > _BLOCK_FIELDS or len(texts) > _BLOCK_FIELDS:
        return False
    is_bare = len(pieces) == 1 and pieces[0].kind is PieceKind.NUMBER and not pieces[0].label
    if is_bare and EntryField.PHONE in texts:
        # In a list of nothing but tax codes this is a mistyped one.
        return record.most == 1 and len(record.texts) > 1
    return True
