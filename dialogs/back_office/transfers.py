"""Transfers that a person settles, and money that left the account."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, Start, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.asking import ask_button, second_person, was_asked
from dialogs.back_office.parts import (
    TYPED,
    TypedAction,
    desk,
    desk_button,
    listed,
    opens,
    read_page,
    started_with,
    typed_of,
)
from dialogs.back_office.refunds import refund_windows
from dialogs.context import actor_of
from dialogs.desk_states import DeskSeveral, DeskTransfers
from dialogs.statements import open_statement
from dialogs.windows import choices, dialog, file_input, notify, pages, window
from domain.sign_offs import AskedAct, SignedAct
from domain.transfers import TransferState
from texts import common
from texts.back_office import returns, several
from texts.back_office import transfers as texts
from texts.back_office.refunds import REFUND


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_open_transfers
    found, page = await read_page(dialog_manager, "open_page", lambda at: read(actor, at))
    return {
        **page,
        "items": [
            {"id": one.id, "label": texts.transfer_button(one, one.id in found.waiting)}
            for one in found.items
        ],
    }


async def _statement(message: Message, _: MessageInput, manager: DialogManager) -> None:
    assert message.document is not None
    await open_statement(manager, message.document)


async def _outgoing(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_outgoing
    found, page = await read_page(dialog_manager, "outgoing_page", lambda at: read(actor, at))
    return {**page, "items": found.items}


def _transfer_id(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("transfer_id", 0))


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_transfer(actor_of(dialog_manager), _transfer_id(dialog_manager))
    on_card = dialog_manager.current_context().state == DeskTransfers.card
    return {
        **texts.card_words(view),
        "candidates": await _candidates(dialog_manager) if on_card else [],
        **(await _case(dialog_manager) if on_card else {}),
    }


async def _case(manager: DialogManager) -> dict[str, Any]:
    view = await desk(manager).find_case(actor_of(manager), _transfer_id(manager))
    mine = view is not None and view.case.owner_id == actor_of(manager).accountant_id
    return {"case": returns.of_transfer(view), "may_take": not mine}


async def _take_case(_: CallbackQuery, __: Any, manager: DialogManager) -> None:
    await desk(manager).take_case(actor_of(manager), _transfer_id(manager))
    notify(manager, returns.TAKEN)


def _may_take(data: dict[str, Any], *_: Any) -> bool:
    return bool(data.get("may_move") and data.get("may_take"))


async def _candidates(manager: DialogManager) -> list[dict[str, str]]:
    found = await desk(manager).list_candidates(actor_of(manager), _transfer_id(manager))
    return [{"id": one.codes.replace(" ", "-"), "label": texts.candidate_button(one)} for one in found]


async def _propose(_: CallbackQuery, __: Any, manager: DialogManager, codes: str) -> None:
    manager.dialog_data[TYPED] = codes.replace("-", " ")
    await manager.switch_to(DeskTransfers.assign_check)


async def _assigning(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = await _card(dialog_manager)
    typed = typed_of(dialog_manager)
    if dialog_manager.current_context().state == DeskTransfers.assign_check:
        assignment = await desk(dialog_manager).preview_assignment(
            actor_of(dialog_manager), _transfer_id(dialog_manager), typed
        )
        data |= texts.assignment_words(assignment)
        entries = assignment.payable.entries if assignment.must_choose else ()
        data["unpaid"] = [{"id": one.payment.code, "label": texts.unpaid_button(one)} for one in entries]
    return data


async def _code(manager: DialogManager, text: str) -> str:
    preview = desk(manager).preview_assignment
    return (await preview(actor_of(manager), _transfer_id(manager), text)).payable.code


async def _assign(manager: DialogManager, code: str) -> None:
    settled = await desk(manager).assign_transfer(actor_of(manager), _transfer_id(manager), code)
    is_asked = settled.state is TransferState.CHOOSING
    await _settled(manager, texts.ASKED if is_asked else texts.ASSIGNED)


async def _send_back(manager: DialogManager, reference: str) -> None:
    await desk(manager).return_transfer(actor_of(manager), _transfer_id(manager), reference)
    await _settled(manager, texts.RETURNED)


async def _ignore(manager: DialogManager, reason: str) -> None:
    await desk(manager).ignore_transfer(actor_of(manager), _transfer_id(manager), reason)
    await _settled(manager, texts.IGNORED)


async def _returning(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = await _card(dialog_manager)
    return {**data, **await second_person(dialog_manager, data["amount"], data["transfer"].reported.currency)}


async def _asked(manager: DialogManager) -> tuple[AskedAct, str]:
    data, reference = await _card(manager), typed_of(manager)
    asked = AskedAct(SignedAct.RETURN, str(_transfer_id(manager)), data["amount"], reference)
    return asked, data["transfer"].reported.currency


async def _after_asking(_: Any, result: Any, manager: DialogManager) -> None:
    if was_asked(result):
        await _settled(manager, was_asked(result))


async def _settled(manager: DialogManager, sentence: str) -> None:
    notify(manager, sentence)
    await manager.switch_to(DeskTransfers.list)


_ACTS = (
    TypedAction(
        "assign",
        ask=DeskTransfers.assign,
        check=DeskTransfers.assign_check,
        back=DeskTransfers.card,
        ask_text=texts.ASK_CODE,
        check_text=texts.CHECK_ASSIGN,
        label=texts.ASSIGN_FOR_GOOD,
        do=_assign,
        about=_assigning,
        read=_code,
        when="may_do",
        more=(choices("unpaid_request", _propose, "unpaid"),),
    ),
    TypedAction(
        "send_back",
        ask=DeskTransfers.send_back,
        check=DeskTransfers.send_back_check,
        back=DeskTransfers.card,
        ask_text=texts.ASK_RETURN,
        check_text=texts.CHECK_RETURN,
        label=texts.RETURN_FOR_GOOD,
        do=_send_back,
        about=_returning,
        when="alone",
        more=(ask_button("ask", _asked),),
    ),
    TypedAction(
        "ignore",
        ask=DeskTransfers.ignore,
        check=DeskTransfers.ignore_check,
        back=DeskTransfers.card,
        ask_text=texts.ASK_IGNORE,
        check_text=texts.CHECK_IGNORE,
        label=texts.IGNORE_FOR_GOOD,
        do=_ignore,
        about=_card,
    ),
)


def transfers_dialog() -> Dialog:
    """May be started with `{"transfer_id": int}`."""
    return dialog(
        window(
            texts.LIST,
            file_input(_statement),
            listed("transfer", opens("transfer_id", DeskTransfers.card)),
            *pages("open_page"),
            Start(Const(several.SEVERAL), id="several", state=DeskSeveral.pick, when="total"),
            Row(
                SwitchTo(Const(texts.SEE_OUTGOING), id="see_outgoing", state=DeskTransfers.outgoing),
                desk_button(),
            ),
            state=DeskTransfers.list,
            getter=_list,
        ),
        window(
            texts.CARD,
            choices("candidate", _propose, "candidates"),
            SwitchTo(Const(texts.ASSIGN), id="assign", state=DeskTransfers.assign, when="may_move"),
            SwitchTo(Const(texts.SEND_BACK), id="send_back", state=DeskTransfers.send_back, when="may_move"),
            Button(Const(returns.GIVE_BACK), id="take_case", on_click=_take_case, when=_may_take),
            SwitchTo(Const(texts.IGNORE), id="ignore", state=DeskTransfers.ignore, when="why"),
            SwitchTo(Const(REFUND), id="refund", state=DeskTransfers.refund, when="may_refund"),
            SwitchTo(Const(common.BACK), id="to_open", state=DeskTransfers.list),
            state=DeskTransfers.card,
            getter=_card,
        ),
        *(one for act in _ACTS for one in act.windows()),
        *refund_windows(),
        window(
            texts.OUTGOING,
            *pages("outgoing_page"),
            Row(
                SwitchTo(Const(texts.SEE_OPEN), id="see_open", state=DeskTransfers.list),
                desk_button("outgoing_"),
            ),
            state=DeskTransfers.outgoing,
            getter=_outgoing,
        ),
        on_start=started_with("transfer_id", DeskTransfers.card),
        on_process_result=_after_asking,
    )
