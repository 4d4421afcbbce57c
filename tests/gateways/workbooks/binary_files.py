"""Spreadsheets that are not .xlsx, made by hand from the definitions of their formats: .xls, .xlsb, .ods."""

import struct
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tests.gateways.workbooks.workbook_files import archive

Rows = Sequence[Sequence[object]]

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_EPOCH = date(1899, 12, 30)


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) with these streams under its root. Small streams are padded, so that they
    need no mini sectors."""
    sectors = b""
    chains: list[int] = []
    entries: list[bytes] = []
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        entries.append(_entry(name, 2, len(chains), len(content)))
        count = -(-len(content) // 512)
        chains += [*range(len(chains) + 1, len(chains) + count), _END]
        sectors += content.ljust(count * 512, b"\0")
    directory = _entry("Root Entry", 5, _END, 0, child=1) + b"".join(
        entry[:72] + struct.pack("<I", place + 2 if place + 1 < len(entries) else _FREE) + entry[76:]
        for place, entry in enumerate(entries)
    )
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    at = len(chains)
    chains += [*range(at + 1, at + len(directory) // 512), _END]
    fats = next(count for count in range(1, 110) if count * 128 >= len(chains) + count)
    first_fat = len(chains)
    chains += [_FAT] * fats
    chains += [_FREE] * (fats * 128 - len(chains))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6)),
        *(0, fats, at, 0, 4096, _END, 0, _END, 0),
    )
    places = [*range(first_fat, first_fat + fats)]
    header += struct.pack("<109I", *places, *[_FREE] * (109 - fats))
    return header + sectors + directory + struct.pack(f"<{len(chains)}I", *chains)


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", _FREE, _FREE, child)
    rest = bytes(16) + bytes(4) + bytes(16) + struct.pack("<IQ", start, size)
    return raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + links + rest


def xls(
    *sheets: tuple[str, Rows],
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    hidden_rows: Sequence[int] = (),
) -> bytes:
    """A workbook of Excel 97 ([MS-XLS]). `merged` are first row, last row, first column, last column of the
    first sheet; `hidden_rows` count from 1 and are the first sheet's, too."""
    return ole({"Workbook": biff(*sheets, hidden=hidden, merged=merged, hidden_rows=hidden_rows)})


def biff(
    *sheets: tuple[str, Rows],
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    encrypted: bool = False,
    hidden_rows: Sequence[int] = (),
) -> bytes:
    password = _record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if encrypted else b""
    formats = b"".join(_record(0xE0, struct.pack("<HHH", 0, number, 0) + bytes(14)) for number in (0, 14))
    before = _beginning(0x0005) + password + _record(0x42, struct.pack("<H", 1200)) + formats
    bodies = [
        _beginning(0x0010)
        + (_hidden(hidden_rows) if not place else b"")
        + _cells(rows)
        + (_merged(merged) if not place else b"")
        + _record(0x0A, b"")
        for place, (_, rows) in enumerate(sheets)
    ]
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name, _ in sheets]
    at = len(before) + sum(10 + len(name) for name in names) + 4
    bound = b""
    for name, (title, _), body in zip(names, sheets, bodies, strict=True):
        bound += _record(0x85, struct.pack("<IBB", at, title in hidden, 0) + name)
        at += len(body)
    return before + bound + _record(0x0A, b"") + b"".join(bodies)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _beginning(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _merged(ranges: Sequence[tuple[int, int, int, int]]) -> bytes:
    if not ranges:
        return b""
    return _record(0xE5, struct.pack("<H", len(ranges)) + b"".join(struct.pack("<HHHH", *r) for r in ranges))


def _hidden(rows: Sequence[int]) -> bytes:
    sized = (struct.pack("<HHHHHHHH", row - 1, 0, 5, 0x8000, 0, 0, 0x0120, 0x0F) for row in rows)
    return b"".join(_record(0x208, one) for one in sized)


def _cells(rows: Rows) -> bytes:
    out = []
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            at = struct.pack("<HHH", row, column, isinstance(value, date))
            match value:
                case str():
                    raw = value.encode("utf-16-le")
                    out.append(_record(0x204, at + struct.pack("<HB", len(raw) // 2, 1) + raw))
                case int() | float():
                    out.append(_record(0x203, at + struct.pack("<d", value)))
                case date():
                    out.append(_record(0x203, at + struct.pack("<d", (value - _EPOCH).days)))
                case ZeroDivisionError():
                    out.append(_record(0x205, at + b"\x07\x01"))
    return b"".join(out)


def xlsb(*sheets: tuple[str, Rows]) -> bytes:
    """A binary workbook ([MS-XLSB])."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{relations}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(1, len(sheets) + 1)
    )
    names = b"".join(
        _brt(0x9C, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        for number, (name, _) in enumerate(sheets, 1)
    )
    return archive(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/_rels/workbook.bin.rels": f"<Relationships>{listed}</Relationships>".encode(),
            "xl/workbook.bin": _brt(0x83) + _brt(0x8F) + names + _brt(0x90) + _brt(0x84),
            **{
                f"xl/worksheets/sheet{number}.bin": _brt_sheet(rows)
                for number, (_, rows) in enumerate(sheets, 1)
            },
        }
    )


def _brt(kind: int, content: bytes = b"") -> bytes:
    size = len(content)
    raw = bytes([kind]) if kind < 0x80 else bytes([kind, 1])
    while size > 0x7F:
        raw += bytes([size & 0x7F | 0x80])
        size >>= 7
    return raw + bytes([size]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _brt_sheet(rows: Rows) -> bytes:
    width = max(map(len, rows))
    out = _brt(0x81) + _brt(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + _brt(0x91)
    for number, values in enumerate(rows):
        out += _brt(0, struct.pack("<III", number, 0, 300) + bytes(5))
        for column, value in enumerate(values):
            at = struct.pack("<II", column, 0)
            if isinstance(value, str):
                out += _brt(6, at + _wide(value))
            elif isinstance(value, int | float):
                out += _brt(5, at + struct.pack("<d", value))
    return out + _brt(0x92) + _brt(0x82)


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "".join(
    f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text", "style")
)


def ods(*sheets: tuple[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """An OpenDocument spreadsheet (OASIS ODF 1.3)."""
    tables = "".join(
        f'<table:table table:name={quoteattr(name)} table:style-name="{"off" if name in hidden else "on"}">'
        f"{''.join(map(_ods_row, rows))}</table:table>"
        for name, rows in sheets
    )
    return ods_of(tables)


def ods_of(tables: str, manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet with these tables in its content.xml."""
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties '
        f'table:display="{shown}"/></style:style>'
        for name, shown in (("on", "true"), ("off", "false"))
    )
    content = (
        f"<office:document-content{_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return archive(
        {
            "mimetype": _ODS.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>".encode(),
        }
    )


def _ods_row(values: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(map(ods_cell, values))}</table:table-row>"


def ods_cell(value: object) -> str:
    match value:
        case str():
            return (
                '<table:table-cell office:value-type="string"><text:p>'
                f"{escape(value)}</text:p></table:table-cell>"
            )
        case int() | float():
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        case date():
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    return "<table:table-cell/>"
