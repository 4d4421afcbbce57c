"""A process that reads files, one after another: `python -m gateways.workbooks.worker`.

Files come from anyone, so they are opened here, with bounds on memory and processor time and none of the
program's secrets. Standard input and output carry frames: four bytes of length (big-endian), then the bytes.
A request is a line of JSON that says what to read, then the file. A reply is frames of JSON: how many "rows"
there are, portions of the list (see `gateways.workbooks.frames`), and one that is the "last", with the reason
("error") if the file was refused, and how many "seconds" of a processor it took. A list of one portion comes
whole in the last.
"""

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from domain.errors import DomainError
from domain.intakes.entries import EntryField
from gateways.workbooks.frames import PORTION, pack_entries, pack_error, pack_sheets
from gateways.workbooks.layout import UNPACKED_LIMIT_MB
from gateways.workbooks.reading import read_file
from gateways.workbooks.statements import STATEMENT, read_statement_file
from gateways.workbooks.tables import read_table

CPU_SECONDS = 10
_MEMORY = 768 * 1024 * 1024
_NICENESS = 5
"""With few processors, people who tap come before a file."""

_REPLY_LIMIT = UNPACKED_LIMIT_MB * 1024 * 1024 // 2

Say = Callable[[dict[str, Any]], None]


def answer(request: bytes, say: Say) -> None:
    """Say the reply to one request, frame by frame."""
    head, _, content = request.partition(b"\n")
    wanted = json.loads(head)
    try:
        if wanted["table"] == STATEMENT:
            say({"last": True, **read_statement_file(content)})
        elif table := wanted["table"]:
            say({"last": True, **read_table(content, table)._asdict()})
        else:
            columns = {(of, place): to and EntryField(to) for of, place, to in wanted["columns"]}
            _read_list(content, columns, wanted["with_hidden"], say)
    except DomainError as error:
        say({"last": True, "error": pack_error(error)})


def _read_list(
    content: bytes, columns: dict[tuple[int, int], EntryField | None], with_hidden: bool, say: Say
) -> None:
    found = read_file(content, columns, with_hidden)
    portions = pack_entries(found.entries())
    end = {"last": True, "sheets": pack_sheets(found.sheets), "skipped": found.skipped}
    if len(found.rows) <= PORTION:
        # Each frame is a wait of its own for a program that serves others in between.
        say({**next(portions), **end})
        return
    say({"rows": len(found.rows)})
    for frame in portions:
        say(frame)
    say(end)


class _Replies:
    """Frames of one reply on the way out."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._left, self._began = out, _REPLY_LIMIT, time.process_time()

    def say(self, frame: dict[str, Any]) -> None:
        if "last" in frame:
            frame["seconds"] = time.process_time() - self._began
        content = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        self._left -= len(content)
        # A shared text counts once in the file, but once a cell in the reply.
        if self._left < 0 and "error" not in frame:
            raise DomainError("workbook_too_large", limit=UNPACKED_LIMIT_MB, of="content")
        self._out.write(len(content).to_bytes(4, "big") + content)
        self._out.flush()


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Serve until the parent closes its end, or is gone."""
    # Looking for cycles among the rows would take a fifth of the time; it is done between two files.
    gc.disable()
    # What stops the program is often sent to its children too. They finish the file, and end with it.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    # Where memory runs out, the system ends a reader rather than the program.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    _bound(resource.RLIMIT_AS, _MEMORY)
    os.nice(_NICENESS)
    while len(size := requests.read(4)) == 4:
        content = requests.read(int.from_bytes(size, "big"))
        _allow_processor_time()
        answer(content, _Replies(replies).say)
        del content
        gc.collect()


def _allow_processor_time() -> None:
    """Give this request its seconds; the limit of the system counts from the start of the process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _bound(resource.RLIMIT_CPU, used + 1 + CPU_SECONDS)


def _bound(kind: int, amount: int) -> None:
    """Lower a soft limit (setrlimit(2)), within the hard one that this system sets."""
    _, hard = resource.getrlimit(kind)
    # macOS refuses a limit on memory.
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
