"""What was ever bought for one customer, and how far each year has come."""

from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter

from domain.customers import Customer
from domain.errors import DomainError
from domain.intakes.entries import OrderWish
from domain.invoices import Invoice
from domain.licences import LicenceState
from domain.packages import offered_fiscal_years
from domain.people import Actor, Right
from services.catalogue.customers import ids_of, kept_customer, own_customer
from services.operation import Operation
from services.orders.orders import may_see
from services.ports import Purchase, UnitOfWork

MOST = 8
"""How many purchases are shown at most."""


@dataclass(frozen=True, slots=True)
class TimelineYear:
    """One purchase: who ordered it, whether the actor may open the order, the time left of the seven days
    (`None` if the licence is not on trial), and the tax invoices that bear it, oldest first."""

    purchase: Purchase
    by: str
    may_open: bool
    time_left: timedelta | None
    invoices: tuple[Invoice, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerTimeline:
    """A customer with its purchases, newest first; `more` says that there are older ones.

    `wish` is what to buy next: the next fiscal year that it does not have, with the package of its last year
    if that is on sale. It is `None` if no such year is on offer.
    """

    customer: Customer
    years: tuple[TimelineYear, ...]
    more: bool
    wish: OrderWish | None


class ViewCustomerTimeline(Operation):
    """What the firm's accountants ordered for a customer, and for the customers that were merged into it."""

    async def __call__(self, actor: Actor, customer_id: int) -> CustomerTimeline:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.read() as uow:
            named = await own_customer(uow, actor, customer_id)
            customer = await kept_customer(uow, actor.firm_id, named.id)
            if customer is None:
                raise DomainError("customer_unknown")
            ids = await ids_of(uow, customer)
            bought = await uow.orders.purchases(actor.firm_id, ids, MOST + 1)
            names = await uow.people.names({one.order.accountant_id for one in bought})
            on_sale = await uow.packages.on_sale()
            invoices = [await _invoices(uow, one) for one in bought[:MOST]]
        years = tuple(
            TimelineYear(
                one,
                names[one.order.accountant_id],
                may_see(actor, one.order.firm_id, one.order.accountant_id),
                one.licence.time_left(now),
                issued,
            )
            for one, issued in zip(bought[:MOST], invoices, strict=True)
        )
        had = [one.order for one in bought if one.licence.state is not LicenceState.CANCELLED]
        last = max(had, key=attrgetter("fiscal_year"), default=None)
        year = self._next_year(last.fiscal_year if last else None)
        codes = {package.code for package in on_sale if package.kind is customer.kind}
        again = last.package_code if last and last.package_code in codes else None
        wish = OrderWish(again, year) if year else None
        return CustomerTimeline(customer, years, len(bought) > MOST, wish)

    def _next_year(self, last: int | None) -> int | None:
        offered = offered_fiscal_years(self.clock.today())
        later = [year for year in offered if last is None or year > last]
        # A customer that missed years buys the first year on offer, not the one after its last.
        return offered[0] if offered[0] in later else min(later, default=None)


async def _invoices(uow: UnitOfWork, bought: Purchase) -> tuple[Invoice, ...]:
    at = bought.line.position
    return tuple((await uow.invoices.on_lines(bought.order.id, at, at)).get(at, ()))
