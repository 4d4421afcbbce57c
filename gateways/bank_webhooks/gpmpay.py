"""GPMPay: each delivery is one transfer, signed over its bytes, and repeated six times in seven hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.transfers import Provider, ReportedTransfer
from gateways.bank_webhooks.base import (
    UNSIGNED,
    Text,
    WebhookRefused,
    check_fresh,
    parse,
    read_as,
    same,
    signature,
    signed_header,
)
from gateways.bank_webhooks.sepay import Transaction

_SIMULATED = "SIMULATED"


class _Transaction(Transaction):
    source: Text = ""


@dataclass(frozen=True, slots=True)
class GpmpayWebhook:
    """`BankWebhook` of GPMPay. Transfers that its console simulates are left out."""

    secret: str = field(repr=False)
    provider: Provider = Provider.GPMPAY

    def read(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> Sequence[ReportedTransfer]:
        seconds, given = signed_header(headers.get("X-GPMPay-Signature", ""))
        if not same(given, signature(self.secret, f"{seconds}.".encode() + raw_body, "sha256")):
            raise WebhookRefused(UNSIGNED, "wrong signature")
        check_fresh(int(seconds), now)
        told = read_as(_Transaction, parse(raw_body))
        return [] if told.source.upper() == _SIMULATED else [told.reported(self.provider)]
