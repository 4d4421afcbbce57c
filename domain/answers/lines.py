"""Several answers in one text, each with the number of what it answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BETWEEN = re.compile(r"[\n;]+|,\s*(?=#?\d{1,2}\s*[:.)])")
_NUMBERED = re.compile(r"#?(\d{1,2})(?:\s*[.:)–-]\s*|\s+)(\S.*)")


@dataclass(frozen=True, slots=True)
class NumberedAnswer:
    """`number` is `None` where none of those that were asked is named."""

    line: str
    number: int | None
    text: str


def read_numbered(text: str, asked: int) -> Sequence[NumberedAnswer]:
    """The answers to the questions 1 to `asked`. Where there is one, it needs no number."""
    return [_read(line.strip(), asked) for line in _BETWEEN.split(text) if line.strip()]


def _read(line: str, asked: int) -> NumberedAnswer:
    found = _NUMBERED.fullmatch(line)
    if found is not None and 1 <= int(found[1]) <= asked:
        return NumberedAnswer(line, int(found[1]), found[2])
    return NumberedAnswer(line, 1 if asked == 1 else None, line)
