"""Windows that cancel an order, or send it as a workbook."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.documents import send_workbook
from dialogs.orders.card import leads_to
from dialogs.orders.opening import order_button, order_id_of
from dialogs.orders.repeating import buy_again, open_renewal
from dialogs.states import Invoices, Orders
from dialogs.windows import notify, window
from domain.licences import LicenceState
from domain.orders import OrderState
from domain.packages import offered_fiscal_years
from domain.recipients import RecipientMode
from texts import numbered
from texts.orders import changing as texts
from texts.orders import export
from texts.orders.orders import INVOICES, TIMELINE

_RUNNING = (LicenceState.ACTIVE_UNPAID, LicenceState.ACTIVE)


async def _view(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops = operations(dialog_manager)
    view = await ops.view_order(actor_of(dialog_manager), order_id_of(dialog_manager))
    order = view.order
    next_year = order.fiscal_year + 1
    stands = order.state is not OrderState.CANCELLED
    return {
        "order": order,
        "cancellable": view.cancellable,
        "may_have_invoices": view.may_have_invoices,
        "next_year": next_year,
        "renewable": stands and next_year in offered_fiscal_years(ops.view_order.clock.today()),
        "activated": sum(view.licences.get(state, 0) for state in _RUNNING),
        "told": order.recipient is not RecipientMode.ACCOUNTANT,
    }


async def _cancel(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    order = await operations(manager).cancel_order(actor_of(manager), order_id_of(manager))
    notify(manager, texts.CANCELLED.format(code=order.code))
    await manager.switch_to(Orders.card)


async def _export(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    exported = await operations(manager).export_order(actor_of(manager), order_id_of(manager))
    order = exported.order
    caption = export.CAPTION.format(code=order.code, count=order.line_count)
    await send_workbook(manager, [export.table(exported)], export.file_name(order.code), caption)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.MORE,
            Button(Const(texts.AGAIN), id="again", on_click=buy_again),
            Button(Format(texts.RENEW), id="renew", on_click=open_renewal, when="renewable"),
            Button(
                Const(INVOICES),
                id="more_invoices",
                on_click=leads_to(Invoices.list),
                when="may_have_invoices",
            ),
            Button(Const(texts.EXPORT), id="export", on_click=_export),
            SwitchTo(Const(TIMELINE), id="more_timeline", state=Orders.timeline),
            SwitchTo(Const(texts.CANCEL), id="cancel", state=Orders.cancel, when="cancellable"),
            order_button("more_to_order"),
            state=Orders.more,
            getter=_view,
        ),
        window(
            texts.CANCEL_TEXT,
            Row(
                Button(Const(texts.CANCEL_FOR_GOOD), id="cancel_for_good", on_click=_cancel),
                order_button("cancel_to_order", texts.DO_NOT_CANCEL),
            ),
            state=Orders.cancel,
            words={"cancel_for_good": numbered.CANCEL_ORDER},
            getter=_view,
        ),
    )
