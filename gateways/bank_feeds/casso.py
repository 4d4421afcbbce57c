"""Casso's list: API v2."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from domain.calendar import VIETNAM
from domain.transfers import Provider, ReportedTransfer
from gateways.bank_feeds.base import ROWS, FeedSettings, ListClient
from gateways.bank_webhooks.base import Amount, Id, Moment, Text, read_as


class _Row(BaseModel):
    id: Id
    tid: Text = ""
    description: Text = ""
    amount: Amount
    when: Moment
    bankSubAccId: Text = ""


class _Page(BaseModel):
    page: int
    totalPages: int
    records: list[_Row]


class _Answer(BaseModel):
    error: Literal[0]
    data: _Page


class CassoList(ListClient):
    """`BankFeed` of Casso, which is asked by the day."""

    def __init__(self, settings: FeedSettings) -> None:
        super().__init__("casso_list", settings)

    def _headers(self, token: str) -> Mapping[str, str]:
        return {"Authorization": f"Apikey {token}"}

    def _query(self, since: datetime, page: int) -> tuple[str, Mapping[str, str]]:
        return "/v2/transactions", {
            "fromDate": since.astimezone(VIETNAM).strftime("%Y-%m-%d"),
            "page": str(page),
            "pageSize": str(ROWS),
            "sort": "ASC",
        }

    def _read(self, body: Any) -> tuple[Sequence[ReportedTransfer], bool]:
        answer = read_as(_Answer, body)
        return [_reported(row) for row in answer.data.records], answer.data.page < answer.data.totalPages


def _reported(row: _Row) -> ReportedTransfer:
    return ReportedTransfer(
        provider=Provider.CASSO,
        event_id=f"list:{row.id}",
        reference=row.tid,
        amount=abs(row.amount),
        outgoing=row.amount < 0,
        content=row.description,
        account=row.bankSubAccId,
        occurred_at=row.when,
        listed=True,
    )
