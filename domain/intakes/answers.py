"""Answers to the form of all gaps, as people write them in one message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.intakes.entries import EntryField
from domain.intakes.lines import Line, without_number
from domain.intakes.looks import is_business, is_chatter, is_person, without_courtesy
from domain.intakes.numbers import Piece, PieceKind
from domain.intakes.pasting import TEXT_LIMIT
from domain.intakes.pieces import comma_parts, field_of, fields_of
from domain.text import tidy


@dataclass(frozen=True, slots=True)
class AskedEntry:
    """What the form asks of one entry. `fields` are in the order of the form."""

    position: int
    tax_code: str
    fields: tuple[EntryField, ...]


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """The text that a message gives for one field of the entry at `position`, not checked yet."""

    position: int
    field: EntryField
    text: str


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """What a reply to the form says.

    `unread` are the pieces that fit nowhere, as written; `further` are the lines that list other customers.
    """

    answers: tuple[FieldAnswer, ...]
    unread: tuple[str, ...]
    further: str = ""


def read_answers(text: str, asked: Sequence[AskedEntry]) -> ReadAnswers:
    """Read a reply to the form of all gaps.

    A line names its customer by the number of its entry ("3.", "3:", "3") or by tax code. A line without
    either goes on with the customer of the line before, or belongs to the only entry that is asked about,
    unless it lists a customer that nobody asked about.

    Pieces are recognised by label or look. Other texts, separated by ";", "|" or a tab, answer the open
    fields in order. Until a line has named an entry they may be talk, so only a look or a label counts there.
    Talk answers nothing.
    """
    answers: list[FieldAnswer] = []
    unread: list[str] = []
    further: list[str] = []
    left = {entry.position: list(entry.fields) for entry in asked}
    several = len(asked) > 1
    current, is_named = (None if several or not asked else asked[0]), False
    for written in tidy(text[:TEXT_LIMIT]).splitlines():
        if not written.strip():
            continue
        number, rest = without_number(written, left if several else ())
        named = next((entry for entry in asked if entry.position == number), None)
        line = Line(rest)
        # A number that names no entry may begin the only answer, as a house number does.
        whole = line if named or several or rest == written else Line(written)
        pieces = whole.pieces(only_signs=True)
        if by_code := _named_by_code(pieces, asked):
            named, pieces = by_code
        elif _is_further(line, named, left[current.position] if current else ()):
            further.append(written)
            current = None if several else current
            continue
        elif number is not None and named is None and several:
            current = None
        current = named or current
        telling = [
            replace(piece, text=without_courtesy(piece.text)) for piece in pieces if not _is_talk(piece)
        ]
        if named is None and not telling:
            continue
        if current is None or (pieces and not telling):
            unread.append(written.strip())
            continue
        fields = left[current.position]
        is_named = is_named or named is not None
        for field, said in _answers(telling, fields, unread, is_sure=is_named):
            fields.remove(field)
            answers.append(FieldAnswer(current.position, field, said))
    return ReadAnswers(tuple(answers), tuple(unread), "\n".join(further))


def _is_further(line: Line, named: AskedEntry | None, left: Sequence[EntryField]) -> bool:
    """Whether a line is another customer: a business with its tax code, or a code that answers nothing."""
    pieces = line.pieces()
    texts, _ = fields_of(pieces)
    if EntryField.TAX_CODE not in texts:
        return False
    if is_business(texts.get(EntryField.NAME, "")):
        return not (named and EntryField.NAME in named.fields)
    if named or EntryField.TAX_CODE in left:
        return False
    # In a list of nothing but tax codes one may look like the phone that is asked for.
    return not (EntryField.PHONE in left and any(piece.phone for piece in pieces))


def _named_by_code(
    pieces: Sequence[Piece], asked: Sequence[AskedEntry]
) -> tuple[AskedEntry, list[Piece]] | None:
    """The entry whose tax code stands in the line, and the other pieces."""
    by_code = {entry.tax_code: entry for entry in reversed(asked)}
    for place, piece in enumerate(pieces):
        if piece.tax_code and (entry := by_code.get(piece.tax_code)):
            return entry, [*pieces[:place], *pieces[place + 1 :]]
    return None


def _is_talk(piece: Piece) -> bool:
    """Whether these are words to the reader ("em nhé"). A name in small letters has a surname in front."""
    return (
        piece.kind is PieceKind.TEXT
        and piece.label is None
        and is_chatter(piece.text)
        and not any(char.isdigit() for char in piece.text)
        and not is_person(piece.text.title())
    )


_EMAILS = (EntryField.EMAIL, EntryField.NOTICE_EMAIL, EntryField.INVOICE_EMAIL)
_PHONES = (EntryField.PHONE, EntryField.NOTICE_PHONE)
_CODES = (EntryField.TAX_CODE, EntryField.INVOICE_TAX_ID)
_NUMBERS = {*_EMAILS, *_PHONES, *_CODES}


def _answers(
    pieces: Sequence[Piece], fields: Sequence[EntryField], unread: list[str], is_sure: bool
) -> Iterator[tuple[EntryField, str]]:
    """Each of the `fields` that is answered, once. What fits none is added to `unread`.

    A text of no known look counts as an answer only if it `is_sure` that the pieces are answers.
    """
    left = list(fields)
    texts: list[str] = []
    for piece in pieces:
        wanted = _wanted(piece)
        found = next((one for one in wanted if one in left), None)
        if found:
            left.remove(found)
            yield found, piece.text
        elif piece.kind is PieceKind.TEXT and not piece.label:
            texts.append(piece.text)
        else:
            unread.append(piece.text)
    open_texts = [one for one in left if one not in _NUMBERS]
    if len(open_texts) > 1 and len(texts) == 1:
        texts = comma_parts(texts[0])
    for text in list(texts):
        found = field_of(text)
        if found in open_texts:
            open_texts.remove(found)
            texts.remove(text)
            yield found, text
    if not is_sure:
        unread += texts
        return
    if len(open_texts) == 1 and texts:
        yield open_texts[0], ", ".join(texts)
        return
    for one, text in zip(open_texts, texts, strict=False):
        yield one, text
    unread += texts[len(open_texts) :]


def _wanted(piece: Piece) -> Sequence[EntryField]:
    """The fields that a piece may answer, the likeliest first; none for a text without a label."""
    if piece.label:
        return (piece.label.field,) if piece.label.field else ()
    if piece.kind is PieceKind.EMAIL:
        return _EMAILS
    if piece.kind is PieceKind.TEXT:
        return ()
    if piece.phone or piece.is_fixed:
        return (*_PHONES, *(_CODES if piece.tax_code else ()))
    return _CODES
