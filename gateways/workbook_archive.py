"""What a file claims to be, judged before any library unpacks it.

An .xlsx is a ZIP archive (ECMA-376 part 2; APPNOTE.TXT of PKWARE). A few hundred kilobytes of it can unpack
to gigabytes, so its directory is added up first.
"""

import io
import zipfile

from domain.errors import DomainError
from gateways.workbook_layout import FILE_LIMIT_MB, MEMBER_LIMIT, UNPACKED_LIMIT_MB

_MB = 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A password puts the archive into an OLE container, in a stream of this name ([MS-OFFCRYPTO] 2.3.4.4).
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1
_RATIO_LIMIT = 200
"""Sheets pack to a tenth or so; blank formatted cells to a hundredth."""

_RATIO_FREE = 1 * _MB


def check_signature(content: bytes) -> None:
    """Raise `DomainError`: "workbook_too_large" (limit in MB, of="file"), "workbook_password",
    "workbook_format" for anything that is no ZIP archive."""
    if len(content) > FILE_LIMIT_MB * _MB:
        raise DomainError("workbook_too_large", limit=FILE_LIMIT_MB, of="file")
    if content.startswith(_OLE) and _ENCRYPTED_STREAM in content:
        raise DomainError("workbook_password")
    if not content.startswith(_ZIP):
        raise DomainError("workbook_format")


def check_directory(content: bytes) -> None:
    """Add up the archive's directory without unpacking anything.

    Raises `DomainError`: "workbook_broken", "workbook_password", "workbook_format" for another kind of
    archive, "workbook_too_large" with `of`: "content" (limit in MB) or "members" (limit is their number).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DomainError("workbook_broken") from error
    if len(members) > MEMBER_LIMIT:
        raise DomainError("workbook_too_large", limit=MEMBER_LIMIT, of="members")
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise DomainError("workbook_password")
    # Members that share their packed bytes unpack to more than their sizes tell.
    if sum(member.compress_size for member in members) > len(content):
        raise DomainError("workbook_broken")
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_LIMIT_MB * _MB or any(map(_is_bomb, members)):
        raise DomainError("workbook_too_large", limit=UNPACKED_LIMIT_MB, of="content")
    names = [member.filename.casefold() for member in members]
    if not any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names):
        raise DomainError("workbook_format")


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _RATIO_FREE and member.file_size > member.compress_size * _RATIO_LIMIT
