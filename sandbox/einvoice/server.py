"""SePay's API over HTTP, under `/einvoice`."""

import asyncio
import hmac
import secrets
from base64 import b64encode
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.einvoice.contract import EinvoiceError, NewInvoice, read_document
from sandbox.einvoice.invoices import ACCOUNT, REJECTED, WORKING, Invoices, SandboxInvoice
from sandbox.einvoice.trouble import CREATING, LATE, EinvoiceFault, Load
from sandbox.faults import Faults
from sandbox.requests import cut
from sandbox.world import World

PATH = "/einvoice"
CLIENT_ID = "sandbox-einvoice-client"
CLIENT_SECRET = "sandbox-einvoice-secret"
_TOKEN_SECONDS = 86_400
_ABSENT = ("template_code", "invoice_series", "tax_authority_code", "lookup_code")


def environment(server_url: str) -> dict[str, str]:
    """The settings of a bot that has its invoices issued here."""
    return {
        "INVOICE_MODE": "sepay",
        "INVOICE_SERIES": ",".join(f"20{year}=C{year}TAA" for year in range(26, 40)),
        "SEPAY_EINVOICE_URL": f"{server_url}{PATH}",
        "SEPAY_EINVOICE_CLIENT_ID": CLIENT_ID,
        "SEPAY_EINVOICE_CLIENT_SECRET": CLIENT_SECRET,
        "SEPAY_EINVOICE_ACCOUNT": ACCOUNT,
    }


