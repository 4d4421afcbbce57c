"""The real bot as a child process: started, watched, started again when it dies."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType

import aiohttp

_BACKOFF = (0.5, 1.0, 2.0, 5.0, 10.0)  # Seconds before each new start; the last one repeats.
_STEADY = 30.0  # Seconds after which a run counts as a good one.
_PATIENCE = 10.0  # Seconds the bot has to stop by itself.
_CANNOT_START = 2  # Exit code of a bot whose settings or database are wrong.

_PROJECT = Path(__file__).parents[1]
# Settings of a real installation, which must not reach the bot of the sandbox.
_NOT_HERE = (
    "PUBLIC_URL",
    "TELEGRAM_MODE",
    "WEBHOOK_SECRET",
    "SMTP_USERNAME",
    "SMTP_PASSWORD",
    "SEPAY_API_KEY",
    "CASSO_SECURE_TOKEN",
)


class BotCannotStart(Exception):
    """The bot has said what is wrong, and starting it again would change nothing."""


class Bot:
    """`python -m bot` with the given settings, its output passed on.

    It runs in the sandbox's folder, so that the `.env` of a real installation is not read.
    """

    def __init__(self, environment: dict[str, str], web_port: int, directory: Path) -> None:
        inherited = {key: value for key, value in os.environ.items() if key not in _NOT_HERE}
        modules = [path for path in (inherited.get("PYTHONPATH"), str(_PROJECT)) if path]
        self._environment = {
            **inherited,
            **environment,
            "PYTHONPATH": os.pathsep.join(modules),
            "PYTHONUNBUFFERED": "1",
        }
        self._directory = directory
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self.health_url = f"http://127.0.0.1:{web_port}/healthz"

    async def __aenter__(self) -> "Bot":
        self._task = asyncio.create_task(self._keep_running())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._stop()

    async def until(self, stop: asyncio.Event) -> None:
        """Keep the bot running until `stop` is set. Raises `BotCannotStart`."""
        assert self._task
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({self._task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._task.done():
            self._task.result()

    async def healthy(self) -> None:
        """Wait until the bot answers that it is well."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                    async with session.get(self.health_url) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)

    async def _keep_running(self) -> None:
        deaths = 0
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                cwd=self._directory,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
            )
            code = await self._process.wait()
            if code == _CANNOT_START:
                raise BotCannotStart
            deaths = 0 if loop.time() - started > _STEADY else deaths
            pause = _BACKOFF[min(deaths, len(_BACKOFF) - 1)]
            deaths += 1
            print(f"The bot ended with code {code}; it starts again in {pause:g} s.", flush=True)
            await asyncio.sleep(pause)

    async def _stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _PATIENCE)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
