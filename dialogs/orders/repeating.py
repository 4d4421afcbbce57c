"""Drafts made from an order: bought again, or renewed for the next fiscal year."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, Column, Select
from aiogram_dialog.widgets.text import Format

from dialogs.context import actor_of, operations
from dialogs.ordering.making import make_draft
from dialogs.orders.opening import order_button, order_id_of
from dialogs.states import Orders
from dialogs.windows import window
from domain.recipients import RecipientMode
from texts.orders import changing as texts

_MODES = "renewal"
"""Dialog data: the two recipients of the renewal."""


async def buy_again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await make_draft(manager, {"order_id": order_id_of(manager)})


async def open_renewal(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    offer = await operations(manager).offer_renewal(actor_of(manager), order_id_of(manager))
    modes = {"recipient": offer.recipient.value, "invoice": offer.invoice.value}
    manager.dialog_data[_MODES] = modes
    await manager.switch_to(Orders.renew)


async def _renewal(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    offer = await operations(dialog_manager).offer_renewal(
        actor_of(dialog_manager), order_id_of(dialog_manager)
    )
    modes = dialog_manager.dialog_data[_MODES]
    recipient, invoice = RecipientMode(modes["recipient"]), RecipientMode(modes["invoice"])
    return {
        "order": offer.order,
        "year": offer.fiscal_year,
        "package": offer.package,
        "recipient": texts.NOTICE_TO[recipient],
        "invoice": texts.INVOICE_TO[invoice],
        "recipients": _choices("①", texts.NOTICE_TO, recipient, offer.recipient),
        "invoices": _choices("②", texts.INVOICE_TO, invoice, offer.invoice),
    }


def _choices(
    step: str, words: dict[RecipientMode, str], chosen: RecipientMode, last: RecipientMode
) -> list[tuple[str, str]]:
    """Offer other recipients if last year's order had some."""
    offered = [mode for mode in RecipientMode if mode is not RecipientMode.OTHER or last is mode]
    return [(mode.value, texts.choice(step, words[mode], mode is chosen)) for mode in offered]


def _choose(which: str) -> Any:
    async def chosen(_: CallbackQuery, __: Any, manager: DialogManager, mode: str) -> None:
        manager.dialog_data[_MODES][which] = RecipientMode(mode).value

    return chosen


async def _renew(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await make_draft(manager, {"order_id": order_id_of(manager), "modes": manager.dialog_data[_MODES]})


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.RENEW_TEXT,
            *(
                Column(
                    Select(
                        Format("{item[1]}"),
                        id=f"renew_{which}",
                        item_id_getter=lambda item: item[0],
                        items=f"{which}s",
                        on_click=_choose(which),
                    )
                )
                for which in ("recipient", "invoice")
            ),
            Button(Format(texts.MAKE_RENEWAL), id="make_renewal", on_click=_renew),
            order_button("renew_to_order"),
            state=Orders.renew,
            getter=_renewal,
        ),
    )
