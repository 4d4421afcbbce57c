"""Firms that ask to order."""

from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row, Start, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import TypedAction, desk, desk_button, listed, opens, read_page
from dialogs.context import actor_of
from dialogs.desk_states import DeskFirms, DeskSeveralFirms
from dialogs.windows import dialog, notify, pages, window
from domain.people import FirmState
from texts import common, numbered
from texts.back_office import firms as texts
from texts.back_office.several import SEVERAL


def _list_of(state: FirmState) -> Any:
    async def getter(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        actor, list_firms = actor_of(dialog_manager), desk(dialog_manager).list_firms
        found, page = await read_page(
            dialog_manager, f"{state}_page", lambda at: list_firms(actor, state, at)
        )
        return {**page, "items": [{"id": firm.id, "label": texts.firm_button(firm)} for firm in found.items]}

    return getter


async def _held(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, list_held = actor_of(dialog_manager), desk(dialog_manager).list_held
    found, page = await read_page(dialog_manager, "held_page", lambda at: list_held(actor, at))
    items = [{"id": one.firm.id, "label": texts.held_button(one)} for one in found.items]
    return {**page, "items": items}


async def _held_card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_held(actor_of(dialog_manager), _firm_id(dialog_manager))
    return {"view": view, "held": view.held.count, "waiting": view.held.waiting}


async def _release(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    count = await desk(manager).release_held(actor_of(manager), _firm_id(manager))
    notify(manager, texts.released(count))
    await manager.switch_to(DeskFirms.held)


async def _release_today(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    count = await desk(manager).release_waiting(actor_of(manager), _firm_id(manager))
    notify(manager, texts.released_today(count))
    await manager.switch_to(DeskFirms.held)


def _firm_id(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("firm_id", 0))


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_firm(actor_of(dialog_manager), _firm_id(dialog_manager))
    return {"firm": view.firm, "owner": view.owner, "waits": view.firm.state is FirmState.WAITING}


async def _approve(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    firm = await desk(manager).approve_firm(actor_of(manager), _firm_id(manager))
    notify(manager, texts.approved(firm))
    await manager.switch_to(DeskFirms.waiting)


async def _refuse(manager: DialogManager, reason: str) -> None:
    firm = await desk(manager).refuse_firm(actor_of(manager), _firm_id(manager), reason)
    notify(manager, texts.refused(firm))
    await manager.switch_to(DeskFirms.waiting)


def _list_window(text: str, state: FirmState, shown: State, other: SwitchTo, *more: Start) -> Window:
    to_held = SwitchTo(Const(texts.SEE_HELD), id=f"{state}_held", state=DeskFirms.held)
    return window(
        text,
        listed(f"{state}_firm", opens("firm_id", DeskFirms.card)),
        *pages(f"{state}_page"),
        to_held,
        *more,
        Row(other, desk_button(f"{state}_")),
        state=shown,
        getter=_list_of(state),
    )


def firms_dialog() -> Dialog:
    refuse = TypedAction(
        "refuse",
        ask=DeskFirms.refuse,
        check=DeskFirms.refuse_check,
        back=DeskFirms.card,
        ask_text=texts.ASK_REASON,
        check_text=texts.CHECK_REFUSE,
        label=texts.REFUSE_FOR_GOOD,
        do=_refuse,
        about=_card,
    )
    return dialog(
        _list_window(
            texts.WAITING,
            FirmState.WAITING,
            DeskFirms.waiting,
            SwitchTo(Const(texts.SEE_REFUSED), id="see_refused", state=DeskFirms.refused),
            Start(Const(SEVERAL), id="several", state=DeskSeveralFirms.pick, when="total"),
        ),
        _list_window(
            texts.REFUSED,
            FirmState.REFUSED,
            DeskFirms.refused,
            SwitchTo(Const(texts.SEE_WAITING), id="see_waiting", state=DeskFirms.waiting),
        ),
        window(
            texts.CARD,
            Button(Const(texts.APPROVE), id="approve", on_click=_approve),
            SwitchTo(Const(texts.REFUSE), id="refuse", state=DeskFirms.refuse, when="waits"),
            SwitchTo(Const(common.BACK), id="to_waiting", state=DeskFirms.waiting),
            state=DeskFirms.card,
            words={"approve": numbered.APPROVE},
            getter=_card,
        ),
        *refuse.windows(),
        window(
            texts.HELD,
            listed("held_firm", opens("firm_id", DeskFirms.held_card)),
            *pages("held_page"),
            Row(
                SwitchTo(Const(texts.SEE_WAITING), id="held_to_waiting", state=DeskFirms.waiting),
                desk_button("held_"),
            ),
            state=DeskFirms.held,
            getter=_held,
        ),
        window(
            texts.HELD_CARD,
            Button(Const(texts.RELEASE), id="release", on_click=_release, when="held"),
            Button(Const(texts.RELEASE_TODAY), id="today", on_click=_release_today, when="waiting"),
            SwitchTo(Const(common.BACK), id="to_held", state=DeskFirms.held),
            state=DeskFirms.held_card,
            words={"release": numbered.APPROVE},
            getter=_held_card,
        ),
    )
