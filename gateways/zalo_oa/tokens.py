"""The tokens of an Official Account: renewed in time, by one process at a time, kept before their first use.

A refresh token may be used once. Whoever loses the answer to a refresh is locked out until an administrator
consents again; so a lost answer is asked for once more, and then back office is told.
"""

import asyncio
import base64
import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken

from gateways.zalo.errors import AnswerLost, ZaloError
from gateways.zalo_oa.calls import SECONDS
from gateways.zalo_oa.errors import GrantLost, NotGranted
from gateways.zalo_oa.oauth import OaOauth, TokenPair
from services.ports import Clock
from services.ports.zalo_grants import ZaloGrant

RENEW_BEFORE = timedelta(hours=6)
"""How long before its end an access token, valid for 25 hours, is renewed."""

LOCKED_FOR = timedelta(seconds=3 * SECONDS)
"""How long one process has the refresh for itself: longer than its two tries take."""

TRY_AGAIN = timedelta(minutes=1)
"""After a refresh that failed, while the old token is still valid."""

LOOK_AGAIN = 0.5
"""How often, in seconds, the others look whether the process that refreshes is done."""

STORE_TRIES = 300
"""How often, once a second, a new pair is stored at most."""

_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

log = logging.getLogger(__name__)


class Grants(Protocol):
    """Where the grant is kept (`services.messaging.zalo_grants`). Each method commits before it returns."""

    async def read(self) -> ZaloGrant | None: ...
    async def begin(self, grant: ZaloGrant) -> None: ...
    async def lock(self, version: int, now: datetime, until: datetime) -> bool: ...
    async def renew(self, version: int, grant: ZaloGrant) -> bool: ...
    async def unlock(self, version: int) -> None: ...
    async def lose(self, version: int) -> None: ...


class OaTokens:
    """Gives a valid access token. `seed` is a refresh token to begin with, from Zalo's own tool."""

    def __init__(
        self,
        grants: Grants,
        oauth: OaOauth,
        app_secret: str,
        clock: Clock,
        seed: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._grants, self._oauth, self._clock, self._sleep = grants, oauth, clock, sleep
        key = hashlib.sha256(b"tokens of a Zalo Official Account\0" + app_secret.encode()).digest()
        self._seal = Fernet(base64.urlsafe_b64encode(key))
        self._seed, self._seed_known = seed, hashlib.sha256(seed.encode()).hexdigest() if seed else ""
        self._known: ZaloGrant | None = None
        self._one_at_a_time = asyncio.Lock()
        self._not_before = _NEVER

    async def access_token(self) -> str:
        """A token that is valid as far as is known. Raises `NotGranted` where nobody has consented, and what
        a refresh raises once the old token is over."""
        grant = self._known or await self._read()
        now = self._clock.now()
        if grant.expires_at - now <= RENEW_BEFORE:
            grant = await self._renewed_in_time(grant, now)
        self._known = grant
        return self._open(grant.access_token)

    async def renewed(self, refused: str) -> str:
        """Another token than this one, which Zalo has refused."""
        grant = await self._read()
        if self._open(grant.access_token) == refused:
            grant = await self._renew(grant)
        self._known = grant
        return self._open(grant.access_token)

    async def consented(self, code: str) -> None:
        """Begin anew with the code of an administrator's consent, which makes the seed worthless."""
        pair = await self._oauth.exchange(code)
        await self._grants.begin(self._sealed(pair, 0, self._seed_known))
        self._known = None

    async def _read(self) -> ZaloGrant:
        found = await self._grants.read()
        seed = self._seed_known
        if seed and (found is None or (found.is_lost and found.seed != seed)):
            start = ZaloGrant(self._hide("-"), self._hide(self._seed), _NEVER, 0, seed=seed)
            await self._grants.begin(start)
            found = await self._grants.read()
        if found is None:
            raise NotGranted(0, "no administrator has consented yet")
        return found

    async def _renewed_in_time(self, grant: ZaloGrant, now: datetime) -> ZaloGrant:
        is_valid = grant.expires_at > now
        if is_valid and now < self._not_before:
            return grant
        try:
            return await self._renew(grant)
        except ZaloError as error:
            if not is_valid:
                raise
            self._not_before = now + TRY_AGAIN
            log.warning("the token of the Official Account is not renewed yet: %s", error)
            return grant

    async def _renew(self, grant: ZaloGrant) -> ZaloGrant:
        """The grant after this one, whichever process refreshes it."""
        async with self._one_at_a_time:
            while True:
                current = await self._read()
                if current.version != grant.version:
                    return current
                if current.is_lost:
                    raise GrantLost(0, "an administrator must consent again")
                now = self._clock.now()
                if await self._grants.lock(grant.version, now, now + LOCKED_FOR):
                    return await self._refresh(current)
                await self._sleep(LOOK_AGAIN)

    async def _refresh(self, current: ZaloGrant) -> ZaloGrant:
        token = self._open(current.refresh_token)
        try:
            try:
                pair = await self._oauth.refresh(token)
            except AnswerLost:
                # It may have been carried out; then the second try says so.
                pair = await self._oauth.refresh(token)
        except GrantLost:
            await self._grants.lose(current.version)
            log.error("the grant of the Official Account is lost: an administrator must consent again")
            raise
        except ZaloError:
            await self._grants.unlock(current.version)
            raise
        renewed = self._sealed(pair, current.version + 1, current.seed)
        await self._keep(current.version, renewed)
        return renewed

    async def _keep(self, version: int, renewed: ZaloGrant) -> None:
        """Store the new pair, which is nowhere else: while the database is away, try again."""
        for left in reversed(range(STORE_TRIES)):
            try:
                await self._grants.renew(version, renewed)
            except Exception:
                log.exception("the new tokens of the Official Account are not stored yet")
                if not left:
                    raise
                await self._sleep(1.0)
            else:
                return

    def _sealed(self, pair: TokenPair, version: int, seed: str) -> ZaloGrant:
        ends = self._clock.now() + timedelta(seconds=pair.seconds)
        return ZaloGrant(
            self._hide(pair.access_token), self._hide(pair.refresh_token), ends, version, seed=seed
        )

    def _hide(self, token: str) -> str:
        return self._seal.encrypt(token.encode()).decode()

    def _open(self, sealed: str) -> str:
        try:
            return self._seal.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise NotGranted(0, "the tokens were stored under another ZALO_OA_APP_SECRET") from None
