"""What a correction changed, or a question about a doubtful one."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.leaving import leave_button
from dialogs.offers import offer_labels
from dialogs.replies import change
from dialogs.states import Correction
from dialogs.typed_codes import open_timeline
from dialogs.windows import dialog, window
from domain.customers import CustomerField
from domain.errors import DomainError
from texts import forms as form_texts
from texts.catalogue import customer_timeline as texts
from texts.customer_fields import WORDS, shown


def _data(manager: DialogManager) -> dict[str, Any]:
    """What the dialog was started with, and its own data. Raises `DomainError("choice_gone")` without it."""
    if not isinstance(manager.start_data, dict):
        raise DomainError("choice_gone")
    return {**manager.start_data, **manager.dialog_data}


async def _shown(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = _data(dialog_manager)
    field = CustomerField(data["field"])
    customer = await operations(dialog_manager).get_customer(actor_of(dialog_manager), data["customer_id"])
    return {
        "customer": customer,
        "label": WORDS[field].inside,
        "value": shown(field, getattr(customer, field)),
        "before": shown(field, data.get("before", "")),
        "after": shown(field, data.get("after", "")),
        "mended": data.get("mended", 0),
        "undone": data.get("undone", False),
        "may_undo": not data.get("undone"),
        "typed": shown(field, data.get("typed", "")),
        "better": data.get("better"),
        "why": data.get("why", ""),
        **(offer_labels({**data, "typed": shown(field, data.get("typed", ""))}) if "better" in data else {}),
    }


def _takes(name: str) -> Any:
    """Take one of the two values, whatever is odd about it."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        data = _data(manager)
        field, correct = CustomerField(data["field"]), operations(manager).correct_customer
        corrected = await correct(actor_of(manager), data["customer_id"], data[name], field, sure=True)
        manager.dialog_data.update(change(corrected))
        await manager.switch_to(Correction.done)

    return tapped


async def _undo(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = _data(manager)
    undo, field = operations(manager).undo_correction, CustomerField(data["field"])
    await undo(actor_of(manager), data["customer_id"], field, data["before"], data["after"])
    manager.dialog_data["undone"] = True


async def _open_customer(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await open_timeline(manager, _data(manager)["customer_id"])


def correction_dialog() -> Dialog:
    return dialog(
        window(
            texts.DOUBTFUL,
            Button(Format(form_texts.USE), id="use", on_click=_takes("better"), when="better"),
            Button(Format(form_texts.AS_TYPED), id="as_typed", on_click=_takes("typed"), when="typed"),
            leave_button("doubtful_leave", texts.LEAVE_AS_IT_IS),
            state=Correction.doubtful,
            getter=_shown,
        ),
        window(
            texts.CORRECTED,
            Button(Const(texts.UNDO), id="undo", on_click=_undo, when="may_undo"),
            Button(Const(texts.OPEN_TIMELINE), id="timeline", on_click=_open_customer),
            leave_button("leave"),
            state=Correction.done,
            getter=_shown,
        ),
    )
