"""What an order asked about its customers' accounting is kept with them."""

from collections.abc import Sequence
from datetime import datetime

from domain.orders import Draft, DraftLine, OrderLine, declared_after
from domain.packages import Package
from services.ports import UnitOfWork


async def keep_declared(
    uow: UnitOfWork,
    draft: Draft,
    package: Package,
    lines: Sequence[DraftLine],
    order_lines: Sequence[OrderLine],
    now: datetime,
) -> None:
    """Keep with each customer what this order asked about its accounting, so that the next one need not ask.
    Other drafts that hold such a customer lose their tick."""
    declared = (
        declared_after(line, ordered.accounting, draft, package.has_stock)
        for line, ordered in zip(lines, order_lines, strict=True)
    )
    changed = [after for line, after in zip(lines, declared, strict=True) if after != line.customer]
    await uow.customers.declare_many(changed, now)
    await uow.drafts.withdraw_ticks([customer.id for customer in changed])
