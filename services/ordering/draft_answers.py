"""The questions of an order that have one answer for all of its customers."""

from dataclasses import dataclass, replace

from domain.accounting import AccountingData, check_accounting, default_accounting, moved_to
from domain.accounting_overview import all_declared
from domain.errors import DomainError
from domain.orders import STEPS, Draft, Step
from domain.packages import Package, offered_fiscal_years
from domain.people import Actor, Right
from domain.recipients import RecipientMode
from services.operation import Operation
from services.ordering.drafts import DraftOperation, advanced, draft_kind, draft_package, open_draft
from services.ports import LastAnswers, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class PackageOffer:
    """The packages to choose from, and the accountant's last answers where they can be used again."""

    packages: tuple[Package, ...]
    last: LastAnswers | None
    last_package: Package | None


class OfferPackages(Operation):
    """Packages on sale, and the last order's answers if its package is still one of them.

    If the open draft holds customers and no package yet, only packages of their kind are offered.
    """

    async def __call__(self, actor: Actor) -> PackageOffer:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            packages = tuple(await uow.packages.on_sale())
            draft = await uow.drafts.open_of(actor.accountant_id)
            if draft is not None and draft.package_id is None:
                kind = await draft_kind(uow, draft)
                packages = tuple(package for package in packages if kind in (None, package.kind))
            last = await uow.orders.last_answers(actor.accountant_id)
            package = next((p for p in packages if last and p.id == last.package_id), None)
            return PackageOffer(packages, last if package else None, package)


class ChoosePackage(DraftOperation):
    """Answer the package.

    An order never mixes kinds. Raises `DomainError("package_of_other_kind")` when customers of the other kind
    are picked, unless `drop_picked` agrees to drop them.
    """

    async def __call__(self, actor: Actor, package_id: int, drop_picked: bool = False) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            on_sale = {package.id: package for package in await uow.packages.on_sale()}
            package = on_sale.get(package_id)
            if package is None:
                raise DomainError("package_unknown")
            furthest, accounting = draft.step, draft.accounting
            old = await draft_kind(uow, draft)
            if old is not None and old is not package.kind:
                picked = await uow.drafts.count_lines(draft.id)
                if picked and not drop_picked:
                    raise DomainError("package_of_other_kind", count=picked, kind=old)
                await uow.drafts.unpick_all(draft.id)
                furthest, accounting = min(draft.step, Step.CUSTOMERS, key=STEPS.index), None
            step = advanced(furthest, Step.PACKAGE)
            return await self._save(uow, draft, package_id=package_id, step=step, accounting=accounting)


class ChooseFiscalYear(DraftOperation):
    """Answer the fiscal year, one of those offered today."""

    async def __call__(self, actor: Actor, fiscal_year: int) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        if fiscal_year not in offered_fiscal_years(self.clock.today()):
            raise DomainError("fiscal_year_not_offered", year=fiscal_year)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            accounting, guessed = draft.accounting, draft.accounting_guessed
            if fiscal_year != draft.fiscal_year:
                await uow.drafts.clear_own_accounting(draft.id)
                if accounting is not None:
                    # The answer stays where the law offers it for that year; else the year's default.
                    kind = (await draft_package(uow, draft)).kind
                    moved = moved_to(kind, fiscal_year, accounting)
                    accounting = moved or default_accounting(kind, fiscal_year)
                    guessed = guessed or moved is None
            return await self._save(
                uow,
                draft,
                fiscal_year=fiscal_year,
                accounting=accounting,
                accounting_guessed=guessed,
                step=advanced(draft.step, Step.FISCAL_YEAR),
            )


class ChooseRecipient(DraftOperation):
    """Answer who receives the invoice and the notice."""

    async def __call__(self, actor: Actor, recipient: RecipientMode) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            return await self._save(
                uow,
                draft,
                recipient=recipient,
                invoice=None,
                step=advanced(draft.step, Step.RECIPIENT),
            )


class RepeatLastAnswers(DraftOperation):
    """Answer package, fiscal year and recipient as in the last order: one tap instead of three.

    Raises `DomainError("nothing_to_repeat")` when there is no such order or it cannot be repeated.
    """

    async def __call__(self, actor: Actor) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            last = await uow.orders.last_answers(actor.accountant_id)
            on_sale = {package.id: package for package in await uow.packages.on_sale()}
            package = on_sale.get(last.package_id) if last and last.package_id is not None else None
            if last is None or package is None:
                raise DomainError("nothing_to_repeat")
            recipient = last.recipient if last.recipient is not RecipientMode.OTHER else None
            year = last.fiscal_year if last.fiscal_year in offered_fiscal_years(self.clock.today()) else None
            if draft == replace(draft, package_id=package.id, fiscal_year=year, recipient=recipient):
                return draft  # The same tap came twice.
            if draft.step is not Step.PACKAGE:
                raise DomainError("nothing_to_repeat")
            step = Step.CUSTOMERS
            if recipient is None:
                step = Step.RECIPIENT
            if year is None:
                step = Step.FISCAL_YEAR
            return await self._save(
                uow, draft, package_id=package.id, fiscal_year=year, recipient=recipient, step=step
            )


async def offered_accounting(uow: UnitOfWork, draft: Draft, accountant_id: int) -> AccountingData:
    """The accounting data to propose for all customers of the draft."""
    if draft.accounting is not None:
        return draft.accounting
    package = await draft_package(uow, draft)
    if draft.fiscal_year is None:
        raise DomainError("draft_unanswered", step=Step.FISCAL_YEAR)
    last = await uow.orders.last_answers(accountant_id)
    if last is not None and last.accounting is not None and last.kind is package.kind:
        again = moved_to(package.kind, draft.fiscal_year, last.accounting)
        if again is not None:
            return again
    return default_accounting(package.kind, draft.fiscal_year)


async def with_declared_accounting(uow: UnitOfWork, draft: Draft) -> Draft:
    """The draft with the accounting data that are proposed for all, if each customer has declared its own."""
    if draft.package_id is None or draft.fiscal_year is None or draft.accounting is not None:
        return draft
    usual = await offered_accounting(uow, draft, draft.accountant_id)
    answered = replace(draft, accounting=usual, accounting_guessed=True)
    has_stock = (await draft_package(uow, draft)).has_stock
    return answered if all_declared(answered, await uow.drafts.alike(draft.id), has_stock) else draft


class OfferAccounting(Operation):
    """The accounting data to propose for all customers: the draft's, else the last order's if it is still
    offered, else the law's first choice."""

    async def __call__(self, actor: Actor) -> AccountingData:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.read() as uow:
            return await offered_accounting(uow, await open_draft(uow, actor), actor.accountant_id)


class SetCommonAccounting(DraftOperation):
    """Answer the accounting data for all customers that have none of their own."""

    async def __call__(self, actor: Actor, accounting: AccountingData) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            draft = await open_draft(uow, actor)
            package = await draft_package(uow, draft)
            if draft.fiscal_year is None:
                raise DomainError("draft_unanswered", step=Step.FISCAL_YEAR)
            check_accounting(package.kind, draft.fiscal_year, accounting)
            return await self._save(
                uow,
                draft,
                accounting=accounting,
                accounting_guessed=False,
                step=advanced(draft.step, Step.ACCOUNTING),
            )


class KeepDeclared(DraftOperation):
    """Answer whether customers keep the accounting data that was declared for them before, or take the answer
    for all."""

    async def __call__(self, actor: Actor, keep: bool) -> Draft:
        actor.require(Right.PLACE_ORDERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            return await self._save(uow, await open_draft(uow, actor), keep_declared=keep)