class EinvoiceServer:
    """Strict: what is not well formed is refused, and a reference is issued once."""

    def __init__(self, world: World, invoices: Invoices) -> None:
        self._world = world
        self.invoices = invoices
        self.faults: Faults[EinvoiceFault] = Faults()
        self.load = Load()
        self._tokens: dict[str, int] = {}

    def routes(self) -> list[web.RouteDef]:
        account, invoice = f"{PATH}/v1/provider-accounts", f"{PATH}/v1/invoices"
        return [
            web.post(f"{PATH}/v1/token", self._answered("token", self._token)),
            web.get(account, self._answered("account", self._accounts)),
            web.get(f"{account}/{{id}}", self._answered("account", self._account)),
            web.get(f"{PATH}/v1/usage", self._answered("usage", self._usage)),
            web.post(f"{invoice}/create", self._answered("create", self._create)),
            web.post(f"{invoice}/replace", self._answered("replace", self._create)),
            web.get(f"{invoice}/create/check/{{tracking}}", self._answered("check", self._check)),
            web.get(f"{invoice}/{{name}}/download", self._answered("download", self._download)),
            web.get(f"{invoice}/{{name}}", self._answered("show", self._show)),
            web.route("*", f"{PATH}/{{rest:.*}}", self._answered("", self._nowhere)),
        ]

    def _answered(self, operation: str, handler: Handler) -> Handler:
        """Wrap a handler: check the token, play the faults of a call, and word refusals as SePay does."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                await asyncio.sleep(self.load.latency_ms / 1000)
                if operation != "token":
                    self._check_token(request)
                if operation in CREATING:
                    return await handler(request)
                fault = self._take(operation, None, False)
                return self._troubled(fault) or await self._given(request, fault, await handler(request))
            except EinvoiceError as error:
                headers = {"Retry-After": str(error.retry_after)} if error.status == 429 else {}
                return web.json_response(error.body(), status=error.status, headers=headers)

        return answer

    def _take(self, operation: str, tax_code: str | None, known: bool) -> EinvoiceFault | None:
        fault = self.faults.take(lambda fault: fault.concerns(operation, tax_code, known))
        if fault:
            self._world.events.publish("einvoice")
        return fault

    def _troubled(self, fault: EinvoiceFault | None) -> web.Response | None:
        """The answer to a call of which nothing is done. Raises EinvoiceError."""
        if fault is None:
            return None
        if fault.error in ("unauthorized", "general"):
            self._tokens.clear()
        fault.refuse()
        if fault.error == "general":
            return web.json_response({"error": "Internal Server Error", "message": "GENERAL"}, status=500)
        if fault.error == "html":
            return web.Response(
                status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html"
            )
        return None

    async def _given(
        self, request: web.Request, fault: EinvoiceFault | None, answer: web.StreamResponse
    ) -> web.StreamResponse:
        """The answer to what was done, unless it is lost."""
        if fault and fault.error == "hang":
            await asyncio.Event().wait()  # Wait until the caller gives up or the world ends.
        if fault and fault.error == "lost":
            cut(request)
        return answer

    async def _token(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode()
        right = b"Basic " + b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode())
        if not hmac.compare_digest(given, right):
            raise EinvoiceError(401, "UNAUTHORIZED")
        token = secrets.token_urlsafe(30)
        self._tokens[token] = self._world.now() + _TOKEN_SECONDS
        return _success({"access_token": token, "token_type": "Bearer", "expires_in": _TOKEN_SECONDS})

    def _check_token(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or self._world.now() >= self._tokens.get(token, 0):
            raise EinvoiceError(401, "UNAUTHORIZED")

    async def _accounts(self, request: web.Request) -> web.Response:
        item = {name: value for name, value in self.invoices.account_view().items() if name != "templates"}
        paging = {"per_page": 20, "total": 1, "has_more": False, "current_page": 1, "page_count": 1}
        return web.json_response({"data": {"paging": paging, "items": [item]}})

    async def _account(self, request: web.Request) -> web.Response:
        if request.match_info["id"] != ACCOUNT:
            raise EinvoiceError(404, "EINVOICE_PROVIDER_ACCOUNT_NOT_FOUND")
        return _success(self.invoices.account_view())

    async def _usage(self, request: web.Request) -> web.Response:
        return _success({"quota_remaining": self.invoices.account["quota"]})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        operation = request.path.rpartition("/")[2]
        if request.content_type != "application/json":
            raise EinvoiceError(400, "EINVOICE_BODY_INVALID")
        new = read_document(await request.read(), operation == "replace", self._world.now())
        buyer, known = new.buyer, self.invoices.knows(new.reference_code)
        number = buyer.tax_code or buyer.national_id
        fault = self._take(operation, number, known)
        if troubled := self._troubled(fault):
            return troubled
        if self.load.happens(self.load.error_rate):
            raise EinvoiceError(500, "INTERNAL_SERVER_ERROR")
        row = self._accepted(new, fault)
        if self.load.happens(self.load.lost_rate):
            cut(request)
        url = f"{request.url.origin()}{PATH}/v1/invoices/create/check/{row.tracking}"
        given = _success({"tracking_code": row.tracking, "tracking_url": url, "message": "Đã tạo yêu cầu"})
        return await self._given(request, fault, given)

    def _accepted(self, new: NewInvoice, fault: EinvoiceFault | None) -> SandboxInvoice:
        error = fault.error if fault else ""
        row = self.invoices.accept(new, {"work": self.load.polls}, again=error == "two")
        anyway = error in ("failed_issued", "failed_later") or self.load.happens(self.load.fail_issued_rate)
        if error == "code_refused":
            row.error = REJECTED
        elif anyway or error == "failed" or self.load.happens(self.load.fail_rate):
            row.error = "EINVOICE_PROVIDER_TIMEOUT" if anyway else "EINVOICE_PROVIDER_FAILED"
            row.issued_anyway = anyway
        row.unseen = error in ("unseen", "failed_later")
        if fault and error == "failed_later":
            row.late["work"] = fault.late
        if fault and (part := LATE.get(error)):
            row.late[part] = fault.late
        return self.invoices.put(row)

    async def _check(self, request: web.Request) -> web.Response:
        row = self.invoices.by_tracking(request.match_info["tracking"])
        if row is None:
            raise EinvoiceError(404, "EINVOICE_TRACKING_NOT_FOUND")
        data: dict[str, Any] = {"reference_code": row.reference, "message": "Phòng thử"}
        if row.error and (row.state != WORKING or row.unseen):
            return _success(data | {"status": "Failed", "error_code": row.error})
        if row.state == WORKING:
            return _success(data | {"status": "Pending", "invoice": None})
        return _success(data | {"status": "Success", "invoice": self._document(row)})

    async def _show(self, request: web.Request) -> web.Response:
        row = self.invoices.by_reference(request.match_info["name"])
        if row is None:
            raise EinvoiceError(404, "EINVOICE_DOCUMENT_NOT_FOUND")
        return _success(self._document(row))

    def _document(self, row: SandboxInvoice) -> dict[str, Any]:
        shown = self.invoices.document(row)
        return {name: value for name, value in shown.items() if not (self.load.bare and name in _ABSENT)}

    async def _download(self, request: web.Request) -> web.Response:
        name, kind = request.match_info["name"], request.query.get("type", "")
        if kind not in ("pdf", "xml"):
            raise EinvoiceError(400, "TYPE_INVALID")
        row = self.invoices.by_tracking(name) or self.invoices.by_reference(name)
        content = self.invoices.file(row, kind) if row else b""
        if row is None or not content or self.invoices.is_late(row, "files"):
            raise EinvoiceError(404, "EINVOICE_FILE_NOT_FOUND")
        shown = f"HD_{row.series}_{row.number}.{kind}"
        return _success({"file_type": kind, "file_name": shown, "content": b64encode(content).decode()})

    async def _nowhere(self, request: web.Request) -> NoReturn:
        raise EinvoiceError(404, "NOT_FOUND")


def _success(data: dict[str, Any]) -> web.Response:
    return web.json_response({"success": True, "data": data})
