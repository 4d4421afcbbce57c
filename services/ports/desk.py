"""What back office's people do together: sign-offs, and cases of returns."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.return_cases import CaseReason, ReturnCase
from domain.sign_offs import AskedAct, SignOff, SignOffState
from domain.transfers import Transfer


class SignOffs(Protocol):
    async def add(
        self, asked: AskedAct, currency: str, why: str, order_id: int | None, asked_by: int, now: datetime
    ) -> SignOff: ...
    async def get(self, sign_off_id: int) -> SignOff | None: ...
    async def waiting_about(self, keys: Collection[str]) -> Mapping[str, SignOff]:
        """The ones that wait about these `AskedAct.key`s, by key."""

    async def decide(
        self, sign_off_id: int, state: SignOffState, by: int, note: str, now: datetime
    ) -> None: ...
    async def waiting(self, offset: int, limit: int) -> tuple[Sequence[SignOff], int]:
        """What waits, oldest first, and how many there are."""


class ReturnCases(Protocol):
    async def open(self, transfer_id: int, reason: CaseReason, order_id: int | None, now: datetime) -> None:
        """Open a transfer's case, unless it has one."""

    async def get(self, case_id: int) -> ReturnCase | None: ...
    async def of_transfer(self, transfer_id: int) -> ReturnCase | None: ...
    async def own(self, case_id: int, owner_id: int) -> None: ...
    async def returned(self, transfer_id: int, amount: int, reference: str, by: int, now: datetime) -> None:
        """Note on a transfer's case that its money was given back."""

    async def find(
        self, is_open: bool, offset: int, limit: int
    ) -> tuple[Sequence[tuple[ReturnCase, Transfer]], int]:
        """Cases with their transfers, those whose transfers wait for a person (oldest first) or the others
        (newest first), and how many there are."""
