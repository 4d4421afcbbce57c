"""payOS: each delivery is one payment, signed over the fields of `data` alone.

https://payos.vn/docs/tich-hop-webhook/kiem-tra-du-lieu-voi-signature. No signed field says
when a delivery was made: a replay is recognised by its event only. Fields come and go, so the raw `data` is
verified, not a model.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from domain.transfers import VND, Provider, ReportedTransfer
from gateways.bank_webhooks.base import (
    UNPROCESSABLE,
    UNSIGNED,
    Amount,
    Currency,
    Id,
    Moment,
    Text,
    WebhookRefused,
    accounts,
    compact,
    parse,
    read_as,
    same,
    signature,
)

_SUCCESS = "00"
# payOS sends this when the webhook's address is registered; it is no payment.
_VALIDATION = ("123", {"VQRIO123", "Ma giao dich thu nghiem"})
# A value with `&name=` in it could be cut into other fields under the same signature.
_FIELD_INSIDE = re.compile(r"&\w+=")
_NAME = re.compile(r"\w+", re.ASCII)


class _Payment(BaseModel):
    orderCode: Id
    amount: Amount
    description: Text
    accountNumber: Text = ""
    virtualAccountNumber: Text = ""
    reference: Id
    transactionDateTime: Moment
    currency: Currency = VND
    code: Text = ""


@dataclass(frozen=True, slots=True)
class PayosWebhook:
    """`BankWebhook` of payOS."""

    checksum_key: str = field(repr=False)
    provider: Provider = Provider.PAYOS

    def read(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> Sequence[ReportedTransfer]:
        body = parse(raw_body)
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, dict):
            raise WebhookRefused(UNPROCESSABLE, "no data")
        given = body.get("signature")
        signed = _signed_text(data).encode("utf-8", "surrogatepass")
        if not isinstance(given, str) or not same(given, signature(self.checksum_key, signed, "sha256")):
            raise WebhookRefused(UNSIGNED, "wrong signature")
        told = read_as(_Payment, data)
        order_code, descriptions = _VALIDATION
        validation = told.orderCode == order_code and told.description in descriptions
        if validation or told.code not in ("", _SUCCESS):
            return []
        return [
            ReportedTransfer(
                provider=self.provider,
                event_id=f"{told.reference}:{told.orderCode}",
                reference=told.reference,
                amount=abs(told.amount),
                outgoing=told.amount < 0,
                content=told.description,
                **accounts(told.virtualAccountNumber, told.accountNumber),
                occurred_at=told.transactionDateTime,
                currency=told.currency,
            )
        ]


def _signed_text(data: dict[str, Any]) -> str:
    """`k=v&…` of all fields, sorted by name. Null is empty; other values that are no text are written as
    JSON."""
    values = {
        name: "" if value is None else value if isinstance(value, str) else compact(value)
        for name, value in data.items()
    }
    named_well = all(map(_NAME.fullmatch, values))
    if not named_well or any(_FIELD_INSIDE.search(value) for value in values.values()):
        raise WebhookRefused(UNPROCESSABLE, "a field within a field")
    return "&".join(f"{name}={values[name]}" for name in sorted(values))
