"""A customer's timeline, and the windows that a typed tax code opens."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, chosen_id, operations
from dialogs.leaving import leave_button
from dialogs.opening import open_instead
from dialogs.ordering.making import order_list
from dialogs.states import Customers, NewCustomer, Orders, Timeline
from dialogs.typed_codes import open_tax_code
from dialogs.windows import dialog, notify, window
from domain.errors import DomainError
from services.catalogue.customer_timeline import CustomerTimeline
from texts.catalogue import customer_timeline as texts
from texts.catalogue import customers


async def _view(manager: DialogManager) -> CustomerTimeline:
    view = operations(manager).view_customer_timeline
    return await view(actor_of(manager), chosen_id(manager, "customer_id"))


async def _timeline(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    timeline = await _view(dialog_manager)
    newest = next((year.purchase.order for year in timeline.years if year.may_open), None)
    return {
        "customer": timeline.customer,
        "years": [texts.year_words(year) for year in timeline.years],
        "more": timeline.more,
        "may_open": newest is not None,
        "code": newest.code if newest else "",
        "next_year": timeline.wish.fiscal_year if timeline.wish else None,
    }


async def _open_customer(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    customer_id = (await _view(manager)).customer.id
    await open_instead(manager, Customers.card, {"customer_id": customer_id})


async def _open_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    for year in (await _view(manager)).years:
        if year.may_open:
            data = {"order_id": year.purchase.order.id}
            await manager.start(Orders.card, data=data, mode=StartMode.RESET_STACK)
            return
    raise DomainError("order_unknown")


async def _buy(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    timeline = await _view(manager)
    if timeline.wish is None:
        raise DomainError("choice_gone")
    receive = operations(manager).intakes.receive_text
    intake = await receive(actor_of(manager), timeline.customer.tax_code, wish=timeline.wish)
    # The review asks for what is missing.
    await order_list(manager, intake.id, lacking=True)


async def _given(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return dict(_start(dialog_manager))


def _start(manager: DialogManager) -> dict[str, Any]:
    """What the dialog was started with. Raises `DomainError("choice_gone")` if it was nothing."""
    if not isinstance(manager.start_data, dict):
        raise DomainError("choice_gone")
    return manager.start_data


async def _add(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = {"tax_code": _start(manager)["tax_code"]}
    await manager.start(NewCustomer.tax_code, data=data)


async def _added(_: Any, result: Any, manager: DialogManager) -> None:
    """Show the customer that the form made or found; called when the form ends."""
    if isinstance(result, dict) and "customer_id" in result:
        notify(manager, customers.ADDED if result.get("created") else customers.KNOWN)
        manager.dialog_data["customer_id"] = result["customer_id"]
        await manager.switch_to(Timeline.customer)


async def _use_better(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await open_tax_code(manager, _start(manager)["better"])


def timeline_dialog() -> Dialog:
    return dialog(
        window(
            texts.TIMELINE,
            Button(Const(texts.OPEN_CUSTOMER), id="customer", on_click=_open_customer),
            Button(Format(texts.OPEN_ORDER), id="order", on_click=_open_order, when="may_open"),
            Button(Format(texts.BUY_YEAR), id="buy", on_click=_buy, when="next_year"),
            leave_button("leave"),
            state=Timeline.customer,
            getter=_timeline,
        ),
        window(
            texts.UNKNOWN,
            Button(Const(texts.ADD), id="add", on_click=_add),
            leave_button("unknown_leave"),
            state=Timeline.unknown,
            getter=_given,
        ),
        window(
            texts.LOST_ZERO,
            Button(Format(texts.USE), id="use", on_click=_use_better),
            leave_button("lost_leave"),
            state=Timeline.lost_zero,
            getter=_given,
        ),
        on_process_result=_added,
    )
