"""Pushes about the program itself."""

from domain.messaging.house_contents import BackupFailedContent
from domain.messaging.pushes import BackupFailed, Push
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork


async def _failed(uow: UnitOfWork, push: Push, reading: Reading) -> BackupFailedContent | None:
    assert isinstance(push.subject, BackupFailed)
    proof = await uow.backup_proofs.get(push.subject.proof_id)
    return BackupFailedContent(proof) if proof is not None and proof.fault is not None else None


READERS: Readers = {BackupFailed: _failed}
