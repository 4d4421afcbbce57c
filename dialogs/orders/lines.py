"""The customers of an order: page by page, and each in full."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.orders.opening import order_button, order_id_of
from dialogs.states import Changing, Orders
from dialogs.windows import current_page, pages, window
from domain.errors import DomainError
from domain.licences import LicenceState
from domain.orders import OrderState
from services.paging import PAGE_SIZE
from texts.activation import activations
from texts.common import page_label
from texts.invoices.words import standing
from texts.money.payments import PAYMENT_STATES
from texts.ordering.accounting import labels
from texts.orders import changes
from texts.orders import lines as texts

_SCROLL = "order_lines_page"


async def _lines(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor, order_id = operations(dialog_manager), actor_of(dialog_manager), order_id_of(dialog_manager)
    scroll: Any = dialog_manager.find(_SCROLL)
    asked = await scroll.get_page()
    found = await ops.list_order_lines(actor, order_id, asked)
    page, count = await current_page(dialog_manager, _SCROLL, found.order.line_count, PAGE_SIZE)
    return {
        "order": found.order,
        "lines": [
            {
                "id": view.line.position,
                "view": view,
                "mark": activations.MARKS[view.licence.state],
                "state": activations.state_words(view.licence, found.now),
                "money": PAYMENT_STATES[view.payment.state],
            }
            for view in found.lines
        ],
        "pages": count,
        "page_label": page_label(page, count),
    }


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, position: int) -> None:
    manager.dialog_data["position"] = position
    await manager.switch_to(Orders.line)


async def _line(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    position = dialog_manager.dialog_data.get("position")
    if position is None:
        raise DomainError("line_gone")
    found = await operations(dialog_manager).view_order_line(
        actor_of(dialog_manager), order_id_of(dialog_manager), position
    )
    [view] = found.lines
    line, licence = view.line, view.licence
    return {
        **labels(line.kind, found.order.fiscal_year, line.accounting),
        "line": line,
        "licence": licence,
        "payment": view.payment,
        "mark": activations.MARKS[licence.state],
        "state": activations.state_words(licence, found.now),
        "trial": licence.state is LicenceState.ACTIVE_UNPAID,
        "failure": activations.failure_words(licence.failure) if licence.failure else "",
        "money": PAYMENT_STATES[view.payment.state],
        "order": found.order,
        "stands": found.order.state is not OrderState.CANCELLED,
        "invoices": standing(found.invoices.get(position, ())),
    }


async def _mend(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = {"order_id": order_id_of(manager), "position": manager.dialog_data["position"]}
    await manager.start(Changing.line, data=data, mode=StartMode.RESET_STACK)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.LINES,
            Group(
                Select(
                    Format("{item[id]}"),
                    id="line",
                    item_id_getter=lambda item: item["id"],
                    items="lines",
                    type_factory=int,
                    on_click=_open,
                ),
                width=4,
            ),
            *pages(_SCROLL),
            order_button("to_order"),
            state=Orders.lines,
            getter=_lines,
        ),
        window(
            texts.LINE,
            Button(Const(changes.MEND), id="mend_line", on_click=_mend, when="stands"),
            Row(
                SwitchTo(Const(texts.TO_LINES), id="to_lines", state=Orders.lines),
                order_button("line_to_order"),
            ),
            state=Orders.line,
            getter=_line,
        ),
    )
