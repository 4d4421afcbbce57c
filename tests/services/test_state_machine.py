"""Two accountants of two firms do anything in any order, and the rules hold at every moment.

It runs on SQLite, whatever the rest of the suite runs on.
"""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.accounting import AccountingData, default_accounting
from domain.codes import is_code
from domain.customers import CustomerField, CustomerKind
from domain.errors import DomainError
from domain.intakes.entries import EntryField
from domain.orders import Order, OrderState, Step
from domain.packages import offered_fiscal_years, sample_price_list
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.customers import Criteria
from services.housekeeping import EnsurePriceList
from services.messaging.push_queue import PUSH_JOB
from services.operations import Operations, build_operations
from services.ordering.drafts import DraftView
from storage.database import Database
from storage.migrate import upgrade
from storage.tables.base import metadata
from tests.support.builders import (
    CHANNELS,
    PAYEE,
    add_customers,
    drop_draft,
    enterprise,
    enterprise_tax_code,
    household,
    other_invoice,
    other_notice,
    register_owner,
    without_login,
)
from tests.support.clock import FixedClock
from tests.support.kept import KEPT_AND_COUNTED
from tests.support.rows import Dump, of_firm
from tests.support.workbooks import JsonWorkbooks

T = TypeVar("T")

FIRMS = (0, 1)
CUSTOMERS = 5
"""Each firm's number of customers: two enterprises, two households, an enterprise without a login."""

PACKAGES = len(sample_price_list())
YEARS = offered_fiscal_years(FixedClock().today())

firms = st.sampled_from(FIRMS)
numbers = st.integers(0, CUSTOMERS - 1)
WAYS = st.sampled_from(["plain", "join", "replace", "in order"])
"""How ordering a list treats the open draft."""


class Walk(NamedTuple):
    """One accountant's way to an order."""

    package_id: int
    year: int
    mode: RecipientMode
    picks: frozenset[int]
    convert: str
    tick: bool


walks = st.builds(
    Walk,
    st.integers(1, PACKAGES),
    # Many years, because nobody can be ordered twice for the same year.
    st.sampled_from(YEARS),
    st.sampled_from(RecipientMode),
    st.frozensets(numbers, min_size=2, max_size=3),
    st.sampled_from(["", "doanh nghiệp", "hộ kinh doanh"]),
    st.sampled_from([True, True, False]),
)


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[Operations]:
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        yield build_operations(database, FixedClock(), PAYEE, CHANNELS, JsonWorkbooks())
    finally:
        await database.close()


async def _prepare(path: Path) -> tuple[Actor, ...]:
    """The price list, two firms, and their customers."""
    await upgrade(f"sqlite+aiosqlite:///{path}")
    async with _opened(path) as operations:
        await EnsurePriceList(operations.open_draft.units, FixedClock())(sample_price_list())
        actors = []
        for firm in FIRMS:
            actor = await register_owner(operations, firm + 1)
            actors.append(actor)
            await add_customers(operations, actor, 2)
            # With older tax codes of ten digits, households can become enterprises and back.
            await add_customers(
                operations,
                actor,
                2,
                lambda number: household(number, tax_code=enterprise_tax_code(number)),
                3,
            )
            await operations.add_customer(actor, without_login(enterprise(5)))
        return tuple(actors)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Actor, ...]]:
    path = tmp_path_factory.mktemp("machine") / "prepared.db"
    return path, asyncio.run(_prepare(path))


