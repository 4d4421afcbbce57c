"""The tokens of an Official Account, against the sandbox's servers and a real database."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from domain.messaging.limit_pushes import ZaloGrantLost
from gateways.zalo.errors import AnswerLost, ServerTrouble
from gateways.zalo_oa.errors import GrantLost, NotGranted
from gateways.zalo_oa.tokens import LOCKED_FOR, OaTokens
from services.messaging.zalo_grants import KeepGrant
from services.ports.zalo_grants import ZaloGrant
from tests.gateways.zalo_oa.accounts import Account
from tests.support.builders import back_office_person


async def grant_of(account: Account) -> ZaloGrant:
    found = await KeepGrant(account.database, account.clock).read()
    assert found is not None
    return found


async def told(account: Account) -> int:
    """How many pushes about the lost grant wait."""
    async with account.database.read() as uow:
        return sum([await uow.pushes.count_about(ZaloGrantLost(str(version))) for version in range(10)])


async def test_it_begins_with_the_token_of_the_settings_and_is_kept(account: Account) -> None:
    token = await (await account.tokens()).access_token()
    grant = await grant_of(account)
    assert token not in grant.access_token
    assert grant.version == 2
    # Another process, also one without that setting, takes what is kept.
    assert await (await account.tokens(seed="")).access_token() == token
    assert (await grant_of(account)).version == 2


async def test_without_a_consent_nothing_can_be_sent(account: Account) -> None:
    with pytest.raises(NotGranted, match="no administrator has consented"):
        await (await account.tokens(seed="")).access_token()


async def test_a_consent_begins_anew(account: Account) -> None:
    tokens = await account.tokens(seed="")
    await tokens.consented(account.server.account.consent())
    assert await tokens.access_token()
    first = await tokens.access_token()
    await tokens.consented(account.server.account.consent())
    assert await tokens.access_token() != first


async def test_it_is_renewed_in_time_once_by_many_at_once(account: Account) -> None:
    processes = [await account.tokens() for _ in range(3)]
    first = {await one.access_token() for one in processes}
    assert len(first) == 1
    account.clock.forward(hours=20)
    renewed = set(await asyncio.gather(*(one.access_token() for one in processes for _ in range(5))))
    assert len(renewed) == 1
    assert not first & renewed
    assert (await grant_of(account)).version == 3


async def test_one_that_zalo_refuses_is_renewed_once(account: Account) -> None:
    processes = [await account.tokens() for _ in range(3)]
    refused = [await one.access_token() for one in processes]
    pairs = zip(processes, refused, strict=True)
    renewed = set(await asyncio.gather(*(one.renewed(token) for one, token in pairs)))
    assert len(renewed) == 1
    assert (await grant_of(account)).version == 3


async def test_while_zalo_is_away_the_old_one_serves_until_it_ends(account: Account) -> None:
    tokens = await account.tokens()
    first = await tokens.access_token()
    account.clock.forward(hours=20)
    account.trouble(500, "access_token", times=100)
    assert await tokens.access_token() == first
    account.clock.forward(hours=6)
    with pytest.raises(ServerTrouble):
        await tokens.access_token()
    account.server.zalo.faults.clear()
    assert await tokens.access_token() != first


async def test_a_lost_answer_locks_nobody_out_without_a_message(account: Account) -> None:
    await back_office_person(account.database, account.clock)
    tokens = await account.tokens()
    first = await tokens.access_token()
    account.clock.forward(hours=20)
    account.trouble(0, "access_token")
    # The refresh was carried out, so the token is used up: the old access token serves for its last hours.
    assert await tokens.access_token() == first
    assert (await grant_of(account)).is_lost
    assert await told(account) == 1
    account.clock.forward(hours=6)
    for _ in range(2):
        with pytest.raises(GrantLost):
            await tokens.access_token()
    assert await told(account) == 1
    await tokens.consented(account.server.account.consent())
    assert await tokens.access_token()
    assert not (await grant_of(account)).is_lost


class Killed(BaseException):
    pass


@dataclass(frozen=True, slots=True)
class Dying(KeepGrant):
    """A process that is killed before or after one of its steps."""

    step: str = ""
    before: bool = True

    async def lock(self, version: int, now: datetime, until: datetime) -> bool:
        return await self._at("lock", KeepGrant.lock(self, version, now, until))

    async def renew(self, version: int, grant: ZaloGrant) -> bool:
        return await self._at("renew", KeepGrant.renew(self, version, grant))

    async def _at(self, step: str, act: Coroutine[Any, Any, bool]) -> bool:
        if step == self.step and self.before:
            act.close()
            raise Killed
        done = await act
        if step == self.step:
            raise Killed
        return done


@pytest.mark.parametrize("step", ["lock", "renew"])
@pytest.mark.parametrize("before", [True, False])
async def test_a_process_that_dies_at_any_step_leaves_a_token_or_a_message(
    account: Account, step: str, before: bool
) -> None:
    await back_office_person(account.database, account.clock)
    await (await account.tokens()).access_token()
    account.clock.forward(hours=26)
    dying = await account.tokens(keep=Dying(account.database, account.clock, step, before))
    with pytest.raises(Killed):
        await dying.access_token()
    account.clock.forward(seconds=LOCKED_FOR.total_seconds() + 1)
    other = await account.tokens()
    used_up = step == "renew" and before
    if used_up:
        with pytest.raises(GrantLost):
            await other.access_token()
    else:
        assert await other.access_token()
    assert await told(account) == used_up


async def test_another_secret_does_not_open_what_is_kept(account: Account) -> None:
    await (await account.tokens()).access_token()
    tokens = await account.tokens()
    other = OaTokens(KeepGrant(account.database, account.clock), tokens._oauth, "another", account.clock)
    with pytest.raises(NotGranted, match="another ZALO_OA_APP_SECRET"):
        await other.access_token()


async def test_an_outage_of_zalo_gives_the_refresh_back(account: Account) -> None:
    tokens = await account.tokens()
    await tokens.access_token()
    account.clock.forward(hours=26)
    account.trouble(503, "access_token")
    with pytest.raises((ServerTrouble, AnswerLost)):
        await tokens.access_token()
    assert await tokens.access_token()
