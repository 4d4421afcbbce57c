"""Which customers a part payment for all is from."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.states import Choosing, Payments
from dialogs.windows import NOTICE_KEY, choices, current_page, dialog, pages, window
from domain.errors import DomainError
from services.money.payments import PAGE_SIZE
from texts import common
from texts.money import choosing as texts


def _transfer_id(manager: DialogManager) -> int:
    data = manager.start_data
    if not isinstance(data, dict) or "transfer_id" not in data:
        raise DomainError("transfer_unknown")
    return int(data["transfer_id"])


def _ticked(manager: DialogManager) -> list[str]:
    return list(manager.dialog_data.get("ticked", ()))


async def _who(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor, transfer_id = (
        operations(dialog_manager),
        actor_of(dialog_manager),
        _transfer_id(dialog_manager),
    )
    scroll: Any = dialog_manager.find("choice_page")
    asked, ticked = await scroll.get_page(), _ticked(dialog_manager)
    found = await ops.view_choice(actor, transfer_id, asked, ticked)
    page, count = await current_page(dialog_manager, "choice_page", found.count, PAGE_SIZE)
    if page != asked:
        found = await ops.view_choice(actor, transfer_id, page, ticked)
    return {
        "found": found,
        "number": len(found.ticked),
        "left": found.waiting - found.cost,
        "items": [
            {
                # The button says what it does, so a repeated tap changes nothing.
                "id": f"{'u' if entry.payment.code in found.ticked else 'p'}{entry.payment.code}",
                "label": texts.tick_button(entry.payment, entry.name, entry.payment.code in found.ticked),
            }
            for entry in found.items
        ],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _tick(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    ticked, code = _ticked(manager), item[1:]
    if item.startswith("u"):
        manager.dialog_data["ticked"] = [one for one in ticked if one != code]
    elif code not in ticked:
        found = await operations(manager).view_choice(actor_of(manager), _transfer_id(manager), ticked=ticked)
        if found.cost >= found.waiting:
            raise DomainError("choice_spent")
        manager.dialog_data["ticked"] = [*found.ticked, code]


async def _done(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _book(manager, _ticked(manager))


async def _in_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _book(manager, [])


async def _book(manager: DialogManager, codes: list[str]) -> None:
    ops, actor, transfer_id = operations(manager), actor_of(manager), _transfer_id(manager)
    order_id = await ops.choose_payments(actor, transfer_id, codes)
    data = {"order_id": order_id, NOTICE_KEY: texts.BOOKED}
    await manager.start(Payments.list, data=data, mode=StartMode.RESET_STACK)


def choosing_dialog() -> Dialog:
    return dialog(
        window(
            texts.WHO,
            choices("payer", _tick),
            *pages("choice_page"),
            Button(Format(texts.DONE), id="chosen", on_click=_done, when="number"),
            Button(Const(texts.IN_ORDER), id="in_order", on_click=_in_order),
            state=Choosing.who,
            several=("payer",),
            getter=_who,
        )
    )
