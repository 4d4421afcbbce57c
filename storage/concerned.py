"""Whom a breach may concern: everybody of whom a phone or an e-mail is kept."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, FromClause, Select, Table, literal, or_, select

from storage.connections import Connections
from storage.tables.catalogue import customers
from storage.tables.money import monthly_statements, payment_requests
from storage.tables.orders import order_lines, orders
from storage.tables.people import accountants, firms


class Concerned(NamedTuple):
    """A person, how they are reached, and as what the firm keeps them."""

    firm: str
    tax_code: str
    kept_as: str
    name: str
    phone: str
    email: str


_NOTHING: ColumnElement[str] = literal("")


def _people(firm: str | None, since: datetime | None) -> list[Select[tuple[str, ...]]]:
    """A query for each table; rows of a firm's tax code, and added or changed since then."""

    def of(
        kept_as: str,
        source: FromClause,
        moment: Column[datetime],
        name: ColumnElement[str],
        phone: ColumnElement[str],
        email: ColumnElement[str],
    ) -> Select[tuple[str, ...]]:
        what = (firms.c.name, firms.c.tax_code, literal(kept_as), name, phone, email)
        found = select(*what).select_from(source).where(or_(phone != "", email != ""))
        if firm is not None:
            found = found.where(firms.c.tax_code == firm)
        return found.where(moment >= since) if since is not None else found.distinct()

    def in_firm(table: Table) -> FromClause:
        return table.join(firms, firms.c.id == table.c.firm_id)

    of_orders = orders.join(firms, firms.c.id == orders.c.firm_id)
    lines = of_orders.join(order_lines, order_lines.c.order_id == orders.c.id)
    requests = of_orders.join(payment_requests, payment_requests.c.order_id == orders.c.id)
    mailed = in_firm(accountants).join(
        monthly_statements, monthly_statements.c.accountant_id == accountants.c.id
    )
    person, line, request = accountants.c, order_lines.c, payment_requests.c
    return [
        of("accountant", in_firm(accountants), person.created_at, person.name, person.phone, person.email),
        of(
            "legal representative",
            in_firm(customers),
            customers.c.updated_at,
            *(customers.c[name] for name in ("representative", "phone", "email")),
        ),
        of(
            "representative in an order",
            lines,
            orders.c.placed_at,
            line.representative,
            line.phone,
            line.email,
        ),
        of(
            "invoice recipient",
            lines,
            orders.c.placed_at,
            line.invoice_unit_name,
            _NOTHING,
            line.invoice_email,
        ),
        of(
            "payer",
            requests,
            orders.c.placed_at,
            *(request[f"notice_{name}"] for name in ("name", "phone", "email")),
        ),
        of(
            "statement recipient",
            mailed,
            monthly_statements.c.made_at,
            _NOTHING,
            _NOTHING,
            monthly_statements.c.address,
        ),
    ]


async def concerned(
    connections: Connections, firm: str | None = None, since: datetime | None = None
) -> AsyncIterator[Concerned]:
    """Everybody, of one firm (its tax code) or of all, whose data came or changed since a moment."""
    async with connections.reading() as connection:
        for statement in _people(firm, since):
            for row in await connection.execute(statement):
                yield Concerned._make(row)
