"""Transfers: each event stored once, with its outcome and its shares."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from domain.events import Event, Verb
from domain.licences import ActivationStep
from domain.transfers import Attention, Provider, ReportedTransfer, Share, Transfer, TransferState
from services.money.posting import post_repeated, take_in
from services.ports import DayTotals, TransferShare, UnitOfWork
from storage.database import Database
from storage.tables.activation import licences
from tests.storage.conftest import LATER, Office, open_office
from tests.storage.test_payments import request
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.planting import planted

REPORTED = ReportedTransfer(
    provider=Provider.SEPAY,
    event_id="92704",
    reference="FT26166000001",
    amount=10_000_000_000,
    outgoing=False,
    content="CT DEN KTBBBBBB Nguyễn Văn A",
    account="0011001234567",
    occurred_at=NOW - timedelta(minutes=3),
)


async def added(uow: UnitOfWork, event_id: str, **changes: Any) -> Transfer:
    reported = replace(REPORTED, event_id=event_id, **changes)
    transfer_id = await uow.transfers.add(reported, NOW)
    assert transfer_id is not None
    return Transfer(transfer_id, reported, TransferState.RECEIVED)


async def test_an_event_of_a_provider_is_kept_once(either: Database) -> None:
    async with planted(either) as uow:
        first = await added(uow, "1")
        assert await uow.transfers.add(replace(first.reported, amount=1), LATER) is None
        other = await added(uow, "1", provider=Provider.CASSO)
        assert await uow.transfers.get(first.id) == first
        assert await uow.transfers.get(other.id) == other
        assert await uow.transfers.get(77) is None


async def test_what_became_of_a_transfer_is_written_and_nothing_else(either: Database) -> None:
    async with planted(either) as uow:
        transfer, other = await added(uow, "1"), await added(uow, "2")
        became = replace(
            transfer,
            state=TransferState.MATCHED,
            attention=Attention.TOO_MUCH,
            surplus=9_000_000_000,
            note="Trả lại khách",
        )
        await uow.transfers.save(replace(became, reported=replace(REPORTED, amount=1, content="")))
        assert await uow.transfers.get(transfer.id) == became
        assert await uow.transfers.get(other.id) == other


async def test_a_twin_is_an_earlier_one_alike(office: Office) -> None:
    async with planted(office.database) as uow:
        first = await added(uow, "1")
        assert await uow.transfers.twin(first) is None
        others: dict[str, dict[str, Any]] = {
            "2": {"reference": "FT2"},
            "3": {"amount": 1},
            "4": {"outgoing": True},
        }
        for event_id, changes in others.items():
            assert await uow.transfers.twin(await added(uow, event_id, **changes)) is None
        assert await uow.transfers.twin(await added(uow, "5", provider=Provider.PAYOS)) == first.id
        assert await uow.transfers.twin(await added(uow, "6", provider=Provider.CASSO)) == first.id
        assert await uow.transfers.twin(first) is None
        await added(uow, "7", reference="")
        assert await uow.transfers.twin(await added(uow, "8", reference="")) is None


async def test_open_and_outgoing_transfers_are_listed(either: Database) -> None:
    async with planted(either) as uow:
        open_ones, outgoing = [], []
        for at, attention in enumerate(Attention):
            transfer = replace(await added(uow, f"in-{at}"), attention=attention)
            await uow.transfers.save(transfer)
            open_ones.append(transfer)
            await added(uow, f"settled-{at}")
            outgoing.append(await added(uow, f"out-{at}", outgoing=True))
        count = len(Attention)
        assert await uow.transfers.open(1, 2) == (open_ones[1:3], count)
        assert await uow.transfers.outgoing(1, 2) == (outgoing[::-1][1:3], count)
        await uow.transfers.save(replace(open_ones[1], attention=None))
        assert await uow.transfers.open(0, count) == ([open_ones[0], *open_ones[2:]], count - 1)


async def test_shares_keep_their_order(either: Database) -> None:
    office = await open_office(either)
    order = await office.order(await office.draft())
    codes = [f"KT{number:06d}" for number in range(40, 0, -1)]
    new = [Share(code, amount) for amount, code in enumerate(codes, -1)]
    async with planted(either) as uow:
        await uow.payments.add_many([request(order, code) for code in codes])
        transfer, other = await added(uow, "1"), await added(uow, "2")
        ids = await uow.transfers.add_shares(transfer.id, new, NOW)
        (last,) = await uow.transfers.add_shares(transfer.id, new[:1], LATER)
        assert await uow.transfers.add_shares(transfer.id, [], NOW) == []
        stored = [
            TransferShare(share_id, transfer.id, share, NOW) for share_id, share in zip(ids, new, strict=True)
        ]
        stored.append(TransferShare(last, transfer.id, new[0], LATER))
        assert await uow.transfers.shares(transfer.id) == stored
        assert await uow.transfers.shares(other.id) == []
        assert await uow.transfers.share(ids[3]) == stored[3]
        assert await uow.transfers.share(0) is None


async def test_a_span_of_nothing_adds_up_to_zero(either: Database) -> None:
    async with either.read() as uow:
        assert await uow.transfers.totals(NOW, LATER) == DayTotals(*[0] * 12)


async def told(uow: UnitOfWork, event_id: str, **changes: Any) -> Transfer:
    """A transfer with its entry in the books."""
    reported = replace(REPORTED, event_id=event_id, **changes)
    transfer_id = await take_in(uow, reported, NOW)
    assert transfer_id is not None
    return Transfer(transfer_id, reported, TransferState.RECEIVED)


async def test_the_totals_are_of_what_happened_in_the_span(either: Database) -> None:
    office = await open_office(either)
    order = await office.order(await office.draft())
    await office.order(await office.draft(), "KTAAAAAB")
    moments = {NOW - timedelta(seconds=1): 0, NOW: 1, LATER - timedelta(seconds=1): 2, LATER: 3}
    async with either.writing() as connection:
        row = {"order_id": order.id, "step": ActivationStep.DONE, "vendor_id": "", "login": ""}
        row |= {"failure_note": "", "generation": 0, "paid": False, "cancelled": False}
        row |= {"suspended": False, "by_hand": False}
        rows = [{**row, "position": at, "activated_at": moment} for moment, at in moments.items()]
        await connection.execute(insert(licences), [*rows, {**row, "position": 9, "activated_at": None}])
    async with either.write() as uow:
        for moment, at in moments.items():
            assert await take_in(uow, replace(REPORTED, event_id=f"{at}"), moment)
            await uow.events.add(Event(Verb.LICENCE_SUSPENDED, moment, order_id=order.id))
            await uow.events.add(Event(Verb.ORDER_CANCELLED, moment, order_id=order.id))
        await uow.events.add(Event(Verb.LICENCE_SUSPENDED, NOW, order_id=order.id))
        repeated = await told(uow, "repeated", amount=7)
        await post_repeated(uow, repeated, NOW)
        await uow.transfers.save(replace(repeated, state=TransferState.REPEATED, attention=Attention.NO_CODE))
        await told(uow, "outgoing", amount=7, outgoing=True)
        unmatched = await told(uow, "unmatched", amount=500)
        await uow.transfers.save(
            replace(unmatched, state=TransferState.UNMATCHED, attention=Attention.NO_CODE)
        )
        assert await uow.transfers.totals(NOW, LATER) == DayTotals(
            orders=2,
            ordered=2 * order.total,
            cancelled=2,
            transfers=3,
            received=2 * REPORTED.amount + 500,
            booked=0,
            waiting=2 * REPORTED.amount + 500,
            returned=0,
            ignored=0,
            open_transfers=1,
            activated=2,
            suspended=3,
        )
        assert (await uow.transfers.totals(LATER, LATER + timedelta(days=1))).transfers == 1
