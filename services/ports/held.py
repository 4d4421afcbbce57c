"""Payment instructions held back until their firm has paid or was approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.chats import Channel
from domain.people import Firm


@dataclass(frozen=True, slots=True)
class HeldFirm:
    """A firm, and how many of its payment requests are held."""

    firm: Firm
    count: int


class HeldInstructions(Protocol):
    async def is_cleared(self, firm_id: int) -> bool:
        """Whether the firm has paid anything, or back office lets it write to anybody."""

    async def clear(self, firm_id: int) -> None:
        """Let the firm write to anybody from now on."""

    async def told(self, firm_id: int) -> int:
        """To how many the firm has written so far, as `count_told` says."""

    async def count_told(self, firm_id: int, more: int) -> None: ...
    async def hold(self, firm_id: int, codes: Sequence[str], now: datetime) -> None:
        """Hold the instructions of these requests."""

    async def holds(self, code: str) -> bool: ...
    async def holds_address(self, firm_id: int, channel: Channel, address: str) -> bool:
        """Whether an instruction to this address is held."""

    async def count_of(self, order_id: int) -> int:
        """How many of an order are held."""

    async def codes_of(self, firm_id: int, limit: int | None = None) -> Sequence[str]:
        """The codes of a firm's requests that are held, the first ones first."""

    async def firms(self, offset: int, limit: int) -> tuple[Sequence[HeldFirm], int]:
        """Firms with held instructions, by id, and how many there are."""

    async def firm(self, firm_id: int) -> HeldFirm | None: ...
    async def forget(self, codes: Sequence[str]) -> None:
        """These are held no longer."""
