"""Answers to the form of all gaps, as people write them in one message."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.identifiers import parse_tax_code
from domain.intakes.entries import EntryField
from domain.intakes.lines import Form, Piece, pieces_of, tidy, without_number
from domain.intakes.looks import is_business, is_chatter, is_person, without_courtesy
from domain.intakes.pasting import TEXT_LIMIT
from domain.intakes.pieces import comma_parts, field_of, fields_of

# A number needs no full stop where only the numbers of the form can stand.
_NUMBER = re.compile(r"\s*(\d{1,4})\s*[.:;,)\]|/–—-]*(?:\s+(?=\S)|\s*$)")


@dataclass(frozen=True, slots=True)
class Gap:
    """What the form of all gaps asks of one entry: `fields` in the order in which they stand there."""

    position: int
    tax_code: str
    fields: tuple[EntryField, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The text that a line gives for one field of the entry at `position`, not checked yet."""

    position: int
    field: EntryField
    text: str


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """What a reply to the form says: answers, pieces that could not be put anywhere, as written, and the
    lines that list further customers."""

    answers: tuple[Answer, ...]
    unread: tuple[str, ...]
    further: str = ""


def read_answers(text: str, gaps: Sequence[Gap]) -> ReadAnswers:
    """What a reply to the form of all gaps gives.

    A line names its customer by the number of its entry ("3.", "3:", "3") or by tax code. One that names
    nobody goes on with the customer of the line before, or belongs to the only gap, unless it is a customer
    that nobody asked about. Pieces are known by label or look; the other texts answer the open fields in
    their order, parted by ";", "|" or a tab, but only look or label tells what a line without a name is for:
    it may be talk. Talk answers nothing.
    """
    answers: list[Answer] = []
    unread: list[str] = []
    further: list[str] = []
    open_fields = {gap.position: list(gap.fields) for gap in gaps}
    current, is_named = gaps[0] if len(gaps) == 1 else None, False
    for line in tidy(text[:TEXT_LIMIT]).splitlines():
        if not line.strip():
            continue
        number, rest = _numbered(line, open_fields)
        named = next((gap for gap in gaps if gap.position == number), None)
        pieces = pieces_of(rest if named or len(gaps) > 1 else line, only_signs=True)
        if by_code := _gap_named(pieces, gaps):
            named, pieces = by_code
        elif _is_further(rest, named, open_fields[current.position] if current else ()):
            further.append(line)
            current = None if len(gaps) > 1 else current
            continue
        elif number is not None and named is None and len(gaps) > 1:
            current = None
        current = named or current
        telling = [
            replace(piece, text=without_courtesy(piece.text)) for piece in pieces if not _is_talk(piece)
        ]
        if named is None and not telling:
            continue
        if current is None or (pieces and not telling):
            unread.append(line.strip())
            continue
        fields = open_fields[current.position]
        is_named = is_named or named is not None
        for answered, said in _answers(telling, fields, unread, is_sure=is_named):
            fields.remove(answered)
            answers.append(Answer(current.position, answered, said))
    return ReadAnswers(tuple(answers), tuple(unread), "\n".join(further))


def _numbered(line: str, open_fields: Mapping[int, object]) -> tuple[int | None, str]:
    """The number that the line begins with, and the rest of it."""
    number, rest = without_number(line)
    loose = _NUMBER.match(line) if number is None and len(open_fields) > 1 else None
    if loose and int(loose[1]) in open_fields:
        return int(loose[1]), line[loose.end() :]
    return number, rest


def _is_further(line: str, named: Gap | None, open_fields: Sequence[EntryField]) -> bool:
    """Whether a line is another customer: a business with its tax code, or a code that answers nothing."""
    texts, _ = fields_of(pieces_of(line))
    if EntryField.TAX_CODE not in texts:
        return False
    if is_business(texts.get(EntryField.NAME, "")):
        return not (named and EntryField.NAME in named.fields)
    if named or EntryField.TAX_CODE in open_fields:
        return False
    # In a list of nothing but tax codes one may look like the phone that is asked for.
    may_be_phone = any(piece.number and piece.number.phone for piece in pieces_of(line))
    return not (may_be_phone and EntryField.PHONE in open_fields)


def _gap_named(pieces: Sequence[Piece], gaps: Sequence[Gap]) -> tuple[Gap, list[Piece]] | None:
    """The gap whose tax code stands in the line, and the other pieces."""
    for place, piece in enumerate(pieces):
        if piece.number and piece.number.tax_code:
            code = parse_tax_code(piece.text).value
            for gap in gaps:
                if gap.tax_code == code:
                    return gap, [*pieces[:place], *pieces[place + 1 :]]
    return None


def _is_talk(piece: Piece) -> bool:
    """Words to the reader, such as "em nhé"; names that are written small have a surname in front."""
    return (
        piece.form is Form.TEXT
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
    """Each open field that is answered, once; what fits none goes to `unread`."""
    left = list(fields)
    texts: list[str] = []
    for piece in pieces:
        wanted = _wanted(piece)
        found = next((one for one in wanted if one in left), None)
        if found:
            left.remove(found)
            yield found, piece.text
        elif piece.form is Form.TEXT and not piece.label:
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
    """The fields that a piece may answer, the likeliest first."""
    if piece.label:
        return [piece.label.field] if piece.label.field else []
    if piece.form is Form.EMAIL:
        return _EMAILS
    if piece.number is None:
        return []
    if piece.number.phone or piece.number.fixed:
        return [*_PHONES, *(_CODES if piece.number.tax_code else ())]
    return _CODES
