"""What chats prove before they are registered."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.proofs import HOLDS_FOR, Proof, ProofKind
from storage.connections import Connections
from storage.purging import delete_in_steps
from storage.rows import upsert
from storage.tables.people import proofs

_PROOF = [proofs.c[field.name] for field in fields(Proof)]


class SqlProofs:
    """`Proofs`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, channel: Channel, external_id: str) -> Mapping[ProofKind, Proof]:
        statement = select(*_PROOF).where(proofs.c.channel == channel, proofs.c.external_id == external_id)
        found = [Proof(*row) for row in await self._connection.execute(statement)]
        return {one.kind: one for one in found}

    async def save(self, channel: Channel, external_id: str, proof: Proof) -> None:
        values = {"channel": channel, "external_id": external_id, **asdict(proof)}
        statement = upsert(self._connection, proofs).values(values)
        key = ["channel", "external_id", "kind"]
        changed = {name: statement.excluded[name] for name in values if name not in key}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))

    async def forget(self, channel: Channel, external_id: str) -> None:
        of_chat = (proofs.c.channel == channel, proofs.c.external_id == external_id)
        await self._connection.execute(delete(proofs).where(*of_chat))


async def purge_proofs(connections: Connections, now: datetime) -> int:
    """Forget what nobody can register with any more; returns how many."""
    over = now - HOLDS_FOR
    old = (proofs.c.asked_at < over) & or_(proofs.c.proved_at.is_(None), proofs.c.proved_at < over)
    return await delete_in_steps(connections, proofs, old)
