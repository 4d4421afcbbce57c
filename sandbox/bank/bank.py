"""The bank: keeps the transfers, and reports each to the bot until the bot has taken it."""

import asyncio
from itertools import count
from typing import Any

import aiohttp

from domain.text import without_diacritics
from sandbox.bank.webhooks import ACCOUNT as ACCOUNT
from sandbox.bank.webhooks import Transfer, webhook
from sandbox.errors import NotPossible
from sandbox.journal import Table
from sandbox.world import World, iso

_RETRIES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # Seconds before each new try while the bot is down.
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_FIRST_ID = 92_001
_FIRST_REFERENCE = 2_427_229_823


class Bank:
    """`bot_url` is the bot's own web address, None as long as there is no bot."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rows = Table(world.journal, "transfers", Transfer)
        self._balance = sum(-row.amount if row.outgoing else row.amount for row in self._rows)
        self._retrying: dict[str, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None
        self.bot_url: str | None = None
        self.numbers: dict[str, str] = {}
        """Account numbers that were given, with the order code of each."""
        self.telling = 0  # Deliveries being made now.

    @property
    def transfers(self) -> list[Transfer]:
        return list(self._rows)

    def start(self) -> None:
        """Tell the bot of transfers that an earlier run could not deliver."""
        self._http = aiohttp.ClientSession(timeout=_TIMEOUT)
        for transfer in self._rows:
            if _down(transfer.status) and not transfer.lost:
                self._retry(transfer)

    async def stop(self) -> None:
        for task in self._retrying.values():
            task.cancel()
        await asyncio.gather(*self._retrying.values(), return_exceptions=True)
        if self._http:
            await self._http.close()

    @property
    def waiting(self) -> int:
        """How many transfers the bot has not been told of."""
        return self.telling + len(self._retrying)

    def transfer(
        self,
        provider: str,
        content: str,
        amount: int,
        id: int | str | None,
        outgoing: bool,
        account: str,
        reference: str | None,
        raw: bool,
        currency: str = "VND",
        lost: bool = False,
    ) -> Transfer:
        """Make a transfer, or return the one with this provider and id. Raises NotPossible if they differ."""
        number = len(self._rows)
        if id is None:
            id = next(n for n in count(_FIRST_ID + number) if not self._rows.get(f"{provider} {n}"))
        elif known := self._rows.get(f"{provider} {id}"):
            if (known.said, known.amount, known.outgoing) != (content, amount, outgoing):
                raise NotPossible(f"transfer {id} was another one", 409)
            known.lost = lost
            return known
        self._balance += -amount if outgoing else amount
        row = Transfer(
            id=id,
            provider=provider,
            said=content,
            content=content if raw else _mangled(content, number, account),
            amount=amount,
            outgoing=outgoing,
            account=account,
            reference=reference if reference is not None else f"MBVCB.{_FIRST_REFERENCE + number}",
            date=self._world.now(),
            balance=self._balance,
            currency=currency,
            lost=lost,
        )
        return self._keep(row)

    async def tell(self, transfer: Transfer) -> None:
        """Post the webhook once, unless it is lost. If the bot is down, keep trying in the background."""
        if transfer.lost:
            return
        await self._deliver(transfer)
        if _down(transfer.status):
            self._retry(transfer)

    def _retry(self, transfer: Transfer) -> None:
        if transfer.key not in self._retrying:
            task = asyncio.create_task(self._go_on(transfer))
            self._retrying[transfer.key] = task
            task.add_done_callback(lambda _: self._retrying.pop(transfer.key))

    async def _go_on(self, transfer: Transfer) -> None:
        for pause in _RETRIES:
            await asyncio.sleep(pause)
            await self._deliver(transfer)
            if not _down(transfer.status):
                return

    async def _deliver(self, transfer: Transfer) -> None:
        assert self._http
        call = webhook(transfer, self._world.now())
        status: int | None = None
        self.telling += 1
        try:
            if self.bot_url:
                url = f"{self.bot_url}/webhooks/{transfer.provider}"
                async with self._http.post(url, data=call.body, headers=call.headers) as answer:
                    status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        finally:
            self.telling -= 1
        transfer.deliveries += 1
        transfer.status = status
        self._keep(transfer)

    def _keep(self, transfer: Transfer) -> Transfer:
        self._world.events.publish("bank")
        return self._rows.put(transfer.key, transfer)


def transfer_view(transfer: Transfer) -> dict[str, Any]:
    """The transfer as the World API shows it."""
    return vars(transfer) | {"date": iso(transfer.date), "delivered": transfer.delivered}


def _down(status: int | None) -> bool:
    """Whether the webhook must be posted again. A refusal (4xx) is final."""
    return status is None or status >= 500


def _mangled(content: str, number: int, account: str) -> str:
    """The words of a transfer as a bank passes them on."""
    plain = without_diacritics(content)
    ours = f"MBVCB.{_FIRST_REFERENCE + number}.{174_242 + number}"
    return f"{ours}.{plain}.CT tu 0011002345678 NGUYEN VAN A toi {account}"
