"""Ugly lists in workbooks."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.gateways.workbooks.binary_files import ods, ods_cell, ods_of, xls, xlsb
from tests.gateways.workbooks.ugly_files import AN, BAO, CUC, HEAD, LIST, Ugly, ready
from tests.gateways.workbooks.workbook_files import PARTS, archive, cell, cells, raw_workbook, workbook

Rows = Sequence[Sequence[object]]

SAMPLES = Path(__file__).parents[2] / "samples"
_MB = 1024 * 1024
_NOTES = [["Ghi chú nội bộ"], ["gọi lại cho khách"]]
_WIDE = [f"Cột {number}" for number in range(70)]


def book(sheets: dict[str, Rows], change: Callable[[Workbook], None] = lambda book: None) -> bytes:
    """A workbook with these sheets, changed by `change` with openpyxl."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _hidden() -> bytes:
    def hide(made: Workbook) -> None:
        made["Cũ"].sheet_state = "hidden"
        made["Rất cũ"].sheet_state = "veryHidden"

    return book({"Khách": LIST, "Cũ": LIST, "Rất cũ": LIST}, hide)


def _two_rows_of_headings() -> bytes:
    """Headings over two rows, merged sideways and downwards, below a title."""
    above = ["STT", HEAD[0], HEAD[1], HEAD[2], "Đại diện", None, None]
    below = [None, None, None, None, "Họ tên", "Email", "Điện thoại"]
    rows: Rows = [
        ["DANH SÁCH KHÁCH HÀNG"],
        above,
        below,
        *([place, *row] for place, row in enumerate(LIST[1:], 1)),
    ]

    def merge(made: Workbook) -> None:
        for place in ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:G2"):
            made["Khách"].merge_cells(place)

    return book({"Khách": rows}, merge)


