"""How backups were tried."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from domain.backups import BackupFault, BackupProof


class BackupProofs(Protocol):
    async def begin(self, now: datetime) -> int:
        """Note that a proof begins; returns its id, which the copy must hold."""

    async def settle(
        self, proof_id: int, now: datetime, lost_seconds: int | None, fault: BackupFault | None = None
    ) -> None:
        """Note how a proof ended."""

    async def get(self, proof_id: int) -> BackupProof | None: ...

    async def last(self) -> BackupProof | None:
        """The proof that ended last."""

    async def disorder(self) -> Collection[str]:
        """What must never be and is, in a few words each: orders without their lines, what was sent twice."""
