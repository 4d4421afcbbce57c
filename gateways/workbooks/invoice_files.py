"""Files of issued invoices as people send them: a PDF, an XML, or a ZIP archive of many.

The XML is in the form of the tax authority (decisions 1450/QĐ-TCT and 1510/QĐ-TCT): read of it are
`TTChung/KHMSHDon`, `KHHDon` and `SHDon`, `NMua/MST`, `CCCDan` and `MDVQHNSach`, `TToan/TgTTTBSo`, `MCCQT`.
Its signature is not checked: whoever looks at the invoice does that.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from xml.parsers import expat

from domain.errors import DomainError
from domain.invoice_files import FileKind, GivenFile
from gateways.workbooks.archive import check_sizes
from gateways.workbooks.layout import UNPACKED_LIMIT_MB

_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_ENDINGS = (".pdf", ".xml", ".zip")
_WORKBOOK = ("[content_types].xml", "mimetype", "index.zip")
"""Members that make an archive a workbook or a text of an office program."""
_NESTED = 2
"""A provider may give each invoice as an archive in an archive (S-Invoice does)."""
_BUYER = ("NMua/MST", "NMua/CCCDan", "NMua/MDVQHNSach")
_AMOUNT = re.compile(r"-?\d{1,15}(?:\.0*)?")


def read_invoice_files(content: bytes, name: str) -> tuple[list[GivenFile], int] | None:
    """The files, and how many others were left out; `None` if it is no such file but perhaps a workbook.

    Raises `DomainError`: "workbook_broken", "workbook_password", "workbook_too_large" (limit, of).
    """
    if content.startswith(_ZIP):
        try:
            return _archive(content)
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError) as error:
            raise DomainError("workbook_broken") from error
    if content.startswith(_PDF) or _is_xml(content):
        return [_file(name, content)], 0
    return None


def _archive(content: bytes) -> tuple[list[GivenFile], int] | None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(one.casefold() in _WORKBOOK for one in archive.namelist()):
            return None
        members = list(_members(archive, len(content), _NESTED, _Room()))
    files = [_file(name, it) for name, it in members if it.startswith(_PDF) or _is_xml(it)]
    return files, len(members) - len(files)


class _Room:
    """How much may still be unpacked, in bytes, over all archives in archives."""

    def __init__(self) -> None:
        self.left = UNPACKED_LIMIT_MB * 1024 * 1024

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise DomainError("workbook_too_large", limit=UNPACKED_LIMIT_MB, of="content")


def _members(archive: zipfile.ZipFile, size: int, depth: int, room: _Room) -> Iterator[tuple[str, bytes]]:
    check_sizes(archive.infolist(), size)
    for member in archive.infolist():
        path = PurePosixPath(member.filename)
        if member.is_dir() or "__MACOSX" in path.parts or path.name.startswith("."):
            continue
        room.take(member.file_size)
        if not path.name.casefold().endswith(_ENDINGS):
            yield path.name, b""
            continue
        content = archive.read(member)
        if content.startswith(_ZIP) and depth:
            with zipfile.ZipFile(io.BytesIO(content)) as inner:
                yield from _members(inner, len(content), depth - 1, room)
        else:
            yield path.name, content


def _is_xml(content: bytes) -> bool:
    return content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"HDon" in content


def _file(name: str, content: bytes) -> GivenFile:
    if content.startswith(_PDF):
        return GivenFile(name, FileKind.PDF, content)
    try:
        said = _said(content)
    except (expat.ExpatError, ValueError):
        said = {}
    number, total = said.get("TTChung/SHDon", ""), said.get("TToan/TgTTTBSo", "")
    return GivenFile(
        name,
        FileKind.XML,
        content,
        said.get("TTChung/KHMSHDon", ""),
        said.get("TTChung/KHHDon", "").upper() if number.isascii() and number.isdigit() else "",
        str(int(number)) if number.isascii() and number.isdigit() else "",
        int(total.partition(".")[0]) if _AMOUNT.fullmatch(total) else None,
        tuple(code for tag in _BUYER if (code := said.get(tag, ""))),
        said.get("MCCQT", "")[:100],
    )


def _said(content: bytes) -> dict[str, str]:
    """The texts by tag within its parent, the first of each. Raises `ValueError` for a document with a type
    declaration: invoices have none, and it may unpack to gigabytes."""
    path: list[str] = []
    texts: dict[str, str] = {}
    parts: list[str] = []

    def begin(tag: str, _: object) -> None:
        path.append(tag.rpartition(":")[2])
        parts.clear()

    def end(_: str) -> None:
        tag = "MCCQT" if path[-1] == "MCCQT" else "/".join(path[-2:])
        texts.setdefault(tag, "".join(parts).strip())
        path.pop()
        parts.clear()

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = parts.append
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)
    return texts
