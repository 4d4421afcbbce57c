"""A person's own account: what is kept of them, correcting, copying, and closing it for good."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, Group, Start, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import (
    ACTOR,
    SUPPORT,
    actor_of,
    channel_of,
    chosen_id,
    controller_of,
    operations,
)
from dialogs.documents import send_workbook
from dialogs.people.correcting import back_button, correcting_windows, edit_button
from dialogs.states import Account, Menu, Notices, Registration
from dialogs.windows import NOTICE_KEY, choices, current_page, dialog, notify, pages, window
from domain.consents import is_due
from domain.errors import DomainError
from domain.people import Accountant, Role
from services.paging import PAGE_SIZE
from services.people.accounts import AccountField
from texts import common, numbered
from texts.apps import APP_NAMES
from texts.people import accounts as texts
from texts.people import registration

_SCROLL = "heirs_page"


async def _home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).view_account(actor_of(dialog_manager))
    return {
        "me": found.accountant,
        "firm": found.firm,
        "chats": ", ".join(APP_NAMES[chat.channel] for chat in found.chats),
        "agreed": next((one.given_at for one in found.consents), None),
        "is_owner": bool(await _others(dialog_manager)),
    }


async def _others(manager: DialogManager) -> list[Accountant]:
    """Who may take over the firm from this person; nobody unless they are its owner."""
    actor = actor_of(manager)
    if actor.role is not Role.OWNER:
        return []
    staff = (await operations(manager).show_profile(actor)).staff
    return [one for one in staff if one.id != actor.accountant_id]


async def _export(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    kept = await operations(manager).export_account(actor_of(manager))
    await send_workbook(manager, texts.tables(kept), texts.FILE_NAME, texts.CAPTION)


async def _consent(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).view_account(actor_of(dialog_manager))
    return {"controller": controller_of(dialog_manager), "due": is_due(found.consents)}


async def _agree(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).agree_to_text(actor_of(manager), channel_of(manager))
    await manager.start(Menu.home, data={NOTICE_KEY: texts.AGREED}, mode=StartMode.RESET_STACK)


async def _heirs(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    others = await _others(dialog_manager)
    items = [{"id": one.id, "label": texts.heir_button(one)} for one in others]
    page, count = await current_page(dialog_manager, _SCROLL, len(items), PAGE_SIZE)
    shown = items[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    return {"items": shown, "pages": count, "page_label": common.page_label(page, count)}


async def _choose_heir(_: CallbackQuery, __: Any, manager: DialogManager, person_id: int) -> None:
    manager.dialog_data["heir_id"] = person_id
    await manager.switch_to(Account.hand_over)


async def _heir(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    chosen = chosen_id(dialog_manager, "heir_id")
    found = next((one for one in await _others(dialog_manager) if one.id == chosen), None)
    if found is None:
        raise DomainError("staff_unknown")
    return {"heir": found.name}


async def _hand_over(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    heir = await operations(manager).hand_over_firm(actor_of(manager), chosen_id(manager, "heir_id"))
    manager.middleware_data[ACTOR] = (
        await operations(manager).view_account(actor_of(manager))
    ).accountant.actor
    notify(manager, texts.handed_over(heir.name))
    await manager.switch_to(Account.home)


async def _close_text(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    profile = await operations(dialog_manager).show_profile(actor_of(dialog_manager))
    last = len(profile.staff) == 1
    return {"me": profile.accountant, "last": last, "controller": controller_of(dialog_manager)}


async def _ask_close(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    closing = await operations(manager).check_closing(actor_of(manager))
    manager.dialog_data["refusal"] = texts.refusal(closing)
    await manager.switch_to(Account.close if closing.may else Account.kept)


async def _close(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    closing = await operations(manager).close_account(actor_of(manager))
    if not closing.may:
        manager.dialog_data["refusal"] = texts.refusal(closing)
        await manager.switch_to(Account.kept)
        return
    # The chat is a stranger's from now on.
    manager.middleware_data[ACTOR] = None
    await manager.start(Registration.welcome, data={NOTICE_KEY: texts.CLOSED}, mode=StartMode.RESET_STACK)


async def _kept(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {
        "support": dialog_manager.middleware_data.get(SUPPORT),
        **dialog_manager.dialog_data.get("refusal", {}),
    }


def account_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            Group(*(edit_button(field) for field in AccountField), width=2),
            Button(Const(texts.EXPORT), id="export", on_click=_export),
            SwitchTo(Const(texts.CONSENT), id="consent", state=Account.consent),
            SwitchTo(Const(texts.HAND_OVER), id="heirs", state=Account.heir, when="is_owner"),
            Button(Const(texts.CLOSE), id="ask_close", on_click=_ask_close),
            Start(Const(common.BACK), id="back", state=Notices.preferences, mode=StartMode.RESET_STACK),
            state=Account.home,
            getter=_home,
        ),
        *correcting_windows(),
        window(
            texts.CONSENT_TEXT,
            Button(Const(registration.AGREE), id="agree", on_click=_agree, when="due"),
            back_button("consent_back"),
            state=Account.consent,
            getter=_consent,
        ),
        window(
            texts.HEIR,
            choices("heir", _choose_heir, type_factory=int),
            *pages(_SCROLL),
            back_button("heir_back"),
            state=Account.heir,
            getter=_heirs,
        ),
        window(
            texts.HAND_OVER_TEXT,
            Button(Const(texts.HAND_OVER), id="hand_over", on_click=_hand_over),
            SwitchTo(Const(common.BACK), id="hand_over_back", state=Account.heir),
            state=Account.hand_over,
            words={"hand_over": numbered.HAND_OVER},
            getter=_heir,
        ),
        window(
            texts.CLOSE_TEXT,
            Button(Const(texts.EXPORT_FIRST), id="export_first", on_click=_export),
            Button(Const(texts.CLOSE), id="close", on_click=_close),
            back_button("close_back"),
            state=Account.close,
            words={"close": numbered.CLOSE},
            getter=_close_text,
        ),
        window(
            texts.KEPT,
            SwitchTo(Const(texts.HAND_OVER), id="kept_heirs", state=Account.heir, when="colleagues"),
            back_button("kept_back"),
            state=Account.kept,
            getter=_kept,
        ),
    )
