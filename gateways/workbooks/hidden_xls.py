"""Which rows of an .xls are hidden: its records ([MS-XLS]) in the file system of a compound file
([MS-CFB])."""

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = ("Workbook", "Book")
_IN_HEADER = 109
"""How many sectors of the allocation table the header names."""
_LAST = 0xFFFFFFFA
"""Sector numbers from here on are marks, such as the end of a chain."""
_SHEET, _ROW, _BEGIN, _END = 0x0085, 0x0208, 0x0809, 0x000A
_HIDDEN = 0x20


def is_compound(content: bytes) -> bool:
    return content.startswith(_MAGIC)


def hidden_rows_of_xls(content: bytes) -> Mapping[str, frozenset[int]]:
    """The numbers of hidden rows by the name of the sheet. Raises `ValueError` or `struct.error` for a broken
    file."""
    book = _stream(content)
    names: dict[int, str] = {}
    found: defaultdict[str, set[int]] = defaultdict(set)
    sheet = None
    for at, kind, body in _records(book):
        if kind == _SHEET:
            (begins,), (length, is_wide) = struct.unpack_from("<I", body), body[6:8]
            raw = body[8 : 8 + length * (1 + is_wide)]
            names[begins] = raw.decode("utf-16-le" if is_wide else "latin-1")
        elif kind == _BEGIN:
            sheet = names.get(at, sheet)
        elif kind == _ROW and sheet is not None:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & _HIDDEN:
                found[sheet].add(row + 1)
    return {name: frozenset(rows) for name, rows in found.items()}


def _records(book: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield at, kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _stream(content: bytes) -> bytes:
    """The stream that holds the workbook; empty if it is too short to stand in sectors of its own."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    (directory, _, least, _, _, further) = struct.unpack_from("<6I", content, 48)
    places = list(struct.unpack_from(f"<{_IN_HEADER}I", content, 76))
    for _ in range(len(content) // size):
        if further >= _LAST:
            break
        *more, further = struct.unpack_from(f"<{size // 4}I", content, (further + 1) * size)
        places += more
    table = b"".join(content[(at + 1) * size : (at + 2) * size] for at in places if at < _LAST)
    next_of = struct.unpack(f"<{len(table) // 4}I", table)

    def chain(at: int) -> bytes:
        parts: list[bytes] = []
        while at < _LAST and len(parts) * size <= len(content):
            parts.append(content[(at + 1) * size : (at + 2) * size])
            at = next_of[at] if at < len(next_of) else _LAST
        return b"".join(parts)

    entries = chain(directory)
    for start in range(0, len(entries), 128):
        length, begins, count = struct.unpack_from("<H50xI I", entries, start + 64)
        name = entries[start : start + max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in _STREAMS:
            return chain(begins)[:count] if count >= least else b""
    return b""
