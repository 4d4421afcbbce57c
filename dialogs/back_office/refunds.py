"""Giving money back that is booked: of which customer, why, and once more before the case is opened. Part of
the dialog of transfers."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import TypedAction, desk, read_page
from dialogs.context import actor_of
from dialogs.desk_states import DeskTransfers
from dialogs.windows import choices, notify, pages, text_input, window
from domain.codes import find_codes
from domain.errors import DomainError
from services.back_office.refunds import REFUNDABLE
from texts import common
from texts.back_office import refunds as texts
from texts.back_office.transfers import card_words

_CODE = "refund_code"


def _transfer_id(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("transfer_id", 0))


async def _about(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_transfer(actor_of(dialog_manager), _transfer_id(dialog_manager))
    code = str(dialog_manager.dialog_data.get(_CODE, ""))
    return {**card_words(view), "whose": (await _picks(dialog_manager)).get(code, code)}


async def _picks(manager: DialogManager) -> dict[str, str]:
    """What may be refunded, by code."""
    read = desk(manager).list_refundable
    return texts.picks((await read(actor_of(manager), _transfer_id(manager), size=REFUNDABLE)).items)


async def _parts(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, transfer_id = actor_of(dialog_manager), _transfer_id(dialog_manager)
    read = desk(dialog_manager).list_refundable
    found, page = await read_page(dialog_manager, "refund_page", lambda at: read(actor, transfer_id, at))
    items = [{"id": one.payment.code, "label": texts.part_button(one)} for one in found.items]
    return {**await _about(dialog_manager), **page, "items": items}


async def _picked(_: CallbackQuery, __: Any, manager: DialogManager, code: str) -> None:
    manager.dialog_data[_CODE] = code
    await manager.switch_to(DeskTransfers.refund_reason)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    codes = find_codes(message.text or "")
    if len(codes) != 1 or codes[0] not in await _picks(manager):
        raise DomainError("refund_nothing")
    manager.dialog_data[_CODE] = codes[0]
    await manager.switch_to(DeskTransfers.refund_reason)


async def _open(manager: DialogManager, why: str) -> None:
    code = str(manager.dialog_data.get(_CODE, ""))
    await desk(manager).open_refund(actor_of(manager), _transfer_id(manager), code, why)
    notify(manager, texts.OPENED)
    await manager.switch_to(DeskTransfers.card)


_REFUND = TypedAction(
    "refund",
    ask=DeskTransfers.refund_reason,
    check=DeskTransfers.refund_check,
    back=DeskTransfers.refund,
    ask_text=texts.ASK,
    check_text=texts.CHECK,
    label=texts.FOR_GOOD,
    do=_open,
    about=_about,
)


def refund_windows() -> tuple[Window, ...]:
    return (
        window(
            texts.PICK,
            text_input(_typed, free=True),
            choices("refundable", _picked),
            *pages("refund_page"),
            SwitchTo(Const(common.BACK), id="refund_leave_pick", state=DeskTransfers.card),
            state=DeskTransfers.refund,
            getter=_parts,
        ),
        *_REFUND.windows(),
    )
