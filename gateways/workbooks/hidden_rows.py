"""Which rows of a workbook are hidden, by hand or by a filter: the library that reads cells does not say."""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from xml.etree import ElementTree

from gateways.workbooks.hidden_xls import hidden_rows_of_xls, is_compound

_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\shidden="(?:1|true)"[^>]*>')
_NUMBER = re.compile(rb'\sr="(\d+)"')
_OF_SHEET = re.compile(rb"<table:table[ >]")
_OF_ODS = re.compile(rb"<table:table-row\b([^>]*)>")
_REPEATED = re.compile(rb'table:number-rows-repeated="(\d+)"')
_NAMED = re.compile(rb'table:name="([^"]*)"')
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    OSError,
    EOFError,
)
_MOST = 100_000
"""Rows further down are not read."""

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def hidden_rows(content: bytes) -> Mapping[str, frozenset[int]]:
    """The numbers of hidden rows by the name of the sheet, of .xlsx, .xls and .ods; an .xlsb seems to have
    none.

    What is broken is left to the reader of cells.
    """
    try:
        if is_compound(content):
            return hidden_rows_of_xls(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "content.xml" in names:
                return _of_ods(archive.read("content.xml"))
            return _of_xlsx(archive) if "xl/workbook.xml" in names else {}
    except _BROKEN:
        return {}


def _of_xlsx(archive: zipfile.ZipFile) -> dict[str, frozenset[int]]:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet") and (target := targets.get(sheet.get(_RELATION))):
            path = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
            rows = archive.read(path)
            if b" hidden=" in rows:
                numbers = (_NUMBER.search(row[0]) for row in _ROW.finditer(rows))
                found[sheet.get("name", "")] = frozenset(int(number[1]) for number in numbers if number)
    return found


def _of_ods(content: bytes) -> dict[str, frozenset[int]]:
    if b'table:visibility="' not in content:
        return {}
    found = {}
    for table in _OF_SHEET.split(content)[1:]:
        numbers: set[int] = set()
        at = 0
        for row in _OF_ODS.finditer(table):
            repeated = _REPEATED.search(row[1])
            count = int(repeated[1]) if repeated else 1
            if b'visibility="filter"' in row[1] or b'visibility="collapse"' in row[1]:
                numbers.update(range(at + 1, min(at + count, _MOST) + 1))
            at += count
        if named := _NAMED.search(table):
            found[named[1].decode()] = frozenset(numbers)
    return found
