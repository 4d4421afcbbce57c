"""Payment instructions held back until their firm has paid or was approved, and messages that wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.chats import Channel
from domain.messaging.budgets import Bound
from domain.messaging.pushes import Push
from domain.people import Firm


@dataclass(frozen=True, slots=True)
class HeldFirm:
    """A firm, how many of its payment requests are held, and how many of its messages wait."""

    firm: Firm
    count: int
    waiting: int = 0


class HeldInstructions(Protocol):
    async def is_cleared(self, firm_id: int) -> bool:
        """Whether the firm has paid a request in full, or `PAID_ENOUGH` of one, or back office lets it write
        to anybody."""

    async def clear(self, firm_id: int) -> None:
        """Let the firm write to anybody from now on."""

    async def told(self, firm_id: int) -> int:
        """To how many the firm has written so far, as `count_told` says."""

    async def count_told(self, firm_id: int, more: int) -> None: ...
    async def hold(self, firm_id: int, codes: Sequence[str], now: datetime) -> None:
        """Hold the instructions of these requests."""

    async def holds_any(self, firm_id: int) -> bool:
        """Whether an instruction of this firm is held."""

    async def holds(self, code: str) -> bool: ...
    async def holds_address(self, firm_id: int, channel: Channel, address: str) -> bool:
        """Whether an instruction to this address is held."""

    async def count_of(self, order_id: int) -> int:
        """How many of an order are held."""

    async def codes_of(self, firm_id: int, limit: int | None = None) -> Sequence[str]:
        """The codes of a firm's requests that are held, the first ones first."""

    async def count_firms(self) -> int:
        """How many firms have something that is held or waits."""

    async def firms(self, offset: int, limit: int) -> tuple[Sequence[HeldFirm], int]:
        """Firms of which something is held or waits, by id, and how many there are."""

    async def firm(self, firm_id: int) -> HeldFirm | None: ...
    async def mark_waiting(self, key: str, bound: Bound) -> None:
        """Note what the push with this key waits for, until it is settled."""

    async def waiting_of_firm(self, firm_id: int) -> Sequence[Push]:
        """Pushes of a firm that wait because a bound was reached, oldest first."""

    async def has_newer(self, push: Push) -> bool:
        """Whether a later push about the same to the same address waits for its turn."""

    async def withdrawn_since(self, firm_id: int, moment: datetime) -> Mapping[str, int]:
        """How often each address was told not to pay after all, by this firm since then."""

    async def withdrawn_to(self, accountant_id: int, address: str, since: datetime) -> str:
        """The latest code that this address was told not to pay since then, in the name of this accountant;
        empty for none."""

    async def count_waiting(self, accountant_id: int, channel: Channel, bound: Bound) -> int: ...
    async def forget(self, codes: Sequence[str]) -> None:
        """These are held no longer."""
