"""What chats remember beside the tables that an erasure reaches by itself: windows, menus, files."""

import json
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Table, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.text import fold
from storage.dialog_tables import dialog_states
from storage.rows import chunks
from storage.shared_files import drop_files_of
from storage.tables.files import upload_tickets
from storage.tables.people import accountants, chats, proofs
from storage.tables.zalo import zalo_menus

_SHORTEST = 3
"""Characters of a word that is looked for: a shorter one stands in everything."""


class SqlTraces:
    """`Traces`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def forget_words(self, firm_id: int, words: Collection[str]) -> None:
        told = chats.join(accountants, accountants.c.id == chats.c.accountant_id)
        ids = select(chats.c.external_id).select_from(told).where(accountants.c.firm_id == firm_id)
        numbers = _numbers(await self._connection.scalars(ids))
        looked_for = {fold(_as_json(word)) for word in words if len(word) >= _SHORTEST}
        for table, text in ((dialog_states, dialog_states.c.data), (zalo_menus, zalo_menus.c.body)):
            await self._forget_rows(table, text, table.c.chat_id.in_(numbers), looked_for)
        await drop_files_of(self._connection, numbers, but_sent_in=True)

    async def forget_chats(self, chats: Collection[tuple[Channel, str]]) -> None:
        numbers = _numbers(external_id for _, external_id in chats)
        whose = tuple_(proofs.c.channel, proofs.c.external_id)
        await self._connection.execute(
            delete(proofs).where(whose.in_([(str(app), id_) for app, id_ in chats]))
        )
        for table in (dialog_states, zalo_menus, upload_tickets):
            await self._connection.execute(delete(table).where(table.c.chat_id.in_(numbers)))
        await drop_files_of(self._connection, numbers, but_sent_in=False)

    async def _forget_rows(
        self, table: Table, text: ColumnElement[str], which: ColumnElement[bool], words: Collection[str]
    ) -> None:
        key = tuple(table.primary_key)
        rows = (await self._connection.execute(select(*key, text).where(which))).all()
        gone = [tuple(row[:-1]) for row in rows if any(word in fold(row[-1]) for word in words)]
        for some in chunks(gone, 500):
            await self._connection.execute(delete(table).where(tuple_(*key).in_(some)))


def _numbers(external_ids: Iterable[str]) -> list[int]:
    return [int(one) for one in external_ids if one.lstrip("-").isdecimal()]


def _as_json(word: str) -> str:
    """A word as it stands in JSON."""
    return json.dumps(word, ensure_ascii=False)[1:-1]
