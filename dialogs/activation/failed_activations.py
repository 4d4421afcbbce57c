"""Failed activations: why they failed, mending them, and trying just those again."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.bottom import hand_over, leave_it
from dialogs.busy import show_busy
from dialogs.context import actor_of, chosen_id, operations
from dialogs.field_form import ask_field, change_field, field_data, field_input
from dialogs.states import Activation, Orders
from dialogs.windows import choices, current_page, menu_button, notify, pages, text_input, window
from domain.answers.lines import read_numbered
from domain.customers import CustomerField
from domain.identifiers import parse_email
from services.activation.failed_activations import MENDABLE
from services.messaging.following import Handed
from services.paging import PAGE_SIZE
from texts import common, forms
from texts.activation import activations as texts
from texts.catalogue import customers

_WHOSE = "customer_id"
"""Dialog data: the customer whose field is asked for."""
_MENDED = "mended"
"""Dialog data: the licences that were mended since these windows were opened."""


async def _failed(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    run_id = chosen_id(dialog_manager, "run_id")
    scroll: Any = dialog_manager.find("failed_page")
    asked = await scroll.get_page()
    view = await ops.list_failed(actor, run_id, asked)
    page, count = await current_page(dialog_manager, "failed_page", view.count, PAGE_SIZE)
    if page != asked:
        view = await ops.list_failed(actor, run_id, page)
    dialog_manager.dialog_data["order_id"] = view.order.id
    mended = dialog_manager.dialog_data.get(_MENDED, ())
    return {
        "order": view.order,
        "count": view.count,
        "all_mended": view.count == len(view.items) and all(one.licence.id in mended for one in view.items),
        "failures": [texts.failure_line(item, item.licence.id in mended) for item in view.items],
        "items": [
            {"id": f"{item.licence.id}", "label": texts.failed_button(item, item.licence.id in mended)}
            for item in view.items
        ],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _answered(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Mend several at once: each line begins with the number that the window shows."""
    scroll: Any = manager.find("failed_page")
    view = await operations(manager).list_failed(
        actor_of(manager), chosen_id(manager, "run_id"), await scroll.get_page()
    )
    answers = read_numbered(message.text or "", len(view.items))
    read = [(one, _field_of(one.text)) for one in answers]
    unread = [one.line for one, field in read if one.number is None or field is None]
    if unread:
        notify(manager, texts.not_read(unread[0]))
        return
    told = []
    for one, field in read:
        assert one.number is not None
        assert field is not None
        licence = view.items[one.number - 1].licence
        if field is CustomerField.EMAIL and parse_email(one.text).hint:
            manager.dialog_data["licence_id"] = licence.id
            await _ask(manager, field)
            await change_field(manager, _save, _whose(manager), one.text)
            break
        told.append(await _mend_one(manager, licence.id, field, one.text))
    notify(manager, "\n".join(told))


def _field_of(text: str) -> CustomerField | None:
    if "@" in text:
        return CustomerField.EMAIL
    return CustomerField.PHONE if any(char.isdigit() for char in text) else None


async def _failed_chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """Go straight to the wrong field if the vendor named it."""
    manager.dialog_data["licence_id"] = int(item)
    found = await operations(manager).show_licence(actor_of(manager), int(item))
    failure = found.licence.failure
    if failure is not None and failure.field in MENDABLE:
        await _ask(manager, failure.field)
    else:
        await manager.switch_to(Activation.mend)


async def _retry(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    window = await hand_over(manager)
    run = await operations(manager).retry_failed(actor_of(manager), chosen_id(manager, "run_id"), window)
    manager.dialog_data["run_id"] = run.id
    manager.dialog_data.pop(_MENDED, None)
    await show_begun(manager, window)


async def show_begun(manager: DialogManager, window: Handed | None) -> None:
    """Say that a run has begun, unless `window` has become the message that shows how far it is."""
    await manager.switch_to(Activation.begun)
    if window is not None:
        leave_it(manager)
        show_busy(manager)


async def _mend(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).show_licence(
        actor_of(dialog_manager), dialog_manager.dialog_data["licence_id"]
    )
    return {
        "line": found.line,
        "why": texts.why(found.licence),
        "fields": [(field.value, customers.edit_label(field)) for field in MENDABLE],
    }


async def _field_chosen(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    await _ask(manager, CustomerField(field))


async def _typed_at_once(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Take an address or a number: its form says which field it is for."""
    text = message.text or ""
    field = _field_of(text)
    if field is None:
        notify(manager, texts.NEITHER_EMAIL_NOR_PHONE)
        return
    await _ask(manager, field)
    await change_field(manager, _save, _whose(manager), text)


async def _ask(manager: DialogManager, field: CustomerField) -> None:
    data = manager.dialog_data
    found = await operations(manager).show_licence(actor_of(manager), data["licence_id"])
    data[_WHOSE] = found.line.customer_id
    await ask_field(manager, field, Activation.mend_field)


def _whose(manager: DialogManager) -> int:
    return int(manager.dialog_data[_WHOSE])


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).show_licence(
        actor_of(dialog_manager), dialog_manager.dialog_data["licence_id"]
    )
    return {
        "line": found.line,
        "why": texts.why(found.licence),
        **field_data(dialog_manager, found.line),
    }


async def _save(manager: DialogManager, field: CustomerField, text: str, _: bool) -> None:
    notify(manager, await _mend_one(manager, manager.dialog_data["licence_id"], field, text))
    await manager.switch_to(Activation.failed)


async def _mend_one(manager: DialogManager, licence_id: int, field: CustomerField, text: str) -> str:
    """Mend it; returns what to say of it."""
    data = manager.dialog_data
    mended = await operations(manager).mend_licence(actor_of(manager), licence_id, field, text)
    data[_MENDED] = [*data.get(_MENDED, ()), mended.licence.id]
    return texts.mended(mended.line, field)


async def to_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Open the order that these windows are about."""
    await manager.start(Orders.card, data={"order_id": chosen_id(manager, "order_id")})


def failed_windows() -> tuple[Any, ...]:
    """The windows of failed activations in the dialog `Activation`."""
    return (
        window(
            texts.FAILED,
            text_input(_answered, free=True),
            choices("failed", _failed_chosen),
            *pages("failed_page"),
            Button(Format(texts.RETRY), id="retry", on_click=_retry, when="count"),
            Row(Button(Const(texts.TO_ORDER), id="failed_to_order", on_click=to_order), menu_button()),
            state=Activation.failed,
            getter=_failed,
        ),
        window(
            texts.MEND,
            text_input(_typed_at_once, free=True),
            Column(
                Select(
                    Format("{item[1]}"),
                    id="mend_field",
                    item_id_getter=lambda item: item[0],
                    items="fields",
                    on_click=_field_chosen,
                )
            ),
            SwitchTo(Const(common.BACK), id="to_failed", state=Activation.failed),
            state=Activation.mend,
            getter=_mend,
        ),
        window(
            texts.MEND_FIELD + forms.OFFER,
            *field_input(_save, _whose),
            Row(
                SwitchTo(Const(texts.OTHER_FIELD), id="other_field", state=Activation.mend),
                SwitchTo(Const(common.BACK), id="mend_cancel", state=Activation.failed),
            ),
            state=Activation.mend_field,
            getter=_field,
        ),
    )
