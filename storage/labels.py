"""Words that firms put on their customers."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.text import fold
from services.ports import CustomerFilter, Label, LabelCount
from storage.customer_lists import matching
from storage.rows import chunks, insert_many, upsert
from storage.tables.catalogue import customer_labels, customers, labels

_LABEL = (labels.c.id, labels.c.name)


class SqlLabels:
    """`Labels`. Within a firm, the database refuses a second label with the same folded name."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_firm(self, firm_id: int) -> Sequence[LabelCount]:
        listed = customers.c.in_catalogue & customers.c.archived.is_(False)
        bearing = (
            select(func.count())
            .select_from(customer_labels)
            .join(customers, customers.c.id == customer_labels.c.customer_id)
            .where(customer_labels.c.label_id == labels.c.id, listed)
        )
        statement = select(*_LABEL, bearing.scalar_subquery()).where(labels.c.firm_id == firm_id)
        rows = await self._connection.execute(statement.order_by(labels.c.folded))
        return [LabelCount(Label(row[0], row[1]), row[2]) for row in rows]

    async def get(self, firm_id: int, label_id: int) -> Label | None:
        return await self._one(labels.c.firm_id == firm_id, labels.c.id == label_id)

    async def by_name(self, firm_id: int, name: str) -> Label | None:
        return await self._one(labels.c.firm_id == firm_id, labels.c.folded == fold(name))

    async def ensure(self, firm_id: int, names: Sequence[str]) -> Mapping[str, int]:
        folded = {name: fold(name) for name in names}
        rows = [(firm_id, name, key) for name, key in folded.items()]
        columns = ("firm_id", "name", "folded")
        await insert_many(self._connection, labels, columns, rows, "ON CONFLICT DO NOTHING")
        found: dict[str, int] = {}
        for some in chunks(list(folded.values())):
            statement = select(labels.c.folded, labels.c.id).where(
                labels.c.firm_id == firm_id, labels.c.folded.in_(some)
            )
            found.update((row[0], row[1]) for row in await self._connection.execute(statement))
        return {name: found[key] for name, key in folded.items()}

    async def rename(self, label_id: int, name: str) -> None:
        """Rename. Raises `sqlalchemy.exc.IntegrityError` if another label of the firm has this name."""
        statement = update(labels).where(labels.c.id == label_id)
        await self._connection.execute(statement.values(name=name, folded=fold(name)))

    async def delete(self, label_id: int) -> None:
        await self._connection.execute(delete(labels).where(labels.c.id == label_id))

    async def of_customers(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[Label]]:
        found: dict[int, list[Label]] = {}
        for some in chunks(customer_ids):
            statement = (
                select(customer_labels.c.customer_id, *_LABEL)
                .join(labels, labels.c.id == customer_labels.c.label_id)
                .where(customer_labels.c.customer_id.in_(some))
                .order_by(labels.c.folded)
            )
            for customer_id, *label in await self._connection.execute(statement):
                found.setdefault(customer_id, []).append(Label(*label))
        return found

    async def put(self, pairs: Sequence[tuple[int, int]]) -> None:
        columns = ("customer_id", "label_id")
        await insert_many(self._connection, customer_labels, columns, pairs, "ON CONFLICT DO NOTHING")

    async def take_off(self, customer_id: int, label_id: int) -> None:
        worn = customer_labels.c.customer_id == customer_id, customer_labels.c.label_id == label_id
        await self._connection.execute(delete(customer_labels).where(*worn))

    async def put_matching(self, where: CustomerFilter, label_id: int) -> int:
        chosen = select(customers.c.id, literal(label_id)).where(*matching(where))
        statement = (
            upsert(self._connection, customer_labels)
            .from_select(["customer_id", "label_id"], chosen)
            .on_conflict_do_nothing()
            .execution_options(preserve_rowcount=True)
        )
        return (await self._connection.execute(statement)).rowcount

    async def take_off_matching(self, where: CustomerFilter, label_id: int) -> int:
        matched = select(customers.c.id).where(*matching(where))
        statement = delete(customer_labels).where(
            customer_labels.c.label_id == label_id, customer_labels.c.customer_id.in_(matched)
        )
        return (await self._connection.execute(statement)).rowcount

    async def _one(self, *conditions: ColumnElement[bool]) -> Label | None:
        row = (await self._connection.execute(select(*_LABEL).where(*conditions))).one_or_none()
        return Label(*row) if row else None
