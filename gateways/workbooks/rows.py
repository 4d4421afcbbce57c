"""The rows of one table: its customers, what is none, and where the next table begins."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from domain.intakes.asides import is_refusal, refused_from, without_markup
from domain.intakes.columns import find_heading_row, is_footer, is_heading, meaning_of, recognise_columns
from domain.intakes.entries import LEFT_LENGTH, EntryField
from domain.intakes.garbled import font_of, mended, readable
from domain.intakes.looks import SHAPES, codes_in, is_business, is_chatter
from domain.intakes.rivals import Place, texts_of_row
from domain.intakes.stamps import is_dated
from domain.text import fold, tidy
from gateways.workbooks.sheets import Row

Texts = dict[EntryField, str]
_LOOKED_AT = 1_000
_SENTENCE = 5
_KNOWN_FIT = 0.9
_CODE = re.compile(r"(?:\d\D*){6}")
_COLUMN_NUMBER = re.compile(r"\(?[0-9A-Z]{1,2}\)?(?:\s*=.*)?")
_ROMAN = re.compile(r"[IVX]{1,5}\.?")
_NO_CUSTOMER = re.compile(
    r"(?:(?:[ivx]+|[0-9]|[a-d]) )?(?:(?:cac|khoi|nhom) )?(?:cong ty|doanh nghiep|dn|ho kinh doanh|hkd)"
    r"|(?:[a-z ]+ )?ngay(?: \d+)? thang(?: \d+)? nam(?: \d+)?"
)
_CONTACT = {EntryField.PHONE, EntryField.EMAIL}
_TITLES = frozenset(map(fold, SHAPES["titles"]))
_SIGNATURES = ("nguoi lap", "lap bieu", "ky ten")
_MARKED_UP = re.compile(r"&\w{1,8};|&#|<[a-z/]", re.IGNORECASE)


@dataclass(slots=True)
class Rows:
    """The rows with a text in a column that was taken, except rows that are no customer: number and texts.

    After them, `left` names the rows left out that have a tax code, and `rest` are the rows of the next
    table.
    """

    places: Sequence[Place]
    fields: Sequence[EntryField | None]
    headings: Sequence[str]
    rows: Iterator[Row]
    left: list[str] = field(default_factory=list)
    rest: Iterator[Row] | None = None

    def __iter__(self) -> Iterator[tuple[int, Texts]]:
        code_places = [place for place, of, _ in self.places if of is EntryField.TAX_CODE]
        pairs = [(place, of) for place, of, _ in self.places]
        # Nearly all tables have one column of each field.
        is_simple = len({of for _, of in pairs}) == len(pairs)
        free = [place for place, of in enumerate(self.fields) if of is None]
        above: Texts = {}
        signed = False
        for row in self.rows:
            cells, width = row.texts, len(row.texts)
            if is_simple:
                texts = {of: text for place, of in pairs if place < width and (text := cells[place].strip())}
            else:
                texts = texts_of_row(cells, self.places)
            code = texts.get(EntryField.TAX_CODE, "")
            if above and code_places and code_places[0] in row.carried:
                _join(above, texts)
            elif self._is_refused(row, texts, free):
                self.left.append(shown_line(row))
            elif _CODE.search(code) and (code.isdigit() or not is_dated(code)):
                above = texts
                yield row.number, texts
            elif self._begins_another(row):
                self.rest = chain([row], self.rows)
                return
            elif (
                not texts
                or _is_drawn(row.texts)
                or is_aside(row.texts)
                or _is_title(row.texts, texts)
                or _is_contact(texts)
                or (is_dated(code) and not is_business(texts.get(EntryField.NAME, "")))
                or (signed and not is_business(texts.get(EntryField.NAME, "")))
            ):
                signed = signed or _is_signature(row.texts)
                if has_code(row.texts) or (texts and (_is_remark(row.texts) or _is_contact(texts))):
                    self.left.append(shown_line(row))
            else:
                above = texts
                yield row.number, texts

    def _is_refused(self, row: Row, texts: Texts, free: Sequence[int]) -> bool:
        """Whether a column that was not taken, or the only text, says not to buy for this customer."""
        if len(texts) == 1 and sum(map(bool, row.texts)) == 1:
            return refused_from(next(iter(texts.values()))) is not None
        width = len(row.texts)
        for place in free:
            # Nearly all of these cells are empty or a number.
            if place < width and (cell := row.texts[place]) and cell[0].isalpha() and is_refusal(cell):
                return bool(texts)
        return False

    def _begins_another(self, row: Row) -> bool:
        """Whether the row has headings, other than those above."""
        if find_heading_row([row.texts]) is None or list(row.texts) == list(self.headings):
            return False
        fields = recognise_columns(row.texts, [])
        taken = [of for of in fields if of]
        same = all(
            of is None or self.fields[place] is of for place, of in enumerate(fields[: len(self.fields)])
        )
        return len(taken) > 1 and EntryField.TAX_CODE in taken and not same


def tidied(head: Sequence[Row], rows: Iterator[Row]) -> Iterator[Row]:
    """All rows with their texts in proper letters and without markup, if the first ones show a need."""
    texts = [text for row in head for text in row.texts if text]
    is_garbled = any(readable(text) for text in texts)
    has_markup = any(_MARKED_UP.search(text) for text in texts)
    if not is_garbled and not has_markup:
        return chain(head, rows)
    plain = [without_markup(text) for text in texts]
    read = font_of(plain) or mended

    def tidy_text(text: str) -> str:
        text = without_markup(text)
        found = text if refused_from(text) is not None or is_heading(text) else read(text)
        # What can only be guessed is sure enough where it makes a heading.
        guess = readable(found)
        meaning = meaning_of(guess.text) if guess else None
        return guess.text if guess and meaning and meaning.fit >= _KNOWN_FIT else found

    return (row._replace(texts=[tidy_text(text) for text in row.texts]) for row in chain(head, rows))


def has_code(cells: Iterable[str]) -> bool:
    """Whether a right tax code stands somewhere in the cells."""
    return any(any(codes_in(cell[:_LOOKED_AT])) for cell in cells)


def line_of(texts: Sequence[str]) -> str:
    """The texts of a row as a line."""
    cells = (
        "\n".join(" ".join(line.split()) for line in tidy(text).splitlines() if line.strip())
        for text in texts
    )
    return "\t".join(filter(None, cells))


def shown_line(row: Row) -> str:
    """A row to be named, in short."""
    return " ".join(line_of(row.texts).split("\t"))[:LEFT_LENGTH]


def is_aside(cells: Sequence[str]) -> bool:
    """Whether a row without a tax code is a sum, a signature, its date, the title of a part of the list, or
    the number of each column."""
    texts = [text for cell in cells if (text := cell.strip())]
    return bool(texts) and (
        all(map(_COLUMN_NUMBER.fullmatch, texts))
        or (len(texts) == 2 and bool(_ROMAN.fullmatch(texts[0])) and not is_business(texts[1]))
        or is_footer(texts[0])
        or _NO_CUSTOMER.fullmatch(fold(" ".join(texts))) is not None
    )


def _is_signature(cells: Sequence[str]) -> bool:
    """Whether the row heads the signatures below a list."""
    return any(fold(cell).startswith(_SIGNATURES) for cell in cells if cell)


def _is_title(cells: Sequence[str], texts: Texts) -> bool:
    """Whether words alone stand where a tax code should, or talk where a name should: the title of what
    follows, or a remark."""
    if len(texts) != 1 or sum(bool(cell.strip()) for cell in cells) != 1:
        return False
    ((of, text),) = texts.items()
    if is_business(text):
        return False
    if of is EntryField.NAME:
        return _is_remark(cells) and is_chatter(text)
    return of is EntryField.TAX_CODE and not any(map(str.isdigit, text))


def _is_contact(texts: Texts) -> bool:
    """Whether a row without a tax code has nothing but a phone or an e-mail, and perhaps whose it is."""
    said = {of for of, text in texts.items() if text}
    if not said & _CONTACT or said - _CONTACT - {EntryField.NAME, EntryField.REPRESENTATIVE}:
        return False
    words = fold(texts.get(EntryField.NAME, "")).split()
    return not words or words[0] in _TITLES


def _is_drawn(cells: Sequence[str]) -> bool:
    """Whether a row has signs only."""
    return not any(char.isalnum() for cell in cells for char in cell)


def _is_remark(cells: Sequence[str]) -> bool:
    """Whether a title is rather a sentence."""
    return max(len(cell.split()) for cell in cells) >= _SENTENCE


def _join(above: Texts, texts: Texts) -> None:
    """Add a further row of the same customer; all texts of a field stand together, to choose from."""
    for of, text in texts.items():
        if text not in above.get(of, ""):
            above[of] = f"{above[of]} / {text}" if of in above else text
