"""Which way a push takes, what it costs, and what happens where a way is closed or too dear."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from domain.calendar import VIETNAM, SendingHours
from domain.chats import Channel, zalo_chat_id
from domain.messaging.contents import PushContent
from domain.messaging.kinds import PushSubject
from domain.messaging.oa_windows import OaTerms
from domain.messaging.pushes import OrderPlacedNotice, PaymentInstruction, Push, PushState, StaffJoined
from domain.messaging.spending import Spending, Tariff
from domain.messaging.templates import RECEIVED_WITHIN, Template
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Actor
from domain.proofs import Proof, ProofKind
from domain.recipients import RecipientMode
from services.messaging.push_queue import queue_pushes
from services.messaging.pushes import DeliverPush
from services.messaging.ways import RECEIPT_TRIES, TakeBackUnreceived, TakeReceipt, WarnOfSpending, spent_by
from services.operations import Operations
from services.patience import A_DAY
from services.people.people import ChatIdentity
from services.people.proving import SendProof
from services.ports import PushSender, RetryLater, Undeliverable, WayClosed
from services.ports.zalo_templates import KnownTemplate
from storage.database import Database
from storage.zalo_oa import SqlOaChats
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import Row, rows_of
from tests.support.senders import ScriptedSender

PRICE, TEMPLATE, SMS = 55, 300, 850
OA_USER = "1234567890123456789"
CHAT = str(zalo_chat_id(OA_USER))
TERMS = OaTerms(8, PRICE)
ANY_HOUR = SendingHours(0, 24)


@dataclass
class PricedSms(ScriptedSender):
    """SMS of one part."""

    def __post_init__(self) -> None:
        super().__init__()

    def price(self, content: PushContent) -> int:
        return SMS


@dataclass
class Templates:
    """`TemplateSender` that raises what it is given, then delivers."""

    outcomes: list[Exception] = field(default_factory=list)
    sent: list[tuple[str, Template, str]] = field(default_factory=list)

    async def send_template(
        self, phone: str, template: Template, template_id: str, content: PushContent, message_ref: str
    ) -> None:
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.sent.append((phone, template, message_ref))


class Chats(ScriptedSender):
    """Pushes in chats of the account, counted as its own sender does."""

    def __init__(self, chats: SqlOaChats) -> None:
        super().__init__()
        self.chats = chats

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        ref = await super().send(address, content, key, maybe_repeated, silent)
        await self.chats.count(int(address), 1, key)
        return ref


class Office:
    """An owner with a chat of the Official Account, a mailbox and a phone."""

    def __init__(self, database: Database, clock: FixedClock, owner: Actor) -> None:
        self.database, self.clock, self.owner = database, clock, owner
        self.chats = SqlOaChats(database, clock.now, TERMS)
        self.zalo, self.mail, self.sms = Chats(self.chats), ScriptedSender(), PricedSms()
        self.templates = Templates()
        self.spending = Spending()

    @property
    def deliver(self) -> DeliverPush:
        senders: Mapping[Channel, PushSender] = {
            Channel.ZALO: self.zalo,
            Channel.EMAIL: self.mail,
            Channel.SMS: self.sms,
        }
        return DeliverPush(
            *(self.database, self.clock, senders, ANY_HOUR),
            last_resort=self.mail,
            tariff=Tariff(SMS, TERMS),
            spending=self.spending,
            templates=self.templates,
        )

    async def speak(self) -> None:
        """The owner writes on Zalo; Telegram is off."""
        await self.chats.hear(OA_USER, self.clock.now())

    async def approve(self, *names: Template) -> None:
        known = [KnownTemplate(name, str(500 + at), TEMPLATE) for at, name in enumerate(names)]
        async with self.database.write() as uow:
            await uow.zalo_templates.put(known)

    async def asked(self, operations: Operations) -> PaymentRequest:
        """What a customer is asked to pay in an order."""
        customers = await add_customers(operations, self.owner, 1)
        order = await placed_order(operations, self.owner, customers)
        async with self.database.read() as uow:
            (payment,) = await uow.payments.of_order(order.id, 0, 1)
        return payment

    async def tell(self, subject: PushSubject, key: str = "told", phone: str = "") -> Row:
        channel = Channel.SMS if phone else Channel.CHAT
        push = Push(key, channel, subject, self.owner.accountant_id, phone)
        async with self.database.write() as uow:
            await queue_pushes(uow, [push], self.clock.now())
        await self.deliver(key, 1)
        return await self.row(key)

    async def row(self, key: str = "told") -> Row:
        (row,) = [row for row in await rows_of(self.database, "pushes") if row["key"] == key]
        return row

    async def spent(self) -> tuple[int, int]:
        async with self.database.read() as uow:
            return await spent_by(uow, self.clock.now())

    def reached(self) -> tuple[int, int, int, int]:
        """How many left by the chat on Zalo, by template, by SMS and by mail."""
        by_mail, by_sms = len(self.mail.delivered), len(self.sms.delivered)
        return len(self.zalo.delivered), len(self.templates.sent), by_sms, by_mail


@pytest.fixture
async def office(database: Database, clock: FixedClock, owner: Actor, operations: Operations) -> Office:
    it = Office(database, clock, owner)
    await it.speak()
    clock.forward(seconds=1)
    async with database.write() as uow:
        await uow.chats.link(Channel.ZALO, CHAT, owner.accountant_id, clock.now())
    return it


@pytest.fixture
async def order(operations: Operations, owner: Actor) -> Order:
    return await placed_order(
        operations, owner, await add_customers(operations, owner, 1), RecipientMode.ACCOUNTANT
    )


async def test_within_the_free_messages_the_chat_takes_all_and_nothing_is_spent(office: Office) -> None:
    row = await office.tell(StaffJoined(office.owner.accountant_id))
    assert (row["sent_on"], row["cost"], office.reached()) == (Channel.ZALO, 0, (1, 0, 0, 0))
    assert await office.spent() == (0, 0)


async def test_after_two_days_only_what_is_hasty_costs_something(office: Office, order: Order) -> None:
    office.clock.forward(days=3)
    news = await office.tell(StaffJoined(office.owner.accountant_id), "news")
    assert (news["sent_on"], news["cost"]) == (Channel.EMAIL, 0)
    money = await office.tell(PaymentInstruction(order.code), "money")
    assert (money["sent_on"], money["cost"]) == (Channel.ZALO, PRICE)
    assert await office.spent() == (PRICE, PRICE)


async def test_after_seven_days_a_template_rings_where_there_is_one(office: Office, order: Order) -> None:
    office.clock.forward(days=8)
    await office.approve(Template.PAYMENT)
    row = await office.tell(PaymentInstruction(order.code), "money")
    assert (row["template"], row["cost"], row["state"]) == (Template.PAYMENT, TEMPLATE, PushState.SENT)
    assert office.templates.sent[0][0].startswith("+84")
    other = await office.tell(OrderPlacedNotice(order.id), "other")
    assert (other["sent_on"], office.reached()) == (Channel.EMAIL, (0, 1, 0, 1))


async def test_a_payer_gets_the_cheaper_of_template_and_sms(office: Office, operations: Operations) -> None:
    payment = await office.asked(operations)
    phone = payment.notice.phone
    row = await office.tell(PaymentInstruction(payment.code), "by sms", phone)
    assert (row["sent_on"], row["cost"]) == (Channel.SMS, SMS)
    await office.approve(Template.PAYMENT)
    row = await office.tell(PaymentInstruction(payment.code), "by template", phone)
    assert (row["sent_on"], row["template"], row["cost"]) == (Channel.ZALO, Template.PAYMENT, TEMPLATE)
    # A phone without Zalo gets the SMS at once.
    office.templates.outcomes = [Undeliverable("no Zalo")]
    row = await office.tell(PaymentInstruction(payment.code), "without", phone)
    assert (row["sent_on"], row["cost"], office.reached()) == (Channel.SMS, SMS, (0, 1, 2, 0))


async def test_a_template_that_no_phone_has_goes_by_the_next_way_and_costs_nothing(
    office: Office, operations: Operations
) -> None:
    payment = await office.asked(operations)
    await office.approve(Template.PAYMENT)
    for key in ("lost", "received"):
        await office.tell(PaymentInstruction(payment.code), key, payment.notice.phone)
    (_, _, lost), (_, _, received) = office.templates.sent
    await TakeReceipt(office.database, office.clock)(received, 1)
    office.clock.forward(seconds=RECEIVED_WITHIN.total_seconds())
    for key in ("lost", "received"):
        await TakeBackUnreceived(office.database, office.clock)(key)
    await office.deliver("lost", 1)
    assert (await office.row("received"))["state"] == PushState.SENT
    row = await office.row("lost")
    assert (row["sent_on"], row["cost"], office.reached()) == (Channel.SMS, SMS, (0, 2, 1, 0))
    assert await office.spent() == (SMS + TEMPLATE, SMS + TEMPLATE)
    assert lost != received


async def test_a_receipt_that_comes_before_we_know_is_asked_again(office: Office) -> None:
    with pytest.raises(RetryLater):
        await TakeReceipt(office.database, office.clock)("early", 1)
    await TakeReceipt(office.database, office.clock)("not ours", RECEIPT_TRIES)


async def test_a_closed_way_is_left_at_once_and_remembered(office: Office, order: Order) -> None:
    await office.approve(Template.PAYMENT)
    office.clock.forward(days=8)
    office.templates.outcomes = [WayClosed(3600, "no money")]
    row = await office.tell(PaymentInstruction(order.code), "one")
    assert (row["sent_on"], row["cost"]) == (Channel.EMAIL, 0)
    office.templates.outcomes = [AssertionError("it is not asked again within the hour")]
    await office.tell(PaymentInstruction(order.code), "two")
    office.clock.forward(hours=1)
    office.templates.outcomes = []
    assert (await office.tell(PaymentInstruction(order.code), "three"))["template"] == Template.PAYMENT


async def test_an_account_without_money_still_sends_what_is_free(office: Office, order: Order) -> None:
    office.clock.forward(days=3)
    office.zalo.outcomes = [WayClosed(60, "no money")]
    row = await office.tell(PaymentInstruction(order.code), "paid")
    assert (row["sent_on"], office.reached()) == (Channel.EMAIL, (0, 0, 0, 1))
    await office.chats.refused()
    row = await office.tell(PaymentInstruction(order.code), "remembered")
    assert (row["sent_on"], office.zalo.outcomes) == (Channel.EMAIL, [])
    await office.speak()
    row = await office.tell(PaymentInstruction(order.code), "free")
    assert (row["sent_on"], row["cost"]) == (Channel.ZALO, 0)
    # What is free does not show that there is money again.
    async with office.database.read() as uow:
        assert await uow.sent_messages.is_closed(office.clock.now())


async def test_the_only_way_is_tried_for_a_day_though_it_is_closed(office: Office, order: Order) -> None:
    office.zalo.outcomes = [WayClosed(60, "no quota"), WayClosed(60, "no quota")]
    deliver = replace(office.deliver, last_resort=None)
    push = Push("told", Channel.CHAT, PaymentInstruction(order.code), office.owner.accountant_id)
    async with office.database.write() as uow:
        await queue_pushes(uow, [push], office.clock.now())
    with pytest.raises(RetryLater) as later:
        await deliver("told", 1)
    assert (later.value.seconds, (await office.row())["state"]) == (60, PushState.QUEUED)
    await deliver("told", A_DAY.attempts)
    assert (await office.row())["state"] == PushState.UNDELIVERABLE


async def test_the_reserve_of_the_money_is_for_what_matters_and_its_end_for_nothing(
    office: Office, operations: Operations
) -> None:
    payment = await office.asked(operations)
    phone, asks = payment.notice.phone, PaymentInstruction(payment.code)
    office.spending = Spending(day=2 * SMS)
    for key in ("one", "two"):
        assert (await office.tell(asks, key, phone))["sent_on"] == Channel.SMS
    row = await office.tell(asks, "three", phone)
    assert (row["state"], row["attempted"]) == (PushState.QUEUED, False)
    (job,) = [job for job in await rows_of(office.database, "jobs") if job["key"].startswith("push:three:")]
    assert job["due_at"].astimezone(VIETNAM).hour == 7
    office.clock.set(job["due_at"])
    await office.deliver("three", 1)
    assert (await office.row("three"))["sent_on"] == Channel.SMS


async def test_back_office_is_warned_of_money_at_each_mark_once(
    office: Office, back_office: Actor, operations: Operations
) -> None:
    payment = await office.asked(operations)
    warn = WarnOfSpending(office.database, office.clock, Spending(month=10 * SMS))
    for number in range(9):
        await office.tell(PaymentInstruction(payment.code), f"{number}", payment.notice.phone)
        for _ in range(2):
            await warn()
    told = [
        row["about"] for row in await rows_of(office.database, "pushes") if row["kind"] == "budget_reached"
    ]
    assert told == ["money:chat:2026-06:70", "money:chat:2026-06:85"]


async def test_a_code_by_sms_costs_what_any_sms_costs(office: Office) -> None:
    chat, now = ChatIdentity(Channel.ZALO, CHAT), office.clock.now()
    async with office.database.write() as uow:
        proof = Proof(ProofKind.PHONE, "+84912345678", "123456", now)
        await uow.proofs.save(chat.channel, chat.external_id, proof)
    senders: Mapping[Channel, PushSender] = {Channel.SMS: office.sms}
    send = SendProof(office.database, office.clock, senders)
    await send(chat, ProofKind.PHONE, now, "key", 1, False)
    assert await office.spent() == (SMS, SMS)
