"""The base of all HTTP clients: each has a session of its own, open between `async with`."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

import aiohttp

from gateways.measures import measured, method_of_path


class HttpClient(ABC):
    """Open between `async with`. `_connect` makes the session, which is closed at the end. `app` is its name
    among those whose calls are counted."""

    app: str

    _opened: aiohttp.ClientSession | None = None

    @abstractmethod
    def _connect(self) -> aiohttp.ClientSession:
        """A new session; called within the running loop."""

    @staticmethod
    def method_of(path: str) -> str:
        """What the calls to this path are counted under; it names nobody."""
        return method_of_path(path)

    @property
    def _session(self) -> aiohttp.ClientSession:
        assert self._opened is not None, f"{type(self).__name__} is not open"
        return self._opened

    async def __aenter__(self) -> Self:
        self._opened = self._connect()
        self._opened.trace_configs.append(measured(self.app, self.method_of))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            await self._opened.close()
