"""A process that reads workbooks, one after another: `python -m gateways.workbook_worker`.

Files come from anyone, so they are opened here, with bounds on memory and processor time and none of the
program's secrets. Standard input and output carry frames: four bytes of length (big-endian), then the bytes.
A request is a line that names its layout, then a workbook. A reply is a line of JSON, then all cells, row by
row, parted by U+001F; or a line with an error and nothing else.
"""

import gc
import json
import resource
import sys
from contextlib import suppress
from typing import BinaryIO

from domain.errors import DomainError
from gateways.workbook_layout import LAYOUTS, UNPACKED_LIMIT_MB
from gateways.workbook_table import Table, read_table

PARTING = "\x1f"
CPU_SECONDS = 10
_MEMORY = 768 * 1024 * 1024
_CHARACTERS_LIMIT = UNPACKED_LIMIT_MB * 1024 * 1024 // 4


def answer(request: bytes) -> bytes:
    """The reply to one request."""
    layout, _, content = request.partition(b"\n")
    try:
        table = read_table(content, LAYOUTS[layout.decode()])
        return _reply(table)
    except DomainError as error:
        return json.dumps({"error": error.code, "params": error.params}).encode()


def _reply(table: Table) -> bytes:
    body = PARTING.join(table.cells)
    # A shared text counts once in the file, but once a cell in the reply.
    if len(body) > _CHARACTERS_LIMIT:
        raise DomainError("workbook_too_large", limit=UNPACKED_LIMIT_MB, of="content")
    if body.count(PARTING) >= max(len(table.cells), 1):
        body = PARTING.join(cell.replace(PARTING, " ") for cell in table.cells)
    head = json.dumps({"keys": table.keys, "numbers": table.numbers, "unknown": table.unknown})
    return f"{head}\n{body}".encode()


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Serve until the parent closes its end, or is gone."""
    # Lists of texts have no cycles; looking for some takes a fifth of the time.
    gc.disable()
    _bound(resource.RLIMIT_AS, _MEMORY)
    while len(size := requests.read(4)) == 4:
        content = requests.read(int.from_bytes(size, "big"))
        _allow_processor_time()
        reply = answer(content)
        replies.write(len(reply).to_bytes(4, "big"))
        replies.write(reply)
        replies.flush()


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
