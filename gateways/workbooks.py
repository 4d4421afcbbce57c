"""Lists as Excel workbooks, read in a process of their own."""

import asyncio
import json
import logging
import os
import sys
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Self

from domain.errors import DomainError
from gateways.workbook_archive import check_signature
from gateways.workbook_template import template
from services.ports import Book, Sheet, SheetRow

__all__ = ["CalamineReader", "template"]

WALL_SECONDS = 20.0
"""How long one workbook may take; the worker's own limit on processor time is shorter."""

_GRACE_SECONDS = 0.5
_ROOT = Path(__file__).parent.parent
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH")
_PARTING = "\x1f"

log = logging.getLogger(__name__)


class CalamineReader:
    """`WorkbookReader` of .xlsx files. One worker process is started when first needed and kept.

    A worker that dies, hangs or grows beyond its bounds takes only the request with it: the next one gets a
    new worker. It ends with `close()`, and by itself when this process is gone.
    """

    def __init__(self) -> None:
        self._worker: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def read(self, content: bytes, file_name: str, book: Book = Book.CUSTOMERS) -> Sheet:
        """The list in `content`; the name of the file decides nothing.

        Raises `DomainError`: "workbook_too_large" (limit, of: "file" or "content" in MB, "members"),
        "workbook_format", "workbook_password", "workbook_broken", "workbook_headings" (missing),
        "workbook_rows" (limit).
        """
        check_signature(content)
        async with self._one_at_a_time:
            reply = await self._ask(f"{book}\n".encode() + content)
        # Thousands of rows: other chats are served meanwhile.
        return await asyncio.to_thread(_sheet, reply)

    async def close(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        # An idle worker ends when its input does; what it still had to say is read, or the pipe stays open.
        try:
            await asyncio.wait_for(worker.communicate(b""), _GRACE_SECONDS)
        except TimeoutError:
            worker.kill()
            await worker.communicate()

    async def _ask(self, request: bytes) -> bytes:
        worker = self._worker
        if worker is None or worker.returncode is not None:
            worker = self._worker = await _start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            async with asyncio.timeout(WALL_SECONDS):
                worker.stdin.write(len(request).to_bytes(4, "big") + request)
                await worker.stdin.drain()
                size = int.from_bytes(await worker.stdout.readexactly(4), "big")
                return await worker.stdout.readexactly(size)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await self.close()
            log.warning(
                "a workbook cost its reader: %s, exit code %s", type(error).__name__, worker.returncode
            )
            raise DomainError("workbook_broken") from error
        except BaseException:
            # Half a conversation must not meet the next request.
            await self.close()
            raise


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateways.workbook_worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
        # Not the whole environment: it holds the program's secrets.
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )


def _sheet(reply: bytes) -> Sheet:
    """The worker's reply (see `workbook_worker`) as rows."""
    head, _, body = reply.partition(b"\n")
    fields = json.loads(head)
    if "error" in fields:
        raise DomainError(fields["error"], **fields["params"])
    keys, numbers = fields["keys"], fields["numbers"]
    cells = iter(body.decode().split(_PARTING) if numbers else ())
    rows = zip(*[cells] * len(keys), strict=True)
    # Ten thousand rows: a comprehension takes twice as long.
    named = map(dict, map(zip, repeat(keys), rows))
    return Sheet(list(map(SheetRow, numbers, named)), tuple(fields["unknown"]))
