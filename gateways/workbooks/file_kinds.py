"""Tells what a file is by its bytes, since names lie."""

import re
import struct

from domain.errors import DomainError
from gateways.workbooks.archive import check_archive
from gateways.workbooks.markup import XML_2003
from gateways.workbooks.text import decode

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_BLANK = b"\0\t\r\n \xef\xbb\xbf\xff\xfe"
_OTHERS = (
    ("pdf", re.compile(rb"%PDF-")),
    ("picture", re.compile(rb"(?s)\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|BM.{4}\0\0\0\0|RIFF....WEBP")),
    ("picture", re.compile(rb"(?s)....ftyp(?:hei|mif1|avif)")),
    ("archive", re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b|PK\x05\x06")),
    ("word", re.compile(rb"\{\\rtf")),
)
_MARKUP = re.compile(r"\s*<[a-z!?]", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype html|html|head|body|table|meta|style|div)\b", re.IGNORECASE)
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(r"\s*mime-version:", re.IGNORECASE)
_HEAD = 4096

# A password puts an .xlsx into a compound file, in a stream of this name ([MS-OFFCRYPTO] 2.3.4.4) …
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAMS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))
_WORD_STREAMS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document"))
# … and a FilePass record near the head of an .xls ([MS-XLS] 2.1.7.20.3).
_BEGINNING = re.compile(rb"(?s)\x09\x08.\0\0[\x05\x06]\x05\0")
_FILE_PASS = 0x2F
_RECORDS_UP_TO_IT = 4


def text_of(content: bytes, markup: bool = False) -> str | None:
    """The text of a text file; `None` for a workbook that may be opened (.xlsx, .xlsm, .xlsb, .xls, .ods).

    With `markup`, also the text of a spreadsheet in XML of 2003, or of a web page with a table.

    Raises `DomainError` for anything else: "workbook_empty", "workbook_password", those of `check_archive`,
    and "workbook_format", with `of` where it is known what the file is.
    """
    check_beginning(content)
    if content.startswith(_ZIP):
        check_archive(content)
        return None
    if content.startswith(_OLE):
        _check_compound(content)
        return None
    text = decode(content)
    if _WEB_ARCHIVE.match(text):
        raise DomainError("workbook_format", of="html")
    if not is_markup(text):
        return text
    is_sheet = XML_2003 in text[:_HEAD]
    is_page = not is_sheet and _HTML.search(text[:_HEAD]) is not None
    if markup and (is_sheet or (is_page and _TABLE.search(text))):
        return text
    raise DomainError("workbook_format", of="html" if is_page else "xml")


def is_markup(text: str) -> bool:
    """Whether a text begins like a web page or XML."""
    return _MARKUP.match(text) is not None


def check_beginning(content: bytes) -> None:
    """Refuse early, without opening it, a file that cannot be a list.

    Raises `DomainError`: "workbook_empty", and "workbook_format" with `of` for a file that begins like
    another kind.
    """
    if not content.strip(_BLANK):
        raise DomainError("workbook_empty")
    for what, beginning in _OTHERS:
        if beginning.match(content):
            raise DomainError("workbook_format", of=what)


def _check_compound(content: bytes) -> None:
    if _ENCRYPTED_STREAM in content:
        raise DomainError("workbook_password")
    if not any(name in content for name in _WORKBOOK_STREAMS):
        if any(name in content for name in _WORD_STREAMS):
            raise DomainError("workbook_format", of="word")
        raise DomainError("workbook_format")
    if (beginning := _BEGINNING.search(content)) and _has_file_pass(content, beginning.start()):
        raise DomainError("workbook_password")


def _has_file_pass(content: bytes, at: int) -> bool:
    for _ in range(_RECORDS_UP_TO_IT):
        if at + 4 > len(content):
            break
        kind, size = struct.unpack_from("<HH", content, at)
        if kind == _FILE_PASS:
            return True
        at += 4 + size
    return False
