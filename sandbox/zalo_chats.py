"""People's chats with the bot on Zalo, and the messages in them. The world keeps them."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.clock import WorldClock
from sandbox.journal import Journal, Table


@dataclass
class ZaloChat:
    """A person's private chat with the bot."""

    person: str
    started: bool = False  # The person has written at least once, so the bot may write too.
    blocked: bool = False


@dataclass
class ZaloMessage:
    """One message. `message_id` is Zalo's own; `date` counts milliseconds; `content` depends on `kind`:
    `text`; `photo` (a file of the world) with `caption`; `sticker`; `voice`; `file`, which Zalo hides."""

    id: int
    message_id: str
    person: str
    bot: bool
    kind: str
    date: int
    content: dict[str, Any]

    @property
    def text(self) -> str:
        """The text or caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")


class ZaloChats:
    """Chats and messages by person. Messages are numbered and dated upwards over all chats."""

    def __init__(self, journal: Journal, clock: WorldClock) -> None:
        self._clock = clock
        self._chats = Table(journal, "zalo_chats", ZaloChat)
        self.messages = Table(journal, "zalo_messages", ZaloMessage)
        self._by_person: dict[str, list[ZaloMessage]] = {}
        for message in self.messages:
            self._by_person.setdefault(message.person, []).append(message)
        self._latest = max((message.date for message in self.messages), default=0)

    def chat(self, person: str) -> ZaloChat:
        return self._chats.get(person) or ZaloChat(person)

    def keep(self, chat: ZaloChat) -> None:
        """Keep a changed chat."""
        self._chats.put(chat.person, chat)

    def add(self, person: str, bot: bool, kind: str, content: dict[str, Any]) -> ZaloMessage:
        """Put a new message at the end of a chat."""
        self._latest = max(self._clock.milliseconds(), self._latest + 1)
        number = len(self.messages) + 1
        message = ZaloMessage(number, secrets.token_hex(10), person, bot, kind, self._latest, content)
        self._by_person.setdefault(person, []).append(message)
        return self.messages.put(message.id, message)

    def history(self, person: str, after: int = 0) -> list[ZaloMessage]:
        """The messages of a chat with a greater number, oldest first."""
        return [message for message in self._by_person.get(person, ()) if message.id > after]

    def sent_since(self, moment: int) -> int:
        """How many messages the bot has sent since a moment in milliseconds."""
        return sum(message.bot and message.date >= moment for message in self.messages)


def zalo_id(person: str) -> str:
    """Zalo's id of a person of the world, always the same."""
    return hashlib.sha256(f"zalo {person}".encode()).hexdigest()[:20]
