"""Drafts made from an order: bought again, or renewed for the next fiscal year."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, Row, Select
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.ordering.start import WINDOW_OF_STEP, go_on_ordering
from dialogs.orders.opening import order_button, order_id_of
from dialogs.states import Orders
from dialogs.texts.orders import changing as texts
from dialogs.windows import NOTICE_KEY, window
from domain.errors import DomainError
from domain.orders import Step
from domain.recipients import RecipientMode

_MODES = "renewal"
"""Dialog data: the two recipients of the renewal; absent while the order is to be bought again."""

_REPLACED = "replaces"
"""Dialog data: the draft that was shown when it was asked whether to drop it."""


async def buy_again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop(_MODES, None)
    await _make(manager)


async def open_renewal(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    offer = await operations(manager).offer_renewal(actor_of(manager), order_id_of(manager))
    modes = {"recipient": offer.recipient.value, "invoice": offer.invoice.value}
    manager.dialog_data[_MODES] = modes
    await manager.switch_to(Orders.renew)


async def _make(manager: DialogManager, replaces: int | None = None) -> None:
    """Make the draft and show what is to be answered next; ask first when another is in the way."""
    ops, actor, order_id = operations(manager), actor_of(manager), order_id_of(manager)
    modes = manager.dialog_data.get(_MODES)
    try:
        if modes is None:
            made = await ops.buy_again(actor, order_id, replaces)
        else:
            recipient, invoice = RecipientMode(modes["recipient"]), RecipientMode(modes["invoice"])
            made = await ops.renew_order(actor, order_id, recipient, invoice, replaces)
    except DomainError as refusal:
        if refusal.code != "draft_open":
            raise
        await manager.switch_to(Orders.replace)
        return
    window_shown = WINDOW_OF_STEP[made.choose or Step.REVIEW]
    await manager.start(window_shown, data={NOTICE_KEY: texts.repeated(made)}, mode=StartMode.RESET_STACK)


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
    """Others can be chosen where there were some last year."""
    offered = [mode for mode in RecipientMode if mode is not RecipientMode.OTHER or last is mode]
    return [(mode.value, texts.choice(step, words[mode], mode is chosen)) for mode in offered]


def _choose(which: str) -> Any:
    async def chosen(_: CallbackQuery, __: Any, manager: DialogManager, mode: str) -> None:
        manager.dialog_data[_MODES][which] = RecipientMode(mode).value

    return chosen


async def _renew(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _make(manager)


async def _in_the_way(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    # What is agreed to is the loss of what was shown.
    dialog_manager.dialog_data[_REPLACED] = view.draft.id
    return {"view": view}


async def _keep(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await go_on_ordering(manager)


async def _replace(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _make(manager, manager.dialog_data.get(_REPLACED))


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.RENEW_TEXT,
            *(
                Row(
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
        window(
            texts.REPLACE,
            Button(Const(texts.KEEP_DRAFT), id="keep_draft", on_click=_keep),
            Button(Const(texts.REPLACE_DRAFT), id="replace_draft", on_click=_replace),
            order_button("replace_to_order"),
            state=Orders.replace,
            getter=_in_the_way,
        ),
    )
