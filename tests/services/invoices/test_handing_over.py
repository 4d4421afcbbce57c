"""Each issued document is mailed once, and the accountant is told once of all documents of an order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from domain.chats import Channel
from domain.invoices import Invoice, InvoiceCounts, InvoiceState
from domain.messaging.budgets import RESENDS_A_DAY
from domain.messaging.contents import DeliveryFailedContent
from domain.messaging.invoice_contents import InvoiceContent, InvoicesIssuedContent
from domain.people import Actor
from domain.recipients import RecipientMode
from services.ports import Undeliverable
from tests.services.invoices.conftest import PRICE, Books
from tests.services.invoices.test_by_hand import row, taken
from tests.services.invoices.test_closing import DAY
from tests.services.paying import pushes_of
from tests.services.support import refusal, unchanged
from tests.support.working import SentPush


def told(books: Books) -> list[SentPush]:
    """The messages to accountants about issued invoices."""
    sent = books.bank.working.sent
    return [push for push in sent if isinstance(push.content, InvoicesIssuedContent)]


def mailed(books: Books) -> list[tuple[str, InvoiceContent]]:
    sent = books.bank.working.sent
    return [(push.address, push.content) for push in sent if isinstance(push.content, InvoiceContent)]


async def queued(books: Books, count: int, recipient: RecipientMode = RecipientMode.CUSTOMER) -> None:
    """Let a day have an order whose customers have all paid."""
    order = await books.order(count, recipient)
    for at in range(1 if recipient is RecipientMode.ACCOUNTANT else count):
        await books.pay(order, PRICE * (count if recipient is RecipientMode.ACCOUNTANT else 1), at)


async def enter(books: Books, back_office: Actor, invoices: Sequence[Invoice], first: int = 1) -> None:
    desk = books.operations.desk
    rows = [row(one, number, number + 1) for number, one in enumerate(invoices, first)]
    checked = await desk.check_invoice_numbers(back_office, rows)
    assert not checked.problems
    await desk.enter_invoice_numbers(back_office, rows, checked.seen)


async def pass_time(books: Books, **passes: float) -> None:
    await books.bank.working.work_until(books.clock.now() + timedelta(**passes))


class TestByHand:
    async def test_a_number_is_mailed_and_told_once(self, books: Books, back_office: Actor) -> None:
        await queued(books, 2)
        await books.close(DAY)
        invoices = await taken(books.operations.desk, back_office)
        await pass_time(books, hours=9)
        await enter(books, back_office, invoices)
        await enter(books, back_office, invoices)
        await pass_time(books, minutes=30)
        assert [one.state for one, _ in await books.documents()] == [InvoiceState.DELIVERED] * 2
        assert [(to, content.invoice.number) for to, content in mailed(books)] == [
            (one.email, one.number) for one, _ in await books.documents()
        ]
        assert {content.pdf + content.xml for _, content in mailed(books)} == {b""}
        (message,) = told(books)
        content = message.content
        assert isinstance(content, InvoicesIssuedContent)
        assert (content.order.id, content.day, content.counts) == (
            books.orders[0].id,
            DAY,
            InvoiceCounts(issued=2),
        )
        assert [one.buyer for one in content.invoices] == [one.buyer for one in invoices]
        assert message.channel is Channel.TELEGRAM

    async def test_what_waits_holds_the_message_back_for_some_minutes_only(
        self, books: Books, back_office: Actor
    ) -> None:
        await queued(books, 3)
        await books.close(DAY)
        first, *rest = await taken(books.operations.desk, back_office)
        await pass_time(books, hours=9)
        await enter(books, back_office, [first])
        await pass_time(books, minutes=9)
        assert (len(mailed(books)), told(books)) == (1, [])
        await pass_time(books, minutes=2)
        (message,) = told(books)
        assert isinstance(message.content, InvoicesIssuedContent)
        assert message.content.counts == InvoiceCounts(issued=1, waiting=2)
        # What comes on another day is told on that day, once.
        await pass_time(books, hours=24)
        await enter(books, back_office, rest, first=2)
        await pass_time(books, minutes=11)
        _, message = told(books)
        assert isinstance(message.content, InvoicesIssuedContent)
        assert message.content.counts == InvoiceCounts(issued=3)

    async def test_one_document_for_two_orders_is_mailed_once_and_told_for_each(
        self, books: Books, back_office: Actor
    ) -> None:
        for _ in range(2):
            await queued(books, 2, RecipientMode.ACCOUNTANT)
        await books.close(DAY)
        invoices = await taken(books.operations.desk, back_office)
        assert len(invoices) == 1
        await pass_time(books, hours=9)
        await enter(books, back_office, invoices)
        await pass_time(books, minutes=11)
        assert len(mailed(books)) == 1
        contents = [push.content for push in told(books)]
        assert [one.order.id for one in contents if isinstance(one, InvoicesIssuedContent)] == [
            order.id for order in books.orders
        ]

    async def test_a_mail_that_cannot_be_delivered_is_named(self, books: Books, back_office: Actor) -> None:
        await queued(books, 1)
        await books.close(DAY)
        (invoice,) = await taken(books.operations.desk, back_office)
        await pass_time(books, hours=9)
        books.bank.working.channels[Channel.EMAIL].outcomes = [Undeliverable("no such mailbox")]
        await enter(books, back_office, [invoice])
        await pass_time(books, minutes=11)
        (content,) = [one.content for one in books.bank.working.sent if is_failure(one)]
        assert isinstance(content, DeliveryFailedContent)
        (failed,) = content.failed
        assert failed.invoice is not None
        assert (failed.invoice.number, failed.recipient_name) == ("1", invoice.buyer.name)
        assert failed.push.address == invoice.email

    async def test_without_an_address_nothing_is_mailed(self, books: Books, back_office: Actor) -> None:
        await queued(books, 1)
        await books.close(DAY)
        (invoice,) = await taken(books.operations.desk, back_office)
        async with books.database.write() as uow:
            await uow.invoices.save(replace(invoice, email="", state=InvoiceState.SENT))
        await enter(books, back_office, [invoice])
        assert await pushes_of(books.database, "invoice_issued") == []
        with refusal("invoice_no_email"):
            await books.operations.resend_invoice(books.owner, invoice.id)

    async def test_it_is_mailed_again_once_a_minute(
        self, books: Books, back_office: Actor, owner: Actor
    ) -> None:
        await queued(books, 1)
        await books.close(DAY)
        (invoice,) = await taken(books.operations.desk, back_office)
        async with unchanged(books.database):
            with refusal("invoice_not_issued"):
                await books.operations.resend_invoice(owner, invoice.id)
        await pass_time(books, hours=9)
        await enter(books, back_office, [invoice])
        for _ in range(2):
            assert await books.operations.resend_invoice(owner, invoice.id) == invoice.email
        assert len(await pushes_of(books.database, "invoice_issued")) == 2
        books.clock.forward(minutes=1)
        await books.operations.resend_invoice(owner, invoice.id)
        await pass_time(books, minutes=1)
        assert [to for to, _ in mailed(books)] == [invoice.email] * 3
        # No pump to whichever addresses, either.
        for number in range(RESENDS_A_DAY):
            books.clock.forward(minutes=1)
            if number < RESENDS_A_DAY - 2:
                await books.operations.resend_invoice(owner, invoice.id, f"ke{number}@toan.vn")
        with refusal("resent_enough", most=RESENDS_A_DAY):
            await books.operations.resend_invoice(owner, invoice.id, "nan@nhan.vn")


def is_failure(push: SentPush) -> bool:
    return isinstance(push.content, DeliveryFailedContent)
