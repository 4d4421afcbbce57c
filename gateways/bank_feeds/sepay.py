"""SePay's list: user API v2. At most three calls a second from one address."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from domain.calendar import VIETNAM
from domain.transfers import Provider, ReportedTransfer
from gateways.bank_feeds.base import ROWS, FeedSettings, ListClient
from gateways.bank_webhooks.base import Amount, Id, Moment, Text, accounts, read_as, with_code


class _Row(BaseModel):
    id: Id
    transaction_date: Moment
    account_number: Text = ""
    va: Text = ""
    transfer_type: Literal["in", "out"]
    amount_in: Amount = 0
    amount_out: Amount = 0
    transaction_content: Text = ""
    code: Text = ""
    reference_number: Text = ""


class _Pagination(BaseModel):
    has_more: bool


class _Meta(BaseModel):
    pagination: _Pagination


class _Answer(BaseModel):
    status: Literal["success"]
    data: list[_Row]
    meta: _Meta


class SepayList(ListClient):
    """`BankFeed` of SePay."""

    def __init__(self, settings: FeedSettings) -> None:
        super().__init__("sepay_list", settings)

    def _headers(self, token: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def _query(self, since: datetime, page: int) -> tuple[str, Mapping[str, str]]:
        return "/v2/transactions", {
            "transaction_date_from": since.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S"),
            "transaction_date_sort": "asc",
            "page": str(page),
            "per_page": str(ROWS),
        }

    def _read(self, body: Any) -> tuple[Sequence[ReportedTransfer], bool]:
        answer = read_as(_Answer, body)
        return [_reported(row) for row in answer.data], answer.meta.pagination.has_more


def _reported(row: _Row) -> ReportedTransfer:
    outgoing = row.transfer_type == "out"
    return ReportedTransfer(
        provider=Provider.SEPAY,
        event_id=f"list:{row.id}",
        reference=row.reference_number,
        amount=abs(row.amount_out if outgoing else row.amount_in),
        outgoing=outgoing,
        content=with_code(row.transaction_content, row.code),
        **accounts(row.va, row.account_number),
        occurred_at=row.transaction_date,
        listed=True,
    )
