"""The window of a list: how far it is read, then what it holds and what can be done with it."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, message_of, screen_of
from dialogs.intakes.entries import show_others
from dialogs.intakes.fixing import CHANGED, fix, undo
from dialogs.intakes.returned import send_to_fix
from dialogs.intakes.upload import document_input
from dialogs.leaving import leave_button
from dialogs.lists import intake_id_of, intaking, receive_text, wait_for_the_outcome
from dialogs.ordering.making import order_list
from dialogs.states import Intake
from dialogs.windows import notify, paste_input, window
from domain.intakes.entries import IntakeState
from services.intakes.viewing import IntakeView
from texts.errors import say
from texts.intakes import summary as texts

UPDATE = "update_known"
"""Dialog data: whether customers that are known change as the list says."""

TAKEN = "taken"
"""Dialog data: how many customers were added and updated by taking the list."""

OVER = (IntakeState.STOPPED, IntakeState.REFUSED)

GAPS_ASKED = 100
"""Answers are asked for in one message for at most this many entries; nobody types more into a chat."""


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, intake_id = actor_of(dialog_manager), intake_id_of(dialog_manager)
    view = await intaking(dialog_manager).view_intake(actor, intake_id)
    intake = view.intake
    shown = {
        "state": intake.state.value,
        "title": texts.title(intake),
        "is_reading": intake.state is IntakeState.READING,
        "is_over": intake.state in OVER,
        "reading": texts.reading(intake),
        "why": say(intake.error) if intake.error else "",
        "total": texts.number(view.counts.total) if view.counts.total else "",
    }
    if intake.state is not IntakeState.CHECKED:
        return shown
    return {**shown, **await _gaps(dialog_manager, view), **_checked(dialog_manager, view)}


def _checked(manager: DialogManager, view: IntakeView) -> dict[str, Any]:
    intake, counts = view.intake, view.counts
    update = bool(manager.dialog_data.get(UPDATE))
    changed = counts.ready_changed if update else 0
    return {
        "counts": counts,
        "lines": texts.lines(counts, intake),
        "kinds": texts.kinds(counts),
        "columns": texts.columns(intake.sheets),
        "has_columns": any(sheet.columns for sheet in intake.sheets),
        "may_hide": any(sheet.hidden and sheet.with_hidden for sheet in intake.sheets),
        "may_show": any(sheet.hidden and not sheet.with_hidden for sheet in intake.sheets),
        "changed": counts.changed,
        "may_update": counts.changed > 0 and not update,
        "may_not_update": counts.changed > 0 and update,
        "to_buy": counts.ready,
        "only_lacking": counts.lacking > 0 and not counts.ready,
        "to_add": counts.ready_new + changed,
        "lacking": counts.lacking,
        "to_fix": counts.to_fix,
        "may_undo": CHANGED in manager.dialog_data and not counts.to_fix,
        "others": counts.repeated + counts.skipped > 0 and not counts.to_fix,
        "buy_label": texts.buy_label(counts.ready, intake.in_order),
        "buy_lacking_label": texts.buy_label(counts.lacking, intake.in_order, lacking=True),
        "add_label": texts.add_label(counts.ready_new, changed),
        "add_all_label": texts.add_all_label(counts.lacking),
        "fix_label": texts.fix_label(counts.to_fix),
    }


async def _gaps(manager: DialogManager, view: IntakeView) -> dict[str, Any]:
    """What to answer in one message, if it is not too much."""
    if not 0 < view.counts.to_fix <= GAPS_ASKED:
        return {"gaps": []}
    found = await intaking(manager).list_gaps(actor_of(manager), view.intake.id)
    heading, shown = texts.gaps(found.entries)
    return {
        "gaps_heading": heading,
        "gaps": shown,
        "more_gaps": texts.number(found.total - len(shown)) if found.total > len(shown) else "",
        "example": texts.example(found.entries[0]) if found.entries else "",
    }


async def _text(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Take a text: answers to what is asked, further customers, or another list if this one was not read."""
    ops, actor, intake_id = intaking(manager), actor_of(manager), intake_id_of(manager)
    view, text, said = await ops.view_intake(actor, intake_id), message.text or "", message_of(manager)
    if view.intake.state in OVER:
        await receive_text(manager, text)
        return
    if view.counts.to_fix:
        told = texts.filled(await ops.fill_gaps(actor, intake_id, text, said))
    else:
        added = await ops.receive_text(
            actor, text, intake_id=intake_id, screen=screen_of(manager), message=said
        )
        wait_for_the_outcome(manager, added.state)
        now = await ops.view_intake(actor, intake_id)
        told = texts.added_lines(now.counts.total - view.counts.total)
    if told:
        notify(manager, told)


