"""Contacts of a phone (vCard), as lines of a list."""

import re
from collections.abc import Iterator

from domain.text import fold

_FOLDED = re.compile(r"\r?\n[ \t]")
_LABELS = {
    "ORG": "ten cong ty",
    "FN": "nguoi dai dien",
    "TEL": "dien thoai",
    "EMAIL": "email",
    "ADR": "dia chi",
}
_PARTS = re.compile(r"(?<!\\);")


def without_vcards(text: str) -> str:
    """The text with one line for each contact in it: what a list needs, each with its label."""
    if "begin:vcard" not in text[:1_000].casefold():
        return text
    return "\n".join(_lines(_FOLDED.sub("", text)))


def _lines(text: str) -> Iterator[str]:
    said: list[str] | None = None
    for line in text.splitlines():
        head, _, value = line.partition(":")
        name = head.partition(";")[0].rpartition(".")[2].strip().upper()
        if name == "BEGIN":
            said = []
        elif name == "END" and said is not None:
            yield "; ".join(said)
            said = None
        elif said is None:
            yield line
        elif name == "NOTE":
            said.append(_plain(value))
        elif name in _LABELS and (plain := _plain(value)) and _LABELS[name] not in " ".join(said):
            said.append(f"{_LABELS[name]}: {plain}")


def _plain(value: str) -> str:
    parts = [part.strip() for part in _PARTS.split(value) if fold(part)]
    return ", ".join(parts).replace("\\n", " ").replace("\\", "")
