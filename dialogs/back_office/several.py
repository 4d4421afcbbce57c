"""Several transfers or firms decided at once: ticked, shown with number and sum, then done one by one."""

import contextlib
from collections.abc import Sequence
from typing import Any

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Cancel, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office.parts import TYPED, as_line, desk, desk_button, read_page, typed_of
from dialogs.context import actor_of
from dialogs.desk_states import DeskSeveral, DeskSeveralFirms
from dialogs.windows import choices, dialog, pages, text_input, window
from domain.errors import DomainError
from domain.people import Firm, FirmState
from services.back_office.several import Choosable, Outcome, check_number
from texts import common, numbered
from texts.back_office import several as texts

_TICKED, _PAGE, _SHOWN, _RESULT = "ticked", "on_page", "shown", "result"


def _ticked(manager: DialogManager) -> list[int]:
    return list(manager.dialog_data.get(_TICKED, ()))


def _ticks(manager: DialogManager, labels: dict[int, str]) -> dict[str, Any]:
    """The list with its ticks. A button says what it does, so a repeated tap changes nothing."""
    ticked = _ticked(manager)
    manager.dialog_data[_PAGE] = list(labels)
    items = [
        {"id": f"{'u' if one in ticked else 'p'}{one}", "label": texts.tick_button(label, one in ticked)}
        for one, label in labels.items()
    ]
    return {"items": items, "number": len(ticked)}


