"""Files of the world: bytes in one folder, a record of each in the journal."""

import secrets
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO
from urllib.parse import quote

from sandbox.journal import Journal, Table

# How Telegram's file ids of each kind begin; clients take them as opaque.
_PREFIXES = {
    "photo": "AgACAgUAAxkD",
    "document": "BQACAgUAAxkD",
    "voice": "AwACAgUAAxkD",
    "sticker": "CAACAgUAAxkD",
    "mail": "mail-",
    "zalo": "zalo-",
}
NOT_TELEGRAM = ("mail", "zalo")
"""Kinds that Telegram does not hand out."""

_PHOTO_SIDES = (90, 320, 800)  # The smaller sizes Telegram makes of a photo.


@dataclass
class StoredFile:
    """One file. `size` may be declared larger than the bytes kept (to try size limits cheaply)."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    path: str
    width: int = 0
    height: int = 0


class Files:
    """Keeps bytes under `folder`, named so that no name from outside ever becomes a path."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self._table = Table(journal, "files", StoredFile)
        self._folder = folder
        self._by_path: dict[str, list[StoredFile]] = {}
        for file in self._table:
            self._by_path.setdefault(file.path, []).append(file)
        self._next = len(self._table) + 1

    def get(self, file_id: str) -> StoredFile | None:
        return self._table.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file that Telegram would serve under this `file_path`."""
        return next(iter(self._by_path.get(path, ())), None)

    def location(self, file: StoredFile) -> Path:
        return self._folder / file.path

    def read(self, file: StoredFile) -> bytes:
        return self.location(file).read_bytes()

    def save(
        self, kind: str, name: str, mime: str, content: IO[bytes] | bytes, declared: int | None = None
    ) -> StoredFile:
        """Keep a file and return its record."""
        suffix = PurePath(name).suffix.lower()
        suffix = suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ""
        path = f"{kind}s/file_{self._next}{suffix}"
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            if isinstance(content, bytes):
                out.write(content)
            else:
                shutil.copyfileobj(content, out)
        return self._record(kind, name, mime, target.stat().st_size if declared is None else declared, path)

    def photo_sizes(self, original: StoredFile) -> list[StoredFile]:
        """Every size of a photo, smallest first, the original last. All share the original's bytes."""
        known = self._by_path[original.path]
        if len(known) > 1:
            return sorted(known, key=lambda size: size.width)
        longest = max(original.width, original.height)
        smaller = [
            self._record(
                "photo",
                original.name,
                original.mime,
                original.size,
                original.path,
                max(1, original.width * side // longest),
                max(1, original.height * side // longest),
            )
            for side in _PHOTO_SIDES
            if side < longest
        ]
        return [*smaller, original]

    def measure(self, file: StoredFile) -> bool:
        """Note the size of a picture in pixels. Returns False if the file is no picture."""
        with self.location(file).open("rb") as content:
            size = image_size(content.read(1 << 20))
        if size is None:
            return False
        file.width, file.height = size
        self._table.put(file.id, file)
        return True

    def _record(
        self, kind: str, name: str, mime: str, size: int, path: str, width: int = 0, height: int = 0
    ) -> StoredFile:
        file_id = _PREFIXES[kind] + secrets.token_urlsafe(40)
        file = StoredFile(file_id, secrets.token_urlsafe(12), kind, name, mime, size, path, width, height)
        self._next += 1
        self._by_path.setdefault(path, []).append(file)
        return self._table.put(file_id, file)


def file_url(file_id: str, name: str) -> str:
    """Where the page and the tests get a file, relative to the world's address."""
    return f"/world/files/{quote(file_id)}/{quote(name)}"


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG or GIF from its first bytes, or None if it is none of them."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # A start-of-frame segment.
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
