"""Claims: a request has at most one open claim, which back office settles."""

from dataclasses import replace

import pytest

from domain.payments import ClaimState, TransferClaim
from storage.database import Database
from tests.storage.conftest import LATER, Office, open_office
from tests.storage.test_payments import request
from tests.support.clock import NOON_OF_JUNE_15 as NOW

CODES = ("KTBBBBBB", "KTCCCCCC")


async def with_requests(office: Office) -> None:
    order = await office.order(await office.draft())
    async with office.database.write() as uow:
        await uow.payments.add_many([request(order, code) for code in CODES])


async def test_a_new_claim_takes_the_place_of_the_open_one(either: Database) -> None:
    office = await open_office(either)
    await with_requests(office)
    async with either.write() as uow:
        assert await uow.claims.open_of(CODES[0]) is None
        first = await uow.claims.add(CODES[0], office.owner.id, "photo-1", NOW)
        assert first == TransferClaim(
            first.id, CODES[0], office.owner.id, "photo-1", ClaimState.OPEN, NOW, note=""
        )
        other = await uow.claims.add(CODES[1], office.owner.id, "photo-2", NOW)
        second = await uow.claims.add(CODES[0], office.owner.id, "photo-3", LATER)
        assert await uow.claims.open_of(CODES[0]) == second
        assert await uow.claims.get(first.id) == replace(first, state=ClaimState.REFUSED)
        assert await uow.claims.open(0, 5) == ([other, second], 2)
        assert await uow.claims.open(1, 5) == ([second], 2)
        assert await uow.claims.get(77) is None


@pytest.mark.parametrize("state", [ClaimState.ACCEPTED, ClaimState.REFUSED])
async def test_a_settled_claim_is_open_no_more(office: Office, state: ClaimState) -> None:
    await with_requests(office)
    async with office.database.write() as uow:
        claim = await uow.claims.add(CODES[0], office.owner.id, "photo", NOW)
        await uow.claims.settle(claim.id, state, "Ảnh mờ")
        settled = replace(claim, state=state, note="Ảnh mờ")
        assert await uow.claims.get(claim.id) == settled
        assert await uow.claims.open_of(CODES[0]) is None
        assert await uow.claims.open(0, 5) == ([], 0)
        again = await uow.claims.add(CODES[0], office.owner.id, "photo", LATER)
        assert again.id != claim.id
        assert await uow.claims.get(claim.id) == settled
