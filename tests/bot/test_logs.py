"""The log as lines and as JSON, and the one name that goes through an update, its jobs and their pushes."""

import io
import json
import logging
from collections.abc import Iterator, Mapping

import pytest
from prometheus_client import REGISTRY

from bot.engine import EngineRunner
from bot.logs import LogFormat, set_up_logs
from bot.worker import Workers
from domain.errors import DomainError
from services.causes import CAUSE, caused_by
from services.operations import build_operations
from services.ports import Job, JobHandler, Lane, NewJob
from storage.database import Database
from tests.support.builders import CHANNELS, PAYEE, add_customers, place, ready_draft, register_owner
from tests.support.clock import FixedClock
from tests.support.seeds import price_list
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

SECRET = "secret-of-twenty-one"
log = logging.getLogger("somewhere")


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger without handlers, as the program finds it."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers = []
    yield root
    root.handlers, root.level = before[0], before[1]


def logged(root: logging.Logger, form: LogFormat, level: str = "INFO") -> io.StringIO:
    root.handlers = []  # pytest has put its own there.
    set_up_logs(level, form, (SECRET,))
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(text := io.StringIO())
    return text


def test_a_line_has_the_name_of_what_it_goes_back_to(root: logging.Logger) -> None:
    text = logged(root, LogFormat.LINES)
    log.info("before, %s", SECRET)
    with caused_by("zalo-12"):
        log.warning("within")
    first, second = text.getvalue().splitlines()
    assert first.endswith(" INFO somewhere: before, <redacted>")
    assert second.endswith(" WARNING somewhere [zalo-12]: within")


def test_json_is_one_object_a_line_with_the_stack_in_it(root: logging.Logger) -> None:
    text = logged(root, LogFormat.JSON)
    with caused_by("telegram-3"):
        try:
            raise ValueError(SECRET)
        except ValueError:
            log.exception("đơn hàng %s", "hỏng")
    log.info("after")
    first, second = map(json.loads, text.getvalue().splitlines())
    assert first.pop("time").endswith("+00:00")
    stack = first.pop("stack")
    assert first == {
        "level": "ERROR",
        "logger": "somewhere",
        "message": "đơn hàng hỏng",
        "cause": "telegram-3",
    }
    assert "ValueError: <redacted>" in stack
    assert second.keys() == {"time", "level", "logger", "message"}


def test_warnings_and_errors_are_counted(root: logging.Logger) -> None:
    logged(root, LogFormat.LINES)

    def count(level: str) -> float:
        return REGISTRY.get_sample_value("ktdv_log_records_total", {"level": level}) or 0.0

    before = count("warning"), count("error")
    log.warning("one")
    log.error("two")
    log.info("three")
    assert (count("warning"), count("error")) == (before[0] + 1, before[1] + 1)


async def test_one_name_goes_through_an_update_its_job_and_its_push(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FixedClock()
    seen: dict[str, tuple[str, Mapping[str, object]]] = {}

    async def do(job: Job) -> None:
        seen[job.key] = (CAUSE.get(), job.payload)
        if job.name == "first":
            async with database.write() as uow:
                await uow.jobs.enqueue(
                    [NewJob("push", "push", {"push_key": "k"}, lane=Lane.CHAT)], clock.now()
                )

    handlers: dict[Lane, dict[str, JobHandler]] = {
        Lane.MAIN: {"first": do, "second": do},
        Lane.CHAT: {"push": do},
    }
    with caused_by("telegram-7"):
        async with database.write() as uow:
            await uow.jobs.enqueue([NewJob("first", "first", {"about": 1})], clock.now())
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("second", "alone", {})], clock.now())
    runner = (EngineRunner if database.has_engine else Workers)(database, clock, handlers)
    while await runner.run_due():
        pass
    assert seen["first"] == ("telegram-7", {"about": 1})
    assert seen["push"] == ("telegram-7", {"push_key": "k"})
    assert seen["alone"][0].startswith("job-")


async def test_operation_job_and_push_are_lines_of_the_log_under_the_name_of_their_update(
    database: Database, database_url: str, root: logging.Logger
) -> None:
    """With names and outcomes, and nothing of what they were called with."""
    await price_list(database_url)
    clock = FixedClock()
    operations = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    owner = await register_owner(operations)
    (customer,) = await add_customers(operations, owner, 1)
    draft = await ready_draft(operations, owner, [customer])
    text = logged(root, LogFormat.JSON, "DEBUG")
    with caused_by("telegram-7"):
        await place(operations, owner, draft)
        with pytest.raises(DomainError):
            await operations.view_order(owner, 999)
    await Working(database, clock).work()
    lines = [json.loads(line) for line in text.getvalue().splitlines()]
    said = {one["message"].partition(", 0.")[0] for one in lines if one.get("cause") == "telegram-7"}
    assert {"operation PlaceOrder: done", "operation ViewOrder: refused, order_unknown"} <= said
    assert "operation DeliverPush: done" in said
    assert any(line.startswith("job push ") for line in said)
    for told in (customer.name, customer.tax_code, customer.email, customer.phone):
        assert told not in text.getvalue()
