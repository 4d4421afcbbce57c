"""Documents that wait when the program starts with another issuer than before."""

from dataclasses import dataclass, replace

from domain.invoices import Invoice, InvoiceKind, InvoiceState
from services.invoices.closing import InvoiceRules
from services.invoices.releasing import queue_issuing
from services.operation import Operation
from services.ports import Turn

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class SettleIssuer(Operation):
    """Let documents that wait be issued by who issues now. What was handed out to back office or handed over
    to the provider stays there. The program itself calls this, at each start."""

    rules: InvoiceRules

    async def __call__(self) -> None:
        after = None
        while True:
            async with self.units.read() as uow:
                waiting = await uow.invoices.unnumbered(not self.rules.by_hand, after, AT_ONCE)
            moving = [invoice.id for invoice in waiting if self._moves(invoice)]
            if moving:
                await self._move(moving)
            if len(waiting) < AT_ONCE:
                return
            after = (waiting[-1].day, waiting[-1].id)

    def _moves(self, invoice: Invoice) -> bool:
        if invoice.state is not InvoiceState.QUEUED or invoice.by_hand is self.rules.by_hand:
            return False
        # What a provider cannot issue stays with back office.
        return self.rules.by_hand or not (invoice.kind is InvoiceKind.ADJUSTMENT or invoice.refusal)

    async def _move(self, ids: list[int]) -> None:
        now = self.clock.now()
        async with self.units.write(Turn.invoices()) as uow:
            for number in ids:
                invoice = await uow.invoices.get(number)
                if invoice is not None and self._moves(invoice):
                    moved = replace(invoice, by_hand=self.rules.by_hand, refusal="")
                    await uow.invoices.save(moved)
                    if not moved.by_hand:
                        await queue_issuing(uow, moved, now, f":{now.isoformat()}")
