"""The state of the world: people, their chats and messages, mailboxes, phones and files."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.clock import WorldClock
from sandbox.events import Events
from sandbox.files import Files
from sandbox.journal import Journal, Table
from sandbox.zalo_chats import ZaloChats


@dataclass
class Person:
    """Someone with a phone. `telegram_id` is their user id, and the id of their chat with the bot."""

    id: str
    telegram_id: int
    name: str
    username: str
    phone: str
    role: str


@dataclass
class Chat:
    """A person's private chat with the bot on Telegram."""

    id: int
    started: bool = False  # The person has written at least once, so the bot may write too.
    blocked: bool = False
    keyboard: int | None = None  # The message whose reply keyboard is shown.


@dataclass
class Message:
    """One message on Telegram. `content` holds Telegram's own fields (text, entities, photo, …)."""

    id: int
    chat: int
    bot: bool
    date: int
    content: dict[str, Any]
    markup: dict[str, Any] | None = None  # Inline keyboard.
    keyboard: dict[str, Any] | None = None  # Reply keyboard it brought.
    edited: int | None = None
    deleted: bool = False
    reaction: str | None = None
    reply_to: int | None = None  # The message of this chat that it answers.


@dataclass
class Mail:
    """One mail in one mailbox."""

    id: int
    to: str
    sender: str
    subject: str
    date: str
    text: str
    html: str
    message_id: str
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[dict[str, str]] = field(default_factory=list)
    inline: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Sms:
    """One text message on one phone."""

    id: int
    to: str
    text: str
    date: int
    brand: str = ""
    request_id: str = ""
    cost: int = 0  # VND of a template message of Zalo, which the phone shows beside the SMS.


@dataclass
class Value:
    """A single setting."""

    value: Any


PEOPLE = (
    Person("owner", 5100000001, "Nguyễn Thị Thanh Hương", "thanhhuong_ketoan", "84900000001", "owner"),
    Person("staff", 5100000002, "Trần Minh Quân", "minhquan_ketoan", "84900000002", "staff"),
    Person("backoffice", 5100000003, "Lê Thu Hà", "thuha_hotro", "84900000003", "backoffice"),
    Person("newcomer", 5100000004, "Phạm Gia Bảo", "giabao_moi", "84900000004", "newcomer"),
)


CLOCK_FILE = "clock-shift"
"""In the world's directory."""


def iso(seconds: int) -> str:
    """A moment as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


class World:
    """Everything outside the bot, kept under `directory`. Opening it again brings the same world back."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.journal = Journal(directory / "world.jsonl")
        self.clock = WorldClock(directory / CLOCK_FILE)
        self.events = Events()
        self.files = Files(self.journal, directory / "files")
        self.people = Table(self.journal, "people", Person)
        self.chats = Table(self.journal, "chats", Chat)
        self.messages = Table(self.journal, "messages", Message)
        self.zalo = ZaloChats(self.journal, self.clock)
        self.mail = Table(self.journal, "mail", Mail)
        self.sms = Table(self.journal, "sms", Sms)
        self.settings = Table(self.journal, "settings", Value)
        self._by_telegram = {str(person.telegram_id): person for person in self.people}
        self.fresh = len(self.people) == 0
        if self.fresh:
            for person in PEOPLE:
                self._admit(person)
        self._by_chat: dict[int, list[Message]] = {}
        for message in self.messages:
            self._by_chat.setdefault(message.chat, []).append(message)
        self._last_message = max((message.id for message in self.messages), default=0)

    def close(self) -> None:
        """End the listeners and close the journal."""
        self.events.close()
        self.journal.close()

    def now(self) -> int:
        """The world's time, in seconds since 1970."""
        return self.clock.now()

    # People
    def person(self, key: str) -> Person | None:
        """A person by id or by Telegram user id."""
        return self.people.get(key) or self._by_telegram.get(key)

    def owner(self, chat_id: int) -> Person:
        """The person whose chat with the bot this is. Raises KeyError if there is none."""
        return self._by_telegram[str(chat_id)]

    def add_person(self, name: str, phone: str | None = None) -> Person:
        """Let one more person into the world."""
        number = len(self.people) + 1
        person = Person(
            f"person{number}",
            PEOPLE[0].telegram_id - 1 + number,
            name,
            f"nguoi_dung_{number}",
            phone or f"849{number:08d}",
            "other",
        )
        self._admit(person)
        self.events.publish("people")
        return person

    def _admit(self, person: Person) -> None:
        self.people.put(person.id, person)
        self._by_telegram[str(person.telegram_id)] = person

    # Messages
    def chat(self, chat_id: int) -> Chat:
        return self.chats.get(chat_id) or Chat(chat_id)

    def add_message(self, chat_id: int, bot: bool, content: dict[str, Any], **more: Any) -> Message:
        """Put a new message at the end of a chat. Ids grow over all chats, as a bot sees them."""
        self._last_message += 1
        message = Message(self._last_message, chat_id, bot, self.now(), content, **more)
        self._by_chat.setdefault(chat_id, []).append(message)
        return self.messages.put(message.id, message)

    def save(self, message: Message) -> None:
        """Keep a changed message."""
        self.messages.put(message.id, message)

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message of this chat that is not deleted."""
        found = self.messages.get(message_id)
        return found if found and found.chat == chat_id and not found.deleted else None

    def history(self, chat_id: int, after: int = 0) -> list[Message]:
        """The messages of a chat that are not deleted and have a greater id, oldest first."""
        rows = self._by_chat.get(chat_id, [])
        start = len(rows)
        while start and rows[start - 1].id > after:
            start -= 1
        return [message for message in rows[start:] if not message.deleted]

    # Settings
    def setting(self, key: str, default: Any = None) -> Any:
        found = self.settings.get(key)
        return default if found is None else found.value

    def set(self, key: str, value: Any) -> None:
        self.settings.put(key, Value(value))
