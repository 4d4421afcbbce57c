"""Contacts of a phone or a mailbox (vCard, the exports of Google and Outlook), as lines of a list.

Whose contact it is need not be the legal representative, so a firm's contact has no name but the firm's.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from domain.intakes.looks import is_business
from domain.text import fold

_FOLDED = re.compile(r"\r?\n[ \t]")
_LABELS = {
    "ORG": "ten cong ty",
    "TEL": "dien thoai",
    "EMAIL": "email",
    "ADR": "dia chi",
}
_PERSON, _HEAD = "FN", 1_000
_FIRST_NAMES = ("given name", "first name")
_OF_PERSON = (*_FIRST_NAMES, "name", "middle name", "additional name", "family name", "last name", "file as")
_PARTS = re.compile(r"(?<!\\);")


def without_vcards(text: str) -> str:
    """The text with one line for each contact in it: what a list needs, each with its label."""
    if _are_names(text[:_HEAD].partition("\n")[0].split(",")):
        with suppress(csv.Error):  # A cell too long to be a contact's.
            return "\n".join(",".join(row) for row in of_firms(list(csv.reader(text.splitlines()))))
    if "begin:vcard" not in text[:_HEAD].casefold():
        return text
    return "\n".join(_lines(_FOLDED.sub("", text)))


def _lines(text: str) -> Iterator[str]:
    said: dict[str, str] | None = None
    for line in text.splitlines():
        head, _, value = line.partition(":")
        name = head.partition(";")[0].rpartition(".")[2].strip().upper()
        if name == "BEGIN":
            said = {}
        elif name == "END" and said is not None:
            shown = said.pop(_PERSON, "")
            if "ORG" not in said and is_business(shown):
                said["ORG"] = f"{_LABELS['ORG']}: {shown}"
            yield "; ".join(said.values())
            said = None
        elif said is None:
            yield line
        elif name in ("NOTE", _PERSON):
            said.setdefault(name, _plain(value))
        elif name in _LABELS and (plain := _plain(value)):
            said.setdefault(name, f"{_LABELS[name]}: {plain}")


def _plain(value: str) -> str:
    parts = [part.strip() for part in _PARTS.split(value) if fold(part)]
    return ", ".join(parts).replace("\\n", " ").replace("\\", "")


def _are_names(heads: Sequence[str]) -> bool:
    return any(fold(head) in _FIRST_NAMES for head in heads)


def of_firms(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The rows of exported contacts, with the person's name only where no firm stands in the row."""
    if not rows or not _are_names(rows[0]):
        return rows
    of_person = {place for place, head in enumerate(rows[0]) if fold(head) in _OF_PERSON}
    return [
        ["" if at in of_person else cell for at, cell in enumerate(row)]
        if any(map(is_business, row))
        else row
        for row in rows
    ]
