"""Documents that wait are issued by who issues now."""

import pytest

from domain.invoices import InvoiceState
from domain.people import Actor
from services.invoices import queue
from services.invoices.closing import InvoiceRules
from services.invoices.queue import SettleIssuer
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_by_hand import taken
from tests.services.invoices.test_closing import DAY, NEXT, take_back
from tests.services.support import unchanged
from tests.support.invoicing import SERIES, KeptIssuer
from tests.support.working import Working

BY_HAND, BY_PROVIDER = InvoiceRules(by_hand=True), InvoiceRules(by_hand=False)


@pytest.mark.parametrize("pages", [1, 200])
async def test_the_issuer_may_change_in_the_midst_of_a_queue(
    books: Books, back_office: Actor, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    monkeypatch.setattr(queue, "AT_ONCE", pages)
    order = await books.order(2)
    await books.pay(order, PRICE, 0)
    await books.close(DAY)
    await taken(books.operations.desk, back_office)
    await books.pay(order, PRICE, 1)
    await take_back(books, 1)
    await books.close(NEXT)

    async def settle(rules: InvoiceRules) -> list[tuple[InvoiceState, bool]]:
        await SettleIssuer(books.database, books.clock, rules)()
        return [(invoice.state, invoice.by_hand) for invoice, _ in await books.documents()]

    handed_out = (InvoiceState.SENT, True)
    async with unchanged(books.database):
        await settle(BY_HAND)
    assert await settle(BY_PROVIDER) == [handed_out, (InvoiceState.QUEUED, False)]
    # Back again, before the provider was asked: its job finds nothing to do.
    assert await settle(BY_HAND) == [handed_out, (InvoiceState.QUEUED, True)]
    await books.bank.working.work()
    books.clock.forward(hours=1)
    assert await settle(BY_PROVIDER) == [handed_out, (InvoiceState.QUEUED, False)]
    issuer = KeptIssuer()
    working = Working(books.database, books.clock, invoice_rules=BY_PROVIDER, issuer=issuer, series=SERIES)
    await working.work()
    assert len(issuer.issued()) == 1
