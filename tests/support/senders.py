"""Senders of pushes that answer as they are told."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from domain.messaging.contents import PushContent


class Sent(NamedTuple):
    address: str
    content: PushContent
    key: str
    maybe_repeated: bool
    silent: bool = False


class Killed(BaseException):
    """The process was killed, so no further code of it runs."""


class ScriptedSender:
    """`PushSender` that raises the given errors, one for each try, and then delivers."""

    def __init__(self) -> None:
        self.outcomes: list[BaseException] = []
        self.tries: list[Sent] = []
        self.delivered: list[Sent] = []
        self.ref = ""
        """The reference of each message, if it matters."""
        self.after: BaseException | None = None
        """Raised after the message has arrived."""
        self.during: Callable[[], Awaitable[None]] | None = None
        """Called once while the message is on its way."""

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        sent = Sent(address, content, key, maybe_repeated, silent)
        self.tries.append(sent)
        if self.during is not None:
            during, self.during = self.during, None
            await during()
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.delivered.append(sent)
        if self.after is not None:
            raise self.after
        return self.ref or f"message-{len(self.delivered)}"


class ScriptedBundler(ScriptedSender):
    """`BundleSender`: makes one message of up to `fits` contents."""

    def __init__(self, fits: int = 3) -> None:
        super().__init__()
        self.fits = fits
        self.bundles: list[list[PushContent]] = []
        """The contents of each bundle that arrived; the first of each is in `delivered` too."""

    async def send_together(
        self,
        address: str,
        contents: Sequence[PushContent],
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str | None:
        if len(contents) > self.fits:
            return None
        message_ref = await self.send(address, contents[0], key, maybe_repeated, silent)
        self.bundles.append(list(contents))
        return message_ref


class ScriptedAlbums(ScriptedSender):
    """`AlbumSender`: `albums` are the contents of each that arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.albums: list[list[PushContent]] = []

    async def send_album(
        self,
        address: str,
        contents: Sequence[PushContent],
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str | None:
        message_ref = await self.send(address, contents[0], key, maybe_repeated, silent)
        self.albums.append(list(contents))
        return message_ref
