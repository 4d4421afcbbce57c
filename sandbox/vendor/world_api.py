"""World API of the vendor: its licences, and the troubles to order."""

from typing import Literal

from aiohttp import web
from pydantic import Field

from sandbox.errors import NotPossible
from sandbox.requests import Body, done, read
from sandbox.vendor.licences import licence_view
from sandbox.vendor.server import VendorServer
from sandbox.vendor.trouble import ERRORS, Load, VendorFault
from sandbox.world import World


class FaultBody(Body):
    error: str
    times: int = Field(1, ge=1)
    tax_code: str | None = None
    operation: Literal["create", "reactivate", "suspend", "restore"] | None = None
    field: Literal["tax_code", "name", "address", "representative", "email", "phone", "accounting"] | None = (
        None
    )
    retry_after: int = Field(1, ge=0)


class LoadBody(Body):
    latency_ms: float = Field(0, ge=0)
    error_rate: float = Field(0, ge=0, le=1)
    lost_rate: float = Field(0, ge=0, le=1)
    limit_per_second: int | None = Field(None, ge=1)
    seed: int = 0


class ContractBody(Body):
    version: Literal["1", "1.1"]


class VendorApi:
    """Routes under `/world/vendor/`."""

    def __init__(self, world: World, vendor: VendorServer) -> None:
        self._world = world
        self._vendor = vendor

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/world/vendor/licences", self._licences),
            web.get("/world/vendor/faults", self._faults),
            web.post("/world/vendor/faults", self._add_fault),
            web.delete("/world/vendor/faults", self._no_faults),
            web.post("/world/vendor/load", self._load),
            web.post("/world/vendor/contract", self._contract),
        ]

    async def _licences(self, request: web.Request) -> web.Response:
        return web.json_response([licence_view(licence) for licence in self._vendor.licences])

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response([vars(fault) for fault in self._vendor.faults])

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await read(request, FaultBody)
        if body.error not in ERRORS:
            raise NotPossible(f"error must be one of {', '.join(ERRORS)}")
        self._vendor.faults.add(VendorFault(**body.model_dump()))
        return self._changed()

    async def _no_faults(self, request: web.Request) -> web.Response:
        self._vendor.faults.clear()
        return self._changed()

    async def _load(self, request: web.Request) -> web.Response:
        """An empty body takes the load away."""
        self._vendor.load = Load(**(await read(request, LoadBody)).model_dump())
        return done()

    async def _contract(self, request: web.Request) -> web.Response:
        """Which version of its contract the vendor keeps."""
        version = (await read(request, ContractBody)).version
        self._vendor.licences.keeps_version_1 = version == "1"
        return done()

    def _changed(self) -> web.Response:
        self._world.events.publish("vendor")
        return done()
