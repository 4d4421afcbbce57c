"""Who belongs to which firm: people are moved, firms get other owners, are closed and opened again, and who
lost their chat gets back in."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import TypedAction, desk, desk_button, listed
from dialogs.context import actor_of
from dialogs.desk_states import DeskPeople
from dialogs.windows import choices, dialog, notify, text_input, window
from domain.errors import DomainError
from domain.link_codes import VALID_FOR, shown
from domain.people import FirmState, Role
from texts import common
from texts.back_office import places as texts
from texts.people import chats

SHOWN = 6
"""How many people, and how many other firms with the same tax code, have a button."""
RIVALS = 2


def _id(manager: DialogManager, key: str) -> int:
    started = manager.start_data if isinstance(manager.start_data, dict) else {}
    return int(manager.dialog_data.get(key, started.get(key, 0)))


async def _firm(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_firm_people(
        actor_of(dialog_manager), _id(dialog_manager, "firm_id")
    )
    return {
        "firm": view.firm,
        "state": texts.STATES.get(view.firm.state, ""),
        "closed": view.firm.state is FirmState.CLOSED,
        "stands": view.firm.state is not FirmState.CLOSED,
        "items": [{"id": one.id, "label": texts.person_button(one)} for one in view.people[:SHOWN]],
        "more": len(view.people) > SHOWN,
        "rivals": [{"id": one.id, "label": texts.firm_button(one)} for one in view.rivals[:RIVALS]],
    }


async def _person(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_person(
        actor_of(dialog_manager), _id(dialog_manager, "accountant_id")
    )
    return {**texts.person_words(view), "staff": view.person.role is Role.STAFF}


async def _target(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    person = await _person(dialog_manager)
    sought = data.get("sought", "")
    found: list[dict[str, Any]] = []
    if sought:
        try:
            firms = (await desk(dialog_manager).search_anything(actor_of(dialog_manager), sought)).firms.items
        except DomainError:
            firms = ()
        own = person["firm"].id
        found = [{"id": one.id, "label": texts.firm_button(one)} for one in firms if one.id != own]
    return {**person, "gives": data.get("act") == "give", "sought": sought, "items": found}


async def _acted(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """What is about to be done with the person."""
    actor, ops = actor_of(dialog_manager), desk(dialog_manager)
    person = await _person(dialog_manager)
    target = (await ops.view_firm_people(actor, _id(dialog_manager, "target_id"))).firm
    own = await ops.view_firm_people(actor, person["firm"].id)
    gives = dialog_manager.dialog_data.get("act") == "give"
    return {**person, "target": target, "gives": gives, "alone": len(own.people) == 1}


async def _code(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    # The secret is shown once and taken out of the dialog's data, so that it is never stored.
    code = dialog_manager.dialog_data.pop("made", None)
    minutes = int(VALID_FOR.total_seconds()) // 60
    shown_code = chats.message(shown(code)) if code else None
    return {**await _person(dialog_manager), "code": shown_code, "minutes": minutes}


async def _person_chosen(_: CallbackQuery, __: Any, manager: DialogManager, accountant_id: int) -> None:
    await desk(manager).view_person(actor_of(manager), accountant_id, opened=True)
    manager.dialog_data["accountant_id"] = accountant_id
    await manager.switch_to(DeskPeople.person)


async def _rival_chosen(_: CallbackQuery, __: Any, manager: DialogManager, firm_id: int) -> None:
    manager.dialog_data["firm_id"] = firm_id


async def _firm_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data["sought"] = message.text or ""


async def _target_chosen(_: CallbackQuery, __: Any, manager: DialogManager, firm_id: int) -> None:
    manager.dialog_data["target_id"] = firm_id
    await manager.switch_to(DeskPeople.why)


async def _begin_move(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.update(act="move", sought="")
    await manager.switch_to(DeskPeople.target)


async def _begin_give(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.update(act="give", sought="")
    await manager.switch_to(DeskPeople.target)


async def _give_own(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.update(act="give", target_id=(await _person(manager))["firm"].id)
    await manager.switch_to(DeskPeople.why)


async def _do(manager: DialogManager, reason: str) -> None:
    actor, ops, data = actor_of(manager), desk(manager), manager.dialog_data
    person_id, firm_id = _id(manager, "accountant_id"), _id(manager, "target_id")
    if data.get("act") == "give":
        person, said = await ops.give_firm(actor, firm_id, person_id, reason), texts.given
    else:
        person, said = await ops.move_person(actor, person_id, firm_id, reason), texts.moved
    data.update(firm_id=firm_id, accountant_id=person.id)
    notify(manager, said(person, (await ops.view_firm_people(actor, firm_id)).firm))
    await manager.switch_to(DeskPeople.firm)


async def _close(manager: DialogManager, reason: str) -> None:
    firm = await desk(manager).close_firm(actor_of(manager), _id(manager, "firm_id"), reason)
    notify(manager, texts.closed(firm))
    await manager.switch_to(DeskPeople.firm)


async def _reopen(manager: DialogManager, reason: str) -> None:
    firm = await desk(manager).approve_firm(actor_of(manager), _id(manager, "firm_id"), reason)
    notify(manager, texts.reopened(firm))
    await manager.switch_to(DeskPeople.firm)


async def _recover(manager: DialogManager, reason: str) -> None:
    made = await desk(manager).recover_chat(actor_of(manager), _id(manager, "accountant_id"), reason)
    manager.dialog_data["made"] = made
    await manager.switch_to(DeskPeople.code)


_CLOSE = TypedAction(
    "close",
    ask=DeskPeople.close,
    check=DeskPeople.close_check,
    back=DeskPeople.firm,
    ask_text=texts.ASK_CLOSE,
    check_text=texts.CHECK_CLOSE,
    label=texts.CLOSE_FOR_GOOD,
    do=_close,
    about=_firm,
)
_REOPEN = TypedAction(
    "reopen",
    ask=DeskPeople.reopen,
    check=DeskPeople.reopen_check,
    back=DeskPeople.firm,
    ask_text=texts.ASK_REOPEN,
    check_text=texts.CHECK_REOPEN,
    label=texts.REOPEN_FOR_GOOD,
    do=_reopen,
    about=_firm,
)
_WHY = TypedAction(
    "why",
    ask=DeskPeople.why,
    check=DeskPeople.why_check,
    back=DeskPeople.person,
    ask_text=texts.ASK_WHY,
    check_text=texts.CHECK_WHY,
    label=texts.DO,
    do=_do,
    about=_acted,
)
_RECOVER = TypedAction(
    "recover",
    ask=DeskPeople.recover,
    check=DeskPeople.recover_check,
    back=DeskPeople.person,
    ask_text=texts.ASK_RECOVER,
    check_text=texts.CHECK_RECOVER,
    label=texts.RECOVER_FOR_GOOD,
    do=_recover,
    about=_person,
)


def places_dialog() -> Dialog:
    return dialog(
        window(
            texts.FIRM,
            listed("person", _person_chosen),
            SwitchTo(Const(texts.CLOSE), id="close", state=DeskPeople.close, when="stands"),
            SwitchTo(Const(texts.REOPEN), id="reopen", state=DeskPeople.reopen, when="closed"),
            choices("rival", _rival_chosen, "rivals", int),
            desk_button("people_"),
            state=DeskPeople.firm,
            getter=_firm,
        ),
        window(
            texts.PERSON,
            Button(Const(texts.MOVE), id="move", on_click=_begin_move),
            Button(Const(texts.GIVE_OWN), id="give_own", on_click=_give_own, when="staff"),
            Button(Const(texts.GIVE_OTHER), id="give", on_click=_begin_give),
            SwitchTo(Const(texts.RECOVER), id="recover", state=DeskPeople.recover),
            SwitchTo(Const(common.BACK), id="to_firm", state=DeskPeople.firm),
            state=DeskPeople.person,
            getter=_person,
        ),
        window(
            texts.ASK_TARGET,
            text_input(_firm_typed, free=True, number=True),
            choices("target", _target_chosen, type_factory=int),
            SwitchTo(Const(common.BACK), id="to_person", state=DeskPeople.person),
            state=DeskPeople.target,
            getter=_target,
        ),
        *_WHY.windows(),
        *_CLOSE.windows(),
        *_REOPEN.windows(),
        *_RECOVER.windows(),
        window(
            texts.CODE,
            SwitchTo(Const(common.BACK), id="code_back", state=DeskPeople.person),
            state=DeskPeople.code,
            getter=_code,
        ),
    )
