"""Bodies and signatures of the webhooks of SePay, payOS, Casso and GPMPay, as they document them."""

import hashlib
import hmac
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.calendar import VIETNAM

SECRETS = {
    "sepay": "sandbox-sepay-secret",
    "payos": "sandbox-payos-checksum-key",
    "casso": "sandbox-casso-secret",
    "gpmpay": "sandbox-gpmpay-secret",
}
ACCOUNT = "0011001234567"
NUMBER_PREFIX = "96247"
"""How the account numbers of single requests begin."""

_BANK = "Vietcombank"
_PAYER = "NGUYEN VAN A"


@dataclass
class Transfer:
    """One movement on the account as one messenger reports it. `date` is seconds since 1970.

    `said` is what the payer wrote, `content` what the bank passes on.
    `status` is the HTTP status of the last delivery, None where the bot could not be reached.
    """

    id: int | str
    provider: str
    said: str
    content: str
    amount: int
    outgoing: bool
    account: str
    reference: str
    date: int
    balance: int
    currency: str = "VND"
    lost: bool = False  # The webhook is never posted.
    status: int | None = None
    deliveries: int = 0

    @property
    def key(self) -> str:
        return f"{self.provider} {self.id}"

    @property
    def delivered(self) -> bool:
        return self.status is not None and self.status < 300

    @property
    def number(self) -> int:
        """The id as a number, for providers that number their events."""
        return int(self.id) if str(self.id).isdecimal() else zlib.crc32(str(self.id).encode())

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.date, VIETNAM)


@dataclass
class Webhook:
    headers: dict[str, str]
    body: bytes


def webhook(transfer: Transfer, now: int) -> Webhook:
    """The transfer as its provider posts it at `now`, signed."""
    body, headers = _PROVIDERS[transfer.provider](transfer, SECRETS[transfer.provider].encode(), now)
    return Webhook({"Content-Type": "application/json", **headers}, body)


def virtual_of(transfer: Transfer) -> str:
    """The account number of one request that the transfer came to, or nothing."""
    return transfer.account if transfer.account.startswith(NUMBER_PREFIX) else ""


def _sepay(transfer: Transfer, secret: bytes, now: int) -> tuple[bytes, dict[str, str]]:
    body = _json(
        {
            "id": transfer.number,
            "gateway": _BANK,
            "transactionDate": _date(transfer),
            "accountNumber": ACCOUNT if virtual_of(transfer) else transfer.account,
            "subAccount": virtual_of(transfer) or None,
            "code": None,
            "content": transfer.content,
            "transferType": "out" if transfer.outgoing else "in",
            "description": f"BankAPINotify {transfer.content}",
            "transferAmount": transfer.amount,
            "accumulated": transfer.balance,
            "referenceCode": transfer.reference,
        }
    )
    signature = hmac.new(secret, f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"X-SePay-Timestamp": str(now), "X-SePay-Signature": f"sha256={signature}"}


def _payos(transfer: Transfer, secret: bytes, now: int) -> tuple[bytes, dict[str, str]]:
    data: dict[str, Any] = {
        "orderCode": transfer.number,
        "amount": transfer.amount,
        "description": transfer.content,
        "accountNumber": transfer.account,
        "reference": transfer.reference,
        "transactionDateTime": _date(transfer),
        "currency": transfer.currency,
        "paymentLinkId": hashlib.sha256(transfer.key.encode()).hexdigest()[:32],
        "code": "00",
        "desc": "Thành công",
        "counterAccountBankId": "",
        "counterAccountBankName": "",
        "counterAccountName": _PAYER,
        "counterAccountNumber": "",
        "virtualAccountName": None,
        "virtualAccountNumber": "",
    }
    line = "&".join(f"{name}={'' if data[name] is None else data[name]}" for name in sorted(data))
    signature = hmac.new(secret, line.encode(), hashlib.sha256).hexdigest()
    whole = {"code": "00", "desc": "success", "success": True, "data": data, "signature": signature}
    return _json(whole), {}


def _casso(transfer: Transfer, secret: bytes, now: int) -> tuple[bytes, dict[str, str]]:
    whole = {
        "error": 0,
        "data": {
            "id": transfer.number,
            "reference": transfer.reference,
            "description": transfer.content,
            "amount": -transfer.amount if transfer.outgoing else transfer.amount,
            "runningBalance": transfer.balance,
            "transactionDateTime": _date(transfer),
            "accountNumber": transfer.account,
            "bankName": _BANK,
            "bankAbbreviation": "VCB",
            "virtualAccountNumber": "",
            "virtualAccountName": "",
            "counterAccountName": _PAYER,
            "counterAccountNumber": "8888888888",
            "counterAccountBankId": "970415",
            "counterAccountBankName": "VietinBank",
        },
    }
    stamp = now * 1000
    compact = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    signature = hmac.new(secret, f"{stamp}.{compact}".encode(), hashlib.sha512).hexdigest()
    return _json(whole), {"X-Casso-Signature": f"t={stamp},v1={signature}"}


def _gpmpay(transfer: Transfer, secret: bytes, now: int) -> tuple[bytes, dict[str, str]]:
    body = _json(
        {
            "id": f"txn_{transfer.id}",
            "gateway": _BANK,
            "transactionDate": transfer.local.isoformat(),
            "accountNumber": transfer.account,
            "subAccount": None,
            "content": transfer.content[:100],
            "transferType": "out" if transfer.outgoing else "in",
            "transferAmount": transfer.amount,
            "accumulated": None,
            "referenceCode": transfer.reference,
            "source": "REAL",
        }
    )
    signature = hmac.new(secret, f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-GPMPay-Signature": f"t={now},v1={signature}", "X-GPMPay-Event": "transaction.created"}
    return body, headers


_PROVIDERS: dict[str, Callable[[Transfer, bytes, int], tuple[bytes, dict[str, str]]]] = {
    "sepay": _sepay,
    "payos": _payos,
    "casso": _casso,
    "gpmpay": _gpmpay,
}


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _date(transfer: Transfer) -> str:
    return transfer.local.strftime("%Y-%m-%d %H:%M:%S")
