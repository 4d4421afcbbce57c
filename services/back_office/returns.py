"""Cases of returns: which money is to be given back, why, and who works on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import DomainError
from domain.events import Verb
from domain.orders import Order
from domain.people import Actor, Firm, Right
from domain.return_cases import CaseState, ReturnCase
from domain.transfers import Transfer
from services.audit import record
from services.back_office.transfers import check_returnable
from services.messaging.contents.reading import order_of
from services.money.booking import open_case
from services.money.naming import taken_transfer
from services.money.second_person import waiting_for_second
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import RowFilter, RowState, UnitOfWork


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its transfer. `amount` is what is to be given back, or was, in the transfer's currency;
    `owner` is the name of who works on it, empty for nobody."""

    case: ReturnCase
    transfer: Transfer
    state: CaseState
    owner: str
    order: Order | None
    firm: Firm | None

    @property
    def amount(self) -> int:
        if self.state is CaseState.RETURNED:
            return self.case.returned
        return self.transfer.surplus or self.transfer.reported.amount


@dataclass(frozen=True, slots=True)
class CasePage:
    items: tuple[CaseView, ...]
    total: int


class ListCases(Operation):
    """Cases whose money still waits, oldest first, or those that are done, newest first."""

    async def __call__(self, actor: Actor, is_open: bool = True, page: int = 0) -> CasePage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            state = RowState.OPEN if is_open else RowState.DONE
            wanted = RowFilter(state, None, None, None, None, page * PAGE_SIZE, PAGE_SIZE)
            found, total = await uow.desk_tables.cases(wanted)
            return CasePage(await case_views(uow, found), total)


class FindCase(Operation):
    """The case of a transfer, if it has one."""

    async def __call__(self, actor: Actor, transfer_id: int) -> CaseView | None:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            case = await uow.return_cases.of_transfer(transfer_id)
            transfer = await uow.transfers.get(transfer_id)
            return await case_view(uow, case, transfer) if case and transfer else None


class ViewCase(Operation):
    """One case. Raises `DomainError("case_unknown")`."""

    async def __call__(self, actor: Actor, case_id: int) -> CaseView:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            case = await uow.return_cases.get(case_id) if case_id <= LARGEST_ID else None
            transfer = await uow.transfers.get(case.transfer_id) if case else None
            if case is None or transfer is None:
                raise DomainError("case_unknown")
            return await case_view(uow, case, transfer)


class TakeCase(Operation):
    """Work on giving a transfer's money back: its case is opened, if it has none, and is the actor's from now
    on, whoever had it. A repeat changes nothing. Raises `DomainError`: `transfer_unknown`,
    `transfer_settled`, `transfer_outgoing`."""

    async def __call__(self, actor: Actor, transfer_id: int) -> CaseView:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        async with self.units.write() as uow:
            transfer = await taken_transfer(uow, transfer_id)
            if transfer is None:
                raise DomainError("transfer_unknown")
            check_returnable(transfer)
            await open_case(uow, transfer, now)
            case = await uow.return_cases.of_transfer(transfer_id)
            assert case is not None
            if case.owner_id != actor.accountant_id:
                await uow.return_cases.own(case.id, actor.accountant_id)
                order = await order_of(uow, case.order_id) if case.order_id is not None else None
                await record(
                    uow,
                    Verb.CASE_TAKEN,
                    now,
                    by=actor,
                    order=order,
                    case=case.id,
                    transfer=transfer_id,
                    transfer_reference=transfer.reported.reference,
                    attention=transfer.attention or "",
                )
            taken = await uow.return_cases.get(case.id)
            assert taken is not None
            return await case_view(uow, taken, transfer)


async def case_view(uow: UnitOfWork, case: ReturnCase, transfer: Transfer) -> CaseView:
    (view,) = await case_views(uow, [(case, transfer)])
    return view


async def case_views(uow: UnitOfWork, found: Sequence[tuple[ReturnCase, Transfer]]) -> tuple[CaseView, ...]:
    """Cases as people see them, by as many statements for fifty as for one."""
    waiting = await waiting_for_second(uow, [transfer for _, transfer in found])
    names = await uow.people.names({case.owner_id for case, _ in found if case.owner_id is not None})
    orders = await uow.desk_tables.placed({case.order_id for case, _ in found if case.order_id is not None})
    views = []
    for case, transfer in found:
        order, firm = orders.get(case.order_id or 0, (None, None))
        state = case.state(transfer, transfer.id in waiting)
        views.append(CaseView(case, transfer, state, names.get(case.owner_id or 0, ""), order, firm))
    return tuple(views)
