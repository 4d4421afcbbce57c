"""Migrations make the code's tables and remove them again."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import procrastinate
import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

import storage.dialog_tables  # noqa: F401  (registers its tables)
from domain.invoices import BuyerKind
from domain.licences import ActivationStep
from domain.recipients import InvoiceRecipient, OtherRecipient
from services.ports import AT_ONCE, Lane, NewJob
from storage.connections import Connections
from storage.database import Database
from storage.jobs import SqlJobQueue
from storage.migrate import UnknownRevision, check, downgrade, upgrade
from storage.tables.base import metadata
from tests.storage.conftest import open_office
from tests.storage.test_licences import licensed, save
from tests.storage.test_payments import request
from tests.support.builders import household, other_notice
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.databases import OLDER, make_older
from tests.support.rows import rows_of

ROOT = Path(__file__).parents[2]


async def names(url: str) -> list[str]:
    connections = Connections(url)
    async with connections.reading() as connection:
        found = await connection.run_sync(lambda c: inspect(c).get_table_names())
    await connections.close()
    return found


def conditions(connection: Connection) -> dict[str, list[str]]:
    """What `check` does not compare: tables' named constraints, indexes' conditions, SQLite's options."""
    found: dict[str, list[str]] = {}
    for table in metadata.tables:
        if table == "jobs" and connection.dialect.name == "postgresql":
            continue  # Its jobs are Procrastinate's.
        known = [
            f"{one['name']} {one['sqltext']}" for one in inspect(connection).get_check_constraints(table)
        ]
        known += [f"{one['name']} {one['options']}" for one in inspect(connection).get_foreign_keys(table)]
        for index in inspect(connection).get_indexes(table):
            options = index.get("dialect_options", {})
            known.append(f"{index['name']} {index['column_names']} {list(map(str, options.values()))}")
        if connection.dialect.name == "sqlite":
            made = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
            sql = connection.execute(made, {"name": table}).scalar_one()
            known += re.findall("WITHOUT ROWID|AUTOINCREMENT", sql)
        found[table] = sorted(known)
    return found


async def test_the_migrations_make_the_tables_of_the_code(either_url: str) -> None:
    await check(either_url)


async def test_the_migrations_make_the_conditions_of_the_code(either_url: str) -> None:
    connections = Connections(either_url)
    async with connections.reading() as connection:
        migrated = await connection.run_sync(conditions)
    await downgrade(either_url, "base")
    async with connections.writing() as connection:
        await connection.run_sync(metadata.create_all)
        assert await connection.run_sync(conditions) == migrated
    await connections.close()


