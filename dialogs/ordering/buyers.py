"""What is asked about the buyers between the review and the last screen, only where it is not known."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.firm_address import ask_firm_address, firm_address_window
from dialogs.ordering.second_package import second_package_window, second_packages
from dialogs.states import Ordering
from dialogs.windows import choices, window
from domain.invoices import BuyerKind
from domain.recipients import OtherRecipient
from services.ordering.registered_buyers import UnlikeRegistered
from texts.ordering import buyers as texts
from texts.ordering import line as line_texts

_SHOWN = 6
_COMPARED = 3
"""How many buyers stand beside what is registered: the question has to fit a screen."""

_AS_WRITTEN = "as_written"
"""Dialog data: numbers of the buyers that stay as they are written, whatever is registered."""


async def go_on_to_place(manager: DialogManager) -> None:
    """Show the next question about the buyers, or the last screen. Raises what `CheckReady` raises."""
    ops, actor = operations(manager), actor_of(manager)
    await ops.check_ready(actor)
    if await second_packages(manager) is not None:
        await manager.switch_to(Ordering.second_package)
        return
    asked = await ops.ask_about_buyers(actor)
    if asked.kinds:
        await manager.switch_to(Ordering.buyer_kinds)
    elif asked.firm is not None:
        await ask_firm_address(manager, Ordering.firm_address)
    elif await _unlike_registered(manager):
        await manager.switch_to(Ordering.registered)
    else:
        await manager.switch_to(Ordering.place)


async def _kinds(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    asked = (await operations(dialog_manager).ask_about_buyers(actor_of(dialog_manager))).kinds
    return {
        "asked": [other.invoice for other in asked[:_SHOWN]],
        "more": len(asked) - len(asked[:_SHOWN]),
        "items": [_item(other) for other in asked[:_SHOWN]],
        "one": len(asked) == 1,
        "total": len(asked),
    }


def _item(other: OtherRecipient) -> dict[str, str]:
    """The button that says the kind which was not taken for the probable one."""
    assert other.invoice is not None
    kind = BuyerKind.PERSON if other.invoice.kind is BuyerKind.HOUSEHOLD else BuyerKind.HOUSEHOLD
    return {"id": f"{other.id}_{kind.value}", "label": texts.is_kind(other.invoice.unit_name, kind)}


async def _all_right(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).say_buyer_kind(actor_of(manager))
    await go_on_to_place(manager)


async def _said(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    other_id, kind = item.split("_", 1)
    await operations(manager).say_buyer_kind(actor_of(manager), int(other_id), BuyerKind(kind))
    await go_on_to_place(manager)


def keep_as_written(manager: DialogManager, *numbers: str) -> None:
    """Ask nothing about these buyers: what is registered was offered."""
    manager.dialog_data[_AS_WRITTEN] = [*manager.dialog_data.get(_AS_WRITTEN, ()), *numbers]


async def _unlike_registered(manager: DialogManager) -> list[UnlikeRegistered]:
    kept = manager.dialog_data.get(_AS_WRITTEN, ())
    found = await operations(manager).compare_buyers(actor_of(manager))
    return [one for one in found if one.buyer.tax_id not in kept]


async def _unlike(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await _unlike_registered(dialog_manager)
    shown = found[:_COMPARED]
    return {"unlike": shown, "more": len(found) - len(shown), "total": len(found)}


async def _as_registered(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    numbers = frozenset(one.buyer.tax_id for one in await _unlike_registered(manager))
    await operations(manager).name_as_registered(actor_of(manager), numbers)
    await go_on_to_place(manager)


async def _as_written(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    keep_as_written(manager, *(one.buyer.tax_id for one in await _unlike_registered(manager)))
    await go_on_to_place(manager)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.KINDS,
            Button(Format(texts.ALL_RIGHT), id="kinds_right", on_click=_all_right),
            choices("kind_of", _said),
            SwitchTo(Const(line_texts.TO_REVIEW), id="kinds_to_review", state=Ordering.review),
            state=Ordering.buyer_kinds,
            getter=_kinds,
        ),
        second_package_window(go_on_to_place),
        firm_address_window(Ordering.firm_address, Ordering.review, go_on_to_place),
        window(
            texts.UNLIKE,
            Button(Format(texts.AS_REGISTERED), id="as_registered", on_click=_as_registered, when="total"),
            Button(Const(texts.AS_WRITTEN), id="as_written", on_click=_as_written),
            SwitchTo(Const(line_texts.TO_REVIEW), id="unlike_to_review", state=Ordering.review),
            state=Ordering.registered,
            getter=_unlike,
        ),
    )
