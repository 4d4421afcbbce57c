"""Judges what a ZIP archive holds, before any library unpacks it.

.xlsx, .xlsm, .xlsb (ECMA-376 part 2) and .ods are ZIP archives (APPNOTE.TXT of PKWARE). A few hundred
kilobytes of them can unpack to gigabytes, so the directory is added up first.
"""

import io
import zipfile
import zlib
from collections.abc import Sequence

from domain.errors import DomainError
from gateways.workbooks.layout import MEMBER_LIMIT, UNPACKED_LIMIT_MB

_MB = 1024 * 1024
_ENCRYPTED_FLAG = 0x1
_RATIO_LIMIT = 200
"""Sheets pack to a tenth or so; blank formatted cells to a hundredth."""

_RATIO_FREE = 1 * _MB
_OPENDOCUMENT_NAMED = "application/vnd.oasis.opendocument."
_MANIFEST = "META-INF/manifest.xml"
_ENCRYPTED_PART = b"encryption-data"


def check_archive(content: bytes) -> None:
    """Raise `DomainError` unless it is a workbook that may be opened.

    "workbook_broken", "workbook_password", "workbook_too_large" with `of`: "content" (limit in MB) or
    "members" (limit is their number), "workbook_format" with `of`: "word", "numbers" or "archive".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            check_sizes(members, len(content))
            _check_members(archive, [_slashed(member.filename) for member in members])
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError) as error:
        raise DomainError("workbook_broken") from error


def with_slashes(content: bytes) -> bytes:
    """An archive that `check_archive` takes, its members named with slashes. Some programs write backslashes,
    which Excel reads and libraries do not."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not any("\\" in name for name in archive.namelist()):
            return content
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            for member in archive.infolist():
                packed.writestr(_slashed(member.filename), archive.read(member))
    return out.getvalue()


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def check_sizes(members: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Raise `DomainError`, as `check_archive`, if an archive of `size` bytes unpacks to too much."""
    if len(members) > MEMBER_LIMIT:
        raise DomainError("workbook_too_large", limit=MEMBER_LIMIT, of="members")
    # Members that share their packed bytes unpack to more than their sizes tell.
    if sum(member.compress_size for member in members) > size:
        raise DomainError("workbook_broken")
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_LIMIT_MB * _MB or any(map(_is_bomb, members)):
        raise DomainError("workbook_too_large", limit=UNPACKED_LIMIT_MB, of="content")
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise DomainError("workbook_password")


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _RATIO_FREE and member.file_size > member.compress_size * _RATIO_LIMIT


def _check_members(archive: zipfile.ZipFile, names: Sequence[str]) -> None:
    folded = [name.casefold() for name in names]
    if any(name.startswith("xl/workbook") for name in folded):
        return
    if any(name.endswith(".iwa") or name == "index.zip" for name in folded):
        raise DomainError("workbook_format", of="numbers")
    if any(name.startswith(("word/", "ppt/")) for name in folded):
        raise DomainError("workbook_format", of="word")
    kind = archive.read("mimetype").decode("latin-1") if "mimetype" in names else ""
    if not kind.startswith(_OPENDOCUMENT_NAMED):
        raise DomainError("workbook_format", of="archive")
    if not kind.startswith(f"{_OPENDOCUMENT_NAMED}spreadsheet"):
        raise DomainError("workbook_format", of="word")
    if _MANIFEST in names and _ENCRYPTED_PART in archive.read(_MANIFEST):
        raise DomainError("workbook_password")
