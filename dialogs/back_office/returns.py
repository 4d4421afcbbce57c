"""Cases of returns: what is to be given back, and who works on it. The return itself is the transfer's."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office.parts import desk, desk_button, listed, opens, read_page
from dialogs.context import actor_of
from dialogs.desk_states import DeskCases, DeskTransfers
from dialogs.windows import dialog, notify, pages, window
from domain.return_cases import CaseState
from services.back_office.returns import CaseView
from texts import common
from texts.back_office import returns as texts


def _list_of(is_open: bool, scroll_id: str) -> Any:
    async def getter(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        actor, read = actor_of(dialog_manager), desk(dialog_manager).list_cases
        found, page = await read_page(dialog_manager, scroll_id, lambda at: read(actor, is_open, at))
        items = [{"id": one.case.id, "label": texts.case_button(one)} for one in found.items]
        return {**page, "items": items}

    return getter


async def _view(manager: DialogManager) -> CaseView:
    return await desk(manager).view_case(actor_of(manager), int(manager.dialog_data.get("case_id", 0)))


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await _view(dialog_manager)
    is_open = view.state in (CaseState.OPEN, CaseState.WAITING)
    mine = view.case.owner_id == actor_of(dialog_manager).accountant_id
    return {**texts.card_words(view), "is_open": is_open, "may_take": is_open and not mine}


async def _take(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    view = await _view(manager)
    await desk(manager).take_case(actor_of(manager), view.transfer.id)
    notify(manager, texts.TAKEN)


async def _settle(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    view = await _view(manager)
    await manager.start(DeskTransfers.list, data={"transfer_id": view.transfer.id})


def returns_dialog() -> Dialog:
    return dialog(
        window(
            texts.LIST,
            listed("case", opens("case_id", DeskCases.card)),
            *pages("cases_page"),
            Row(SwitchTo(Const(texts.SEE_DONE), id="see_done", state=DeskCases.done), desk_button()),
            state=DeskCases.list,
            getter=_list_of(True, "cases_page"),
        ),
        window(
            texts.DONE,
            listed("done_case", opens("case_id", DeskCases.card)),
            *pages("done_cases_page"),
            Row(SwitchTo(Const(texts.SEE_OPEN), id="see_open", state=DeskCases.list), desk_button("done_")),
            state=DeskCases.done,
            getter=_list_of(False, "done_cases_page"),
        ),
        window(
            texts.CARD,
            Button(Format("{take}"), id="take", on_click=_take, when="may_take"),
            Button(Const(texts.SETTLE), id="settle", on_click=_settle, when="is_open"),
            SwitchTo(Const(common.BACK), id="to_cases", state=DeskCases.list),
            state=DeskCases.card,
            getter=_card,
        ),
    )
