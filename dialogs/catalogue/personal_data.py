"""Exporting or erasing the personal data of one customer."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, chosen_id, controller_of, operations
from dialogs.documents import send_workbook
from dialogs.leaving import leave_button
from dialogs.states import Customers, PersonalData
from dialogs.windows import NOTICE_KEY, dialog, window
from texts import common, numbered
from texts.catalogue import personal_data as texts
from texts.catalogue.customers import ERASED


async def _customer(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    customer_id = chosen_id(dialog_manager, "customer_id")
    return {
        "customer": await operations(dialog_manager).get_customer(actor_of(dialog_manager), customer_id),
        "controller": controller_of(dialog_manager),
        **dialog_manager.dialog_data.get("refusal", {}),
    }


async def _export(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    export = operations(manager).export_person
    found = await export(actor_of(manager), chosen_id(manager, "customer_id"))
    await send_workbook(manager, texts.tables(found), texts.FILE_NAME, texts.CAPTION)


async def _erase(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    erasure = await operations(manager).erase_person(actor_of(manager), chosen_id(manager, "customer_id"))
    if erasure.done:
        # A new list: what was searched may name the person.
        notice = {NOTICE_KEY: ERASED}
        await manager.start(Customers.list, data=notice, mode=StartMode.RESET_STACK)
        return
    manager.dialog_data["refusal"] = texts.refusal(erasure)
    await manager.switch_to(PersonalData.kept)


def personal_data_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            Button(Const(texts.EXPORT), id="export", on_click=_export),
            SwitchTo(Const(texts.ERASE), id="erase", state=PersonalData.erase),
            leave_button("person_back"),
            state=PersonalData.home,
            getter=_customer,
        ),
        window(
            texts.ERASE_TEXT,
            Button(Const(texts.CONFIRM), id="confirm", on_click=_erase),
            SwitchTo(Const(common.BACK), id="erase_back", state=PersonalData.home),
            state=PersonalData.erase,
            words={"confirm": numbered.ERASE},
            getter=_customer,
        ),
        window(
            texts.KEPT,
            Button(Const(texts.TRY_AGAIN), id="again", on_click=_erase),
            SwitchTo(Const(common.BACK), id="kept_back", state=PersonalData.home),
            state=PersonalData.kept,
            words={"again": numbered.ERASE},
            getter=_customer,
        ),
    )
