"""The vendor's API over HTTP, under `/vendor`."""

import asyncio
import hmac
import json
from collections.abc import Callable
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Faults
from sandbox.requests import cut
from sandbox.vendor.contract import VendorError, check_new_licence, check_question
from sandbox.vendor.licences import Licences
from sandbox.vendor.trouble import Load, VendorFault

PATH = "/vendor"
TOKEN = "sandbox-vendor-token"
_KEY_LIMIT = 100


class VendorServer:
    """Strict: what the contract does not allow is refused, and a key is carried out once."""

    def __init__(self, licences: Licences) -> None:
        self.licences = licences
        self.faults: Faults[VendorFault] = Faults()
        self.load = Load()

    def routes(self) -> list[web.RouteDef]:
        licence = f"{PATH}/v1/licences/{{id}}"
        return [
            web.post(f"{PATH}/v1/licences", self._answered(self._create)),
            web.get(f"{PATH}/v1/licences", self._answered(self._find)),
            web.post(f"{PATH}/v1/licences/known", self._answered(self._known)),
            web.get(licence, self._answered(self._show)),
            web.post(f"{licence}/{{operation:suspend|restore}}", self._answered(self._change)),
            web.post(f"{licence}/reactivate", self._answered(self._reactivate)),
            web.route("*", f"{PATH}/{{rest:.*}}", self._answered(self._nowhere)),
        ]

    def _answered(self, handler: Handler) -> Handler:
        """Wrap a handler: check the token, apply the load, and word refusals as the contract does."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                if not hmac.compare_digest(_token(request), TOKEN.encode()):
                    raise VendorError("unauthorized", "the bearer token is not right")
                self.load.admit()
                await asyncio.sleep(self.load.latency_ms / 1000)
                return await handler(request)
            except VendorError as error:
                headers = {"Retry-After": str(error.retry_after)} if error.kind == "too_many" else {}
                return web.json_response(error.body(), status=error.status, headers=headers)

        return answer

    async def _create(self, request: web.Request) -> web.Response:
        key = _key(request.headers.getall("Idempotency-Key", []))
        body = await _json(request)
        check_new_licence(body)
        return await self._carry_out(
            request, "create", body["customer"]["tax_code"], key, 201, lambda: self.licences.create(key, body)
        )

    async def _reactivate(self, request: web.Request) -> web.Response:
        if self.licences.keeps_version_1:
            return await self._nowhere(request)
        key = _key(request.headers.getall("Idempotency-Key", []))
        body = await _json(request)
        check_new_licence(body)
        licence_id, tax_code = request.match_info["id"], body["customer"]["tax_code"]
        return await self._carry_out(
            request,
            "reactivate",
            tax_code,
            key,
            200,
            lambda: self.licences.reactivate(licence_id, key, body),
        )

    async def _change(self, request: web.Request) -> web.Response:
        key = _key(request.headers.getall("Idempotency-Key", []))
        operation = request.match_info["operation"]
        licence = self.licences.get(request.match_info["id"])
        return await self._carry_out(
            request,
            operation,
            licence.tax_code,
            key,
            200,
            lambda: self.licences.change(licence.id, operation, key, request.query.get("order_code")),
        )

    async def _carry_out(
        self,
        request: web.Request,
        operation: str,
        tax_code: str,
        key: str,
        status: int,
        act: Callable[[], dict[str, Any]],
    ) -> web.Response:
        """Carry out the call unless a fault or the load prevents it; either may also lose the answer."""
        done = self.licences.carried_out(key)
        fault = self.faults.take(lambda fault: fault.concerns(operation, tax_code, done))
        if fault:
            fault.refuse()
        if fault and fault.error == "500":
            return web.Response(status=500, text="ordered by the sandbox")
        self.load.fail()
        answer = act()
        if fault and fault.error == "hang":
            await asyncio.Event().wait()  # Wait until the caller gives up or the world ends.
        if (fault and fault.error == "lost") or self.load.loses():
            cut(request)
        return web.json_response(answer, status=status)

    async def _find(self, request: web.Request) -> web.Response:
        licence = self.licences.created_under(_key(request.query.getall("key", [])))
        return web.json_response(licence.answer(licence.state))

    async def _known(self, request: web.Request) -> web.Response:
        if self.licences.keeps_version_1:
            return await self._nowhere(request)
        body = await _json(request)
        check_question(body)
        self.load.fail()
        known = self.licences.known(body["fiscal_year"], body["tax_codes"])
        return web.json_response({"licensed": known})

    async def _show(self, request: web.Request) -> web.Response:
        licence = self.licences.get(request.match_info["id"])
        return web.json_response(licence.answer(licence.state))

    async def _nowhere(self, request: web.Request) -> NoReturn:
        raise VendorError("unknown", "there is nothing here")


def _token(request: web.Request) -> bytes:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.encode() if scheme.lower() == "bearer" else b""


def _key(given: list[str]) -> str:
    if len(given) != 1 or not 1 <= len(given[0]) <= _KEY_LIMIT:
        raise VendorError("invalid", f"give one key of 1 to {_KEY_LIMIT} characters")
    return given[0]


async def _json(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise VendorError("invalid", "the body must be application/json")
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise VendorError("invalid", "the body is not JSON") from error
