"""Ways into the order, and back to where it was left."""

from typing import Any

from aiogram_dialog import DialogManager, StartMode

from dialogs.context import actor_of, operations
from dialogs.states import Ordering
from dialogs.windows import NOTICE_KEY
from domain.orders import Draft, Step

WINDOW_OF_STEP = {
    Step.PACKAGE: Ordering.package,
    Step.FISCAL_YEAR: Ordering.fiscal_year,
    Step.RECIPIENT: Ordering.recipient,
    Step.CUSTOMERS: Ordering.customers,
    Step.ACCOUNTING: Ordering.accounting,
    Step.REVIEW: Ordering.review,
}


async def start_ordering(manager: DialogManager, notice: str = "") -> None:
    """Offer to go on with the open draft, or begin with the first question."""
    draft = await operations(manager).drop_empty_draft(actor_of(manager))
    if draft is not None and draft.step is not Step.PACKAGE:
        await manager.start(Ordering.resume, data={NOTICE_KEY: notice or None}, mode=StartMode.RESET_STACK)
    else:
        await go_on_ordering(manager, notice)


async def order_tapped(_: Any, __: Any, manager: DialogManager) -> None:
    await start_ordering(manager)


async def go_on_ordering(manager: DialogManager, notice: str = "") -> None:
    """Show the next question of the open draft, or begin one."""
    draft = await _with_the_only_package(manager, await operations(manager).open_draft(actor_of(manager)))
    await manager.start(
        WINDOW_OF_STEP[draft.question], data={NOTICE_KEY: notice or None}, mode=StartMode.RESET_STACK
    )


async def show_step(manager: DialogManager, draft: Draft) -> None:
    """Switch to the next question of the draft, or to its review."""
    await manager.switch_to(WINDOW_OF_STEP[draft.question])


async def _with_the_only_package(manager: DialogManager, draft: Draft) -> Draft:
    """Skip a question that has only one possible answer."""
    if draft.question is Step.PACKAGE:
        offer = await operations(manager).offer_packages(actor_of(manager))
        if len(offer.packages) == 1:
            return await operations(manager).choose_package(actor_of(manager), offer.packages[0].id)
    return draft
