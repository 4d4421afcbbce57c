"""Somebody has said that a sum was transferred: which one it is, and taking it back."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.claiming import claimed, picture_of
from dialogs.context import actor_of, channel_of, operations
from dialogs.leaving import leave_button
from dialogs.states import Claiming
from dialogs.windows import choices, current_page, dialog, pages, photo_input, window
from domain.errors import DomainError
from services.paging import PAGE_SIZE
from texts import common
from texts.money import claiming as texts


async def _which(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    read, actor = operations(dialog_manager).list_open_sums, actor_of(dialog_manager)
    scroll: Any = dialog_manager.find("sums_page")
    asked = await scroll.get_page()
    found = await read(actor, asked)
    page, count = await current_page(dialog_manager, "sums_page", found.total, PAGE_SIZE)
    if page != asked:
        found = await read(actor, page)
    return {
        "items": [{"id": one.payment.code, "label": texts.sum_button(one)} for one in found.items],
        "total": found.total,
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _chosen(_: CallbackQuery, __: Any, manager: DialogManager, code: str) -> None:
    scroll: Any = manager.find("sums_page")
    found = await operations(manager).list_open_sums(actor_of(manager), await scroll.get_page())
    one = next((one for one in found.items if one.payment.code == code), None)
    if one is None:
        raise DomainError("payment_settled")
    manager.dialog_data.update(await claimed(manager, one, str(manager.dialog_data.get("picture", ""))))
    await manager.switch_to(Claiming.made)


async def _made(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    return {name: data[name] for name in ("left", "name", "order", "customers", "picture")}


async def _photo(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """A photo right after a claim belongs to it."""
    picture, code = picture_of(message, channel_of(manager)), str(manager.dialog_data["code"])
    claim = await operations(manager).claim_transfer(actor_of(manager), code, picture)
    manager.dialog_data.update(claim_id=claim.id, picture=picture)


async def _undo(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).withdraw_claim(actor_of(manager), int(manager.dialog_data["claim_id"]))
    await manager.switch_to(Claiming.undone)


async def _started(start_data: Any, manager: DialogManager) -> None:
    manager.dialog_data.update(start_data)


def claiming_dialog() -> Dialog:
    """Started by `take_claim`."""
    return dialog(
        window(
            texts.WHICH,
            choices("sum", _chosen),
            *pages("sums_page"),
            leave_button("leave_sums"),
            state=Claiming.which,
            getter=_which,
        ),
        window(
            texts.MADE,
            photo_input(_photo),
            Button(Const(texts.UNDO), id="undo", on_click=_undo),
            leave_button("leave_claim"),
            state=Claiming.made,
            getter=_made,
        ),
        window(
            texts.NOT_MADE,
            leave_button("leave_undone"),
            state=Claiming.undone,
            getter=_made,
        ),
        on_start=_started,
    )
