"""Ways into the order, and back to where it was left."""

from aiogram_dialog import DialogManager, StartMode

from dialogs.context import actor_of, operations
from dialogs.states import Ordering
from domain.orders import Draft, Step

WINDOW_OF_STEP = {
    Step.PACKAGE: Ordering.package,
    Step.FISCAL_YEAR: Ordering.fiscal_year,
    Step.RECIPIENT: Ordering.recipient,
    Step.CUSTOMERS: Ordering.customers,
    Step.ACCOUNTING: Ordering.accounting,
    Step.REVIEW: Ordering.review,
}


async def start_ordering(manager: DialogManager) -> None:
    """Offer to go on with the open draft, or begin with the package."""
    draft = await operations(manager).find_draft(actor_of(manager))
    if draft is not None and draft.step is not Step.PACKAGE:
        await manager.start(Ordering.resume, mode=StartMode.RESET_STACK)
        return
    await operations(manager).open_draft(actor_of(manager))
    await manager.start(Ordering.package, mode=StartMode.RESET_STACK)


async def show_step(manager: DialogManager, draft: Draft) -> None:
    """Switch to the furthest question of the draft."""
    await manager.switch_to(WINDOW_OF_STEP[draft.step])
