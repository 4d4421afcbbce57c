"""A second person looks at large payments and returns: one asks, another decides, and it is done once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from domain.chats import Channel
from domain.errors import DomainError
from domain.messaging.claim_contents import SignOffAskedContent, SignOffDecidedContent
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Actor, Right
from domain.sign_offs import AskedAct, SignedAct, SignOff, SignOffState, is_large
from services.back_office.people import EnsureBackOffice
from services.operations import Operations, build_operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working
from texts.back_office.log import table

LAN, HOA, MAI = 7, 8, 9
ABOVE = 1_000_000


@pytest.fixture
def ops(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), second_person_above=ABOVE)


@pytest.fixture
async def team(database: Database, clock: FixedClock, desk: Actor) -> list[Actor]:
    """Lan, who may not approve; Hoa and Mai, who may."""
    named = [(LAN, "Lê Thu Hà"), (HOA, "Hoa"), (MAI, "Mai")]
    await EnsureBackOffice(database, clock, "Nhà cung cấp")(named, [HOA, MAI])
    found = []
    async with database.read() as uow:
        for telegram_id, _ in named:
            one = await uow.chats.accountant_of(Channel.TELEGRAM, str(telegram_id))
            assert one is not None
            found.append(one.actor)
    assert found[0] == desk
    return found


async def requests_of(database: Database, order: Order) -> list[PaymentRequest]:
    async with database.read() as uow:
        return list(await uow.payments.of_order(order.id))


async def received(database: Database, order: Order) -> int:
    return sum(one.received for one in await requests_of(database, order))


def payment(request: PaymentRequest, amount: int = 0, reference: str = "FT1") -> AskedAct:
    return AskedAct(SignedAct.PAYMENT, request.code, amount or request.amount, reference)


@pytest.mark.parametrize(
    ("amount", "currency", "above", "large"),
    [(101, "VND", 100, True), (100, "VND", 100, False), (1, "USD", 100, True), (10**12, "USD", 0, False)],
)
def test_what_is_large(amount: int, currency: str, above: int, large: bool) -> None:
    assert is_large(amount, currency, above) is large


async def test_a_payment_waits_for_another_who_sees_who_asked_and_why(
    ops: Operations, team: list[Actor], order: Order, database: Database, working: Working
) -> None:
    lan, hoa, mai = team
    first, *_ = await requests_of(database, order)
    async with unchanged(database):
        with refusal("second_person", above=ABOVE):
            await ops.desk.enter_payment(lan, first.code, first.amount, "FT1")
    asked = await ops.desk.ask_sign_off(lan, payment(first), "Khách gửi ủy nhiệm chi")
    async with unchanged(database):
        assert await ops.desk.ask_sign_off(lan, payment(first), "Lần nữa") == asked
        with refusal("sign_off_waiting"):
            await ops.desk.ask_sign_off(hoa, payment(first), "Em cũng thấy")
        with refusal("not_allowed", reason=Right.APPROVE):
            await ops.desk.approve_sign_off(lan, asked.id)
    assert await received(database, order) == 0
    await working.work()
    told = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, SignOffAskedContent)]
    assert [(one.about.asker, one.about.sign_off.why) for one in told] == [
        ("Lê Thu Hà", "Khách gửi ủy nhiệm chi")
    ] * 2
    done = await ops.desk.approve_sign_off(hoa, asked.id)
    assert (done.state, done.decided_by) == (SignOffState.APPROVED, hoa.accountant_id)
    assert await received(database, order) == first.amount
    async with unchanged(database):
        await ops.desk.approve_sign_off(hoa, asked.id)
        with refusal("sign_off_decided"):
            await ops.desk.approve_sign_off(mai, asked.id)
        with refusal("sign_off_decided"):
            await ops.desk.withdraw_sign_off(lan, asked.id)
    await working.work()
    answers = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, SignOffDecidedContent)]
    assert [one.about.decider for one in answers] == ["Hoa"]
    assert (await ops.desk.list_sign_offs(hoa)).total == 0
    events = [row for row in await rows_of(database, "events") if "sign_off" in row["verb"]]
    assert [(row["verb"], row["accountant_id"]) for row in events] == [
        ("sign_off_asked", lan.accountant_id),
        ("sign_off_approved", hoa.accountant_id),
    ]
    day = ops.who_is.clock.today()
    log = table(await ops.desk.export_log(hoa, day, day)).rows
    said = [(row[1], row[6], row[7]) for row in log if row[6] == "FT1"]
    assert said == [
        ("Lê Thu Hà", "FT1", "Khách gửi ủy nhiệm chi"),
        ("Hoa", "FT1", "Khách gửi ủy nhiệm chi"),
        ("Lê Thu Hà", "FT1", "Khách gửi ủy nhiệm chi"),
    ]


async def test_who_may_approve_does_not_approve_their_own(
    ops: Operations, team: list[Actor], order: Order, database: Database
) -> None:
    _, hoa, mai = team
    first, *_ = await requests_of(database, order)
    asked = await ops.desk.ask_sign_off(hoa, payment(first), "Vì")
    async with unchanged(database):
        with refusal("sign_off_own"):
            await ops.desk.approve_sign_off(hoa, asked.id)
        with refusal("sign_off_own"):
            await ops.desk.refuse_sign_off(hoa, asked.id, "Thôi")
    assert (await ops.desk.show_second_person(hoa, ABOVE + 1)).others == ("Mai",)
    await ops.desk.approve_sign_off(mai, asked.id)
    assert await received(database, order) == first.amount


async def test_refused_with_a_reason_nothing_is_booked_and_it_may_be_asked_again(
    ops: Operations, team: list[Actor], order: Order, database: Database, working: Working
) -> None:
    lan, hoa, _ = team
    first, *_ = await requests_of(database, order)
    asked = await ops.desk.ask_sign_off(lan, payment(first), "Vì")
    refused = await ops.desk.refuse_sign_off(hoa, asked.id, "Sao kê chưa có")
    assert (refused.state, refused.note) == (SignOffState.REFUSED, "Sao kê chưa có")
    await working.work()
    (told,) = [one for one in working.to(Channel.TELEGRAM) if isinstance(one, SignOffDecidedContent)]
    assert told.about.sign_off.note == "Sao kê chưa có"
    assert await received(database, order) == 0
    again = await ops.desk.ask_sign_off(lan, payment(first), "Đã có sao kê")
    assert again.id != asked.id
    async with unchanged(database):
        with refusal("sign_off_unknown"):
            await ops.desk.withdraw_sign_off(hoa, again.id)
    await ops.desk.withdraw_sign_off(lan, again.id)
    async with unchanged(database):
        with refusal("sign_off_decided"):
            await ops.desk.approve_sign_off(hoa, again.id)


async def test_it_is_checked_again_against_what_is_open_by_then(
    ops: Operations, team: list[Actor], order: Order, database: Database, bank: Bank
) -> None:
    lan, hoa, _ = team
    first, second, _ = await requests_of(database, order)
    asked = await ops.desk.ask_sign_off(lan, payment(first), "Vì")
    await bank.tells(first.code, first.amount)
    async with unchanged(database):
        with refusal("payment_settled"):
            await ops.desk.approve_sign_off(hoa, asked.id)
    await bank.tells(second.code, second.amount + ABOVE + 1)
    (transfer,) = (await ops.desk.list_open_transfers(lan)).items
    returned = AskedAct(SignedAct.RETURN, str(transfer.id), ABOVE + 1, "FT9")
    asked = await ops.desk.ask_sign_off(lan, returned, "Khách đòi lại")
    assert asked.amount == ABOVE + 1
    await ops.desk.ignore_transfer(hoa, transfer.id, "Khách để lại")
    async with unchanged(database):
        with refusal("transfer_settled"):
            await ops.desk.approve_sign_off(hoa, asked.id)


async def test_a_return_and_a_claim(
    ops: Operations, team: list[Actor], order: Order, owner: Actor, database: Database, bank: Bank
) -> None:
    lan, hoa, _ = team
    first, second, _ = await requests_of(database, order)
    await bank.tells("khong ro", ABOVE + 1)
    (transfer,) = (await ops.desk.list_open_transfers(lan)).items
    with refusal("second_person"):
        await ops.desk.return_transfer(lan, transfer.id, "FT9")
    asked = await ops.desk.ask_sign_off(
        lan, AskedAct(SignedAct.RETURN, str(transfer.id), 0, "FT9"), "Chuyển nhầm"
    )
    await ops.desk.approve_sign_off(hoa, asked.id)
    assert (await ops.desk.view_transfer(lan, transfer.id)).transfer.note == "FT9"
    claim = await ops.claim_transfer(owner, second.code, "photo")
    with refusal("second_person"):
        await ops.settle_claim(lan, claim.id, True, "FT2")
    asked = await ops.desk.ask_sign_off(
        lan, AskedAct(SignedAct.CLAIM, str(claim.id), 0, "FT2"), "Có trên sao kê"
    )
    assert asked.amount == second.amount
    await ops.desk.approve_sign_off(hoa, asked.id)
    async with database.read() as uow:
        paid = await uow.payments.get(second.code)
    assert paid is not None
    assert paid.left == 0
    # To refuse a claim, or what is small, nobody else is needed.
    claim = await ops.claim_transfer(owner, first.code, "photo")
    await ops.settle_claim(lan, claim.id, False, "Chưa thấy")
    await ops.desk.enter_payment(lan, first.code, ABOVE, "FT3")


async def test_of_two_who_decide_at_once_one_does(
    ops: Operations, team: list[Actor], order: Order, database: Database
) -> None:
    lan, hoa, mai = team
    first, *_ = await requests_of(database, order)
    asked = await ops.desk.ask_sign_off(lan, payment(first), "Vì")
    tries = [ops.desk.approve_sign_off(one, asked.id) for one in (hoa, mai)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(one) for one in outcomes} == {SignOff, DomainError}
    assert await received(database, order) == first.amount


async def test_as_long_as_nobody_may_approve_one_person_works_alone(
    ops: Operations, desk: Actor, order: Order, database: Database
) -> None:
    first, *_ = await requests_of(database, order)
    assert not (await ops.desk.show_second_person(desk, first.amount)).needed
    await ops.desk.enter_payment(desk, first.code, first.amount, "FT1")
    assert await received(database, order) == first.amount


async def test_who_has_the_right_gives_and_takes_it(
    ops: Operations, team: list[Actor], database: Database, clock: FixedClock
) -> None:
    lan, hoa, mai = team
    desk = ops.desk

    async def may() -> list[str]:
        async with database.read() as uow:
            return [one.name for one in await uow.people.approvers()]

    calls: list[Callable[[Actor, int], Awaitable[None]]] = [desk.give_approval, desk.take_approval]
    for call in calls:
        with refusal("not_allowed", reason=Right.APPROVE):
            await call(lan, hoa.accountant_id)
        with refusal("colleague_unknown"):
            await call(hoa, 999)
    await desk.give_approval(hoa, lan.accountant_id)
    async with unchanged(database):
        await desk.give_approval(hoa, lan.accountant_id)
        with refusal("approver_self"):
            await desk.take_approval(hoa, hoa.accountant_id)
        with refusal("approver_of_setting"):
            await desk.take_approval(hoa, mai.accountant_id)
    assert await may() == ["Lê Thu Hà", "Hoa", "Mai"]
    named = [(LAN, "Lê Thu Hà"), (HOA, "Hoa"), (MAI, "Mai")]
    ensure = EnsureBackOffice(database, clock, "Nhà cung cấp")
    # What the chat gave stays at the next start; what the settings gave goes with them.
    assert await ensure(named, [HOA]) == 2
    assert await may() == ["Lê Thu Hà", "Hoa"]
    await desk.take_approval(hoa, lan.accountant_id)
    assert await may() == ["Hoa"]
    verbs = [row["verb"] for row in await rows_of(database, "events") if row["verb"].startswith("approver")]
    assert verbs == ["approver_named", "approver_dropped"]
