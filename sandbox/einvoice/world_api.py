"""World API of SePay's invoices: what was issued, and the troubles to order."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from sandbox.einvoice.invoices import invoice_view
from sandbox.einvoice.server import EinvoiceServer
from sandbox.einvoice.trouble import CREATING, ERRORS, OPERATIONS, OUTCOMES, EinvoiceFault, Load
from sandbox.errors import NotPossible
from sandbox.requests import Body, done, read
from sandbox.world import World

Rate = Annotated[float, Field(ge=0, le=1)]
BuyerField = Literal["TAX_CODE", "NATIONAL_ID", "LEGAL_NAME", "ADDRESS"]


class FaultBody(Body):
    error: str
    times: int = Field(1, ge=1)
    operation: str | None = None
    tax_code: str | None = None
    field: BuyerField = "TAX_CODE"
    late: int = Field(1, ge=1)
    retry_after: int = Field(1, ge=0)


class LoadBody(Body):
    latency_ms: float = Field(0, ge=0)
    error_rate: Rate = 0
    lost_rate: Rate = 0
    fail_rate: Rate = 0
    fail_issued_rate: Rate = 0
    polls: int = Field(1, ge=0)
    bare: bool = False
    seed: int = 0


class AccountBody(Body):
    """`without` are series that the account does not have, such as that of the new year."""

    active: bool = True
    quota: int = Field(100_000, ge=0)
    without: list[str] = Field(default_factory=list)


class EinvoiceApi:
    """Routes under `/world/einvoice/`."""

    def __init__(self, world: World, einvoice: EinvoiceServer) -> None:
        self._world = world
        self._einvoice = einvoice

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/world/einvoice/invoices", self._invoices),
            web.get("/world/einvoice/invoices/{tracking}/pdf", self._pdf),
            web.get("/world/einvoice/faults", self._faults),
            web.post("/world/einvoice/faults", self._add_fault),
            web.delete("/world/einvoice/faults", self._no_faults),
            web.post("/world/einvoice/load", self._load),
            web.get("/world/einvoice/account", self._account),
            web.post("/world/einvoice/account", self._change_account),
        ]

    async def _invoices(self, request: web.Request) -> web.Response:
        return web.json_response([invoice_view(row) for row in self._einvoice.invoices])

    async def _pdf(self, request: web.Request) -> web.Response:
        invoices = self._einvoice.invoices
        rows = [row for row in invoices if row.tracking == request.match_info["tracking"]]
        content = invoices.file(rows[0], "pdf") if rows else b""
        if not content:
            raise NotPossible("there is no such file", 404)
        return web.Response(body=content, content_type="application/pdf")

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response([vars(fault) for fault in self._einvoice.faults])

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await read(request, FaultBody)
        if body.error not in ERRORS:
            raise NotPossible(f"error must be one of {', '.join(ERRORS)}")
        if body.operation not in (None, *OPERATIONS):
            raise NotPossible(f"operation must be one of {', '.join(OPERATIONS)}")
        if body.error in OUTCOMES and body.operation not in (None, *CREATING):
            raise NotPossible(f"{body.error} is about create or replace")
        self._einvoice.faults.add(EinvoiceFault(**body.model_dump()))
        return self._changed()

    async def _no_faults(self, request: web.Request) -> web.Response:
        self._einvoice.faults.clear()
        return self._changed()

    async def _load(self, request: web.Request) -> web.Response:
        """An empty body takes the load away."""
        self._einvoice.load = Load(**(await read(request, LoadBody)).model_dump())
        return done()

    async def _account(self, request: web.Request) -> web.Response:
        return web.json_response(self._einvoice.invoices.account)

    async def _change_account(self, request: web.Request) -> web.Response:
        """What is not named becomes as it was at first."""
        self._einvoice.invoices.change_account(**(await read(request, AccountBody)).model_dump())
        return done()

    def _changed(self) -> web.Response:
        self._world.events.publish("einvoice")
        return done()
