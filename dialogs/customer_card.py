"""One customer: every field, and editing them one by one."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Row, Select, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.forms import OFFER, offer_labels, offer_of, shown
from dialogs.states import Customers
from dialogs.texts import common
from dialogs.texts import customers as texts
from dialogs.texts import forms as form_texts
from dialogs.texts.errors import say
from dialogs.windows import notify, text_input, window
from domain.customers import REQUIRED_FOR_ORDER, Customer, CustomerField, CustomerKind
from domain.errors import DomainError
from domain.identifiers import parse_email

OTHER_FIELDS = (CustomerField.TAX_CODE, CustomerField.OWN_CODE)


async def open_card(manager: DialogManager, customer_id: int) -> None:
    """Show a customer's card; the way back leads to the list it was opened from."""
    data = manager.dialog_data
    data["customer_id"] = customer_id
    data["from_archived"] = manager.current_context().state == Customers.archived
    await manager.switch_to(Customers.card)


async def _customer(manager: DialogManager) -> Customer:
    return await operations(manager).get_customer(actor_of(manager), manager.dialog_data["customer_id"])


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = await _customer(dialog_manager)
    sharing = await operations(dialog_manager).find_shared_logins(actor_of(dialog_manager), customer.id)
    return {
        "customer": customer,
        "missing": texts.MISSING,
        "declared": texts.declared(customer),
        "sharing": sharing,
        "fields": [(f.value, texts.edit_label(f, f in customer.missing)) for f in REQUIRED_FOR_ORDER],
        "may_archive": customer.in_catalogue and not customer.archived,
        "may_restore": customer.in_catalogue and customer.archived,
    }


async def _edit_field(_: CallbackQuery, __: Any, manager: DialogManager, field: str) -> None:
    manager.dialog_data["field"] = CustomerField(field).value
    manager.dialog_data.pop(OFFER, None)
    await manager.switch_to(Customers.edit_field)


async def _to_list(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    archived = manager.dialog_data.get("from_archived")
    await manager.switch_to(Customers.archived if archived else Customers.list)


def _archive(archived: bool) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await operations(manager).archive_customer(
            actor_of(manager), manager.dialog_data["customer_id"], archived
        )
        notify(manager, texts.ARCHIVED if archived else texts.RESTORED)

    return tapped


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = await _customer(dialog_manager)
    field = CustomerField(dialog_manager.dialog_data["field"])
    offer = dialog_manager.dialog_data.get(OFFER)
    return {
        "customer": customer,
        "label": texts.FIELDS[field],
        "value": shown(field.value, getattr(customer, field.value)),
        "example": texts.EXAMPLES[field],
        "offer": offer,
        **(offer_labels(offer) if offer else {}),
    }


async def _change(manager: DialogManager, text: str, as_typed: bool = False) -> None:
    """Give the chosen field a new value, or offer what was probably meant."""
    data = manager.dialog_data
    field = CustomerField(data["field"])
    if field is CustomerField.EMAIL and not as_typed:
        email = parse_email(text)
        if email.hint:
            data[OFFER] = {"typed": email.value, "better": email.hint}
            return
    try:
        await operations(manager).edit_customer(actor_of(manager), data["customer_id"], field, text)
    except DomainError as error:
        if error.code != "tax_code_lost_zero":
            raise
        data[OFFER] = {"better": str(error.params["suggestion"])}
        notify(manager, say(error))
        return
    data.pop(OFFER, None)
    notify(manager, texts.saved(field))
    await manager.switch_to(Customers.card)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await _change(manager, message.text or "")


async def _use(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _change(manager, offer_of(manager)["better"], as_typed=True)


async def _as_typed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await _change(manager, offer_of(manager)["typed"], as_typed=True)


async def _others(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer = await _customer(dialog_manager)
    return {
        "customer": customer,
        "fields": [(field.value, texts.edit_label(field)) for field in OTHER_FIELDS],
        "is_enterprise": customer.kind is CustomerKind.ENTERPRISE,
        "is_household": customer.kind is CustomerKind.HOUSEHOLD,
    }


def _to_kind(kind: CustomerKind) -> Any:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        customer_id = manager.dialog_data["customer_id"]
        await operations(manager).edit_customer(
            actor_of(manager), customer_id, CustomerField.KIND, kind.value
        )
        notify(manager, texts.saved(CustomerField.KIND))

    return tapped


def _fields(widget_id: str) -> Group:
    select = Select(
        Format("{item[1]}"),
        id=widget_id,
        item_id_getter=lambda item: item[0],
        items="fields",
        on_click=_edit_field,
    )
    return Group(select, width=2)


def card_windows() -> tuple[Window, ...]:
    return (
        window(
            texts.CARD,
            _fields("field"),
            SwitchTo(Const(texts.OTHER_FIELDS), id="others", state=Customers.kind),
            Row(
                Button(Const(texts.ARCHIVE), id="archive", on_click=_archive(True), when="may_archive"),
                Button(Const(texts.RESTORE), id="restore", on_click=_archive(False), when="may_restore"),
                Button(Const(common.BACK), id="to_list", on_click=_to_list),
            ),
            state=Customers.card,
            getter=_card,
        ),
        window(
            texts.EDIT_FIELD + form_texts.OFFER,
            text_input(_typed),
            Button(Format(form_texts.USE), id="use", on_click=_use, when="offer"),
            Button(Format(form_texts.AS_TYPED), id="as_typed", on_click=_as_typed, when="typed_label"),
            SwitchTo(Const(common.CANCEL), id="to_card", state=Customers.card),
            state=Customers.edit_field,
            getter=_field,
        ),
        window(
            texts.OTHER_FIELDS_OF,
            _fields("other_field"),
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
            SwitchTo(Const(common.BACK), id="others_back", state=Customers.card),
            state=Customers.kind,
            getter=_others,
        ),
    )
