"""The lists that SePay (user API v2) and Casso (API v2) keep, under `/bank-lists`, and their World API."""

import asyncio
import hmac
import os
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from domain.calendar import VIETNAM
from sandbox.bank.bank import ACCOUNT, Bank
from sandbox.bank.webhooks import NUMBER_PREFIX, Transfer, virtual_of
from sandbox.faults import Faults
from sandbox.requests import Body, done, read

PATH = "/bank-lists"
TOKENS = {"sepay": "sandbox-sepay-api-token", "casso": "sandbox-casso-api-key"}
_ROWS_OF_UUID = uuid.UUID("5e9a0f5c-6f0e-4d0c-9c53-1f7b5a0c2d11")


@dataclass
class ListFault:
    """How the next `times` questions to one service end."""

    provider: str
    error: str
    times: int = 1
    retry_after: int = 60


class FaultBody(Body):
    provider: Literal["sepay", "casso"]
    error: Literal["unauthorized", "too_many", "unprocessable", "500", "garbage", "hang"]
    times: int = Field(1, ge=1)
    retry_after: int = Field(60, ge=0)


class BankLists:
    """Each service lists what it was to tell, whether its webhook came or not. `asked` counts questions."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self.faults: Faults[ListFault] = Faults()
        self.asked = {"sepay": 0, "casso": 0}

    def environment(self, server_url: str) -> dict[str, str]:
        """The settings of a bot that catches up from here."""
        return {
            "SEPAY_API_TOKEN": TOKENS["sepay"],
            "SEPAY_ACCOUNT_ID": "sandbox-account",
            "SEPAY_API_URL": f"{server_url}{PATH}/sepay",
            "CASSO_API_KEY": TOKENS["casso"],
            "CASSO_API_URL": f"{server_url}{PATH}/casso",
        }

    def numbers(self) -> dict[str, str]:
        """The settings with which requests get account numbers, if SANDBOX_ACCOUNT_NUMBERS asks for them."""
        on = {"ACCOUNT_NUMBERS": "sepay", "BANK_BIN": "970418"}
        return on if os.environ.get("SANDBOX_ACCOUNT_NUMBERS") else {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{PATH}/sepay/v2/transactions", self._sepay),
            web.post(f"{PATH}/sepay/v2/bank-accounts/{{account}}/orders", self._number),
            web.get(f"{PATH}/casso/v2/transactions", self._casso),
            web.get("/world/bank/lists", self._state),
            web.post("/world/bank/lists/faults", self._add_fault),
            web.delete("/world/bank/lists/faults", self._no_faults),
        ]

    async def _sepay(self, request: web.Request) -> web.Response:
        if trouble := await self._trouble(request, "sepay", "Bearer"):
            return trouble
        since = datetime.fromisoformat(request.query["transaction_date_from"])
        rows, page, size, pages = self._page(request, "sepay", since, "per_page", 20)
        pagination = {"total": len(rows), "per_page": size, "current_page": page, "last_page": pages}
        return web.json_response(
            {
                "status": "success",
                "data": [_sepay_row(row) for row in rows[(page - 1) * size : page * size]],
                "meta": {"pagination": {**pagination, "has_more": page < pages}},
            }
        )

    async def _number(self, request: web.Request) -> web.Response:
        """A new account number; the same order code again is refused."""
        if trouble := await self._trouble(request, "sepay", "Bearer"):
            return trouble
        code = str((await request.json())["order_code"])
        if not (code.isalnum() and 6 <= len(code) <= 50) or code in self._bank.numbers.values():
            return _refusal(422)
        # A restart gives no number twice.
        number = f"{NUMBER_PREFIX}{zlib.crc32(code.encode()):010}"
        self._bank.numbers[number] = code
        order = {"order_code": code, "status": "Pending", "va_number": number, "amount": None}
        return web.json_response({"status": "success", "data": order}, status=201)

    async def _casso(self, request: web.Request) -> web.Response:
        if trouble := await self._trouble(request, "casso", "Apikey"):
            return trouble
        since = datetime.fromisoformat(request.query["fromDate"])
        rows, page, size, pages = self._page(request, "casso", since, "pageSize", 10)
        data = {
            "page": page,
            "pageSize": size,
            "nextPage": page + 1 if page < pages else None,
            "totalPages": pages,
            "totalRecords": len(rows),
            "records": [_casso_row(row) for row in rows[(page - 1) * size : page * size]],
        }
        return web.json_response({"error": 0, "message": "success", "data": data})

    def _page(
        self, request: web.Request, provider: str, since: datetime, size_name: str, usual: int
    ) -> tuple[Sequence[Transfer], int, int, int]:
        """All rows since then, oldest first, the page that is asked for, its size, and how many there are."""
        moment = since.replace(tzinfo=VIETNAM).timestamp()
        rows = [one for one in self._bank.transfers if one.provider == provider and one.date >= moment]
        size = min(int(request.query.get(size_name, usual)), 100)
        return rows, int(request.query.get("page", 1)), size, max(1, -(-len(rows) // size))

    async def _trouble(self, request: web.Request, provider: str, scheme: str) -> web.Response | None:
        self.asked[provider] += 1
        given, expected = request.headers.get("Authorization", ""), f"{scheme} {TOKENS[provider]}"
        if not hmac.compare_digest(given.encode(), expected.encode()):
            return _refusal(401)
        fault = self.faults.take(lambda fault: fault.provider == provider)
        if fault is None:
            return None
        if fault.error == "hang":
            await asyncio.Event().wait()
        if fault.error == "too_many":
            return _refusal(429, {"Retry-After": str(fault.retry_after)})
        if fault.error == "garbage":
            return web.Response(text="<html>")
        return _refusal({"unauthorized": 401, "unprocessable": 422, "500": 500}[fault.error])

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response({"asked": self.asked, "faults": [vars(fault) for fault in self.faults]})

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await read(request, FaultBody)
        self.faults.add(ListFault(**body.model_dump()))
        return done()

    async def _no_faults(self, request: web.Request) -> web.Response:
        self.faults.clear()
        return done()


def _refusal(status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error_code": "REFUSED"}, status=status, headers=headers)


def _sepay_row(transfer: Transfer) -> dict[str, Any]:
    """SePay's list has ids of its own kind: no number of a webhook is in it."""
    return {
        "id": str(uuid.uuid5(_ROWS_OF_UUID, transfer.key)),
        "transaction_date": _local(transfer),
        "account_number": ACCOUNT if virtual_of(transfer) else transfer.account,
        "va": virtual_of(transfer),
        "transfer_type": "out" if transfer.outgoing else "in",
        "amount_in": 0 if transfer.outgoing else transfer.amount,
        "amount_out": transfer.amount if transfer.outgoing else 0,
        "accumulated": 0,
        "transaction_content": transfer.content,
        "reference_number": transfer.reference,
        "code": None,
        "bank_brand_name": "Vietcombank",
        "va_id": None,
        "webhook_success": int(transfer.delivered),
    }


def _casso_row(transfer: Transfer) -> dict[str, Any]:
    return {
        "id": transfer.number,
        "tid": transfer.reference,
        "description": transfer.content,
        "amount": -transfer.amount if transfer.outgoing else transfer.amount,
        "cusumBalance": transfer.balance,
        "when": _local(transfer),
        "bankSubAccId": transfer.account,
    }


def _local(transfer: Transfer) -> str:
    return transfer.local.strftime("%Y-%m-%d %H:%M:%S")
