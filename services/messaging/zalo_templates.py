"""Keeps what Zalo says of the template messages of the Official Account."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.messaging.ways import RECEIPT_JOB
from services.operation import Operation
from services.ports import Lane, NewJob
from services.ports.zalo_templates import KnownTemplate


@dataclass(frozen=True, slots=True)
class KeepTemplates(Operation):
    """The program itself asks Zalo, at its start and a few times a day."""

    async def __call__(self, known: Sequence[KnownTemplate]) -> None:
        async with self.units.write() as uow:
            await uow.zalo_templates.put(known)


@dataclass(frozen=True, slots=True)
class QueueReceipt(Operation):
    """A phone has a template message, says Zalo, perhaps before we know that it was taken."""

    async def __call__(self, message_ref: str) -> None:
        job = NewJob(RECEIPT_JOB, f"receipt:{message_ref}", {"message_ref": message_ref}, lane=Lane.MAIN)
        async with self.units.write() as uow:
            await uow.jobs.enqueue([job], self.clock.now())
