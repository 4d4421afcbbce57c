"""The proofs of backups: what the program notes of each, and what back office reads of the last."""

from domain.backups import BackupFault, BackupProof
from domain.messaging.pushes import BackupFailed
from domain.people import Actor, Right
from services.messaging.push_queue import tell_back_office
from services.money.checking import differences
from services.operation import Operation


class ViewBackups(Operation):
    """The proof that ended last; `None` before the first."""

    async def __call__(self, actor: Actor) -> BackupProof | None:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await uow.backup_proofs.last()


class BeginProof(Operation):
    """Note that a proof begins, before the copy is made; returns its id. The program itself calls this."""

    async def __call__(self) -> int:
        async with self.units.write() as uow:
            return await uow.backup_proofs.begin(self.clock.now())


class SettleProof(Operation):
    """Note how a proof ended, and tell back office of a fault. The program itself calls this."""

    async def __call__(
        self, proof_id: int, lost_seconds: int | None, fault: BackupFault | None = None
    ) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            await uow.backup_proofs.settle(proof_id, now, lost_seconds, fault)
            if fault is not None:
                await tell_back_office(uow, f"backup_failed:{proof_id}", BackupFailed(proof_id), now)


class FindDisorder(Operation):
    """What must hold in every database and does not, in a few words each: each order has its lines, nothing
    stands there twice, and money agrees with the books. The program itself calls this, on a copy."""

    async def __call__(self) -> list[str]:
        async with self.units.read() as uow:
            found = list(await uow.backup_proofs.disorder())
        unlike = await differences(self.units)
        return found + [f"money of {one.part} {one.name}" for one in unlike[:5]]
