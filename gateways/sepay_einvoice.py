"""Tax invoices by SePay eInvoice v1, which hands them on to the issuing provider."""

import asyncio
import binascii
import logging
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

import aiohttp
from yarl import URL

from domain.invoices import Invoice, IssuedNumber
from gateways.http.bodies import read_at_most
from gateways.http.client import HttpClient
from gateways.http.waits import seconds_asked
from gateways.sepay_answers import (
    EXISTED,
    Accepted,
    Account,
    Check,
    Document,
    File,
    Model,
    SepayTrouble,
    Token,
    Usage,
    data_of,
    error_code,
    reason,
    refusal,
)
from gateways.sepay_document import body_of, replacement_of
from services.ports import RetryLater
from services.ports.invoices import (
    Found,
    InvoiceDocument,
    InvoiceFiles,
    IssuedInvoice,
    IssuerRefused,
    IssuerStopped,
)
from services.presence import FAILURES, Presence

_CONNECT_SECONDS = 5.0
_AT_ONCE = 5
_LARGEST_ANSWER = 256 * 1024
_LARGEST_FILE = 16 * 1024 * 1024
_OUT_OF_REACH = 30.0
_SLOW_DOWN = 10.0
_SPARE_SECONDS = 300.0
"""A token is not used in the last seconds of its life."""
_AUTHORITY_CODE = re.compile(rb"<MCCQT\b[^>]*>\s*([0-9A-Za-z-]{1,60})\s*</MCCQT>")

log = logging.getLogger(__name__)


class NotReady(RetryLater):
    """A file that SePay does not have yet, although it answers well."""


