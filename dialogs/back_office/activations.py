"""Licences that failed, and those to activate, suspend or restore by hand."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import TypedAction, desk, desk_button, listed, opens, read_page
from dialogs.context import actor_of
from dialogs.desk_states import DeskActivations
from dialogs.windows import dialog, notify, pages, window
from domain.licences import LicenceState
from services.back_office.activations import Task
from texts import common
from texts.back_office import activations as texts


async def _by_hand(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_by_hand
    found, page = await read_page(dialog_manager, "by_hand_page", lambda at: read(actor, at))
    items = [{"id": one.found.licence.id, "label": texts.by_hand_button(one)} for one in found.items]
    return {**page, "items": items}


async def _failed(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_failed_licences
    found, page = await read_page(dialog_manager, "failed_page", lambda at: read(actor, at))
    items = [{"id": one.found.licence.id, "label": texts.failed_button(one)} for one in found.items]
    return {**page, "items": items}


def _licence_id(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("licence_id", 0))


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_licence(actor_of(dialog_manager), _licence_id(dialog_manager))
    licence = view.found.licence
    return {
        "licence": licence,
        "line": view.found.line,
        "order": view.order,
        "firm": view.firm,
        "task": texts.TASKS[view.task] if view.task else "",
        "why": texts.why(licence.failure),
        "earlier_login": view.earlier_login,
        "to_activate": view.task is Task.ACTIVATE,
        "to_suspend": view.task is Task.SUSPEND,
        "to_restore": view.task is Task.RESTORE,
        "has_failed": licence.state is LicenceState.FAILED,
    }


async def _activated(manager: DialogManager, login: str) -> None:
    await desk(manager).activated_by_hand(actor_of(manager), _licence_id(manager), login)
    await _to_list(manager, texts.ACTIVATED)


async def _not_activated(manager: DialogManager, reason: str) -> None:
    await desk(manager).failed_by_hand(actor_of(manager), _licence_id(manager), reason)
    await _to_list(manager, texts.SAID_FAILED)


def _access(suspended: bool, sentence: str) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await desk(manager).access_done_by_hand(actor_of(manager), _licence_id(manager), suspended)
        await _to_list(manager, sentence)

    return tapped


async def _retry(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await desk(manager).retry_licence(actor_of(manager), _licence_id(manager))
    notify(manager, texts.RETRIED)
    await manager.switch_to(DeskActivations.failed)


async def _to_list(manager: DialogManager, sentence: str) -> None:
    notify(manager, sentence)
    await manager.switch_to(DeskActivations.by_hand)


_ACTS = (
    TypedAction(
        "login",
        ask=DeskActivations.login,
        check=DeskActivations.login_check,
        back=DeskActivations.card,
        ask_text=texts.ASK_LOGIN,
        check_text=texts.CHECK_LOGIN,
        label=texts.ACTIVATED_FOR_GOOD,
        do=_activated,
        about=_card,
    ),
    TypedAction(
        "fail",
        ask=DeskActivations.fail,
        check=DeskActivations.fail_check,
        back=DeskActivations.card,
        ask_text=texts.ASK_REASON,
        check_text=texts.CHECK_REASON,
        label=texts.FAILED_FOR_GOOD,
        do=_not_activated,
        about=_card,
    ),
)


async def _started(_: Any, manager: DialogManager) -> None:
    """Show the failed licences if nothing is to be done by hand."""
    waiting = await desk(manager).show_waiting(actor_of(manager))
    if waiting.failed and not waiting.by_hand:
        await manager.switch_to(DeskActivations.failed)


def activations_dialog() -> Dialog:
    suspended, restored = _access(True, texts.SUSPENDED), _access(False, texts.RESTORED)
    return dialog(
        window(
            texts.BY_HAND,
            listed("by_hand", opens("licence_id", DeskActivations.card)),
            *pages("by_hand_page"),
            Row(
                SwitchTo(Const(texts.SEE_FAILED), id="see_failed", state=DeskActivations.failed),
                desk_button(),
            ),
            state=DeskActivations.by_hand,
            getter=_by_hand,
        ),
        window(
            texts.FAILED,
            listed("failed", opens("licence_id", DeskActivations.card)),
            *pages("failed_page"),
            Row(
                SwitchTo(Const(texts.SEE_BY_HAND), id="see_by_hand", state=DeskActivations.by_hand),
                desk_button("failed_"),
            ),
            state=DeskActivations.failed,
            getter=_failed,
        ),
        window(
            texts.CARD,
            SwitchTo(Const(texts.DONE_ACTIVATE), id="login", state=DeskActivations.login, when="to_activate"),
            SwitchTo(Const(texts.NOT_DONE), id="fail", state=DeskActivations.fail, when="to_activate"),
            Button(Const(texts.DONE_SUSPEND), id="suspended", on_click=suspended, when="to_suspend"),
            Button(Const(texts.DONE_RESTORE), id="restored", on_click=restored, when="to_restore"),
            Button(Const(texts.RETRY), id="retry", on_click=_retry, when="has_failed"),
            SwitchTo(Const(common.BACK), id="to_by_hand", state=DeskActivations.by_hand),
            state=DeskActivations.card,
            getter=_card,
        ),
        *(one for act in _ACTS for one in act.windows()),
        on_start=_started,
    )
