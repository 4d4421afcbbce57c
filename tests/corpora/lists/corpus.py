"""Lists as people have them: data files of inputs, each with what must come of it, written by hand.

A case is a file (`rows`, or `text` for a text file) or a pasted text (`pasted`). `found` has a line for each
entry: "code | name | field=value … | ?field=choices" with "!" in front of a repeated one; the kind is left
out. `left` are the rows or lines that must be named as left out, `hidden` how many hidden rows there are.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import DomainError
from domain.intakes.checking import check_entries
from domain.intakes.entries import Entry, EntryField, Standing
from domain.intakes.pasting import read_text
from gateways.workbooks.reading import read_file
from tests.corpora.lists.shapes import content_of
from texts.intakes.fields import shown

_FOLDER = Path(__file__).parent
_SHORT = {
    EntryField.PHONE: "phone",
    EntryField.EMAIL: "email",
    EntryField.ADDRESS: "at",
    EntryField.REPRESENTATIVE: "rep",
}


@dataclass(frozen=True)
class Case:
    kind: str
    name: str
    given: Mapping[str, Any]
    found: Sequence[str] | str
    left: Sequence[str] | None = None
    hidden: int = 0


@dataclass(frozen=True)
class Outcome:
    found: Sequence[str] | str
    left: Sequence[str] = field(default_factory=tuple)
    hidden: int = 0


def cases() -> list[Case]:
    """All cases of the corpus."""
    found = []
    for path in sorted(_FOLDER.glob("*.json")):
        for name, case in json.loads(path.read_text("utf-8")).items():
            given = {key: value for key, value in case.items() if key not in ("found", "left", "hidden")}
            found.append(Case(path.stem, name, given, case["found"], case.get("left"), case.get("hidden", 0)))
    return found


def outcome(given: Mapping[str, Any]) -> Outcome:
    """What the reader makes of an input."""
    if "pasted" in given:
        read = read_text(given["pasted"])
        entries = check_entries((0, number, texts) for number, texts in read.customers)
        return Outcome([line_of(entry) for entry in entries], read.left)
    try:
        found = read_file(content_of(given), {}, with_hidden=given.get("with_hidden", False))
        lines = [line_of(entry) for entry in found.entries()]
    except DomainError as refusal:
        return Outcome(" ".join(map(str, [refusal.code, *filter(None, [refusal.params.get("of")])])))
    left = [text for sheet in found.sheets for text in sheet.left]
    return Outcome(lines, left, sum(sheet.hidden for sheet in found.sheets))


def line_of(entry: Entry) -> str:
    """An entry in the form of the expectations."""
    values = dict(entry.values)
    parts = [values.pop(EntryField.TAX_CODE, "-"), values.pop(EntryField.NAME, "-")]
    values.pop(EntryField.KIND, None)
    parts += [f"{_SHORT.get(of, of)}={shown(of, values[of])}" for of in EntryField if of in values]
    for problem in entry.problems:
        choices = ", ".join(shown(problem.field, choice) for choice in problem.choices)
        parts.append(f"?{_SHORT.get(problem.field, problem.field)}={choices}")
    return ("!" if entry.standing is Standing.REPEATED else "") + " | ".join(parts)
