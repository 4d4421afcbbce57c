"""The answers that a draft can be given before anybody is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
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


class _Origin(Enum):
    """Where an answer comes from: said by somebody (or the only one there is), the last order, or usual."""

    SAID = auto()
    LAST = auto()
    USUAL = auto()


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
        origins: dict[Step, _Origin] = {}
        if package_id is None:
            package_id, origins[Step.PACKAGE] = await self._package(uow, kind)
        year = draft.fiscal_year
        if year is None:
            year, origins[Step.FISCAL_YEAR] = self._year()
        recipient, rest = draft.recipient, draft.rest_to_customers
        if others and recipient in (None, RecipientMode.CUSTOMER):
            recipient, rest = RecipientMode.OTHER, True
        elif recipient is None:
            recipient, origins[Step.RECIPIENT] = self._recipient()
        return replace(
            draft,
            step=Step.REVIEW,
            package_id=package_id,
            fiscal_year=year,
            recipient=recipient,
            rest_to_customers=rest,
            accounting=accounting or self._accounting(kind, year),
            accounting_guessed=draft.accounting_guessed or accounting is None,
            as_last=_steps_of(origins, _Origin.LAST) | draft.as_last - origins.keys(),
            guessed=_steps_of(origins, _Origin.USUAL) | draft.guessed - origins.keys(),
        )

    async def _package(self, uow: UnitOfWork, kind: CustomerKind) -> tuple[int | None, _Origin]:
        if self.package is not None and self.package.kind is kind:
            return self.package.id, _Origin.SAID
        last = self.last_of_kind[kind]
        before = await uow.packages.get(last.package_id) if last and last.package_id is not None else None
        of_kind = [package for package in self.on_sale if package.kind is kind]
        same = [package for package in of_kind if before is not None and package.code == before.code]
        found = same or of_kind
        origin = _Origin.LAST if same and len(of_kind) > 1 else _Origin.SAID
        return (found[0].id, origin) if len(found) == 1 else (None, _Origin.SAID)

    def _year(self) -> tuple[int, _Origin]:
        wanted = [
            (self.before.fiscal_year if self.before else None, self._origin_before(Step.FISCAL_YEAR)),
            (self.wish.fiscal_year, _Origin.SAID),
            (self.last.fiscal_year if self.last else None, _Origin.LAST),
        ]
        usable = ((year, origin) for year, origin in wanted if year is not None and year in self.years)
        return next(usable, (self.years[0], _Origin.USUAL))

    def _recipient(self) -> tuple[RecipientMode, _Origin]:
        """Last time's recipient. Other recipients are never taken over: they are asked for each time."""
        wanted = [
            (self.before.recipient if self.before else None, self._origin_before(Step.RECIPIENT)),
            (self.last.recipient if self.last else None, _Origin.LAST),
        ]
        usable = ((one, origin) for one, origin in wanted if one and one is not RecipientMode.OTHER)
        return next(usable, (RecipientMode.CUSTOMER, _Origin.USUAL))

    def _origin_before(self, step: Step) -> _Origin:
        if self.before is not None and step in self.before.as_last:
            return _Origin.LAST
        return _Origin.USUAL if self.before is not None and step in self.before.guessed else _Origin.SAID

    def _accounting(self, kind: CustomerKind, year: int) -> AccountingData:
        last = self.last_of_kind[kind]
        again = moved_to(kind, year, last.accounting) if last and last.accounting else None
        return again or default_accounting(kind, year)


def _steps_of(origins: Mapping[Step, _Origin], wanted: _Origin) -> frozenset[Step]:
    return frozenset(step for step, origin in origins.items() if origin is wanted)
