"""World API of the bank: transfers to make and those made, and what people are asked to pay."""

from typing import Literal

from aiohttp import web
from pydantic import Field

from sandbox.bank.bank import ACCOUNT, Bank, transfer_view
from sandbox.bank.instructions import instructions
from sandbox.errors import NotPossible
from sandbox.requests import Body, read
from sandbox.world import World


class TransferBody(Body):
    """`id` and `provider` name the event; `raw` keeps the bank from changing the content. With `lost` the
    webhook does not come, until the same event is told again without."""

    content: str
    amount: int = Field(ge=1)
    account: str = ACCOUNT
    id: int | str | None = None
    outgoing: bool = False
    provider: Literal["sepay", "payos", "casso", "gpmpay"] = "sepay"
    reference: str | None = None
    raw: bool = False
    currency: str = "VND"
    lost: bool = False


class BankApi:
    """Routes under `/world/bank/`."""

    def __init__(self, world: World, bank: Bank) -> None:
        self._world = world
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/world/bank/transfers", self._transfers),
            web.post("/world/bank/transfers", self._transfer),
            web.get("/world/bank/instructions", self._instructions),
        ]

    async def _transfers(self, request: web.Request) -> web.Response:
        return web.json_response([transfer_view(transfer) for transfer in self._bank.transfers])

    async def _transfer(self, request: web.Request) -> web.Response:
        """The same provider and id again is a repeat delivery of the first transfer."""
        body = await read(request, TransferBody)
        if body.outgoing and body.provider == "payos":
            raise NotPossible("payOS tells of incoming transfers only")
        if body.currency != "VND" and body.provider != "payos":
            raise NotPossible("only payOS tells of the currency")
        transfer = self._bank.transfer(**body.model_dump())
        await self._bank.tell(transfer)
        return web.json_response(
            {"id": transfer.id, "delivered": transfer.delivered, "status": transfer.status}
        )

    async def _instructions(self, request: web.Request) -> web.Response:
        return web.json_response(instructions(self._world, self._bank.transfers))