async def _tick(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    ticked, one = _ticked(manager), int(item[1:])
    wanted = [*ticked, one] if item.startswith("p") else [other for other in ticked if other != one]
    manager.dialog_data[_TICKED] = list(dict.fromkeys(wanted))


async def _whole_page(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    shown = manager.dialog_data.get(_PAGE, ())
    manager.dialog_data[_TICKED] = list(dict.fromkeys([*_ticked(manager), *shown]))


def _pick_window(text: str, state: State, of: str, getter: Any, *acts: Button) -> Window:
    return window(
        text,
        choices(f"{of}tick", _tick),
        *pages(f"{of}several_page"),
        *acts,
        Button(Const(texts.WHOLE_PAGE), id=f"{of}whole_page", on_click=_whole_page),
        Cancel(Const(common.BACK), id=f"{of}leave"),
        state=state,
        several=(f"{of}tick",),
        getter=getter,
    )


def _result_window(state: State, of: str) -> Window:
    return window(texts.RESULT, desk_button(f"{of}result_"), state=state, getter=_result)


def _lines(lines: Sequence[str]) -> dict[str, Any]:
    return {"lines": list(lines[: texts.SHOWN]), "more": max(0, len(lines) - texts.SHOWN)}


async def _result(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    head, lines = dialog_manager.dialog_data[_RESULT]
    return {"head": head, **_lines(lines)}


async def _show(
    manager: DialogManager, found: Sequence[Outcome], about: dict[int, str], state: State
) -> None:
    lines = [texts.outcome(about[one.id], one) for one in found]
    # What could not be done is said first, as a message shows only so many.
    lines.sort(key=lambda line: line.startswith("✅"))
    manager.dialog_data[_RESULT] = [texts.outcomes(found), lines]
    manager.dialog_data[_TICKED] = []
    await manager.switch_to(state)


async def _transfers(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_open_transfers
    found, page = await read_page(dialog_manager, "several_page", lambda at: read(actor, at))
    return {**page, **_ticks(dialog_manager, {one.id: texts.transfer_line(one) for one in found.items})}


async def _chosen(manager: DialogManager) -> Sequence[Choosable]:
    return await desk(manager).read_several(actor_of(manager), _ticked(manager))


async def _assigning(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await _chosen(dialog_manager)
    named = [one for one in found if one.named is not None]
    # What is done is what was shown.
    dialog_manager.dialog_data[_SHOWN] = [[one.transfer.id, one.named.codes] for one in named if one.named]
    shown = _lines([texts.chosen_for(one) for one in found])
    sums = texts.summed(named or found)
    return {"title": texts.ASSIGN_TITLE, "sums": sums, "nobody": not named, "may_do": bool(named), **shown}


async def _ignoring(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found, typed = await _chosen(dialog_manager), typed_of(dialog_manager)
    shown = _lines([texts.chosen(one) for one in found])
    return {"title": texts.IGNORE_TITLE, "sums": texts.summed(found), "typed": typed, **shown}


def _to(state: State) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        check_number(_ticked(manager))
        await manager.switch_to(state)

    return tapped


async def _reason(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data[TYPED] = await as_line(manager, message.text or "")
    await manager.switch_to(DeskSeveral.ignore)


async def _assign(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    found = await _chosen(manager)
    shown = [(int(number), str(code)) for number, code in manager.dialog_data.get(_SHOWN, ())]
    outcomes = await desk(manager).assign_several(actor_of(manager), shown)
    await _show(manager, outcomes, {one.transfer.id: texts.chosen(one) for one in found}, DeskSeveral.result)


async def _ignore(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    found = await _chosen(manager)
    outcomes = await desk(manager).ignore_several(actor_of(manager), _ticked(manager), typed_of(manager))
    await _show(manager, outcomes, {one.transfer.id: texts.chosen(one) for one in found}, DeskSeveral.result)


def several_dialog() -> Dialog:
    return dialog(
        _pick_window(
            texts.PICK,
            DeskSeveral.pick,
            "",
            _transfers,
            Button(Format(texts.ASSIGN), id="assign", on_click=_to(DeskSeveral.assign), when="number"),
            Button(Format(texts.IGNORE), id="ignore", on_click=_to(DeskSeveral.reason), when="number"),
        ),
        window(
            texts.CHECK,
            Button(Const(texts.ASSIGN_FOR_GOOD), id="assign_do", on_click=_assign, when="may_do"),
            SwitchTo(Const(common.BACK), id="assign_not", state=DeskSeveral.pick),
            state=DeskSeveral.assign,
            words={"assign_do": numbered.RECORD},
            getter=_assigning,
        ),
        window(
            texts.ASK_REASON,
            text_input(_reason, free=True),
            SwitchTo(Const(common.BACK), id="reason_not", state=DeskSeveral.pick),
            state=DeskSeveral.reason,
            getter=_ignoring,
        ),
        window(
            texts.CHECK,
            text_input(_reason, free=True),
            Button(Const(texts.IGNORE_FOR_GOOD), id="ignore_do", on_click=_ignore),
            SwitchTo(Const(common.BACK), id="ignore_not", state=DeskSeveral.pick),
            state=DeskSeveral.ignore,
            words={"ignore_do": numbered.RECORD},
            getter=_ignoring,
        ),
        _result_window(DeskSeveral.result, ""),
    )


async def _firms(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_firms
    found, page = await read_page(
        dialog_manager, "firms_several_page", lambda at: read(actor, FirmState.WAITING, at)
    )
    return {**page, **_ticks(dialog_manager, {one.id: texts.firm_line(one) for one in found.items})}


async def _chosen_firms(manager: DialogManager) -> list[Firm]:
    """The ticked ones, but for those that were approved meanwhile."""
    view, found = desk(manager).view_firm, []
    for one in _ticked(manager):
        with contextlib.suppress(DomainError):
            found.append((await view(actor_of(manager), one)).firm)
    return found


async def _approving(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    firms = await _chosen_firms(dialog_manager)
    shown = _lines([texts.firm_line(one) for one in firms])
    return {"title": texts.APPROVE_TITLE, "sums": texts.firms_summed(firms), **shown}


async def _approve(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    firms = await _chosen_firms(manager)
    outcomes = await desk(manager).approve_firms(actor_of(manager), [one.id for one in firms])
    about = {one.id: texts.firm_line(one) for one in firms}
    await _show(manager, outcomes, about, DeskSeveralFirms.result)


def several_firms_dialog() -> Dialog:
    return dialog(
        _pick_window(
            texts.PICK_FIRMS,
            DeskSeveralFirms.pick,
            "firms_",
            _firms,
            Button(Format(texts.APPROVE), id="approve", on_click=_to(DeskSeveralFirms.check), when="number"),
        ),
        window(
            texts.CHECK,
            Button(Const(texts.APPROVE_FOR_GOOD), id="approve_do", on_click=_approve),
            SwitchTo(Const(common.BACK), id="approve_not", state=DeskSeveralFirms.pick),
            state=DeskSeveralFirms.check,
            words={"approve_do": numbered.APPROVE},
            getter=_approving,
        ),
        _result_window(DeskSeveralFirms.result, "firms_"),
    )
