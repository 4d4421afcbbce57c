"""Work on all customers that the list shows: put labels, set the assignee, export a workbook."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, Start, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.catalogue.labels import label_of
from dialogs.context import actor_of, operations
from dialogs.documents import send_workbook
from dialogs.filtering import criteria_data, criteria_of, label_items, staff_items
from dialogs.ordering.start import order_tapped
from dialogs.states import Customers, Intake, Merging
from dialogs.windows import choices, notify, pages, text_input, window
from texts import common
from texts.catalogue import catalogue_export as export_texts
from texts.catalogue import customers as customer_texts
from texts.catalogue import groups as texts
from texts.catalogue.labels import NOBODY

_PUT_SCROLL, _TAKE_SCROLL, _STAFF_SCROLL = "put_at", "take_at", "assign_at"


async def _work(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    found = await ops.find_customers(actor, criteria_of(dialog_manager), page_size=1)
    labels = await ops.list_labels(actor)
    return {
        **await criteria_data(dialog_manager),
        "total": found.total,
        "some": found.total > 0,
        "may_take": found.total > 0 and bool(labels),
        "may_assign": found.total > 0 and len((await ops.show_profile(actor)).staff) > 1,
        "labels": bool(labels),
    }


def _with(getter: Any, scroll_id: str) -> Any:
    """The data of every window here, with a page of labels or people."""

    async def data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        return {**await _work(dialog_manager), **await getter(dialog_manager, scroll_id)}

    return data


async def _put(manager: DialogManager, text: str) -> None:
    count = await operations(manager).label_matching(actor_of(manager), criteria_of(manager), text)
    notify(manager, texts.labelled(text, count))
    await manager.switch_to(Customers.list)


async def _put_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _put(manager, message.text or "")


async def _put_chosen(_: CallbackQuery, __: Any, manager: DialogManager, label_id: int) -> None:
    await _put(manager, (await label_of(manager, label_id)).name)


async def _take_chosen(_: CallbackQuery, __: Any, manager: DialogManager, label_id: int) -> None:
    name = (await label_of(manager, label_id)).name
    count = await operations(manager).unlabel_matching(actor_of(manager), criteria_of(manager), label_id)
    notify(manager, texts.unlabelled(name, count))
    await manager.switch_to(Customers.list)


async def _assign(manager: DialogManager, assignee_id: int | None) -> None:
    ops, actor = operations(manager), actor_of(manager)
    count = await ops.assign_matching(actor, criteria_of(manager), assignee_id)
    staff = {one.id: one.name for one in (await ops.show_profile(actor)).staff}
    notify(manager, texts.assigned(staff.get(assignee_id or 0, ""), count))
    await manager.switch_to(Customers.list)


async def _assigned(_: CallbackQuery, __: Any, manager: DialogManager, person_id: int) -> None:
    await _assign(manager, person_id)


async def _nobody(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _assign(manager, None)


async def _export(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    export = operations(manager).export_catalogue
    rows = await export(actor_of(manager), criteria_of(manager))
    name = export_texts.file_name(export.clock.today())
    await send_workbook(manager, [export_texts.table(rows)], name, export_texts.caption(len(rows)))


def work_windows() -> tuple[Window, ...]:
    return (
        window(
            texts.WORK,
            Row(
                SwitchTo(Const(texts.PUT), id="put", state=Customers.put_label, when="some"),
                SwitchTo(Const(texts.TAKE), id="take", state=Customers.take_label, when="may_take"),
            ),
            SwitchTo(Const(texts.ASSIGN), id="assign", state=Customers.assign, when="may_assign"),
            Button(Const(texts.EXPORT), id="export", on_click=_export, when="some"),
            Start(Const(customer_texts.UPLOAD), id="work_upload", state=Intake.upload),
            Button(Const(customer_texts.ORDER), id="work_order", on_click=order_tapped),
            Start(Const(texts.PAIRS), id="pairs", state=Merging.pairs),
            SwitchTo(Const(texts.LABELS), id="labels", state=Customers.labels, when="labels"),
            SwitchTo(Const(common.BACK), id="work_back", state=Customers.list),
            state=Customers.work,
            getter=_work,
        ),
        window(
            texts.PUT_WHICH,
            text_input(_put_typed),
            choices("put_label", _put_chosen, type_factory=int),
            *pages(_PUT_SCROLL),
            SwitchTo(Const(common.BACK), id="put_back", state=Customers.work),
            state=Customers.put_label,
            getter=_with(label_items, _PUT_SCROLL),
        ),
        window(
            texts.TAKE_WHICH,
            choices("take_label", _take_chosen, type_factory=int),
            *pages(_TAKE_SCROLL),
            SwitchTo(Const(common.BACK), id="take_back", state=Customers.work),
            state=Customers.take_label,
            getter=_with(label_items, _TAKE_SCROLL),
        ),
        window(
            texts.ASSIGN_TO,
            choices("assign_to", _assigned, type_factory=int),
            *pages(_STAFF_SCROLL),
            Button(Const(NOBODY), id="assign_nobody", on_click=_nobody),
            SwitchTo(Const(common.BACK), id="assign_back", state=Customers.work),
            state=Customers.assign,
            getter=_with(staff_items, _STAFF_SCROLL),
        ),
    )
