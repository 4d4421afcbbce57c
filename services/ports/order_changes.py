"""What is changed of a placed order."""

from collections.abc import Collection, Sequence
from typing import Protocol

from domain.orders import Order, OrderLine
from domain.packages import Package
from domain.payments import PaymentRequest
from services.ports.orders import OrderedBefore


class OrderChanges(Protocol):
    """Changes of placed orders. Each is posted to the books where it changes a sum."""

    async def drop_lines(self, order_id: int, positions: Collection[int]) -> None:
        """Delete these lines with their licences, none of which was ever activated."""

    async def save_order(self, order: Order, package: Package | None = None) -> None:
        """Store total, number of lines, recipient and state; and another package."""

    async def save_lines(self, order_id: int, lines: Sequence[OrderLine]) -> None:
        """Store everything of these lines but their customers' names and codes."""

    async def save_requests(self, requests: Sequence[PaymentRequest]) -> None:
        """Store all of these requests but the money that they received. Without lines, one is withdrawn."""

    async def forget_request(self, code: str) -> None:
        """Delete a request that never asked for money."""

    async def ordered_elsewhere(self, order: Order) -> Sequence[tuple[str, OrderedBefore]]:
        """Customers of the order that are in another order of their firm for its year too, which is not
        cancelled; each with that order's package code."""
