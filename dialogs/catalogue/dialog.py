"""The dialog of the catalogue."""

from dataclasses import replace
from typing import Any

from aiogram_dialog import Dialog, DialogManager

from dialogs.catalogue.card import card_windows, declare, open_card
from dialogs.catalogue.labels import label_windows
from dialogs.catalogue.list import SCROLL, STATES, list_window
from dialogs.catalogue.work import work_windows
from dialogs.context import actor_of, operations
from dialogs.filtering import filter_windows, show_those
from dialogs.named import QUERY
from dialogs.states import Customers
from dialogs.windows import dialog, notify
from domain.errors import DomainError
from services.catalogue.customers import EVERYONE
from texts.catalogue import customers as texts
from texts.errors import say


async def _started(start_data: Any, manager: DialogManager) -> None:
    given = start_data if isinstance(start_data, dict) else {}
    if QUERY in given:
        await show_those(manager, replace(EVERYONE, query=given[QUERY]), SCROLL)
    customer_id = given.get("customer_id")
    if customer_id is None:
        return
    try:
        await operations(manager).get_customer(actor_of(manager), customer_id)
    except DomainError as refusal:
        # A link to a missing customer opens the list.
        notify(manager, say(refusal))
        await manager.switch_to(Customers.list)
    else:
        await open_card(manager, customer_id)


async def _came_back(_: Any, result: Any, manager: DialogManager) -> None:
    """Show the customer that was declared, or known before."""
    if not isinstance(result, dict):
        return
    if "declared" in result:
        await declare(manager, result["declared"])
    if "created" in result:
        notify(manager, texts.ADDED if result["created"] else texts.KNOWN)
    if "customer_id" in result:
        await open_card(manager, result["customer_id"])


def customers_dialog() -> Dialog:
    return dialog(
        list_window(),
        *filter_windows(STATES),
        *work_windows(),
        *label_windows(),
        *card_windows(),
        on_start=_started,
        on_process_result=_came_back,
    )
