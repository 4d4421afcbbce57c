"""The labels and the assignee of one customer, and the firm's labels themselves."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.catalogue.card import customer_id_of
from dialogs.catalogue.list import SCROLL
from dialogs.context import actor_of, chosen_id, operations
from dialogs.filtering import label_items, page_of, show_those, staff_items
from dialogs.states import Customers
from dialogs.windows import choices, notify, pages, text_input, window
from domain.errors import DomainError
from services.catalogue.customers import Criteria
from services.ports import Label, LabelCount
from texts import common, numbered
from texts.catalogue import labels as texts

_CARD_SCROLL, _SCROLL, _STAFF_SCROLL = "card_labels_at", "labels_at", "card_staff_at"


async def _counted(manager: DialogManager, label_id: int) -> LabelCount:
    for one in await operations(manager).list_labels(actor_of(manager)):
        if one.label.id == label_id:
            return one
    raise DomainError("label_unknown")


async def label_of(manager: DialogManager, label_id: int) -> Label:
    """The label. Raises `DomainError("label_unknown")` if it was deleted meanwhile."""
    return (await _counted(manager, label_id)).label


async def _card_labels(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    view = await ops.view_customer(actor, customer_id_of(dialog_manager))
    borne = {label.id for label in view.labels}
    items = [
        {
            # The id says what to do, not "toggle", so that a repeated tap changes nothing.
            "id": f"{'u' if one.label.id in borne else 'p'}{one.label.id}",
            "label": texts.label_toggle(one.label.name, one.label.id in borne),
        }
        for one in await ops.list_labels(actor)
    ]
    return {
        "view": view,
        "any": bool(items),
        "several": len((await ops.show_profile(actor)).staff) > 1,
        **await page_of(dialog_manager, _CARD_SCROLL, items),
    }


async def _tapped(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    ops, actor, customer_id = operations(manager), actor_of(manager), customer_id_of(manager)
    label = await label_of(manager, int(item[1:]))
    if item[0] == "p":
        await ops.label_customer(actor, customer_id, label.name)
    else:
        await ops.unlabel_customer(actor, customer_id, label.id)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    put = await operations(manager).label_customer(
        actor_of(manager), customer_id_of(manager), message.text or ""
    )
    notify(manager, texts.put(put))


async def _staff(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_customer(
        actor_of(dialog_manager), customer_id_of(dialog_manager)
    )
    return {"view": view, **await staff_items(dialog_manager, _STAFF_SCROLL)}


async def _assign(manager: DialogManager, assignee_id: int | None) -> None:
    await operations(manager).assign_customer(actor_of(manager), customer_id_of(manager), assignee_id)
    await manager.switch_to(Customers.card)


async def _assigned(_: CallbackQuery, __: Any, manager: DialogManager, person_id: int) -> None:
    await _assign(manager, person_id)


async def _nobody(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _assign(manager, None)


async def _labels(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return await label_items(dialog_manager, _SCROLL)


async def _open(_: CallbackQuery, __: Any, manager: DialogManager, label_id: int) -> None:
    manager.dialog_data["label_id"] = label_id
    await manager.switch_to(Customers.label)


async def _one_label(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    one = await _counted(dialog_manager, chosen_id(dialog_manager, "label_id"))
    return {"label": one.label, "customers": one.customers, "show_label": texts.show_label(one.customers)}


async def _rename(message: Message, _: MessageInput, manager: DialogManager) -> None:
    label_id = chosen_id(manager, "label_id")
    label = await operations(manager).rename_label(actor_of(manager), label_id, message.text or "")
    notify(manager, texts.renamed(label.name))
    await manager.switch_to(Customers.labels)


async def _show(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await show_those(manager, Criteria(label_id=chosen_id(manager, "label_id")), SCROLL)
    await manager.switch_to(Customers.list)


async def _delete(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    label = await label_of(manager, chosen_id(manager, "label_id"))
    await operations(manager).delete_label(actor_of(manager), label.id)
    notify(manager, texts.deleted(label.name))
    await manager.switch_to(Customers.labels)


def label_windows() -> tuple[Window, ...]:
    return (
        window(
            texts.OF_CUSTOMER,
            text_input(_typed),
            choices("toggle_label", _tapped),
            *pages(_CARD_SCROLL),
            SwitchTo(Const(texts.ASSIGN), id="assign_card", state=Customers.card_assignee, when="several"),
            SwitchTo(Const(common.BACK), id="card_labels_back", state=Customers.card),
            state=Customers.card_labels,
            several=("toggle_label",),
            getter=_card_labels,
        ),
        window(
            texts.ASSIGN_CUSTOMER,
            choices("assignee", _assigned, type_factory=int),
            *pages(_STAFF_SCROLL),
            Button(Const(texts.NOBODY), id="nobody", on_click=_nobody),
            SwitchTo(Const(common.BACK), id="assignee_back", state=Customers.card_labels),
            state=Customers.card_assignee,
            getter=_staff,
        ),
        window(
            texts.LABELS,
            choices("one_label", _open, type_factory=int),
            *pages(_SCROLL),
            SwitchTo(Const(common.BACK), id="labels_back", state=Customers.work),
            state=Customers.labels,
            getter=_labels,
        ),
        window(
            texts.LABEL,
            text_input(_rename),
            Button(Format("{show_label}"), id="show_label", on_click=_show, when="customers"),
            SwitchTo(Const(texts.DELETE), id="delete_label", state=Customers.delete_label),
            SwitchTo(Const(common.BACK), id="label_back", state=Customers.labels),
            state=Customers.label,
            getter=_one_label,
        ),
        window(
            texts.CONFIRM_DELETE,
            Button(Const(texts.DELETE), id="confirm_delete", on_click=_delete),
            SwitchTo(Const(common.BACK), id="delete_back", state=Customers.label),
            state=Customers.delete_label,
            words={"confirm_delete": numbered.ERASE},
            getter=_one_label,
        ),
    )
