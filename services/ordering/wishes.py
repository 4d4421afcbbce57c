"""The text behind `/mua`: reading it as a wish, and beginning an order with it."""

from collections.abc import Sequence
from dataclasses import replace

from domain.errors import DomainError
from domain.intakes.entries import OrderWish
from domain.intakes.wishes import ReadWish, read_wish
from domain.orders import Draft, Step
from domain.packages import Package, offered_fiscal_years
from domain.people import Actor, Right
from services.operation import Operation
from services.ordering.drafts import DraftOperation, make_room
from services.ports import Turn


class ReadOrderWish(Operation):
    """The year, package and customers that a text names, judged by what is on sale today."""

    async def __call__(self, actor: Actor, text: str) -> ReadWish:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            return read_wish(text, await uow.packages.on_sale(), offered_fiscal_years(self.clock.today()))


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
