"""The owner's colleagues and how to invite one."""

from collections.abc import Sequence
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button, CopyText, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.apps import APPS, BOT_NAMES, INVITATION, telegram_link
from dialogs.context import actor_of, chosen_id, operations
from dialogs.firm_address import ask_firm_address, firm_address_window
from dialogs.states import Staff
from dialogs.windows import choices, current_page, dialog, menu_button, notify, pages, window
from domain.chats import Channel
from domain.errors import DomainError
from domain.people import Accountant, Role
from services.people.people import INVITATION_HOURS
from texts import common, numbered
from texts.apps import APP_NAMES
from texts.people import staff as texts

SHOWN = 40
PAGE_SIZE = 6


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    profile = await ops.show_profile(actor)
    invitations = await ops.list_invitations(actor)
    return {
        "firm": profile.firm,
        "staff": profile.staff,
        "limit": SHOWN,
        "several": len(profile.staff) > 1,
        "invitations": texts.invitations_label(len(invitations)) if invitations else "",
    }


async def _invite(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data["token"] = await operations(manager).invite_staff(actor_of(manager))
    await manager.switch_to(Staff.invitation)


async def _invitation(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    # The secret is shown once and taken out of the dialog's data, so that it is never stored.
    token = dialog_manager.dialog_data.pop("token", None)
    data = dialog_manager.middleware_data
    others = sorted(data[APPS] - {Channel.TELEGRAM})
    return {
        "made": token is not None,
        "link": await telegram_link(dialog_manager, INVITATION + token) if token else None,
        # Only in Telegram does opening a link send anything; elsewhere the invitation is a text to send.
        "message": INVITATION + token if token and others else None,
        "others": [{"app": APP_NAMES[app], "name": data[BOT_NAMES].get(app)} for app in others],
        "hours": INVITATION_HOURS,
    }


async def _page(manager: DialogManager, scroll_id: str, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    page, count = await current_page(manager, scroll_id, len(items), PAGE_SIZE)
    return {
        "items": items[page * PAGE_SIZE :][:PAGE_SIZE],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _people(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    profile = await operations(dialog_manager).show_profile(actor_of(dialog_manager))
    staff = [one for one in profile.staff if one.role is Role.STAFF]
    items = [{"id": one.id, "label": texts.person_button(one.name, one.phone)} for one in staff]
    return await _page(dialog_manager, "people_page", items)


async def _choose_person(_: CallbackQuery, __: Any, manager: DialogManager, person_id: int) -> None:
    manager.dialog_data["person_id"] = person_id
    await manager.switch_to(Staff.remove)


async def _person(manager: DialogManager) -> Accountant:
    profile = await operations(manager).show_profile(actor_of(manager))
    chosen = chosen_id(manager, "person_id")
    found = next((one for one in profile.staff if one.id == chosen), None)
    if found is None:
        raise DomainError("staff_unknown")
    return found


async def _remove_getter(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"person": await _person(dialog_manager)}


async def _remove(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    person = await _person(manager)
    await operations(manager).remove_staff(actor_of(manager), person.id)
    notify(manager, texts.removed(person.name))
    await manager.switch_to(Staff.list)


async def _invitations(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).list_invitations(actor_of(dialog_manager))
    items = [{"id": one.id, "label": texts.invitation_button(one.expires_at)} for one in found]
    return await _page(dialog_manager, "invitations_page", items)


async def _choose_invitation(_: CallbackQuery, __: Any, manager: DialogManager, invitation_id: int) -> None:
    manager.dialog_data["invitation_id"] = invitation_id
    await manager.switch_to(Staff.revoke)


async def _revoke_getter(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    chosen = dialog_manager.dialog_data.get("invitation_id")
    found = await operations(dialog_manager).list_invitations(actor_of(dialog_manager))
    invitation = next((one for one in found if one.id == chosen), None)
    if invitation is None:
        raise DomainError("invitation_gone")
    return {"expires_at": invitation.expires_at}


async def _revoke(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).revoke_invitation(actor_of(manager), manager.dialog_data["invitation_id"])
    notify(manager, texts.REVOKED)
    await manager.switch_to(Staff.list)


async def _address(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await ask_firm_address(manager, Staff.address)


async def _to_list(manager: DialogManager) -> None:
    await manager.switch_to(Staff.list)


def staff_dialog() -> Dialog:
    return dialog(
        window(
            texts.LIST,
            Button(Const(texts.INVITE), id="invite", on_click=_invite),
            SwitchTo(Format("{invitations}"), id="invitations", state=Staff.invitations, when="invitations"),
            SwitchTo(Const(texts.REMOVE), id="people", state=Staff.people, when="several"),
            Button(Const(texts.ADDRESS), id="address", on_click=_address),
            menu_button(),
            state=Staff.list,
            getter=_list,
        ),
        window(
            texts.INVITATION,
            CopyText(Const(texts.COPY), copy_text=Format("{link}"), when="link"),
            CopyText(Const(texts.COPY_MESSAGE), copy_text=Format("{message}"), when="message"),
            Button(Const(texts.ANOTHER), id="another", on_click=_invite),
            SwitchTo(Const(common.BACK), id="to_list", state=Staff.list),
            state=Staff.invitation,
            getter=_invitation,
        ),
        window(
            texts.INVITATIONS,
            choices("one_invitation", _choose_invitation, type_factory=int),
            *pages("invitations_page"),
            SwitchTo(Const(common.BACK), id="invitations_back", state=Staff.list),
            state=Staff.invitations,
            getter=_invitations,
        ),
        window(
            texts.REVOKE,
            Button(Const(texts.CONFIRM_REVOKE), id="revoke", on_click=_revoke),
            SwitchTo(Const(common.BACK), id="revoke_back", state=Staff.invitations),
            state=Staff.revoke,
            words={"revoke": numbered.REVOKE},
            getter=_revoke_getter,
        ),
        window(
            texts.PEOPLE,
            choices("person", _choose_person, type_factory=int),
            *pages("people_page"),
            SwitchTo(Const(common.BACK), id="people_back", state=Staff.list),
            state=Staff.people,
            getter=_people,
        ),
        window(
            texts.CONFIRM_REMOVE,
            Button(Const(texts.CONFIRM), id="remove", on_click=_remove),
            SwitchTo(Const(common.BACK), id="remove_back", state=Staff.people),
            state=Staff.remove,
            words={"remove": numbered.REMOVE},
            getter=_remove_getter,
        ),
        firm_address_window(Staff.address, Staff.list, _to_list),
    )
