"""Dropping customers from a placed order."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode, Window
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.orders.changes_lists import listed, searching
from dialogs.orders.opening import order_id_of
from dialogs.states import Changing, Orders
from dialogs.windows import NOTICE_KEY, choices, pages, window
from domain.orders import OrderLine
from texts import common, numbered
from texts.orders import changes as texts
from texts.orders import orders as order_texts

_NAMED = 8
"""How many customers are named before they are dropped."""

_SCROLL = "drop_page"


async def to_order(manager: DialogManager, notice: str | None = None) -> None:
    """Open the order's page."""
    data = {"order_id": order_id_of(manager), NOTICE_KEY: notice}
    await manager.start(Orders.card, data=data, mode=StartMode.RESET_STACK)


async def _to_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await to_order(manager)


def order_button(widget_id: str, label: str = order_texts.TO_ORDER) -> Button:
    return Button(Const(label), id=widget_id, on_click=_to_order)


def _ticked(manager: DialogManager) -> list[int]:
    return list(manager.dialog_data.get("ticked", ()))


async def begin_dropping(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Show the list with nobody chosen."""
    manager.dialog_data["ticked"] = []
    await manager.switch_to(Changing.drop)


async def _drop(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ticked = _ticked(dialog_manager)

    def item(line: OrderLine) -> dict[str, Any]:
        is_ticked = line.position in ticked
        # The button says what it does, so a repeated tap changes nothing.
        item_id = f"{'u' if is_ticked else 'p'}{line.position}"
        return {"id": item_id, "label": texts.tick_button(line, is_ticked)}

    return {**await listed(dialog_manager, _SCROLL, item), "number": len(ticked)}


async def _tick(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """Take a customer whom the order can do without; whoever can't be dropped is refused at once."""
    ticked, position = _ticked(manager), int(item[1:])
    if item.startswith("u"):
        manager.dialog_data["ticked"] = [one for one in ticked if one != position]
    elif position not in ticked:
        wanted = [*ticked, position]
        await operations(manager).preview_drop(actor_of(manager), order_id_of(manager), wanted)
        manager.dialog_data["ticked"] = wanted


async def _show_drop(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    ops, actor = operations(manager), actor_of(manager)
    change = await ops.preview_drop(actor, order_id_of(manager), _ticked(manager))
    manager.dialog_data["shown_total"] = change.before.total
    await manager.switch_to(Changing.drop_shown)


async def _drop_shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    change = await operations(dialog_manager).preview_drop(
        actor_of(dialog_manager), order_id_of(dialog_manager), _ticked(dialog_manager)
    )
    first = change.lines[:_NAMED]
    return {"change": change, "first": first, "more": len(change.lines) - len(first)}


async def _drop_for_good(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    ops, actor, order_id, ticked = (
        operations(manager),
        actor_of(manager),
        order_id_of(manager),
        _ticked(manager),
    )
    lines = (await ops.preview_drop(actor, order_id, ticked)).lines
    order = await ops.drop_lines(actor, order_id, ticked, manager.dialog_data["shown_total"])
    await to_order(manager, texts.dropped(lines, order.code))


def dropping_windows() -> tuple[Window, ...]:
    return (
        window(
            texts.WHOM_TO_DROP,
            *searching(_SCROLL),
            choices("dropped", _tick),
            *pages(_SCROLL),
            Button(Format(texts.DROP_PICKED), id="drop_picked", on_click=_show_drop, when="number"),
            SwitchTo(Const(common.BACK), id="drop_back", state=Changing.home),
            state=Changing.drop,
            several=("dropped",),
            getter=_drop,
        ),
        window(
            texts.DROP_SHOWN,
            Row(
                Button(Const(texts.DROP_FOR_GOOD), id="drop_for_good", on_click=_drop_for_good),
                SwitchTo(Const(texts.KEEP), id="keep", state=Changing.drop),
            ),
            state=Changing.drop_shown,
            words={"drop_for_good": numbered.DROP_LINES},
            getter=_drop_shown,
        ),
    )
