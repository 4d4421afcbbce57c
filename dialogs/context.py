"""What handlers and getters take from the running update."""

from aiogram.types import Message
from aiogram_dialog import DialogManager

from domain import chats
from domain.chats import Channel
from domain.consents import Controller
from domain.errors import DomainError
from domain.people import Actor
from services.operations import Operations
from services.people.people import ChatIdentity

OPERATIONS = "operations"
ACTOR = "actor"
SUPPORT = "support_contact"
CONTROLLER = "controller"
"""Middleware data: who decides what personal data are used for (`Controller`)."""
"""What the update carries: how to reach a person of the vendor, as text; empty if it is not said."""

RENDERER = "renderer"
"""What the update carries: the `Renderer` that words the messages to everybody."""

CHAT, INTENT = "chat", "intent"
"""Keys of a screen."""


def operations(manager: DialogManager) -> Operations:
    found: Operations = manager.middleware_data[OPERATIONS]
    return found


def actor_of(manager: DialogManager) -> Actor:
    """Who speaks. Raises `DomainError("not_registered")` for a stranger."""
    actor: Actor | None = manager.middleware_data[ACTOR]
    if actor is None:
        raise DomainError("not_registered")
    return actor


def channel_of(manager: DialogManager) -> Channel:
    """The app of the chat that speaks."""
    return chats.channel_of(manager.middleware_data["event_chat"].id)


def chat_of(manager: DialogManager) -> ChatIdentity:
    """The chat that speaks."""
    return ChatIdentity(channel_of(manager), str(manager.middleware_data["event_chat"].id))


def controller_of(manager: DialogManager) -> Controller:
    """Who decides what personal data are used for."""
    found: Controller = manager.middleware_data.get(CONTROLLER, Controller())
    return found


def chosen_id(manager: DialogManager, key: str) -> int:
    """The id that was chosen in this dialog under `key`, else the one it was started with."""
    started = manager.start_data if isinstance(manager.start_data, dict) else {}
    found = manager.dialog_data.get(key, started.get(key))
    if found is None:
        raise DomainError("choice_gone")
    return int(found)


def message_of(manager: DialogManager) -> str:
    """The identity of this update's message, the same however often it comes; empty if it is no message."""
    event = manager.event
    return f"{channel_of(manager)}:{event.chat.id}:{event.message_id}" if isinstance(event, Message) else ""


def screen_of(manager: DialogManager) -> dict[str, str]:
    """The window of this update, for `bot.screens` to find it again."""
    return {
        "channel": channel_of(manager).value,
        CHAT: str(manager.middleware_data["event_chat"].id),
        INTENT: manager.current_context().id,
    }
