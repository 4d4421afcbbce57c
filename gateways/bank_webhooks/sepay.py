"""SePay: each delivery is one transfer, with an API key or signed.

https://developer.sepay.vn/en/sepay-webhooks; repeated up to 8 times in 33 minutes unless answered 2xx.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from domain.transfers import Provider, ReportedTransfer
from gateways.bank_webhooks.base import (
    UNSIGNED,
    Amount,
    Id,
    Moment,
    Text,
    WebhookRefused,
    accounts,
    check_fresh,
    parse,
    read_as,
    same,
    signature,
    with_code,
)


class Transaction(BaseModel):
    """The body of a delivery; GPMPay uses the same fields."""

    id: Id
    transactionDate: Moment
    accountNumber: Text = ""
    subAccount: Text = ""
    code: Text = ""
    content: Text
    transferType: Literal["in", "out"]
    transferAmount: Amount
    referenceCode: Text = ""

    def reported(self, provider: Provider) -> ReportedTransfer:
        return ReportedTransfer(
            provider=provider,
            event_id=self.id,
            reference=self.referenceCode,
            amount=abs(self.transferAmount),
            outgoing=self.transferType == "out" or self.transferAmount < 0,
            content=with_code(self.content, self.code),
            **accounts(self.subAccount, self.accountNumber),
            occurred_at=self.transactionDate,
        )


@dataclass(frozen=True, slots=True)
class SepayWebhook:
    """`BankWebhook` of SePay. With a `secret` every delivery has to be signed; else `api_key` is enough."""

    secret: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    provider: Provider = Provider.SEPAY

    def read(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> Sequence[ReportedTransfer]:
        if self.secret:
            self._check_signed(self.secret, headers, raw_body, now)
        elif not self.api_key or not same(headers.get("Authorization", ""), f"Apikey {self.api_key}"):
            raise WebhookRefused(UNSIGNED, "wrong API key")
        return [read_as(Transaction, parse(raw_body)).reported(self.provider)]

    @staticmethod
    def _check_signed(secret: str, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> None:
        timestamp = headers.get("X-SePay-Timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
            raise WebhookRefused(UNSIGNED, "no time of signing")
        expected = signature(secret, f"{timestamp}.".encode() + raw_body, "sha256")
        if not same(headers.get("X-SePay-Signature", ""), f"sha256={expected}"):
            raise WebhookRefused(UNSIGNED, "wrong signature")
        check_fresh(int(timestamp), now)
