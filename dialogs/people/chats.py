"""A person's chats: linking one in the other app, where messages go, and unlinking."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, CopyText, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.apps import BOT_NAMES, LINK, other_apps, telegram_link
from dialogs.context import actor_of, channel_of, operations
from dialogs.states import Chats, Notices
from dialogs.windows import choices, dialog, notify, window
from domain.chats import Channel
from domain.errors import DomainError
from domain.link_codes import VALID_FOR, shown
from texts import common
from texts.apps import ALL_APPS, APP_NAMES
from texts.people import chats as texts

_LAST_USED = "last"


async def _home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    chats = await ops.list_chats(actor)
    chosen = (await ops.get_preferences(actor)).preferences.channel
    here = channel_of(dialog_manager)
    had = [chat.channel for chat in chats]
    missing = [app for app in other_apps(dialog_manager) if app not in had]
    several = len(had) > 1
    return {
        "apps": ALL_APPS,
        "linked": [
            {"app": APP_NAMES[chat.channel], "linked_at": chat.linked_at, "here": chat.channel is here}
            for chat in sorted(chats, key=lambda chat: chat.channel)
        ],
        "missing": [APP_NAMES[app] for app in missing],
        "several": several,
        "first": APP_NAMES[had[0]] if had else "",
        "chosen": chosen,
        "ways": [
            {"id": channel or _LAST_USED, "label": texts.channel_button(channel, chosen)}
            for channel in ([*sorted(had), None] if several else [])
        ],
        "to_link": [{"id": app, "label": texts.link_button(app)} for app in missing],
        "to_unlink": [
            {"id": channel, "label": texts.unlink_button(channel)}
            for channel in sorted(had)
            if channel is not here
        ],
    }


async def _choose(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    channel = None if item == _LAST_USED else Channel(item)
    await operations(manager).set_channel(actor_of(manager), channel)


async def _link(_: CallbackQuery, __: Any, manager: DialogManager, app: str) -> None:
    manager.dialog_data["app"] = app
    await _make_code(manager)


async def _another(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _make_code(manager)


async def _make_code(manager: DialogManager) -> None:
    manager.dialog_data["made"] = await operations(manager).make_link_code(actor_of(manager))
    await manager.switch_to(Chats.code)


def _app(manager: DialogManager) -> Channel:
    """The chosen chat."""
    if "app" not in manager.dialog_data:
        raise DomainError("choice_gone")
    return Channel(manager.dialog_data["app"])


async def _code(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    app = _app(dialog_manager)
    # The secret is shown once and taken out of the dialog's data, so that it is never stored.
    code = dialog_manager.dialog_data.pop("made", None)
    telegram = app is Channel.TELEGRAM
    return {
        "app": APP_NAMES[app],
        "name": dialog_manager.middleware_data[BOT_NAMES].get(app),
        "code": texts.message(shown(code)) if code else None,
        "link": await telegram_link(dialog_manager, LINK + code) if code and telegram else None,
        "minutes": int(VALID_FOR.total_seconds()) // 60,
    }


async def _ask_unlink(_: CallbackQuery, __: Any, manager: DialogManager, app: str) -> None:
    manager.dialog_data["app"] = app
    await manager.switch_to(Chats.unlink)


async def _unlink_getter(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"app": APP_NAMES[_app(dialog_manager)]}


async def _unlink(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    app = _app(manager)
    await operations(manager).unlink_chat(actor_of(manager), app, channel_of(manager))
    notify(manager, texts.unlinked(app))
    await manager.switch_to(Chats.home)


def chats_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            choices("channel", _choose, items="ways"),
            choices("link", _link, items="to_link"),
            choices("unlink", _ask_unlink, items="to_unlink"),
            Start(Const(common.BACK), id="to_notices", state=Notices.preferences, mode=StartMode.RESET_STACK),
            state=Chats.home,
            getter=_home,
        ),
        window(
            texts.CODE,
            CopyText(Const(texts.COPY), copy_text=Format("{code}"), when="code"),
            Button(Const(texts.ANOTHER), id="another", on_click=_another),
            SwitchTo(Const(common.BACK), id="code_back", state=Chats.home),
            state=Chats.code,
            getter=_code,
        ),
        window(
            texts.UNLINK,
            Button(Const(texts.CONFIRM_UNLINK), id="confirm_unlink", on_click=_unlink),
            SwitchTo(Const(common.BACK), id="unlink_back", state=Chats.home),
            state=Chats.unlink,
            getter=_unlink_getter,
        ),
    )
