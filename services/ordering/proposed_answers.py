"""The answers that a draft can be given before anybody is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from domain.accounting import AccountingData, default_accounting, moved_to
from domain.customers import CustomerKind
from domain.intakes.entries import OrderWish
from domain.orders import Draft, Step
from domain.packages import Package
from domain.people import Actor
from domain.recipients import RecipientMode
from services.ordering.drafts import draft_kind
from services.ordering.wishes import wished_package
from services.ports import LastAnswers, UnitOfWork


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """What answers are proposed from: the wish, the packages on sale, and the answers of the last orders."""

    wish: OrderWish
    package: Package | None
    """The package that was wished for."""
    on_sale: Sequence[Package]
    years: tuple[int, ...]
    last: LastAnswers | None
    last_of_kind: Mapping[CustomerKind, LastAnswers | None]
    before: Draft | None = None
    """The draft that this one waits for, whose answers it takes over."""

    @classmethod
    async def read(cls, uow: UnitOfWork, actor: Actor, wish: OrderWish, years: tuple[int, ...]) -> Self:
        """Read what is known. Raises `DomainError` for a wish that cannot be met."""
        on_sale = await uow.packages.on_sale()
        return cls(
            wish,
            wished_package(wish, on_sale, years),
            on_sale,
            years,
            await uow.orders.last_answers(actor.accountant_id),
            {kind: await uow.orders.last_answers(actor.accountant_id, kind) for kind in CustomerKind},
        )

    def after(self, draft: Draft) -> "KnownAnswers":
        """What is known for the draft that waits for `draft`."""
        return replace(self, before=draft)

    async def answer(self, uow: UnitOfWork, draft: Draft, kind: CustomerKind, others: bool) -> Draft:
        """The draft with its open questions answered. The package is answered only where there is no choice.

        With `others` there are other recipients: unless the accountant receives everything, they receive, and
        a customer without one receives for itself.
        """
        package_id, accounting = draft.package_id, draft.accounting
        if package_id is not None and await draft_kind(uow, draft) is not kind:
            package_id = accounting = None
        year = draft.fiscal_year or self._year()
        recipient, rest = draft.recipient or self._recipient(), draft.rest_to_customers
        if others and (draft.recipient is None or recipient is RecipientMode.CUSTOMER):
            recipient, rest = RecipientMode.OTHER, True
        return replace(
            draft,
            step=Step.REVIEW,
            package_id=package_id if package_id is not None else await self._package(uow, kind),
            fiscal_year=year,
            recipient=recipient,
            rest_to_customers=rest,
            accounting=accounting or self._accounting(kind, year),
            accounting_guessed=draft.accounting_guessed or accounting is None,
        )

    async def _package(self, uow: UnitOfWork, kind: CustomerKind) -> int | None:
        if self.package is not None and self.package.kind is kind:
            return self.package.id
        last = self.last_of_kind[kind]
        before = await uow.packages.get(last.package_id) if last and last.package_id is not None else None
        of_kind = [package for package in self.on_sale if package.kind is kind]
        same = [package for package in of_kind if before is not None and package.code == before.code]
        found = same or of_kind
        return found[0].id if len(found) == 1 else None

    def _year(self) -> int:
        wanted = [
            self.before.fiscal_year if self.before else None,
            self.wish.fiscal_year,
            self.last.fiscal_year if self.last else None,
        ]
        return next((year for year in wanted if year in self.years and year is not None), self.years[0])

    def _recipient(self) -> RecipientMode:
        """Last time's recipient. Other recipients are never taken over: they are asked for each time."""
        wanted = [self.before.recipient if self.before else None, self.last.recipient if self.last else None]
        usable = (one for one in wanted if one is not None and one is not RecipientMode.OTHER)
        return next(usable, RecipientMode.CUSTOMER)

    def _accounting(self, kind: CustomerKind, year: int) -> AccountingData:
        last = self.last_of_kind[kind]
        again = moved_to(kind, year, last.accounting) if last and last.accounting else None
        return again or default_accounting(kind, year)
