"""Casso: version 2 (one transfer, signed) and version 1 (a list, known by a fixed token).

Version 1 signs nothing: whoever has read one delivery can send others. It is accepted only if no secret of
version 2 is set. Casso reports transfers about five minutes late.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from domain.transfers import Provider, ReportedTransfer
from gateways.bank_webhooks.base import (
    UNPROCESSABLE,
    UNSIGNED,
    Amount,
    Id,
    Moment,
    Text,
    WebhookRefused,
    accounts,
    check_fresh,
    compact,
    parse,
    read_as,
    same,
    signature,
    signed_header,
)

_TEST_ID = "0"


class _SignedTransfer(BaseModel):
    id: Id
    reference: Text = ""
    description: Text
    amount: Amount
    transactionDateTime: Moment
    accountNumber: Text = ""
    virtualAccountNumber: Text = ""


class _ListedTransfer(BaseModel):
    id: Id
    tid: Text = ""
    description: Text
    amount: Amount
    when: Moment
    bank_sub_acc_id: Text = ""


class _Listed(BaseModel):
    data: list[_ListedTransfer]


@dataclass(frozen=True, slots=True)
class CassoWebhook:
    """`BankWebhook` of Casso. With a `secret` every delivery has to be signed; else `secure_token` is
    enough."""

    secret: str | None = field(default=None, repr=False)
    secure_token: str | None = field(default=None, repr=False)
    provider: Provider = Provider.CASSO

    def read(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> Sequence[ReportedTransfer]:
        if self.secret:
            body = parse(raw_body)
            _check_signed(self.secret, headers.get("X-Casso-Signature", ""), body, now)
            return list(self._signed(body))
        if not self.secure_token or not same(headers.get("Secure-Token", ""), self.secure_token):
            raise WebhookRefused(UNSIGNED, "wrong token")
        return list(self._listed(parse(raw_body)))

    def _signed(self, body: Any) -> Iterator[ReportedTransfer]:
        if not isinstance(body, dict):
            raise WebhookRefused(UNPROCESSABLE, "no data")
        told = read_as(_SignedTransfer, body.get("data"))
        if told.id != _TEST_ID:
            yield ReportedTransfer(
                provider=self.provider,
                event_id=told.id,
                reference=told.reference,
                amount=abs(told.amount),
                outgoing=told.amount < 0,
                content=told.description,
                **accounts(told.virtualAccountNumber, told.accountNumber),
                occurred_at=told.transactionDateTime,
            )

    def _listed(self, body: Any) -> Iterator[ReportedTransfer]:
        for told in read_as(_Listed, body).data:
            if told.id != _TEST_ID:
                yield ReportedTransfer(
                    provider=self.provider,
                    event_id=told.id,
                    reference=told.tid,
                    amount=abs(told.amount),
                    outgoing=told.amount < 0,
                    content=told.description,
                    account=told.bank_sub_acc_id,
                    occurred_at=told.when,
                )


def _check_signed(secret: str, header: str, body: object, now: datetime) -> None:
    """Check the signature. It is of the body as compact JSON with sorted keys, not of the bytes that came.

    Casso does not document how it writes characters beyond ASCII. Each way is tried: UTF-8 as in JavaScript,
    escaped, or escaped with slashes too as in PHP.
    """
    milliseconds, given = signed_header(header)
    escaped = compact(body, ascii_only=True)
    good = False
    for form in (compact(body), escaped, escaped.replace("/", r"\/")):
        message = f"{milliseconds}.{form}".encode("utf-8", "surrogatepass")
        good |= same(given, signature(secret, message, "sha512"))
    if not good:
        raise WebhookRefused(UNSIGNED, "wrong signature")
    check_fresh(int(milliseconds) / 1000, now)
