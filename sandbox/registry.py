"""The registry of taxpayers (`docs/api/registry.yaml`) under `/registry`, and its World API."""

import asyncio
import hmac
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
from aiohttp import web
from pydantic import Field

from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from sandbox.errors import NotPossible
from sandbox.faults import Faults
from sandbox.requests import Body, done, read
from sandbox.world import World

PATH = "/registry"
TOKEN = "sandbox-registry-token"
ERRORS = {"unauthorized": 401, "unknown": 404, "too_many": 429, "500": 500, "unavailable": 503}
ODD = ("garbage", "huge", "hang")
_SWITCH = "registry"
_CODES = {401: "10", 404: "51", 429: "20", 503: "90"}
_TRADES = ("Thương mại", "Xây dựng", "Cơ khí", "Nông sản", "Vận tải", "In ấn", "Dược phẩm", "May mặc")
_NAMES = ("Sao Mai", "Thiên Ân", "Hưng Thịnh", "Việt Đức", "Lộc Phát", "Minh Khôi", "Phú Quý", "Đông Á")
_PLACES = ("Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "TP. Hồ Chí Minh", "Cần Thơ", "Nghệ An", "Lâm Đồng")


@dataclass
class RegistryFault:
    """How the next `times` questions, about one tax code or any, end: with an HTTP error, with garbage, with
    a huge answer, or never ("hang")."""

    error: str
    times: int = 1
    tax_code: str | None = None
    retry_after: int = 1


class FaultBody(Body):
    error: str
    times: int = Field(1, ge=1)
    tax_code: str | None = None
    retry_after: int = Field(1, ge=0)


class SwitchBody(Body):
    on: bool


class RegistryServer:
    """Knows the sample customers, and invents a company for any other valid code. It can be switched off.
    `asked` counts the questions."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.faults: Faults[RegistryFault] = Faults()
        self.asked = 0

    @property
    def on(self) -> bool:
        return bool(self._world.setting(_SWITCH, True))

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{PATH}/v2/business/{{tax_code}}", self._find),
            web.get("/world/registry", self._state),
            web.post("/world/registry", self._switch),
            web.get("/world/registry/faults", self._list_faults),
            web.post("/world/registry/faults", self._add_fault),
            web.delete("/world/registry/faults", self._no_faults),
        ]

    async def _find(self, request: web.Request) -> web.Response:
        tax_code = request.match_info["tax_code"]
        self.asked += 1
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {TOKEN}".encode()):
            return _nothing(401)
        if not self.on:
            return _nothing(503)
        if fault := self.faults.take(lambda fault: fault.tax_code in (None, tax_code)):
            return await _failed(fault)
        try:
            right = parse_tax_code(tax_code).value == tax_code and len(tax_code) != 12
        except DomainError:
            right = False
        if not right:
            return _nothing(404)
        name, address = _samples().get(tax_code) or _invented(tax_code)
        data = {
            "id": tax_code,
            "name": name,
            "internationalName": None,
            "shortName": None,
            "address": address,
        }
        return web.json_response({"code": "00", "desc": "Success", "data": data})

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response({"on": self.on, "asked": self.asked})

    async def _switch(self, request: web.Request) -> web.Response:
        self._world.set(_SWITCH, (await read(request, SwitchBody)).on)
        return self._changed()

    async def _list_faults(self, request: web.Request) -> web.Response:
        return web.json_response([vars(fault) for fault in self.faults])

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await read(request, FaultBody)
        if body.error not in (*ERRORS, *ODD):
            raise NotPossible(f"error must be one of {', '.join((*ERRORS, *ODD))}")
        self.faults.add(RegistryFault(**body.model_dump()))
        return self._changed()

    async def _no_faults(self, request: web.Request) -> web.Response:
        self.faults.clear()
        return self._changed()

    def _changed(self) -> web.Response:
        self._world.events.publish("registry")
        return done()


async def _failed(fault: RegistryFault) -> web.Response:
    if fault.error == "hang":
        await asyncio.Event().wait()  # Wait until the caller gives up or the world ends.
    if fault.error in ODD:
        return web.Response(text="<html>" * (1 if fault.error == "garbage" else 1_000_000))
    return _nothing(ERRORS[fault.error], fault.retry_after)


def _nothing(status: int, retry_after: int = 1) -> web.Response:
    if status == 500:
        return web.Response(status=500, text="ordered by the sandbox")
    headers = {"Retry-After": str(retry_after)} if status == 429 else {}
    body = {"code": _CODES[status], "desc": "Nothing", "data": None}
    return web.json_response(body, status=status, headers=headers)


def _invented(tax_code: str) -> tuple[str, str]:
    """An invented company, the same each time it is asked for."""
    chance = random.Random(tax_code)
    name = f"Công ty TNHH {chance.choice(_TRADES)} {chance.choice(_NAMES)} {tax_code[-4:]}"
    return name, f"Số {chance.randint(1, 300)} đường {chance.choice(_NAMES)}, {chance.choice(_PLACES)}"


@cache
def _samples() -> dict[str, tuple[str, str]]:
    """Name and address of the sample customers by tax code."""
    found = {}
    for path in (Path(__file__).parent / "samples").glob("khach-hang-*.xlsx"):
        rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, max_col=4, values_only=True)
        found.update({str(code): (str(name), str(address)) for _, code, name, address in rows if code})
    return found
