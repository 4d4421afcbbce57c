"""Workbooks for the tests: ordinary ones made by openpyxl, odd ones from raw XML."""

import io
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from gateways.workbooks.layout import COLUMNS

HEADINGS = [column.heading for column in COLUMNS[:10]]
ROW = [
    "KH0001",
    "0101243150",
    "Công ty TNHH An Bình",
    "Số 1 đường Láng, Hà Nội",
    "Lê Thị Hoa",
    "hoa@example.com",
    "0912345678",
    "TT99/2025",
    "01/01/2026",
    "Khấu trừ",
]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(*rows: Sequence[object], **sheets: Iterable[Sequence[object]]) -> bytes:
    """A workbook with `rows` on its first sheet and further sheets by name."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def raw_workbook(sheet_data: str, **members: bytes) -> bytes:
    """A workbook of one sheet with this content of `<sheetData>`, and more members."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData></worksheet>'
    return archive({**PARTS, "xl/worksheets/sheet1.xml": sheet.encode(), **members})


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def cells(number: int, *texts: str) -> str:
    """A row of texts in XML."""
    inner = "".join(cell(f"{chr(65 + place)}{number}", text) for place, text in enumerate(texts))
    return f'<row r="{number}">{inner}</row>'


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


PARTS = {
    name: text.encode()
    for name, text in {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="DS" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }.items()
}