class Accountants(RuleBasedStateMachine):
    """Each rule is one tap. A refusal is a good answer too; only the rows that it leaves count."""

    prepared: tuple[Path, tuple[Actor, ...]]

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        path = Path(self._folder.name) / "world.db"
        template, self.actors = self.prepared
        shutil.copyfile(template, path)
        self._reader = sqlite3.connect(path)
        self._reader.row_factory = sqlite3.Row
        self._runner = asyncio.Runner()
        self._opened = _opened(path)
        self.operations = self._run(self._opened.__aenter__())
        self.views: dict[Actor, DraftView] = {}
        """The last screen that each actor has seen."""
        self._checked: Dump = {}

    def teardown(self) -> None:
        self._run(self._opened.__aexit__(None, None, None))
        self._runner.close()
        self._reader.close()
        self._folder.cleanup()

    def _run(self, act: Awaitable[T]) -> T:
        async def waited() -> T:
            return await act

        return self._runner.run(waited())

    @contextmanager
    def _tap(self, firm: int) -> Iterator[Actor]:
        """Let one accountant act, and assert that no row of the other's firm changes."""
        actor, other = self.actors[firm], self.actors[1 - firm]
        before = self._dump()
        try:
            yield actor
        except DomainError:
            assert self._dump() == before
        assert of_firm(self._dump(), other.firm_id) == of_firm(before, other.firm_id)

    def _dump(self) -> Dump:
        """Every row of every table, read by the bare driver because it is called some thousand times."""
        return {
            table: list(map(dict, self._reader.execute(f"SELECT * FROM {table} ORDER BY 1, 2")))
            for table in metadata.tables
        }

    def _customer(self, actor: Actor, number: int) -> int:
        """The id of one of the actor's customers. The firms were prepared one after the other."""
        return 1 + CUSTOMERS * self.actors.index(actor) + number

    @rule(firm=firms)
    def open(self, firm: int) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.open_draft(actor))

    @initialize(
        package_ids=st.tuples(st.integers(1, 3), st.integers(4, 5)),
        modes=st.tuples(st.sampled_from(RecipientMode), st.sampled_from(RecipientMode)),
    )
    def begin(self, package_ids: tuple[int, int], modes: tuple[RecipientMode, RecipientMode]) -> None:
        """Answer the first questions for both, so that walks get further."""
        for actor, package_id, mode in zip(self.actors, package_ids, modes, strict=True):
            self._run(self.operations.open_draft(actor))
            self._run(self.operations.choose_package(actor, package_id))
            self._run(self.operations.choose_fiscal_year(actor, 2026))
            self._run(self.operations.choose_recipient(actor, mode))

    @precondition(lambda self: self.views)
    @rule(firm=firms)
    def discard(self, firm: int) -> None:
        with self._tap(firm) as actor:
            self._run(drop_draft(self.operations, actor))

    @rule(firm=firms)
    def repeat_last(self, firm: int) -> None:
        self.open(firm)
        with self._tap(firm) as actor:
            self._run(self.operations.repeat_last_answers(actor))

    @rule(firm=firms, package_id=st.integers(1, PACKAGES), drop=st.booleans())
    def choose_package(self, firm: int, package_id: int, drop: bool) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.choose_package(actor, package_id, drop))

    @rule(firm=firms, year=st.sampled_from(YEARS))
    def choose_year(self, firm: int, year: int) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.choose_fiscal_year(actor, year))

    @rule(firm=firms, mode=st.sampled_from(RecipientMode))
    def choose_recipient(self, firm: int, mode: RecipientMode) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.choose_recipient(actor, mode))

    @rule(firm=firms, kind=st.sampled_from(CustomerKind), year=st.sampled_from(YEARS))
    def set_accounting(self, firm: int, kind: CustomerKind, year: int) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.set_common_accounting(actor, default_accounting(kind, year)))

    @rule(firm=firms)
    def take_the_offered_accounting(self, firm: int) -> None:
        with self._tap(firm) as actor:
            offered = self._run(self.operations.offer_accounting(actor))
            self._run(self.operations.set_common_accounting(actor, offered))

    @rule(firm=firms, keep=st.booleans())
    def keep_declared(self, firm: int, keep: bool) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.keep_declared(actor, keep))

    @rule(firm=firms, number=numbers, picked=st.booleans())
    def pick(self, firm: int, number: int, picked: bool) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.pick_customer(actor, self._customer(actor, number), picked))

    @rule(firm=firms, number=numbers)
    def pick_of_the_other_firm(self, firm: int, number: int) -> None:
        with self._tap(firm) as actor:
            foreign = self._customer(self.actors[1 - firm], number)
            with pytest.raises(DomainError):
                self._run(self.operations.pick_customer(actor, foreign, True))
            with pytest.raises(DomainError):
                self._run(self.operations.get_customer(actor, foreign))

    @rule(firm=firms, keep=numbers, drop=numbers)
    def merge(self, firm: int, keep: int, drop: int) -> None:
        with self._tap(firm) as actor:
            ids = self._customer(actor, keep), self._customer(actor, drop)
            merged = self._run(self.operations.merge_customers(actor, *ids))
            assert self._run(self.operations.merge_customers(actor, *ids)) == merged

    @rule(firm=firms, number=numbers)
    def undo_merge(self, firm: int, number: int) -> None:
        with self._tap(firm) as actor:
            back = self._run(self.operations.undo_merge(actor, self._customer(actor, number)))
            assert back.merged_into is None

    @rule(firm=firms, query=st.sampled_from(["", "hoa sen", "bánh mì", "1"]), picked=st.booleans())
    def pick_matching(self, firm: int, query: str, picked: bool) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.pick_matching(actor, Criteria(query), picked))

    @rule(firm=firms, number=st.integers(1, 8), in_catalogue=st.booleans(), shop=st.booleans())
    def declare_customer(self, firm: int, number: int, in_catalogue: bool, shop: bool) -> None:
        with self._tap(firm) as actor:
            data = household(number) if shop else enterprise(number)
            self._run(self.operations.declare_customer(actor, data, in_catalogue))

    @rule(firm=firms)
    def finish_picking(self, firm: int) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.finish_picking(actor))

    @rule(firm=firms, number=numbers, regime=st.sampled_from(["TT99", "TT133", "TT152", None]))
    def set_line_accounting(self, firm: int, number: int, regime: str | None) -> None:
        with self._tap(firm) as actor:
            own: AccountingData | None = None
            if regime is not None:
                offered = self._run(self.operations.offer_accounting(actor))
                own = replace(offered, regime=regime, costing="fifo")
            customer_id = self._customer(actor, number)
            self._run(self.operations.set_line_accounting(actor, customer_id, own))

    @rule(firm=firms, of=st.none() | numbers, number=st.integers(1, 2), with_invoice=st.booleans())
    def declare_other(self, firm: int, of: int | None, number: int, with_invoice: bool) -> None:
        with self._tap(firm) as actor:
            invoice = other_invoice(number) if with_invoice else None
            customer_id = None if of is None else self._customer(actor, of)
            self._run(self.operations.declare_other(actor, other_notice(number), invoice, customer_id))

    @rule(firm=firms, number=numbers, other_id=st.integers(1, 6))
    def use_other(self, firm: int, number: int, other_id: int) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.use_other(actor, self._customer(actor, number), other_id))

    @rule(
        firm=firms,
        number=numbers,
        edit=st.sampled_from(
            [
                (CustomerField.NAME, "Tên Khác"),
                (CustomerField.EMAIL, "khac@khac.vn"),
                (CustomerField.PHONE, "0977777777"),
                (CustomerField.KIND, "doanh nghiệp"),
                (CustomerField.KIND, "hộ kinh doanh"),
                (CustomerField.TAX_CODE, enterprise_tax_code(1)),
                (CustomerField.TAX_CODE, enterprise_tax_code(20)),
            ]
        ),
    )
    def edit_customer(self, firm: int, number: int, edit: tuple[CustomerField, str]) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.edit_customer(actor, self._customer(actor, number), *edit))

    @rule(firm=firms, number=numbers, archived=st.booleans())
    def archive_customer(self, firm: int, number: int, archived: bool) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.archive_customer(actor, self._customer(actor, number), archived))

    @rule(
        firm=firms,
        number=st.integers(1, 6),
        kind=st.sampled_from(["", "doanh nghiệp", "hộ kinh doanh"]),
        update=st.booleans(),
    )
    def take_list(self, firm: int, number: int, kind: str, update: bool) -> None:
        with self._tap(firm) as actor:
            lists = self.operations.intakes
            text = f"{enterprise_tax_code(number)}; Cửa hàng Từ Tin; t@cuahang.vn"
            intake = self._run(lists.receive_text(actor, text))
            if kind:
                self._run(lists.mend_entry(actor, intake.id, 1, EntryField.KIND, kind))
            self._run(lists.take_intake(actor, intake.id, lacking=True, update_known=update))

    @rule(firm=firms, numbers=st.sets(st.integers(1, 8), min_size=1), lacking=st.booleans(), way=WAYS)
    def order_a_list(self, firm: int, numbers: set[int], lacking: bool, way: str) -> None:
        """Order a list of known tax codes and complete new customers. Each is in a draft afterwards."""
        lines = []
        for number in sorted(numbers):
            data = household(number) if number % 3 == 0 else enterprise(number)
            known = number < CUSTOMERS
            phone = f"0{data.phone.removeprefix('+84')}"
            whole = (data.tax_code, data.name, data.address, data.representative, data.email, phone)
            lines.append(data.tax_code if known else "; ".join(whole))
        with self._tap(firm) as actor:
            lists = self.operations.intakes
            intake = self._run(lists.receive_text(actor, "\n".join(lines), in_order=way == "in order"))
        with self._tap(firm) as actor:
            draft = self._run(self.operations.find_draft(actor))
            replaces = draft.id if draft is not None and way == "replace" else None
            order = self.operations.order_intake
            made = self._run(order(actor, intake.id, lacking, replaces=replaces, join=way == "join"))
            taken = self._run(lists.view_intake(actor, intake.id)).counts.taken
            assert made.picked + made.other_kind == taken > 0
            view = self._run(self.operations.view_draft(actor))
            assert view.sums.lines >= made.picked
            assert (view.waiting.lines if view.waiting else 0) >= made.other_kind
            assert (view.draft.package_id is None) is (made.choose is Step.PACKAGE)

    @rule(firm=firms, tick=st.sampled_from([True, True, True, False]))
    def confirm(self, firm: int, tick: bool) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.confirm_draft(actor, tick))

    @rule(firm=firms)
    def look(self, firm: int) -> None:
        with self._tap(firm) as actor:
            self.views[actor] = self._run(self.operations.view_draft(actor))

    @precondition(lambda self: self.views)
    @rule(firm=firms)
    def place_what_was_seen(self, firm: int) -> None:
        """Place what the last screen showed, which may be old."""
        actor = self.actors[firm]
        if actor in self.views:
            self._place(firm, self.views[actor])

    @rule(firm=firms)
    def place(self, firm: int) -> None:
        with self._tap(firm) as actor:
            view = self._run(self.operations.view_draft(actor))
            self._place(firm, view)

    @rule(walk=walks)
    def first_orders(self, walk: Walk) -> None:
        self._order(0, walk)

    @rule(walk=walks)
    def second_orders(self, walk: Walk) -> None:
        self._order(1, walk)

    def _order(self, firm: int, walk: Walk) -> None:
        """Go nearly the whole way of the dialogs, because few random walks reach an order."""
        self.open(firm)
        draft = self._run(self.operations.open_draft(self.actors[firm]))
        if draft.package_id is None:
            self.choose_package(firm, walk.package_id, False)
        if draft.fiscal_year is None:
            self.choose_year(firm, walk.year)
        if draft.recipient is None:
            self.choose_recipient(firm, walk.mode)
        for number in walk.picks:
            self.pick(firm, number, True)
        self.declare_other(firm, None, 1, True)
        self.take_the_offered_accounting(firm)
        if walk.convert:
            self.edit_customer(firm, min(walk.picks), (CustomerField.KIND, walk.convert))
        self.confirm(firm, walk.tick)
        self.place(firm)

    @rule(
        firm=firms, numbers=st.sets(st.integers(6, 9), min_size=1), package_ids=st.permutations(range(1, 6))
    )
    def order_a_list_to_the_end(self, firm: int, numbers: set[int], package_ids: list[int]) -> None:
        """Order a list and place one draft after the other, as the windows do."""
        self.order_a_list(firm, numbers, False, "replace")
        for _ in CustomerKind:
            for package_id in package_ids:
                draft = self._run(self.operations.find_draft(self.actors[firm]))
                if draft is not None and draft.package_id is None:
                    self.choose_package(firm, package_id, False)
            self.confirm(firm, True)
            self.place(firm)

    @rule(firm=firms)
    def cancel_the_last(self, firm: int) -> None:
        with self._tap(firm) as actor:
            for order in self._run(self.operations.list_orders(actor)).items[:1]:
                gone = self._run(self.operations.cancel_order(actor, order.id))
                assert gone.state is OrderState.CANCELLED

    @rule(firm=firms)
    def drop_whoever_is_ordered(self, firm: int) -> None:
        with self._tap(firm) as actor:
            self._run(self.operations.drop_already_ordered(actor))
            assert self._run(self.operations.find_already_ordered(actor)).total == 0

    @precondition(lambda self: self.views)
    @rule(firm=firms)
    def place_what_the_other_saw(self, firm: int) -> None:
        for actor, view in self.views.items():
            if actor != self.actors[firm]:
                with self._tap(firm) as intruder, pytest.raises(DomainError, match="draft_gone"):
                    self._run(self.operations.place_order(intruder, view.draft.id, view.total))

    def _place(self, firm: int, view: DraftView) -> None:
        """Place, and compare the order with the draft of a moment before."""
        with self._tap(firm) as actor:
            before = self._dump()
            draft = next((row for row in before["drafts"] if row["id"] == view.draft.id), None)
            held = [row for row in before["draft_lines"] if row["draft_id"] == view.draft.id]
            order: Order = self._run(self.operations.place_order(actor, view.draft.id, view.total))
            assert draft is not None
            again = self._run(self.operations.place_order(actor, view.draft.id, 0))
            assert again == order
            if draft["order_id"] is None:
                assert draft["confirmed"]
                assert order.line_count == len(held) > 0
                assert order.total == view.total
                ids = {row["customer_id"] for row in held}
                customers = [row for row in before["customers"] if row["id"] in ids]
                assert {row["missing"] for row in customers} == {""}
                assert {row["kind"] for row in customers} == {order.kind}
                assert {row["firm_id"] for row in customers} == {actor.firm_id}

    @invariant()
    def nothing_is_wrong(self) -> None:
        rows = self._dump()
        if rows != self._checked:
            self._drafts_add_up()
            for kept, counted in KEPT_AND_COUNTED:
                numbers = [tuple(row) for row in self._reader.execute(kept)]
                assert numbers == [tuple(row) for row in self._reader.execute(counted)]
            self._orders_add_up(rows)
            self._nobody_sees_the_others()
            self._checked = rows

    def _drafts_add_up(self) -> None:
        for actor in self.actors:
            if self._run(self.operations.find_draft(actor)) is None:
                continue
            view = self._run(self.operations.view_draft(actor))
            page = self._run(self.operations.review_lines(actor))
            assert view.total == page.total * (view.package.amount if view.package else 0)
            assert view.sums.lines == page.total
            assert {line.line.customer.kind for line in page.lines} <= {view.kind}
            assert {line.line.customer.firm_id for line in page.lines} <= {actor.firm_id}
            if page.total <= len(page.lines):
                assert view.sums.incomplete == sum(bool(line.gaps) for line in page.lines)
            try:
                self._run(self.operations.check_ready(actor))
                refused = None
            except DomainError as error:
                refused = error.code
            assert view.ready is (refused in (None, "draft_not_confirmed", "already_ordered"))
            found = self._run(self.operations.find_already_ordered(actor))
            assert (found.total > 0) is (refused == "already_ordered") or not view.draft.confirmed
            assert view.draft.confirmed or refused is not None

    def _orders_add_up(self, rows: Dump) -> None:
        assert len({row["draft_id"] for row in rows["orders"]}) == len(rows["orders"])
        unplaced = {row["id"]: row for row in rows["drafts"] if row["order_id"] is None}
        open_drafts = [row["accountant_id"] for row in unplaced.values() if row["follows_id"] is None]
        assert len(set(open_drafts)) == len(open_drafts)
        awaited = [row["follows_id"] for row in unplaced.values() if row["follows_id"] is not None]
        assert len(set(awaited)) == len(awaited)
        assert set(awaited) <= unplaced.keys()
        kinds = {row["id"]: row["kind"] for row in rows["customers"]}
        merged = {row["id"] for row in rows["customers"] if row["merged_into"] is not None}
        assert not {row["id"] for row in rows["customers"] if row["in_catalogue"]} & merged
        held_now = {row["customer_id"] for row in rows["draft_lines"] if row["draft_id"] in unplaced}
        assert not held_now & merged
        for draft_id in awaited:
            (waiting,) = [row["id"] for row in unplaced.values() if row["follows_id"] == draft_id]
            held = [row["customer_id"] for row in rows["draft_lines"] if row["draft_id"] == waiting]
            assert len({kinds[customer_id] for customer_id in held}) <= 1
        for order in rows["orders"]:
            (draft,) = [row for row in rows["drafts"] if row["id"] == order["draft_id"]]
            assert (draft["order_id"], bool(draft["confirmed"])) == (order["id"], True)
            lines, requests = (
                [row for row in rows[table] if row["order_id"] == order["id"]]
                for table in ("order_lines", "payment_requests")
            )
            assert order["total"] == sum(line["amount"] for line in lines)
            assert order["total"] == sum(request["amount"] for request in requests)
            assert order["line_count"] == len(lines) > 0
            assert {line["kind"] for line in lines} == {order["kind"]}
            for line in lines:
                assert all(line[name] for name in ("name", "address", "representative", "email", "phone"))
                assert all(line[name] for name in ("notice_name", "notice_email", "notice_phone"))
        standing = {row["id"]: row for row in rows["orders"] if row["state"] != OrderState.CANCELLED}
        bought = [
            (
                standing[id_]["firm_id"],
                standing[id_]["package_code"],
                standing[id_]["fiscal_year"],
                line["tax_code"],
            )
            for line in rows["order_lines"]
            if (id_ := line["order_id"]) in standing
        ]
        assert len(set(bought)) == len(bought)
        codes = [row["code"] for row in rows["payment_requests"]]
        # An accountant's order of one customer has one code.
        alone = RecipientMode.ACCOUNTANT, 1
        codes += [row["code"] for row in rows["orders"] if (row["recipient"], row["line_count"]) != alone]
        assert len(set(codes)) == len(codes)
        assert all(map(is_code, codes))
        assert sum(job["name"] == PUSH_JOB for job in rows["jobs"]) == len(rows["pushes"])

    def _nobody_sees_the_others(self) -> None:
        for actor in self.actors:
            orders: Any = self._run(self.operations.list_orders(actor))
            assert {order.firm_id for order in orders.items} <= {actor.firm_id}
            customers = self._run(self.operations.find_customers(actor, page_size=100))
            assert {customer.firm_id for customer in customers.items} <= {actor.firm_id}


@pytest.mark.long
def test_whatever_two_accountants_do(prepared: tuple[Path, tuple[Actor, ...]]) -> None:
    machine = type("Prepared", (Accountants,), {"prepared": prepared})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            # Shrinking such long walks takes minutes, so the failing walk is printed as it is.
            phases=(Phase.generate,),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
