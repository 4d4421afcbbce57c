"""The bytes of the corpus's files: rows in the form that a program writes them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook

from tests.gateways.workbooks.binary_files import ods, xls

Rows = Sequence[Sequence[object]]


def content_of(given: Mapping[str, Any]) -> bytes:
    """The file of a case: `text` in the encoding `as`, or `rows` as the kind of file `as` (.xlsx)."""
    kind = given.get("as", "")
    if "text" in given:
        return str(given["text"]).replace("\ue000", "\udcf4").encode(kind or "utf-8", "surrogateescape")
    rows: Rows = given["rows"]
    hidden: Sequence[int] = given.get("hide", ())
    makers = {
        "": _xlsx, "backslash": _backslash, "xml2003": _xml2003, "html": _html,
        "ods": _ods, "xls": _xls,
    }  # fmt: skip
    return makers[kind](rows, hidden)


def _xlsx(rows: Rows, hidden: Sequence[int]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _backslash(rows: Rows, hidden: Sequence[int]) -> bytes:
    """As programs on Windows write it whose library keeps the separators of the system."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_xlsx(rows, hidden))) as made, zipfile.ZipFile(out, "w") as packed:
        for name in made.namelist():
            member = zipfile.ZipInfo("x")
            member.filename = name.replace("/", "\\")
            packed.writestr(member, made.read(name))
    return out.getvalue()


def _xml2003(rows: Rows, hidden: Sequence[int]) -> bytes:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<Cell ss:Index="{place}"><Data ss:Type="String">{escape(str(value))}</Data></Cell>'
            for place, value in enumerate(row, 1)
            if value is not None
        )
        mark = ' ss:Hidden="1"' if number in hidden else ""
        lines.append(f"<Row{mark}>{cells}</Row>")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="DS"><Table>'
        f"{''.join(lines)}</Table></Worksheet></Workbook>"
    ).encode()


def _html(rows: Rows, hidden: Sequence[int]) -> bytes:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(f"<td>{escape(str('' if value is None else value))}</td>" for value in row)
        mark = ' style="display:none"' if number in hidden else ""
        lines.append(f"<tr{mark}>{cells}</tr>")
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head>'
        f"<body><table border=1>{''.join(lines)}</table></body></html>"
    ).encode()


def _ods(rows: Rows, hidden: Sequence[int]) -> bytes:
    content = ods(("A", rows))
    if not hidden:
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(out, "w") as packed:
        for name in made.namelist():
            part = made.read(name)
            if name == "content.xml":
                pieces = part.split(b"<table:table-row>")
                for number in hidden:
                    pieces[number] = b' table:visibility="filter">' + pieces[number]
                part = pieces[0] + b"".join(
                    (b"<table:table-row" if piece.startswith(b" table:") else b"<table:table-row>") + piece
                    for piece in pieces[1:]
                )
            packed.writestr(name, part)
    return out.getvalue()


def _xls(rows: Rows, hidden: Sequence[int]) -> bytes:
    return xls(("A", rows), hidden_rows=hidden)
