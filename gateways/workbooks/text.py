"""Lists as plain text: their encoding, separator and rows."""

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from domain.errors import DomainError
from domain.intakes.garbled import font_of
from domain.text import nfc
from gateways.workbooks.layout import ROW_LIMIT

_SEPARATORS = ",;\t|"
_SEPARATOR_SAID = re.compile(r'"?sep=([,;\t|])"?\r?(?:\n|$)', re.IGNORECASE)
_ROWS_LOOKED_AT = 200
_LINE_LIMIT = 10 * ROW_LIMIT
"""The most lines of a text; blank lines and breaks within cells count too."""

_REPLACEMENT = "\ufffd"
_RIGHT_FOR_A_WRONG_ONE = 8
_BINARY = re.compile("[\0-\x08\x0e-\x1f]")
_END_OF_FILE = "\x1a"
# How a spreadsheet writes digits so that another one keeps their zeros: ="0101243150", '0101243150.
_KEPT_AS_TEXT = re.compile(r'="(.*)"|\'([^\']*)', re.DOTALL)
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+(\d\d?)", re.IGNORECASE)

csv.field_size_limit(2**31 - 1)

_Quoting = Literal[0, 3]


def decode(content: bytes) -> str:
    """The text in UTF-8, UTF-16, Windows-1258 or an old font, with or without a byte order mark, composed.

    A few wrong bytes in UTF-8 become replacement characters.

    Raises `DomainError("workbook_format")` for what is no text.
    """
    # Strict decoding tells these apart exactly; a library that guesses among a hundred would not.
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        tries = ["utf-16"]
    elif b"\0" in content:
        # Digits, separators and line ends are plain ASCII: their zero byte comes second or first.
        tries = ["utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"]
    else:
        tries = ["utf-8-sig", "cp1258"]
    if tries[0] == "utf-8-sig":
        content = _mostly_utf8(content)
    for encoding in tries:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1258":
            text = _old_font(content) or text
        text = text.removesuffix(_END_OF_FILE)
        if not _BINARY.search(text):
            return nfc(text)
    raise DomainError("workbook_format")


def _mostly_utf8(content: bytes) -> bytes:
    """UTF-8 with few wrong bytes, each as the replacement character; any other content as it is."""
    try:
        content.decode()
    except UnicodeDecodeError:
        text = content.decode(errors="replace")
        letters = sum(not char.isascii() for char in text) - text.count(_REPLACEMENT)
        if text.count(_REPLACEMENT) * _RIGHT_FOR_A_WRONG_ONE <= letters:
            return text.encode()
    return content


def _old_font(content: bytes) -> str | None:
    """The text as Windows-1252, where the letters are those of an old Vietnamese font."""
    text = content.decode("cp1252", errors="replace")
    read = font_of(text.splitlines()[:_ROWS_LOOKED_AT])
    return "\n".join(map(read, text.splitlines())) if read else None


def rows_of(text: str) -> Iterator[list[str]]:
    """The rows of a separated text, whatever the separator. A line that names it ("sep=;") is left out.

    Raises `DomainError("workbook_rows")` for too many lines.
    """
    if text.count("\n") > _LINE_LIMIT or text.count("\r") > _LINE_LIMIT:
        raise DomainError("workbook_rows", limit=ROW_LIMIT)
    if said := _SEPARATOR_SAID.match(text):
        separator, text = said[1], text[said.end() :]
    else:
        separator = max(
            _SEPARATORS, key=lambda each: _even_cells(islice(_parse(text, each), _ROWS_LOOKED_AT))
        )
    # A quote that is never closed swallows the rows below it.
    quotes: list[_Quoting] = [csv.QUOTE_MINIMAL, csv.QUOTE_NONE] if '"' in text else [csv.QUOTE_MINIMAL]
    quoting = max(quotes, key=lambda each: _even_cells(_parse(text, separator, each)))
    for row in _parse(text, separator, quoting):
        yield [_plain(cell) for cell in row]


def _parse(text: str, separator: str, quoting: _Quoting = csv.QUOTE_MINIMAL) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting)


def _even_cells(rows: Iterator[list[str]]) -> int:
    """How many cells beyond the first stand in rows of the most usual width."""
    widths = Counter(map(len, rows))
    return max(((width - 1) * count for width, count in widths.items()), default=0)


def _plain(cell: str) -> str:
    if cell[:1] in ("=", "'") and (kept := _KEPT_AS_TEXT.fullmatch(cell)):
        return kept[1] or kept[2] or ""
    if "E+" in cell and (number := _SCIENTIFIC.fullmatch(cell)):
        # Taken only where no digit is lost.
        digits, zeros = number[1] + (number[2] or ""), int(number[3]) + 1
        return digits if len(digits) == zeros else cell
    return cell
