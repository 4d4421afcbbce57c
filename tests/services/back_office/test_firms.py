"""Firms that wait are approved or refused, and their owners are told."""

import pytest

from domain.chats import Channel
from domain.messaging.contents import FirmDecidedContent, FirmWaitingContent
from domain.people import Actor, FirmState
from services.operations import Operations, build_operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import CHANNELS, PAYEE, register_owner
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working


@pytest.fixture
def approving(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), approval=True)


@pytest.fixture
async def waiting(approving: Operations, desk: Actor) -> Actor:
    """The owner of a firm that waits."""
    return await register_owner(approving, 5)


async def test_back_office_is_told_and_sees_it(
    approving: Operations, desk: Actor, waiting: Actor, working: Working
) -> None:
    await working.work()
    (told,) = working.to(Channel.TELEGRAM)
    assert isinstance(told, FirmWaitingContent)
    page = await approving.desk.list_firms(desk, FirmState.WAITING)
    assert [firm.id for firm in page.items] == [waiting.firm_id]
    view = await approving.desk.view_firm(desk, waiting.firm_id)
    assert view.owner.id == waiting.accountant_id
    assert (await approving.desk.show_waiting(desk)).firms == 1


async def test_approved_once_and_told_once(
    approving: Operations, desk: Actor, waiting: Actor, working: Working, database: Database
) -> None:
    await approving.desk.approve_firm(desk, waiting.firm_id)
    async with unchanged(database):
        await approving.desk.approve_firm(desk, waiting.firm_id)
        with refusal("firm_decided"):
            await approving.desk.refuse_firm(desk, waiting.firm_id, "Muộn")
        with refusal("firm_unknown"):
            await approving.desk.view_firm(desk, waiting.firm_id)
    await working.work()
    # The message about the waiting firm has nothing left to say.
    (told,) = working.to(Channel.TELEGRAM)
    assert isinstance(told, FirmDecidedContent)
    assert told.firm.state is FirmState.APPROVED
    assert [row["verb"] for row in await rows_of(database, "events")] == ["firm_approved"]


async def test_refused_with_a_reason_and_approved_later(
    approving: Operations, desk: Actor, waiting: Actor, working: Working, database: Database
) -> None:
    with refusal("text_empty"):
        await approving.desk.refuse_firm(desk, waiting.firm_id, "  ")
    firm = await approving.desk.refuse_firm(desk, waiting.firm_id, " Sai mã số thuế ")
    assert (firm.state, firm.note) == (FirmState.REFUSED, "Sai mã số thuế")
    async with unchanged(database):
        await approving.desk.refuse_firm(desk, waiting.firm_id, "Sai mã số thuế")
    assert (await approving.desk.list_firms(desk, FirmState.WAITING)).total == 0
    assert (await approving.desk.list_firms(desk, FirmState.REFUSED)).items == (firm,)
    await working.work()
    firm = await approving.desk.approve_firm(desk, waiting.firm_id)
    assert (firm.state, firm.note) == (FirmState.APPROVED, "")
    await working.work()
    decided = [one.firm.state for one in working.to(Channel.TELEGRAM) if isinstance(one, FirmDecidedContent)]
    assert decided == [FirmState.REFUSED, FirmState.APPROVED]


@pytest.mark.parametrize("firm_id", [0, 4711, 2**70])
async def test_no_such_firm(approving: Operations, desk: Actor, firm_id: int) -> None:
    with refusal("firm_unknown"):
        await approving.desk.approve_firm(desk, firm_id)


async def test_the_vendors_own_firm_is_none_of_them(approving: Operations, desk: Actor) -> None:
    with refusal("firm_unknown"):
        await approving.desk.refuse_firm(desk, desk.firm_id, "Vì")
