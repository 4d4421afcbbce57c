"""The bot's side of Zalo: its account, its webhook, and the methods it may call."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sandbox.faults import Faults
from sandbox.world import Person, World
from sandbox.zalo.errors import ApiError
from sandbox.zalo.events import Events
from sandbox.zalo.faults import Fault
from sandbox.zalo.params import Params, given
from sandbox.zalo_chats import zalo_id

BOT_NAME = "Bot Mua hàng loạt"
Method = Callable[["Zalo", Params], Any]
M = TypeVar("M", bound=Method)
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[M], M]:
    """Offer a function as a method of the API; it returns the `result`, if any, or raises ApiError."""

    def register(function: M) -> M:
        METHODS[name] = function
        return function

    return register


class Zalo:
    """What the API server and the people's phones share. `url` is where the world's files can be got."""

    def __init__(self, world: World, token: str, url: str) -> None:
        self.world = world
        self.token = token
        self.url = url
        self.events = Events(world)
        self.faults: Faults[Fault] = Faults()
        self.running = 0  # Calls being carried out now, long polling aside.
        self.calls = 0  # Calls ever carried out.
        self._people: dict[str, Person] = {}

    # The account
    def me(self) -> dict[str, Any]:
        return {
            "id": self.token.partition(":")[0],
            "account_name": "bot.MuaHangLoat",
            "account_type": "BASIC",
            "can_join_groups": False,
        }

    @property
    def webhook(self) -> dict[str, Any]:
        """`url` and `secret_token`, if one is set, and `updated_at`."""
        hook: dict[str, Any] = self.world.setting("zalo_webhook", {})
        return hook

    @property
    def hooked(self) -> bool:
        """Whether events are posted."""
        return bool(self.webhook.get("url")) and bool(self.world.setting("oa_subscribed", True))

    def set_webhook(self, hook: dict[str, Any]) -> dict[str, Any]:
        """Set or delete the webhook. Returns what the API says of it."""
        self.world.set("zalo_webhook", hook | {"updated_at": self.world.clock.milliseconds()})
        if hook:
            self.events.end_polls()
        else:
            self.events.drop()
        self.events.changed.set()
        return self.webhook_info()

    def webhook_info(self) -> dict[str, Any]:
        hook = self.webhook
        return {"url": hook.get("url", ""), "updated_at": hook.get("updated_at", 0)}

    # How events look; tests may choose
    @property
    def wrapped(self) -> bool:
        """Whether a webhook's body stands in `{"ok": true, "result": …}`."""
        return bool(self.world.setting("zalo_wrapped", True))

    @property
    def photo_fields(self) -> list[str]:
        """The names of the fields in which an image event gives its address."""
        fields: list[str] = self.world.setting("zalo_photo_fields", ["photo_url"])
        return fields

    @property
    def monthly_quota(self) -> int | None:
        """How many messages the bot may send in a calendar month in Vietnam; None for no limit."""
        quota: int | None = self.world.setting("zalo_monthly_quota")
        return quota

    @property
    def max_people(self) -> int | None:
        """How many people the plan lets the bot speak with; None for no limit."""
        most: int | None = self.world.setting("zalo_max_people")
        return most

    @property
    def redelivers(self) -> bool:
        """Whether an event that the bot did not take is posted again. Zalo promises it nowhere."""
        return bool(self.world.setting("zalo_redelivers", True))

    def admits(self, person: str) -> bool:
        """Whether this person is one of those whom the plan allows: the first ones who wrote."""
        most = self.max_people
        if most is None:
            return True
        first = {message.person: None for message in self.world.zalo.messages if not message.bot}
        return person in list(first)[:most]

    # People, as the bot may name them
    def person(self, external_id: str) -> Person | None:
        """The person whom Zalo knows by this id."""
        if len(self._people) < len(self.world.people):
            self._people = {zalo_id(person.id): person for person in self.world.people}
        return self._people.get(external_id)

    def reachable(self, params: Params) -> Person:
        """The person a call is about. Raises ApiError if unknown, silent so far, or blocking the bot."""
        person = self.person(given(params, "chat_id"))
        if person is None:
            raise ApiError(400, "there is no such chat")
        chat = self.world.zalo.chat(person.id)
        if not chat.started or chat.blocked or not self.admits(person.id):
            raise ApiError(403)
        return person

    # Calls
    async def call(self, name: str, params: Params) -> Any:
        """Carry out one method; names are case-sensitive. Raises ApiError."""
        function = METHODS.get(name)
        if function is None:
            raise ApiError(404)
        result = function(self, params)
        return await result if asyncio.iscoroutine(result) else result
