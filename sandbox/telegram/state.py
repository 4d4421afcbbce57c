"""The bot's side of Telegram: its account, its updates, open taps, and the methods it may call."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sandbox.faults import Faults
from sandbox.telegram.errors import ApiError
from sandbox.telegram.faults import Fault, Limits
from sandbox.telegram.params import Params
from sandbox.telegram.updates import Updates
from sandbox.world import Person, World

BOT_USERNAME = "mua_hang_loat_bot"
QUERY_LIFETIME = 60.0  # Seconds within which a tap may be answered.

Method = Callable[["Telegram", Params], Any]
M = TypeVar("M", bound=Method)
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[M], M]:
    """Offer a function as a Bot API method; it returns the `result` or raises ApiError."""

    def register(function: M) -> M:
        METHODS[name.lower()] = function
        return function

    return register


@dataclass
class Tap:
    """An inline button that was tapped and waits for `answerCallbackQuery`."""

    person: str
    message: int
    opened: float = field(default_factory=time.monotonic)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    answer: dict[str, Any] = field(default_factory=dict)


class Telegram:
    """What the Bot API server and the people's phones share."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.bot_id = int(token.split(":")[0])
        self.updates = Updates(world)
        self.faults: Faults[Fault] = Faults()
        self.limits = Limits()
        self.taps: dict[str, Tap] = {}
        self.alerts: dict[str, list[dict[str, Any]]] = {}
        self.running = 0  # Calls being carried out now, long polling aside.
        self.calls = 0  # Calls ever carried out, long polling aside.

    # The account
    def me(self) -> dict[str, Any]:
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": "Phần mềm kế toán",
            "username": BOT_USERNAME,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    @property
    def webhook(self) -> dict[str, Any]:
        hook: dict[str, Any] = self.world.setting("webhook", {})
        return hook

    def set_webhook(self, hook: dict[str, Any]) -> None:
        self.world.set("webhook", hook)
        self.updates.changed.set()

    def note_webhook_error(self, text: str) -> None:
        """Remember the last trouble, for getWebhookInfo."""
        if self.webhook.get("url"):
            now = self.world.now()
            self.world.set("webhook", self.webhook | {"last_error_date": now, "last_error_message": text})

    # People and chats, as the bot may name them
    def reachable(self, params: Params, name: str = "chat_id") -> Person:
        """The person a call is about. Raises what Telegram says of a stranger, a silent or a blocking one."""
        person = self.known(params, name)
        chat = self.world.chat(person.telegram_id)
        if not chat.started:
            raise ApiError("bot can't initiate conversation with a user", 403)
        if chat.blocked:
            raise ApiError("bot was blocked by the user", 403)
        return person

    def known(self, params: Params, name: str = "chat_id") -> Person:
        """The person a call is about. Raises "chat not found"."""
        given = params.text(name)
        if not given:
            raise ApiError(f"{name} is empty")
        person = self.world.person(given)
        if person is None or given == person.id:
            raise ApiError("chat not found")
        return person

    # Taps
    def open_tap(self, person: Person, message_id: int) -> tuple[str, Tap]:
        """Begin waiting for the answer to a tap."""
        oldest = time.monotonic() - QUERY_LIFETIME
        self.taps = {query_id: tap for query_id, tap in self.taps.items() if tap.opened > oldest}
        tap = Tap(person.id, message_id)
        query_id = str(secrets.randbits(62))
        self.taps[query_id] = tap
        return query_id, tap

    def expire_taps(self, person: Person) -> int:
        """Make the person's open taps too old to answer. Returns how many there were."""
        mine = [query_id for query_id, tap in self.taps.items() if tap.person == person.id]
        for query_id in mine:
            del self.taps[query_id]
        return len(mine)

    def tap(self, query_id: str) -> Tap:
        """An open tap. Raises what Telegram says of an old or unknown one."""
        found = self.taps.get(query_id)
        if found is None or time.monotonic() - found.opened > QUERY_LIFETIME:
            self.taps.pop(query_id, None)
            raise ApiError("query is too old and response timeout expired or query ID is invalid")
        return found

    # Calls
    async def call(self, name: str, params: Params) -> Any:
        """Carry out one method. Raises ApiError, 404 for a method that does not exist here."""
        function = METHODS.get(name.lower())
        if function is None:
            raise ApiError(code=404)
        result = function(self, params)
        return await result if asyncio.iscoroutine(result) else result