@dataclass(frozen=True, slots=True)
class SepayEinvoiceSettings:
    """`url` is the address above `/v1`, `account` the provider account (UUID), `form` the form of invoices; a
    call is given up after `timeout` seconds."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    account: str
    form: str = "1"
    timeout: float = 30.0


class SepayEinvoices(HttpClient):
    """`services.ports.invoices.InvoiceIssuer`. At most five calls are under way at once. Open between `async
    with`. Neither buyers nor messages of SePay are logged. `now` is a steady clock in seconds."""

    app = "einvoice"

    def __init__(self, settings: SepayEinvoiceSettings, now: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._now = now
        self._base = settings.url.rstrip("/") + "/v1"
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._renewing = asyncio.Lock()
        self._token, self._token_ends = "", 0.0
        self.presence = Presence("einvoice", FAILURES, (IssuerRefused, IssuerStopped, NotReady))

    def _connect(self) -> aiohttp.ClientSession:
        total = self._settings.timeout
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=total, sock_connect=min(total, _CONNECT_SECONDS)),
        )

    async def ready(self, series: str) -> None:
        with self.presence:
            account = await self._read(Account, f"/provider-accounts/{_part(self._settings.account)}")
            if account is None or not account.active:
                raise IssuerStopped("inactive")
            known = {(template.template_code, template.invoice_series) for template in account.templates}
            if (self._settings.form, series) not in known:
                raise IssuerStopped("series")
            usage = await self._read(Usage, "/usage")
            if usage and usage.quota_remaining is not None and usage.quota_remaining <= 0:
                raise IssuerStopped("quota")

    async def issue(self, document: InvoiceDocument) -> str:
        with self.presence:
            return await self._hand_over("create", body_of(document, self._settings.account))

    async def replace(self, document: InvoiceDocument) -> str:
        with self.presence:
            return await self._hand_over("replace", replacement_of(document, self._settings.account))

    async def _hand_over(self, verb: str, body: dict[str, Any]) -> str:
        """The tracking code; empty for a document that SePay had before, which is found by its key."""
        status, answer = await self._call("POST", f"/invoices/{verb}", json=body)
        if status in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            return data_of(Accepted, answer).tracking_code
        code = error_code(answer)
        if status == HTTPStatus.CONFLICT and code == EXISTED:
            return ""
        raise refusal(status, code)

    async def find(self, invoice: Invoice) -> IssuedInvoice | Found:
        with self.presence:
            return await self._find(invoice)

    async def _find(self, invoice: Invoice) -> IssuedInvoice | Found:
        check = None
        if invoice.tracking:
            check = await self._read(Check, f"/invoices/create/check/{_part(invoice.tracking)}")
        outcome = check.status.lower() if check else ""
        if check and outcome not in ("success", "failed"):
            return Found.WORKING
        document = check.invoice if check and outcome == "success" else None
        # A document may have been issued although its check says that it failed.
        document = document or await self._read(Document, f"/invoices/{_part(invoice.key)}")
        if document is not None and document.reference_code != invoice.key:
            raise RetryLater(_OUT_OF_REACH, "SePay answers about another document")
        status = document.status.lower() if document else ""
        if status == "cancelled":
            raise IssuerRefused("cancelled")
        if check and outcome == "failed" and (document is None or status == "draft"):
            raise IssuerRefused(*reason(check.error_code))
        if document is None:
            return Found.MISSING
        if status == "draft" or not document.invoice_number.strip("0"):
            return Found.WORKING
        return await self._issued(invoice, document)

    async def _issued(self, invoice: Invoice, document: Document) -> IssuedInvoice:
        try:
            day = date.fromisoformat(document.issued_date[:10])
        except ValueError:
            raise RetryLater(_OUT_OF_REACH, "SePay's answer has no date") from None
        if document.total_amount is None:
            raise RetryLater(_OUT_OF_REACH, "SePay's answer has no total")
        code = document.tax_authority_code or await self._authority_code(invoice)
        series, number = document.invoice_series, document.invoice_number
        issued = IssuedNumber(document.template_code, series, number, day, code, document.lookup_code)
        return IssuedInvoice(issued, document.total_amount)

    async def _authority_code(self, invoice: Invoice) -> str:
        """The code that stands in the XML, which is the original; empty while that cannot be had."""
        try:
            found = _AUTHORITY_CODE.search(await self._file(invoice, "xml"))
        except RetryLater:
            return ""
        return found[1].decode() if found else ""

    async def files(self, invoice: Invoice) -> InvoiceFiles:
        with self.presence:
            return InvoiceFiles(await self._file(invoice, "pdf"), await self._file(invoice, "xml"))

    async def _file(self, invoice: Invoice, kind: Literal["pdf", "xml"]) -> bytes:
        name = _part(invoice.tracking or invoice.key)
        found = await self._read(File, f"/invoices/{name}/download?type={kind}", _LARGEST_FILE)
        try:
            content = b64decode(found.content, validate=True) if found else b""
        except (binascii.Error, ValueError):
            raise RetryLater(_OUT_OF_REACH, "a file of SePay cannot be read") from None
        if not content:
            raise NotReady(_OUT_OF_REACH, f"the {kind} is not ready")
        return content

    async def _read(self, model: type[Model], path: str, limit: int = _LARGEST_ANSWER) -> Model | None:
        """What a GET finds, `None` if SePay itself says that there is no such thing. Raises `RetryLater` for
        all that may pass: nothing is changed by asking again."""
        try:
            status, body = await self._call("GET", path, limit=limit)
            if status == HTTPStatus.OK:
                return data_of(model, body)
            # A 404 with another body comes from a wrong address, not from SePay.
            code = error_code(body)
        except (aiohttp.ClientError, TimeoutError, SepayTrouble) as error:
            why = str(error) if isinstance(error, SepayTrouble) else type(error).__name__
            raise RetryLater(_OUT_OF_REACH, why) from None
        if status == HTTPStatus.NOT_FOUND:
            return None
        if status == HTTPStatus.FORBIDDEN:
            raise refusal(status, code)
        raise RetryLater(_OUT_OF_REACH, f"SePay answers HTTP {status} {code}")

    async def _call(
        self, method: str, path: str, json: object = None, limit: int = _LARGEST_ANSWER
    ) -> tuple[int, bytes]:
        """Status and body of an answer, with a new token if the old one is refused. Raises `RetryLater` if
        nothing was done, `SepayTrouble` if it failed at SePay; a time-out or a cut connection is raised as it
        is."""
        async with self._turns:
            for _ in range(2):
                token = await self._current_token()
                headers = {"Authorization": f"Bearer {token}"}
                try:
                    status, body = await self._exchange(method, path, headers, json, limit)
                except SepayTrouble:
                    # Some providers tell of an expired token by HTTP 500.
                    self._forget(token)
                    raise
                if status != HTTPStatus.UNAUTHORIZED:
                    return status, body
                self._forget(token)
            log.warning("SePay refuses the token that it has just given")
            raise IssuerStopped("login")

    async def _current_token(self) -> str:
        async with self._renewing:
            if not self._token or self._now() >= self._token_ends:
                login = f"{self._settings.client_id}:{self._settings.client_secret}".encode()
                basic = {"Authorization": f"Basic {b64encode(login).decode()}"}
                try:
                    status, body = await self._exchange("POST", "/token", basic)
                    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                        log.warning("SePay refuses our login with HTTP %s", status)
                        raise IssuerStopped("login")
                    if status != HTTPStatus.OK:
                        raise SepayTrouble(f"SePay gives no token: HTTP {status}")
                    given = data_of(Token, body)
                except (aiohttp.ClientError, TimeoutError, SepayTrouble) as error:
                    # Nothing was issued yet, whatever became of this.
                    raise RetryLater(_OUT_OF_REACH, f"no token of SePay: {type(error).__name__}") from None
                self._token = given.access_token
                self._token_ends = self._now() + max(given.expires_in - _SPARE_SECONDS, 0)
            return self._token

    def _forget(self, token: str) -> None:
        if self._token == token:
            self._token = ""

    async def _exchange(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        json: object = None,
        limit: int = _LARGEST_ANSWER,
    ) -> tuple[int, bytes]:
        url = URL(self._base + path, encoded=True)
        try:
            async with self._session.request(
                method, url, headers=headers, json=json, allow_redirects=False
            ) as response:
                if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                    seconds = seconds_asked(response, _SLOW_DOWN)
                    raise RetryLater(seconds, "SePay asks to slow down", counts=False)
                if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise SepayTrouble(f"SePay answers HTTP {response.status}")
                body = await read_at_most(response, limit)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise RetryLater(_OUT_OF_REACH, "SePay is out of reach") from error
        if body is None:
            raise SepayTrouble("SePay's answer is too long")
        return response.status, body


def _part(text: str) -> str:
    return quote(text, safe="")
