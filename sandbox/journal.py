"""State that survives a kill: tables of records in memory, each change appended to one file.

A line is `[table, key, record]`, or `[table, key, null]` for a removal. The file is replayed at start; the
last line may be torn by a kill and is then cut off.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Key = int | str


class Journal:
    """An append-only file of JSON lines. Writes reach the system at once; they are not synced to the disk."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._replayed: dict[str, dict[Key, Any]] = {}
        if path.exists():
            os.truncate(path, self._replay(path))
        self._file = path.open("ab", buffering=0)

    def _replay(self, path: Path) -> int:
        """Read every whole line and return where the last one ends."""
        good = 0
        with path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                table, key, record = json.loads(line)
                rows = self._replayed.setdefault(table, {})
                if record is None:
                    rows.pop(key, None)
                else:
                    rows[key] = record
                good += len(line)
        return good

    def take(self, table: str) -> dict[Key, Any]:
        """Hand over what was replayed for one table."""
        return self._replayed.pop(table, {})

    def write(self, table: str, key: Key, record: Any) -> None:
        """Append one change."""
        line = json.dumps([table, key, record], ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")

    def close(self) -> None:
        self._file.close()


class Table(Generic[T]):
    """Rows of one dataclass by key, in order of first insertion. A changed row counts only after `put`."""

    def __init__(self, journal: Journal, name: str, kind: type[T]) -> None:
        self._journal = journal
        self._name = name
        self._rows: dict[Any, T] = {key: kind(**record) for key, record in journal.take(name).items()}

    def put(self, key: Key, row: T) -> T:
        self._rows[key] = row
        self._journal.write(self._name, key, vars(row))
        return row

    def drop(self, key: Key) -> None:
        if self._rows.pop(key, None) is not None:
            self._journal.write(self._name, key, None)

    def get(self, key: Key) -> T | None:
        return self._rows.get(key)

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)
