"""One customer: every field, editing them one by one, and what else is done with it."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.catalogue.accounting import declared_of, start_data
from dialogs.context import actor_of, operations
from dialogs.field_form import ask_field, asked_field, field_data, field_input
from dialogs.money.account_statements import send_statement
from dialogs.states import CustomerAccounting, Customers, Merging, PersonalData, Timeline
from dialogs.windows import notify, window
from domain.customers import CLEARABLE, REQUIRED_FOR_ORDER, Customer, CustomerField, CustomerKind
from texts import common
from texts import forms as form_texts
from texts.catalogue import accounting as accounting_texts
from texts.catalogue import customers as texts
from texts.catalogue import logins as login_texts
from texts.money import account_statements

OPTIONAL_FIELDS = tuple(
    field
    for field in CustomerField
    if field not in (CustomerField.KIND, CustomerField.TAX_CODE, *REQUIRED_FOR_ORDER)
)
OTHER_FIELDS = (CustomerField.TAX_CODE, *OPTIONAL_FIELDS)


async def open_card(manager: DialogManager, customer_id: int) -> None:
    """Show a customer's card."""
    manager.dialog_data["customer_id"] = customer_id
    await manager.switch_to(Customers.card)


def customer_id_of(manager: DialogManager) -> int:
    """The customer whose card was opened last."""
    return int(manager.dialog_data["customer_id"])


async def _customer(manager: DialogManager) -> Customer:
    return await operations(manager).get_customer(actor_of(manager), customer_id_of(manager))


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_customer(
        actor_of(dialog_manager), customer_id_of(dialog_manager)
    )
    customer, merged = view.customer, view.customer.merged_into is not None
    return {
        "view": view,
        "customer": customer,
        "values": texts.needed(customer),
        "declared": texts.declared(customer),
        "fields": [(f.value, texts.edit_label(f, f in customer.missing)) for f in REQUIRED_FOR_ORDER],
        "doubts": login_texts.doubt_lines(view.doubts),
        "better": next((doubt.better for doubt in view.doubts if doubt.better), None) if not merged else None,
        "may_be_sure": bool(view.doubts) and not merged,
        "alive": not merged,
        "merged": merged,
    }


