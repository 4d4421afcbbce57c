"""The documents name places that are there, and stay short enough to be read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
ROOMS = ("domain", "services", "texts", "storage", "gateways", "dialogs", "bot", "sandbox", "tests", "docs")
MOST_WORDS = 900
"""In ARCHITECTURE.md, which is read in ten minutes; its picture does not count."""

_PATH = re.compile(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`")
_PICTURE = re.compile(r"```mermaid.*?```", re.DOTALL)
_EXAMPLE = "viber"
"""The app that the recipe for another chat app makes up."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_places_that_a_document_names_are_there(document: Path) -> None:
    named = set(_PATH.findall(document.read_text("utf-8")))
    assert not [path for path in named if _EXAMPLE not in path and not (ROOT / path).exists()]


def test_the_architecture_is_short_and_has_one_picture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert len(_PICTURE.findall(text)) == 1
    assert len(_PICTURE.sub("", text).split()) <= MOST_WORDS


def test_the_words_that_matter_first_say_where_they_live() -> None:
    text = (ROOT / "GLOSSARY.md").read_text("utf-8")
    first = text.split("\n## ")[1]
    rows = [line for line in first.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 10
    assert all(_PATH.search(row) for row in rows)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_merge_left_its_marks(document: Path) -> None:
    assert not re.findall(r"^(?:[<>]{2,7}[=<> ]|={7}$).*", document.read_text("utf-8"), re.MULTILINE)


def test_a_change_is_told_once() -> None:
    told = re.split(r"^(?=- |#)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    entries = [entry for entry in told if entry.startswith("- ")]
    assert len(entries) == len(set(entries))
