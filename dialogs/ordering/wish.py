"""`/mua` with a text behind it. If the text says enough, the review opens at once."""

from dataclasses import asdict

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, message_of, operations
from dialogs.lists import INTAKE_ID
from dialogs.ordering.making import make_draft, order_list
from dialogs.ordering.start import start_ordering
from dialogs.states import Intake
from dialogs.windows import NOTICE_KEY
from domain.errors import DomainError
from domain.intakes.entries import IntakeState, OrderWish
from texts.errors import say
from texts.ordering import proposing as texts


async def order_wished(manager: DialogManager, text: str) -> None:
    """Begin the order that the text describes. The window that opens says which parts are not possible."""
    ops, actor = operations(manager), actor_of(manager)
    if not text.strip():
        await start_ordering(manager)
        return
    read = await ops.read_order_wish(actor, text)
    notice = texts.not_understood(read)
    intake_id = None
    if (read.everyone or read.customer_ids) and not read.customers:
        which = {"everyone": read.everyone, "customer_ids": list(read.customer_ids)}
        await make_draft(manager, {**asdict(read.wish), **which}, notice=notice)
        return
    if read.customers:
        try:
            received = await ops.intakes.receive_text(
                actor, read.customers, wish=read.wish, message=message_of(manager)
            )
            intake_id = received.id
        except DomainError as refusal:
            if refusal.code != "text_no_customers":
                raise
            notice = f"{notice} {say(refusal)}".strip()
    if intake_id is not None:
        await _show(manager, intake_id, notice)
    elif read.wish == OrderWish():
        await start_ordering(manager, notice)
    else:
        await make_draft(manager, asdict(read.wish), notice=notice)


async def _show(manager: DialogManager, intake_id: int, notice: str) -> None:
    """Show the review of the list's customers, or the list if something in it needs attention first."""
    view = await operations(manager).intakes.view_intake(actor_of(manager), intake_id)
    counts = view.counts
    # If all are taken already, the same message came before and made the draft.
    some = counts.ready + counts.taken > 0
    all_known = some and counts.ready == counts.same and not counts.to_fix
    if view.intake.state is IntakeState.CHECKED and all_known:
        await order_list(manager, intake_id, notice=notice)
    else:
        await manager.start(Intake.upload, data={INTAKE_ID: intake_id, NOTICE_KEY: notice or None})