def _merged_downwards() -> bytes:
    """One assignee for two customers; one customer in two rows, with a second phone."""
    rows: Rows = [
        [*HEAD, "Phụ trách"],
        [*AN, "Lan"],
        [*BAO, None],
        [None, None, None, None, None, "0934567890", None],
        [*CUC, "Minh"],
    ]

    def merge(made: Workbook) -> None:
        for place in ("G2:G4", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4"):
            made["Khách"].merge_cells(place)

    return book({"Khách": rows}, merge)


def _parts() -> bytes:
    rows: Rows = [HEAD, ["A. CÁC DOANH NGHIỆP"], AN, BAO, [None, "II. Hộ kinh doanh"], CUC]

    def merge(made: Workbook) -> None:
        made["Khách"].merge_cells("A2:F2")

    return book({"Khách": rows}, merge)


def _rich_text() -> bytes:
    name = CellRichText("Công ty ", TextBlock(InlineFont(b=True), "TNHH "), "An Bình")
    return book({"Khách": [HEAD, [AN[0], name, *AN[2:]], BAO, CUC]})


def _formulas() -> bytes:
    """Formulas with stored results, one without, and an error."""
    an = "".join(cell(f"{'ABCDEF'[place]}2", text) for place, text in enumerate(AN) if place not in (0, 5))
    return raw_workbook(
        cells(1, *HEAD)
        + f'<row r="2"><c r="A2" t="str"><f>TEXT(B9,"0")</f><v>{AN[0]}</v></c>{an}'
        + '<c r="F2"><f>900000000+12345678</f><v>912345678</v></c></row>'
        + f'<row r="3">{cell("A3", BAO[0])}<c r="B3"><f>A9</f></c><c r="C3" t="e"><v>#REF!</v></c></row>'
    )


def _lying_directory() -> bytes:
    """Half a gigabyte, of which the archive's directory says that it is a megabyte."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, part in PARTS.items():
            packed.writestr(name, part)
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData><row><c t='inlineStr'><is><t>")
            for _ in range(500):
                sheet.write(b"x" * _MB)
    lying = bytearray(content.getvalue())
    struct.pack_into("<I", lying, lying.rindex(b"PK\x01\x02") + 24, _MB)
    return bytes(lying)


def _damaged() -> bytes:
    content = raw_workbook(cells(1, *HEAD) + "<row" + "x" * 1000)
    start = content.index(b"sheet1.xml") + 40
    return content[:start] + bytes(40) + content[start + 40 :]


def _shared_by_all() -> bytes:
    """Ten thousand cells that share one text of half a megabyte."""
    rows = "".join(
        f'<row r="{row}">{cell(f"A{row}", AN[0])}<c r="B{row}" t="s"><v>0</v></c></row>'
        for row in range(2, 10_002)
    )
    texts = f"<sst><si><t>{'x' * 500_000}</t></si></sst>".encode()
    return raw_workbook(cells(1, *HEAD[:2]) + rows, **{"xl/sharedStrings.xml": texts})


def _entities() -> bytes:
    """A text that doubles itself thirty times if entities are expanded."""
    doubled = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    declared = f'<!DOCTYPE x [<!ENTITY a0 "ha">{doubled}]>'.encode()
    rows = cells(1, *HEAD) + cells(2, AN[0], "&a29;")
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    return archive({**PARTS, "xl/worksheets/sheet1.xml": declared + sheet})


def _macros() -> bytes:
    """An .xlsm: an ordinary workbook with a Visual Basic project."""
    kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    content = workbook(*LIST)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    types = parts["[Content_Types].xml"]
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return archive(
        {**parts, "[Content_Types].xml": types.replace(plain, kind), "xl/vbaProject.bin": b"\xcc\x61"}
    )


def _ods_repeated() -> bytes:
    """Blank rows and cells to the end of the sheet, as LibreOffice writes them."""
    blank = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    rows = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}"
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for row in LIST
    )
    return ods_of(
        f'<table:table table:name="A">{blank.format(3)}{rows}{blank.format(1_048_000)}</table:table>'
    )


def _ods_bomb() -> bytes:
    """A full cell that is declared to repeat in a million rows and sixteen thousand columns."""
    full = ods_cell("0101243150").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16000"'
    )
    rows = f'<table:table-row table:number-rows-repeated="1000000">{full}</table:table-row>'
    return ods_of(f'<table:table table:name="A">{rows}</table:table>')


def _sums_and_signatures() -> bytes:
    below: Rows = [
        [],
        ["Tổng cộng", "3 khách"],
        [None, None, None, "Hà Nội, ngày 05 tháng 01 năm 2026"],
        ["Người lập biểu"],
    ]
    return workbook(*LIST, *below)


def _with_numbers() -> bytes:
    """Codes and phones typed as numbers, which loses zeros; a wrong check digit; a repeated code."""
    return workbook(
        HEAD,
        [101243150, *AN[1:5], 912345678],
        [9930393741, *BAO[1:]],
        [79170586336.0, *CUC[1:]],
        ["0312345678", *BAO[1:]],
        ["MST: 9930393741", *BAO[1:]],
    )


def _sample(name: str) -> Callable[[], bytes]:
    return (SAMPLES / f"{name}.xlsx").read_bytes


_REVERSED: Rows = [
    ["STT", *HEAD[::-1], "Ghi chú"],
    *([place, *row[::-1], "?"] for place, row in enumerate(LIST[1:], 1)),
]
_ENGLISH = [["Tax code", "Company name", "Address", "Legal representative", "Email", "Phone"], *LIST[1:]]
_PLAIN_HEADINGS = [["MST", "Ten KH", "Dia chi", "Nguoi dai dien", "E-mail", "SDT"], *LIST[1:]]
_SHIFTED: Rows = [*[[]] * 9, *([None, None, *row] for row in LIST)]
_BLANKS: Rows = [HEAD, [], AN, [None, " ", "\xa0"], [], BAO, *[[]] * 30, CUC]
_REPEATED_HEADINGS = [HEAD, ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], AN, BAO, HEAD, CUC]
_NUMBERED: Rows = [["STT", *HEAD], [1, *AN], [2, *BAO], [3, *CUC], [4], [5]]
_DATES: Rows = [
    [*HEAD, "Ngày bắt đầu dữ liệu"],
    [*AN, "15/08/1899"],
    [*BAO, date(2026, 1, 1)],
    [*CUC, "2026-01-01"],
]
_DATED = [
    "2 0101243150 Công ty TNHH An Bình wrong",
    "3 0312345673 Công ty CP Bảo Ngọc ready",
    "4 001195039855 Hộ kinh doanh Cúc ready",
]
_LONG = raw_workbook(cells(1, *HEAD[:2]) + "".join(cells(row, AN[0], "A") for row in range(2, 100_002)))

WORKBOOKS = [
    Ugly(".xlsx", lambda: workbook(*LIST), ready(2, 3, 4)),
    Ugly(
        "titles above, columns in another order",
        lambda: workbook(["ĐẠI LÝ THUẾ X"], [], *_REVERSED),
        ready(4, 5, 6),
    ),
    Ugly("English headings", lambda: workbook(*_ENGLISH), ready(2, 3, 4)),
    Ugly("short headings without diacritics", lambda: workbook(*_PLAIN_HEADINGS), ready(2, 3, 4)),
    Ugly("no headings (.xlsx)", lambda: workbook(*LIST[1:]), ready(1, 2, 3)),
    Ugly("a list far from the corner", lambda: workbook(*_SHIFTED), ready(11, 12, 13)),
    Ugly("blank rows between", lambda: workbook(*_BLANKS), ready(3, 6, 37)),
    Ugly(
        "headings again on each page, numbers of columns",
        lambda: workbook(*_REPEATED_HEADINGS),
        ready(3, 4, 6),
    ),
    Ugly("rows numbered in advance", lambda: workbook(*_NUMBERED), ready(2, 3, 4)),
    Ugly("headings over two rows", _two_rows_of_headings, ready(4, 5, 6)),
    Ugly(
        "cells merged downwards",
        _merged_downwards,
        [
            "2 0101243150 Công ty TNHH An Bình ready",
            "3 0312345673 Công ty CP Bảo Ngọc wrong",
            "5 001195039855 Hộ kinh doanh Cúc ready",
        ],
    ),
    Ugly("titles of parts", _parts, ready(3, 4, 6)),
    Ugly("a sum and signatures below", _sums_and_signatures, ready(2, 3, 4)),
    Ugly(
        "two lists, notes, an empty sheet",
        lambda: book({"Ghi chú": _NOTES, "DN": [HEAD, AN, BAO], "Trống": [], "HKD": [["Khách"], HEAD, CUC]}),
        [*ready(2, 3), "1!3 001195039855 Hộ kinh doanh Cúc ready"],
        skipped=["Ghi chú"],
    ),
    Ugly("hidden sheets", _hidden, ready(2, 3, 4), skipped=["Cũ", "Rất cũ"]),
    Ugly("no sheet but hidden ones", lambda: xls(("Cũ", LIST), hidden=["Cũ"]), "workbook_no_list"),
    Ugly(
        "codes as numbers",
        _with_numbers,
        [
            "2 101243150 Công ty TNHH An Bình wrong",
            "3 9930393741 Công ty CP Bảo Ngọc ready",
            "4 79170586336 Hộ kinh doanh Cúc wrong",
            "5 0312345678 Công ty CP Bảo Ngọc wrong",
            "6 9930393741 Công ty CP Bảo Ngọc repeated",
        ],
    ),
    Ugly(
        "formulas and errors",
        _formulas,
        ["2 0101243150 Công ty TNHH An Bình ready", "3 0312345673 - lacking"],
    ),
    Ugly("text in several styles", _rich_text, ready(2, 3, 4)),
    Ugly("macros", _macros, ready(2, 3, 4)),
    Ugly("dates before 1900", lambda: workbook(*_DATES), _DATED),
    Ugly(
        "columns far to the right",
        lambda: workbook([*HEAD, *_WIDE, "Mã"], [*AN, *_WIDE], BAO, CUC),
        ready(2, 3, 4),
    ),
    Ugly(
        "a cell of a megabyte (.xlsx)",
        lambda: raw_workbook(cells(1, *HEAD, "?") + cells(2, *AN, Random(1).randbytes(_MB // 2).hex())),
        ready(2),
    ),
    Ugly("entities that double", _entities, "workbook_broken"),
    Ugly("no tax codes", lambda: workbook(["Họ tên", "Lớp"], ["An", "1A"]), "workbook_no_list"),
    Ugly("headings alone (.xlsx)", lambda: workbook(HEAD), "workbook_no_rows"),
    Ugly("an empty sheet", workbook, "workbook_no_list"),
    Ugly("100,000 rows (.xlsx)", lambda: _LONG, "workbook_rows"),
    Ugly("half a file", lambda: workbook(*LIST)[:3000], "workbook_broken"),
    Ugly("damaged inside", _damaged, "workbook_broken"),
    Ugly("no XML", lambda: archive({**PARTS, "xl/workbook.xml": b"<workbook><she"}), "workbook_broken"),
    Ugly("a bomb", lambda: raw_workbook("", **{"xl/media/x": bytes(65 * _MB)}), "workbook_too_large content"),
    Ugly("a bomb that lies", _lying_directory, "workbook_broken"),
    Ugly(
        "a cell in the last corner",
        lambda: raw_workbook(cells(1, *HEAD) + f'<row r="1048576">{cell("XFD1048576", "x")}</row>'),
        "workbook_too_large content",
    ),
    Ugly("one text in every cell", _shared_by_all, "workbook_too_large content"),
    Ugly(
        "too many parts",
        lambda: raw_workbook("", **{f"xl/{part}": b"" for part in range(2_000)}),
        "workbook_too_large members",
    ),
    Ugly(".xls", lambda: xls(("A", LIST)), ready(2, 3, 4)),
    Ugly(
        "hidden sheets (.xls)", lambda: xls(("A", LIST), ("Cũ", LIST), hidden=["Cũ"]), ready(2, 3, 4), ["Cũ"]
    ),
    Ugly("a merged title (.xls)", lambda: xls(("A", [["X"], *LIST]), merged=[(0, 0, 0, 5)]), ready(3, 4, 5)),
    Ugly("dates (.xls)", lambda: xls(("A", _DATES)), _DATED),
    Ugly(
        "numbers and errors (.xls)",
        lambda: xls(("A", [HEAD, [9930393741, *BAO[1:5], ZeroDivisionError()]])),
        ["2 9930393741 Công ty CP Bảo Ngọc lacking"],
    ),
    Ugly("half a file (.xls)", lambda: xls(("A", LIST))[:1500], "workbook_format"),
    Ugly("60,000 rows (.xls)", lambda: xls(("A", [HEAD, *[AN[:2]] * 60_000])), "workbook_rows"),
    Ugly(".ods", lambda: ods(("A", LIST)), ready(2, 3, 4)),
    Ugly(
        "hidden sheets (.ods)", lambda: ods(("A", LIST), ("Cũ", LIST), hidden=["Cũ"]), ready(2, 3, 4), ["Cũ"]
    ),
    Ugly(
        "dates before 1900 (.ods)",
        lambda: ods(("A", [_DATES[0], [*AN, date(1899, 8, 15)], *_DATES[2:]])),
        _DATED,
    ),
    Ugly("blanks to the end of the sheet (.ods)", _ods_repeated, ready(5, 6, 7)),
    Ugly("cells said to stand a million times (.ods)", _ods_bomb, "workbook_broken"),
    Ugly(".xlsb", lambda: xlsb(("A", LIST)), ready(2, 3, 4)),
]
