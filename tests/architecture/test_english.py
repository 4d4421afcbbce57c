"""The English of comments, docstrings and documents is plain: subject first."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "services", "texts", "storage", "gateways", "dialogs", "bot", "sandbox", "tests", "docs")
OPENINGS = (
    "That",
    "Those",
    "So many",
    "So much",
    "Of",
    "For so long",
    "The same of",
    "Theirs",
    "Another one",
)
"""No sentence begins with these: each hides who does what."""

_OFFENCE = re.compile(rf"(?:^|(?<=[.!?:]\s)|(?<=[.!?]\)\s))({'|'.join(OPENINGS)})\b", re.MULTILINE)
_SUSPECT = re.compile(rf"\b({'|'.join(OPENINGS)})\b")
"""What a text with an offence holds somewhere. Few do, and to take code apart is slow."""

_VIETNAMESE = ("huong-dan.md", "so-thao-tac.md", "nhan-vien-nha-cung-cap.md")


def offences(prose: str) -> list[str]:
    """The openings of the sentences in `prose` that the rule forbids, each with what follows."""
    paragraphs = re.split(r"\n\s*\n|\n\s*(?=[-*|>#]|\d+\. )", prose)
    joined = [" ".join(part.strip().lstrip("-*|># ").split()) for part in paragraphs]
    return [text[found.start() :][:60] for text in joined for found in _OFFENCE.finditer(text)]


def _docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Every string that stands alone: docstrings, and those behind a definition."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.lineno, node.value.value


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Comments; those on lines that follow each other are one text."""
    start, last, words = 0, -1, list[str]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        if line != last + 1 and words:
            yield start, " ".join(words)
            words = []
        start, last = (line if not words else start), line
        words.append(token.string.lstrip("#! "))
    if words:
        yield start, " ".join(words)


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """What a reader of this file reads, each text with its line."""
    source = path.read_text("utf-8")
    if not _SUSPECT.search(re.sub(r"\s*\n[\s#]*", " ", source)):
        return
    if path.suffix == ".py":
        yield from _docstrings(source)
        yield from _comments(source)
    else:
        yield 1, re.sub(r"```.*?```", "", source, flags=re.DOTALL)


def _read() -> list[Path]:
    code = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    documents = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    return code + [path for path in documents if path.name not in _VIETNAMESE]


@pytest.mark.long
def test_sentences_begin_with_their_subject() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {opening!r}"
        for path in _read()
        for line, prose in prose_of(path)
        for opening in offences(prose)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "prose",
    [
        "So many are judged at once.",
        "Merge both. That of the kept one stays.",
        "Read it.\n\n- Those that follow wait.",
        "See `chats.py`: Of each chat the last.",
        "For so long a list is\nkept.",
    ],
)
def test_an_offender_is_found(prose: str) -> None:
    assert len(offences(prose)) == 1


@pytest.mark.parametrize(
    "prose", ["Nothing of that is kept.", "The office keeps it. Often, too.", "At most one.", "Office hours."]
)
def test_plain_sentences_pass(prose: str) -> None:
    assert offences(prose) == []
