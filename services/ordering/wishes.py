"""The text behind `/mua`: reading it as a wish, and beginning an order with it."""

from collections.abc import Sequence
from dataclasses import replace

from domain.answers.line import stand_in
from domain.answers.wishes import plain_wish
from domain.answers.words import words_of
from domain.customers import Customer
from domain.errors import DomainError
from domain.intakes.entries import OrderWish
from domain.intakes.wishes import DIGITS, ReadWish, read_wish
from domain.orders import Draft, Step
from domain.packages import Package, offered_fiscal_years
from domain.people import Actor, Right
from services.catalogue.customers import Criteria, catalogue_filter
from services.operation import Operation
from services.ordering.drafts import DraftOperation, make_room
from services.paging import PAGE_SIZE
from services.ports import Turn, UnitOfWork


class ReadOrderWish(Operation):
    """The year, package and customers that a text names, judged by what is on sale today and who is in the
    catalogue."""

    async def __call__(self, actor: Actor, text: str) -> ReadWish:
        actor.require(Right.PLACE_ORDERS)
        today = self.clock.today()
        plain = plain_wish(text, today.year)
        async with self.units.read() as uow:
            read = read_wish(plain.text, await uow.packages.on_sale(), offered_fiscal_years(today))
            lines = read.customers.splitlines()
            named = [line for line in lines if sum(map(str.isdigit, line)) < DIGITS]
            found = {name: await _named(uow, actor, name) for name in (*read.wrong_words, *named)}
        known = {name: customer for name, customer in found.items() if customer is not None}
        return replace(
            read,
            customers="\n".join(line for line in lines if line not in known),
            wrong_words=tuple(word for word in read.wrong_words if word not in known),
            everyone=plain.everyone,
            customer_ids=tuple(dict.fromkeys(customer.id for customer in known.values())),
        )


async def _named(uow: UnitOfWork, actor: Actor, name: str) -> Customer | None:
    """The customer whose name this is, or a part of it, or was; `None` where several have it, or nobody."""
    where = catalogue_filter(actor, Criteria(name))
    if not where.terms:
        return None
    found = await uow.customers.find(where, 0, PAGE_SIZE)
    alike = [customer for customer in found.items if stand_in(words_of(customer.name), words_of(name))]
    if found.items and not alike:
        alike = list(await uow.customers.formerly_named(where, name))
    return alike[0] if len(alike) == 1 and found.total <= PAGE_SIZE else None


class BeginOrder(DraftOperation):
    """Open a draft with the answers of a wish and no customers. A repeat finds the draft that was made.

    An open draft is in the way as in `BuyAgain`. Raises `wish_…` for a wish that cannot be met.
    """

    async def __call__(self, actor: Actor, wish: OrderWish, replaces: int | None = None) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            on_sale = await uow.packages.on_sale()
            package = wished_package(wish, on_sale, offered_fiscal_years(self.clock.today()))
            package_id = package.id if package is not None else None
            # The year is known, so that it is not asked for once the package is chosen.
            step = Step.FISCAL_YEAR if wish.fiscal_year is None else Step.RECIPIENT
            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is not None:
                answered = replace(draft, package_id=package_id, fiscal_year=wish.fiscal_year, step=step)
                if draft == answered and not await uow.drafts.count_lines(draft.id):
                    return draft
            await make_room(uow, draft, replaces)
            draft = await uow.drafts.start(actor.firm_id, actor.accountant_id, self.clock.now())
            return await self._save(
                uow, draft, package_id=package_id, fiscal_year=wish.fiscal_year, step=step
            )


def wished_package(wish: OrderWish, on_sale: Sequence[Package], years: tuple[int, ...]) -> Package | None:
    """The package that was wished for, if any.

    Raises `DomainError`: "wish_package" (value, offered) when it is not on sale, "wish_year" (year, offered)
    when the year is not.
    """
    if wish.fiscal_year is not None and wish.fiscal_year not in years:
        raise DomainError("wish_year", year=wish.fiscal_year, offered=sorted(years))
    found = next((package for package in on_sale if package.code == wish.package_code), None)
    if wish.package_code is not None and found is None:
        raise DomainError("wish_package", value=wish.package_code, offered=[one.name for one in on_sale])
    return found
