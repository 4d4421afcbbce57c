"""`/thongbao`: the list of notices, each opening what it is about, and the preferences."""

from datetime import timedelta
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.apps import other_apps
from dialogs.context import actor_of, channel_of, operations
from dialogs.messaging.statements import statements_button, statements_window
from dialogs.push_buttons import open_target
from dialogs.states import Account, Chats, Notices
from dialogs.windows import choices, current_page, dialog, menu_button, notify, pages, text_input, window
from domain.messaging.notices import DIGEST_HOUR, QuietHours, Topic, parse_quiet_hours
from domain.messaging.rules import GATHERED
from domain.people import RIGHTS, Right
from services.paging import PAGE_SIZE
from texts import common
from texts.apps import APP_NAMES
from texts.messaging import notices as texts

SCROLL = "notices_page"

USUAL_HOURS = (QuietHours(22, 7), QuietHours(21, 7), QuietHours(20, 6), QuietHours(12, 14))


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    scroll: Any = dialog_manager.find(SCROLL)
    asked = await scroll.get_page()
    found = await ops.list_notices(actor, asked)
    page, count = await current_page(dialog_manager, SCROLL, found.total, PAGE_SIZE)
    if page != asked:
        found = await ops.list_notices(actor, page)
    return {
        "total": found.total,
        "unread": found.unread,
        "items": [
            {"id": one.id, "label": texts.notice_button(one.content, one.topic, one.at, one.read)}
            for one in found.items
        ],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, notice_id: int) -> None:
    await open_target(manager, await operations(manager).open_notice(actor_of(manager), notice_id))


async def _mark_all(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).mark_all_read(actor_of(manager))
    notify(manager, texts.ALL_READ)


async def _preferences(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).get_preferences(actor_of(dialog_manager))
    digest, quiet = view.preferences.in_digest, view.preferences.quiet
    here = channel_of(dialog_manager)
    gathered = GATHERED.get(here, timedelta())
    return {
        "digest_hour": DIGEST_HOUR,
        "quiet": texts.hours(quiet),
        "is_quiet": quiet is not None,
        "app": APP_NAMES[here],
        "gathered": gathered // timedelta(minutes=1),
        "apps": bool(other_apps(dialog_manager)),
        "may_owe": Right.PLACE_ORDERS in RIGHTS[actor_of(dialog_manager).role],
        # The id of an item says what a tap brings about, so that a second tap changes nothing.
        "topics": [
            {
                "id": f"{topic}-{'now' if topic in digest else 'digest'}",
                "label": texts.topic_button(topic, topic in digest),
            }
            for topic in view.topics
        ],
    }


async def _choose_topic(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    topic, way = item.split("-")
    await operations(manager).set_topic(actor_of(manager), Topic(topic), way == "digest")


async def _quiet(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).get_preferences(actor_of(dialog_manager))
    quiet = view.preferences.quiet
    return {
        "quiet": texts.hours(quiet),
        "is_quiet": quiet is not None,
        "usual": [{"id": f"{one.start}-{one.end}", "label": texts.hours(one)} for one in USUAL_HOURS],
    }


async def _choose_hours(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    await _keep_hours(manager, parse_quiet_hours(item))


async def _type_hours(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _keep_hours(manager, parse_quiet_hours(message.text or ""))


async def _no_hours(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _keep_hours(manager, None)


async def _keep_hours(manager: DialogManager, quiet: QuietHours | None) -> None:
    await operations(manager).set_quiet_hours(actor_of(manager), quiet)
    notify(manager, texts.quiet_saved(quiet))
    await manager.switch_to(Notices.preferences)


def notices_dialog() -> Dialog:
    return dialog(
        window(
            texts.LIST,
            choices("notice", _open, type_factory=int),
            *pages(SCROLL),
            Button(Const(texts.MARK_ALL), id="mark_all", on_click=_mark_all, when="unread"),
            Row(
                SwitchTo(Const(texts.PREFERENCES), id="preferences", state=Notices.preferences),
                menu_button(),
            ),
            state=Notices.list,
            getter=_list,
        ),
        window(
            texts.PREFERENCES_TEXT,
            choices("topic", _choose_topic, items="topics"),
            SwitchTo(Const(texts.QUIET_HOURS), id="quiet", state=Notices.quiet),
            statements_button(),
            Start(Const(texts.ACCOUNT), id="account", state=Account.home, when="may_owe"),
            Start(Const(texts.CHATS), id="chats", state=Chats.home, mode=StartMode.RESET_STACK, when="apps"),
            SwitchTo(Const(common.BACK), id="to_list", state=Notices.list),
            state=Notices.preferences,
            getter=_preferences,
        ),
        window(
            texts.QUIET_TEXT,
            text_input(_type_hours, number=True),
            Group(
                Select(
                    Format("{item[label]}"),
                    id="hours",
                    item_id_getter=lambda item: item["id"],
                    items="usual",
                    on_click=_choose_hours,
                ),
                width=2,
            ),
            Button(Const(texts.QUIET_OFF), id="no_hours", on_click=_no_hours, when="is_quiet"),
            SwitchTo(Const(common.BACK), id="to_preferences", state=Notices.preferences),
            state=Notices.quiet,
            getter=_quiet,
        ),
        statements_window(),
    )
