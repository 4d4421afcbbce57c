"""A few open SMTP connections, lent to one mail at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Literal

import aiosmtplib

from services.ports import RetryLater

MAX_CONNECTIONS = 4
"""How many connections are open at most; mail servers commonly refuse more from one client."""

_IDLE_SECONDS = 20.0
_TIMEOUT = 30.0
_OUT_OF_REACH = 30.0


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """`sender` is `Name <address>`. An empty `username` means no login.

    `tls`: "none", "starttls" (must be offered, usually port 587) or "tls" (from the start, usually 465);
    certificates are verified.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    username: str = field(repr=False)
    password: str = field(repr=False)
    sender: str

    @property
    def from_address(self) -> Address:
        """Name and address of `sender`. The library's own parser would split at a comma in the name."""
        name, _, address = self.sender.rpartition("<")
        return Address(name.strip(' "'), addr_spec=address.strip(" >"))


class SmtpConnections:
    """Opens connections when needed and keeps the good ones for the next mail."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection for this caller alone, kept open unless the body fails. Raises `RetryLater` if there
        is none."""
        async with self._slots:
            smtp = self._reusable() or await self._connect()
            try:
                yield smtp
            except BaseException:
                # The state of the connection is unknown now, and the next mail must not continue half an
                # exchange.
                smtp.close()
                raise
            self._idle.append((smtp, time.monotonic()))

    async def close(self) -> None:
        while self._idle:
            smtp, _ = self._idle.pop()
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit()
            smtp.close()

    def _reusable(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            smtp, since = self._idle.pop()
            if smtp.is_connected and time.monotonic() - since < _IDLE_SECONDS:
                return smtp
            smtp.close()
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._settings
        smtp = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=settings.password or None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            # Asking the resolver for our own name can take seconds.
            local_hostname=settings.from_address.domain,
            timeout=_TIMEOUT,
        )
        try:
            await smtp.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise RetryLater(_OUT_OF_REACH, f"no SMTP connection: {type(error).__name__}") from error
        return smtp
