"""What the operations on a list share."""

from domain.errors import DomainError
from domain.intakes.entries import Entry, Intake, IntakeState
from domain.people import Actor
from services.operation import LARGEST_ID
from services.ports import UnitOfWork


async def own_intake(uow: UnitOfWork, actor: Actor, intake_id: int) -> Intake:
    """The list, if it is this firm's; another firm's looks exactly like none (`intake_unknown`)."""
    intake = await uow.intakes.get(actor.firm_id, intake_id) if intake_id <= LARGEST_ID else None
    if intake is None:
        raise DomainError("intake_unknown")
    return intake


async def checked_intake(uow: UnitOfWork, actor: Actor, intake_id: int) -> Intake:
    """The list, if its entries may be changed. Raises `DomainError("intake_reading")` while it is read."""
    intake = await own_intake(uow, actor, intake_id)
    if intake.state is IntakeState.READING:
        raise DomainError("intake_reading")
    return intake


async def own_entry(uow: UnitOfWork, intake: Intake, position: int) -> Entry:
    """Raises `DomainError("entry_unknown")`."""
    entry = await uow.intakes.entry(intake.id, position) if position <= LARGEST_ID else None
    if entry is None:
        raise DomainError("entry_unknown")
    return entry
