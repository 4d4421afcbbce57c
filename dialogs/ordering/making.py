"""Drafts made from something else: an order, a list of customers, or what was written behind `/mua`.

A *recipe* is what a draft is to be made from, as data of a dialog: `{"order_id": …}`, with `modes` where it
is a renewal; `{"intake_id": …, "lacking": …, "update_known": …}`; or `{"package_code": …, "fiscal_year": …}`,
with `everyone` and `customer_ids` where customers of the catalogue are meant.
When a draft is in the way the recipe waits in the window that asks what to do with it.
"""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, Cancel
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.ordering.start import WINDOW_OF_STEP, go_on_ordering
from dialogs.states import Ordering
from dialogs.windows import NOTICE_KEY, window
from domain.errors import DomainError
from domain.intakes.entries import OrderWish
from domain.orders import Step
from domain.recipients import RecipientMode
from texts import common
from texts.ordering import proposing as texts
from texts.orders import changing

_SHOWN = "replaces"
"""Dialog data: the draft that was shown when it was asked whether to drop it."""


async def order_list(
    manager: DialogManager,
    intake_id: int,
    lacking: bool = False,
    update_known: bool = False,
    notice: str = "",
) -> None:
    """Take a list, and show the draft of its customers; ask first when another is in the way."""
    recipe = {"intake_id": intake_id, "lacking": lacking, "update_known": update_known}
    await make_draft(manager, recipe, notice=notice)


async def make_draft(
    manager: DialogManager,
    recipe: dict[str, Any],
    replaces: int | None = None,
    join: bool = False,
    notice: str = "",
) -> None:
    """Make the draft and show its next question; ask first if another draft is in the way. `notice` is shown
    before what is said of the draft."""
    try:
        step, told = await _made(manager, recipe, replaces, join)
    except DomainError as refusal:
        if refusal.code != "draft_open":
            raise
        await manager.start(Ordering.in_the_way, data={**recipe, NOTICE_KEY: notice or None})
        return
    data = {NOTICE_KEY: texts.joined(notice, told)}
    await manager.start(WINDOW_OF_STEP[step], data=data, mode=StartMode.RESET_STACK)


async def _made(
    manager: DialogManager, recipe: dict[str, Any], replaces: int | None, join: bool
) -> tuple[Step, str]:
    """The step to show next, and what to say of the draft."""
    ops, actor = operations(manager), actor_of(manager)
    if "intake_id" in recipe:
        proposed = await ops.order_intake(actor, **recipe, replaces=replaces, join=join)
        return proposed.choose or Step.REVIEW, texts.proposed(proposed)
    if "everyone" in recipe:
        wish = OrderWish(recipe["package_code"], recipe["fiscal_year"])
        wished = await ops.order_wished(actor, wish, recipe["everyone"], recipe["customer_ids"], replaces)
        return wished.choose or Step.REVIEW, texts.wished(wished.picked)
    if "package_code" in recipe:
        return (await ops.begin_order(actor, OrderWish(**recipe), replaces)).question, ""
    if (modes := recipe.get("modes")) is None:
        made = await ops.buy_again(actor, recipe["order_id"], replaces)
    else:
        recipient, invoice = RecipientMode(modes["recipient"]), RecipientMode(modes["invoice"])
        made = await ops.renew_order(actor, recipe["order_id"], recipient, invoice, replaces)
    return made.choose or Step.REVIEW, changing.repeated(made)


def _recipe(manager: DialogManager) -> dict[str, Any]:
    recipe = manager.start_data
    if not isinstance(recipe, dict):
        raise DomainError("choice_gone")
    return {name: value for name, value in recipe.items() if name != NOTICE_KEY}


async def _in_the_way(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    # The person agrees to lose the draft that was shown, and no other.
    dialog_manager.dialog_data[_SHOWN] = view.draft.id
    return {"view": view, "waiting": texts.waiting(view), "may_join": "intake_id" in _recipe(dialog_manager)}


async def _keep(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await go_on_ordering(manager, texts.LIST_KEPT if "intake_id" in _recipe(manager) else "")


async def _join(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await make_draft(manager, _recipe(manager), join=True)


async def _replace(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await make_draft(manager, _recipe(manager), replaces=manager.dialog_data.get(_SHOWN))


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.IN_THE_WAY,
            Button(Format(texts.JOIN), id="join_draft", on_click=_join, when="may_join"),
            Button(Const(texts.KEEP_DRAFT), id="keep_draft", on_click=_keep),
            Button(Const(texts.REPLACE_DRAFT), id="replace_draft", on_click=_replace),
            Cancel(Const(common.BACK), id="way_back"),
            state=Ordering.in_the_way,
            getter=_in_the_way,
        ),
    )