async def _use_better(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    better = (await _card(manager))["better"]
    if better is not None:
        # If somebody else has that one, the card says so.
        edit = operations(manager).edit_customer
        await edit(actor_of(manager), customer_id_of(manager), CustomerField.EMAIL, better)
        notify(manager, texts.saved(CustomerField.EMAIL))


async def _sure(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).accept_logins(actor_of(manager), [customer_id_of(manager)])
    notify(manager, login_texts.SURE_SAVED)


async def _edit_field(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    await ask_field(manager, CustomerField(field), Customers.edit_field)


async def _open_accounting(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(CustomerAccounting.home, data=start_data(await _customer(manager)))


async def declare(manager: DialogManager, declared: dict[str, Any]) -> None:
    """Keep the accounting data that the dialog below the card came back with."""
    await operations(manager).declare_accounting(
        actor_of(manager), customer_id_of(manager), declared_of(declared)
    )
    notify(manager, accounting_texts.SAVED)


async def _undo_merge(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).undo_merge(actor_of(manager), customer_id_of(manager))
    notify(manager, texts.SPLIT)


async def _open_kept(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    into = (await _customer(manager)).merged_into
    if into is not None:
        await open_card(manager, into)


def _archive(archived: bool) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await operations(manager).archive_customer(actor_of(manager), customer_id_of(manager), archived)
        notify(manager, texts.ARCHIVED if archived else texts.RESTORED)

    return tapped


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = await _customer(dialog_manager)
    shown = field_data(dialog_manager, customer)
    clearable = bool(shown["value"]) and asked_field(dialog_manager) in CLEARABLE
    return {
        "customer": customer,
        **shown,
        "for_login": asked_field(dialog_manager) in (CustomerField.EMAIL, CustomerField.PHONE),
        "may_clear": clearable and not shown["offer"],
    }


async def _save(manager: DialogManager, field: CustomerField, text: str, sure: bool) -> None:
    await operations(manager).edit_customer(actor_of(manager), customer_id_of(manager), field, text, sure)
    notify(manager, texts.saved(field))
    await manager.switch_to(Customers.card)


async def _clear(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    field = asked_field(manager)
    await operations(manager).clear_field(actor_of(manager), customer_id_of(manager), field)
    notify(manager, texts.cleared(field))
    await manager.switch_to(Customers.card)


async def _more(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = await _customer(dialog_manager)
    return {
        "customer": customer,
        "fields": [(field.value, texts.edit_label(field)) for field in OTHER_FIELDS],
        "optional": texts.labelled(customer, OPTIONAL_FIELDS, texts.NOT_SET),
        "is_enterprise": customer.kind is CustomerKind.ENTERPRISE,
        "is_household": customer.kind is CustomerKind.HOUSEHOLD,
        "may_merge": customer.in_catalogue,
        "may_archive": customer.in_catalogue and not customer.archived,
        "may_restore": customer.in_catalogue and customer.archived,
    }


async def _statement(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    view = operations(manager).view_account_statement
    await send_statement(manager, await view(actor_of(manager), customer_id_of(manager)))


def _to_kind(kind: CustomerKind) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await operations(manager).edit_customer(
            actor_of(manager), customer_id_of(manager), CustomerField.KIND, kind.value
        )
        notify(manager, texts.saved(CustomerField.KIND))

    return tapped


def _starts(state: Any) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await manager.start(state, data={"customer_id": customer_id_of(manager)})

    return tapped


def _fields(widget_id: str) -> Select[str]:
    return Select(
        Format("{item[1]}"),
        id=widget_id,
        item_id_getter=lambda item: item[0],
        items="fields",
        on_click=_edit_field,
    )


def card_windows() -> tuple[Window, ...]:
    return (
        window(
            texts.CARD,
            Group(
                _fields("field"),
                Button(Const(accounting_texts.OPEN), id="card_accounting", on_click=_open_accounting),
                SwitchTo(Const(texts.LABELS), id="card_labels", state=Customers.card_labels),
                width=2,
                when="alive",
            ),
            Button(Format(login_texts.USE), id="use_better", on_click=_use_better, when="better"),
            Button(Const(login_texts.SURE), id="login_sure", on_click=_sure, when="may_be_sure"),
            Button(Const(texts.SPLIT_AGAIN), id="split", on_click=_undo_merge, when="merged"),
            Button(Const(texts.OPEN_KEPT), id="open_kept", on_click=_open_kept, when="merged"),
            Row(
                SwitchTo(Const(texts.MORE), id="more", state=Customers.more, when="alive"),
                SwitchTo(Const(common.BACK), id="to_list", state=Customers.list),
            ),
            state=Customers.card,
            getter=_card,
        ),
        window(
            texts.EDIT_FIELD + form_texts.OFFER,
            *field_input(_save, customer_id_of),
            Button(Const(texts.CLEAR_FIELD), id="clear_field", on_click=_clear, when="may_clear"),
            SwitchTo(Const(common.BACK), id="to_card", state=Customers.card),
            state=Customers.edit_field,
            getter=_field,
        ),
        window(
            texts.MORE_OF,
            Group(_fields("other_field"), width=2),
            Button(
                Const(texts.TO_HOUSEHOLD),
                id="to_household",
                on_click=_to_kind(CustomerKind.HOUSEHOLD),
                when="is_enterprise",
            ),
            Button(
                Const(texts.TO_ENTERPRISE),
                id="to_enterprise",
                on_click=_to_kind(CustomerKind.ENTERPRISE),
                when="is_household",
            ),
            Button(Const(account_statements.BUTTON), id="statement", on_click=_statement),
            Button(Const(texts.TIMELINE), id="timeline", on_click=_starts(Timeline.customer)),
            Button(Const(texts.MERGE), id="merge", on_click=_starts(Merging.search), when="may_merge"),
            Button(Const(texts.PERSONAL_DATA), id="person", on_click=_starts(PersonalData.home)),
            Button(Const(texts.ARCHIVE), id="archive", on_click=_archive(True), when="may_archive"),
            Button(Const(texts.RESTORE), id="restore", on_click=_archive(False), when="may_restore"),
            SwitchTo(Const(common.BACK), id="more_back", state=Customers.card),
            state=Customers.more,
            getter=_more,
        ),
    )