async def _stop(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await intaking(manager).stop_intake(actor_of(manager), intake_id_of(manager))


async def _read_again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    ops, actor, intake_id = intaking(manager), actor_of(manager), intake_id_of(manager)
    await ops.show_on(actor, intake_id, screen_of(manager))
    await ops.read_again(actor, intake_id)


def _update(update: bool) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        manager.dialog_data[UPDATE] = update

    return tapped


def _hidden(wanted: bool) -> Any:
    """Have the file read again with its hidden rows, or without."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        ops, actor, intake_id = intaking(manager), actor_of(manager), intake_id_of(manager)
        await ops.show_on(actor, intake_id, screen_of(manager))
        await ops.take_hidden(actor, intake_id, wanted)

    return tapped


def buy(lacking: bool = False) -> Any:
    """Order for the ready entries; with `lacking`, also for those whose gaps are filled in the order."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        update = bool(manager.dialog_data.get(UPDATE))
        await order_list(manager, intake_id_of(manager), lacking, update)

    return tapped


def _take(lacking: bool) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        taken = await intaking(manager).take_intake(
            actor_of(manager), intake_id_of(manager), lacking, bool(manager.dialog_data.get(UPDATE))
        )
        manager.dialog_data[TAKEN] = (taken.added, taken.updated)
        await manager.switch_to(Intake.done)

    return tapped


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.LIST,
            document_input(),
            paste_input(_text),
            Button(Const(texts.STOP), id="stop", on_click=_stop, when="is_reading"),
            Button(Const(texts.READ_AGAIN), id="read_again", on_click=_read_again, when="is_over"),
            SwitchTo(Const(texts.ANOTHER), id="another", state=Intake.upload, when="is_over"),
            Button(Format("{buy_label}"), id="buy", on_click=buy(), when="to_buy"),
            Button(
                Format("{buy_lacking_label}"),
                id="buy_lacking",
                on_click=buy(lacking=True),
                when="only_lacking",
            ),
            Button(Format("{add_label}"), id="add", on_click=_take(lacking=False), when="to_add"),
            Button(Format("{add_all_label}"), id="add_all", on_click=_take(lacking=True), when="lacking"),
            Button(Format(texts.UPDATE), id="update", on_click=_update(True), when="may_update"),
            Button(Format(texts.NO_UPDATE), id="no_update", on_click=_update(False), when="may_not_update"),
            Button(Format("{fix_label}"), id="fix", on_click=fix, when="to_fix"),
            Button(Const(texts.WORKBOOK), id="workbook", on_click=send_to_fix, when="to_fix"),
            Button(Const(texts.HIDDEN), id="hidden", on_click=_hidden(True), when="may_show"),
            Button(Const(texts.NO_HIDDEN), id="no_hidden", on_click=_hidden(False), when="may_hide"),
            Button(Const(texts.UNDO), id="undo_last", on_click=undo, when="may_undo"),
            Button(Const(texts.OTHERS), id="others", on_click=show_others, when="others"),
            Row(
                SwitchTo(Const(texts.COLUMNS), id="columns", state=Intake.columns, when="has_columns"),
                leave_button("leave_list"),
            ),
            state=Intake.list,
            getter=_list,
        ),
    )