async def test_migrating_again_does_nothing(either_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that finds the tables as they should be does not read every row to check them."""
    before = await names(either_url)
    monkeypatch.setattr(command, "upgrade", None)
    await upgrade(either_url)
    assert await names(either_url) == before
    await check(either_url)


async def test_the_way_back_leaves_nothing(either_url: str) -> None:
    await downgrade(either_url, "base")
    assert await names(either_url) == ["alembic_version"]
    await upgrade(either_url)
    await check(either_url)


async def test_lists_and_transfers_that_wait_get_their_lane(either_url: str) -> None:
    await downgrade(either_url, "0001_everything")
    connections = Connections(either_url)
    made = text(
        "INSERT INTO jobs"
        " (name, key, lane, payload, due_at, leased_by, attempts, error, given_up, created_at)"
        " VALUES (:name, :name, 'main', '{}', '2026-06-15', 'worker-main', 1, '', FALSE, '2026-06-15')"
    )
    names = ["match_transfer", "push", "read_intake"]
    async with connections.writing() as connection:
        await connection.execute(made, [{"name": name} for name in names])

    async def lanes() -> list[str]:
        async with connections.reading() as connection:
            return list(await connection.scalars(text("SELECT lane FROM jobs ORDER BY name")))

    await upgrade(either_url, "0002_inbox_and_numbers")
    assert await lanes() == ["awaited", "main", "awaited"]
    assert await SqlJobQueue(connections, "worker-awaited", Lane.AWAITED).release() == 2
    await downgrade(either_url, "0001_everything")
    assert await lanes() == ["main"] * len(names)
    await connections.close()


async def test_money_that_waits_to_be_given_back_gets_its_case(either_url: str) -> None:
    await downgrade(either_url, "0009_desk_search")
    connections = Connections(either_url)
    made = text(
        "INSERT INTO transfers (provider, event_id, reference, amount, outgoing, content, account,"
        " occurred_at, received_at, state, attention, surplus, note) VALUES ('sepay', :event_id, '', 9,"
        " FALSE, '', '', '2026-06-15', '2026-06-15', 'matched', :attention, 0, '')"
    )
    reasons = ["too_much", "paid_twice", "cancelled_order", "no_code"]
    async with connections.writing() as connection:
        await connection.execute(made, [{"attention": one, "event_id": one} for one in reasons])
    await upgrade(either_url)
    async with connections.reading() as connection:
        found = await connection.execute(text("SELECT transfer_id, reason FROM return_cases ORDER BY id"))
        assert [tuple(row) for row in found] == [(1, "surplus"), (2, "surplus"), (3, "cancelled_order")]
    await connections.close()


async def test_jobs_move_to_the_engine_with_their_keys_tries_and_times(postgresql_url: str) -> None:
    await downgrade(postgresql_url, "0002_inbox_and_numbers")
    database, later = Database(postgresql_url), NOW + timedelta(days=1)
    columns = ("due_at", "leased_by", "attempts", "error", "given_up", "settled_at")
    states: dict[str, tuple[datetime, str | None, int, str, bool, datetime | None]] = {
        "waits": (AT_ONCE, None, 0, "", False, None),
        "for later": (later, None, 0, "", False, None),
        "tried twice": (later, None, 2, "timeout", False, None),
        "not counted": (later, None, 0, "pace", False, None),
        "in hand": (later, "worker-chat", 2, "", False, None),
        "done": (AT_ONCE, None, 1, "", False, NOW),
        "given up": (AT_ONCE, None, 19, "timeout", True, NOW),
    }
    made = text(
        "INSERT INTO jobs (name, key, order_key, lane, payload, created_at, " + ", ".join(columns) + ")"
        " VALUES ('push', :key, 'email:' || :key, 'chat', :payload, :due_at, :" + ", :".join(columns) + ")"
    )
    payload = json.dumps({"text": "a\0b", "n": 1})
    async with database.writing() as connection:
        for key, values in states.items():
            given = dict(zip(columns, values, strict=True))
            await connection.execute(made, {"key": key, "payload": payload, **given})
    await upgrade(postgresql_url)

    jobs = {row["key"]: row for row in await rows_of(database, "jobs")}
    assert list(jobs) == list(states)
    for key, row in jobs.items():
        due_at, leased_by, attempts, _, given_up, settled_at = states[key]
        held = leased_by is not None
        assert (row["lane"], row["order_key"], row["given_up"]) == ("chat", f"email:{key}", given_up)
        assert json.loads(row["payload"]) == {"text": "ab", "n": 1}
        # A kill is no failed try, and frees the job at once.
        assert row["attempts"] == attempts - held
        assert (row["due_at"], row["settled_at"]) == (AT_ONCE if held else due_at, settled_at)
    assert {key for key, row in jobs.items() if row["error"]} == {"tried twice", "not counted", "in hand"}
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("push", key, {}) for key in states], NOW)
    assert len(await rows_of(database, "jobs")) == len(states)

    await downgrade(postgresql_url, "0002_inbox_and_numbers")
    async with database.reading() as connection:
        found = await connection.execute(
            text("SELECT key, due_at, attempts, settled_at FROM jobs ORDER BY id")
        )
        for was, (key, *rest) in zip(jobs.values(), found, strict=True):
            assert [key, *rest] == [was["key"], was["due_at"], was["attempts"], was["settled_at"]]
    await upgrade(postgresql_url)
    await check(postgresql_url)
    await database.close()


def test_the_schema_is_that_of_the_engine_that_is_installed() -> None:
    """A release of Procrastinate with other tables needs a migration of ours."""
    copied = (ROOT / "storage/migrations/procrastinate-3.10.sql").read_text("utf-8")
    _, _, schema = copied.partition("\n\n")
    assert schema == (Path(procrastinate.__file__).parent / "sql/schema.sql").read_text("utf-8")


async def test_what_is_kept_of_orders_is_made_for_older_ones(either_url: str) -> None:
    async def kept() -> list[object]:
        found: list[object] = []
        async with database.reading() as connection:
            for table in ("ordered_codes", "trial_hours"):
                rows = await connection.execute(text(f"SELECT * FROM {table}"))
                found.append(sorted(map(str, rows)))
            texts = await connection.execute(
                text("SELECT order_id, text FROM order_searches ORDER BY order_id")
            )
            found.append([(of, sorted(lines.split("\n"))) for of, lines in texts])
        await database.close()
        return found

    database = Database(either_url)
    office = await open_office(database)
    for first in (1, 4):
        _, (one, *_) = await licensed(office, 3, first)
        await save(office, one, step=ActivationStep.DONE, activated_at=NOW)
    before = await kept()
    await downgrade(either_url, "0001_everything")
    await upgrade(either_url)
    assert await kept() == before
    assert [len(rows) for rows in before if isinstance(rows, list)] == [6, 2, 2]


async def test_the_kind_of_a_buyers_number_is_told_from_older_orders(either_url: str) -> None:
    database = Database(either_url)
    office = await open_office(database)
    await licensed(office, 6)
    numbers = ["tax_code", "tax_code", "'1054321'", "'001090012345'", "'079000000001'", "'0300588569'"]
    kinds = ["company", "household", "budget_unit", "person", "household", "company"]
    async with database.writing() as connection:
        await connection.execute(text("UPDATE firms SET tax_code = '079000000001'"))
        for position, number in enumerate(numbers, 1):
            own = "household" if position == 2 else "enterprise"
            said = f"invoice_tax_id = {number}, kind = '{own}'"
            await connection.execute(text(f"UPDATE order_lines SET {said} WHERE position = {position}"))
    await database.close()
    await downgrade(either_url, "0003_jobs_of_an_engine")
    await upgrade(either_url)
    async with database.reading() as connection:
        found = await connection.scalars(text("SELECT invoice_kind FROM order_lines ORDER BY position"))
        assert list(found) == kinds
        assert await connection.scalar(text("SELECT address FROM firms")) == ""
    await database.close()


async def test_a_recipients_own_number_needs_no_question_after_the_migration(either_url: str) -> None:
    database = Database(either_url)
    office = await open_office(database)
    (customer,) = await office.customers([household(1)])
    draft = await office.draft(customer)
    own = InvoiceRecipient("Hộ", customer.tax_code, "1 Huế", "a@b.vn", BuyerKind.HOUSEHOLD)
    another = replace(own, tax_id="001090012345", kind=BuyerKind.HOUSEHOLD)
    async with database.write() as uow:
        line = await uow.drafts.line(draft.id, customer.id)
        assert line is not None
        first, _ = [
            await uow.drafts.add_other(draft.id, OtherRecipient(0, other_notice(1), invoice))
            for invoice in (own, another)
        ]
        await uow.drafts.save_line(draft.id, replace(line, other_id=first.id))
    await database.close()
    await downgrade(either_url, "0003_jobs_of_an_engine")
    await upgrade(either_url)
    async with database.read() as uow:
        others = (await uow.drafts.others(draft.id)).values()
    assert [(one.kind_open, one.invoice and one.invoice.tax_id) for one in others] == [
        (False, customer.tax_code),
        (True, "001090012345"),
    ]
    await database.close()


async def test_customers_kept_under_the_wrong_kind_are_marked(either_url: str) -> None:
    database = Database(either_url)
    office = await open_office(database)
    names = ["Công ty A", "Công ty B", "Hộ kinh doanh C"]
    await office.customers([household(number, name=name) for number, name in enumerate(names, 1)])
    marks = text("SELECT missing FROM customers ORDER BY id")
    unmark = "UPDATE customers SET missing = CASE name WHEN 'Công ty B' THEN 'email' ELSE '' END"
    async with database.writing() as connection:
        await connection.execute(text(unmark))
    await database.close()
    await downgrade(either_url, "0009_desk_search")
    await upgrade(either_url)
    async with database.reading() as connection:
        assert list(await connection.scalars(marks)) == ["kind", "kind email", ""]
    await database.close()
    await downgrade(either_url, "0009_desk_search")
    async with database.reading() as connection:
        assert list(await connection.scalars(marks)) == ["", "email", ""]
    await database.close()


async def test_money_of_before_is_put_down_as_invoiced(either_url: str) -> None:
    """The vendor invoiced it itself, since the program made no invoices."""
    database = Database(either_url)
    office = await open_office(database)
    order = await office.order(await office.draft())
    sums = {"KTAAAAA1": 0, "KTAAAAA2": 5, "KTAAAAA3": 1_080_000, "KTAAAAA4": 2_000_000, "KTAAAAA5": -1}
    async with database.write() as uow:
        await uow.payments.add_many([replace(request(order, code), received=sums[code]) for code in sums])
    await downgrade(either_url, "0003_jobs_of_an_engine")
    await upgrade(either_url)
    async with database.write() as uow:
        found = await uow.invoices.standings(list(sums), NOW, NOW)
        assert [found[code].before for code in sums] == [0, 5, 1_080_000, 1_080_000, 0]
        await uow.payments.add_many([request(order, "KTAAAAA6")])
        assert (await uow.invoices.standings(["KTAAAAA6"], NOW, NOW))["KTAAAAA6"].before == 0
    await database.close()


async def test_a_database_of_another_version_is_refused_and_stays_as_it_is(either_url: str) -> None:
    await upgrade(either_url)
    before = await names(either_url)
    await make_older(either_url)
    for act in (upgrade(either_url), check(either_url), downgrade(either_url, "base")):
        with pytest.raises(UnknownRevision, match=f"revision {OLDER}, .*before 0.2"):
            await act
    assert await names(either_url) == before


@pytest.mark.long
def test_the_command_of_developers_sees_every_table(database_url: str) -> None:
    """It runs in a process of its own, which has loaded no module of the product."""
    command = [sys.executable, "-m", "storage.migrate", "--url", database_url, "check"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
