"""Processes that have the program in memory from their beginning, used once already."""

import asyncio
import inspect
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

# The server has imported the program and built what each process would build when it is first used.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.support.warmed"])


def fork(
    call: Callable[..., Any], *given: object, log: Path | None = None, pipe: socket.socket | None = None
) -> ForkServerProcess:
    """Start a process that makes this call, perhaps of a coroutine, and ends. It writes to the end of `log`;
    with a `pipe` it reads its input and writes its output there."""
    process = _FORKS.Process(target=_call, args=(call, given, log, pipe), daemon=True)
    process.start()
    return process


def _call(
    call: Callable[..., Any], given: tuple[object, ...], log: Path | None, pipe: socket.socket | None
) -> None:
    if log is not None:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(output, 1)
        os.dup2(output, 2)
    if pipe is not None:
        os.dup2(pipe.fileno(), 0)
        os.dup2(pipe.fileno(), 1)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    result = call(*given)
    if inspect.iscoroutine(result):
        asyncio.run(result)
