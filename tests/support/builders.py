"""Firms, people, customers, drafts and orders, made by the operations themselves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from stdnum.vn import mst

from domain.chats import Channel
from domain.consents import CONSENT_VERSION
from domain.customers import Customer, CustomerData, CustomerKind
from domain.invoices import BuyerKind
from domain.orders import Order
from domain.packages import Package
from domain.payments import PayeeAccount
from domain.people import Accountant, Actor
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode
from services.back_office.people import EnsureBackOffice
from services.operations import Operations
from services.ordering.drafts import DraftView
from services.people.people import ChatIdentity, PersonDetails
from services.ports import Clock, Units
from storage.database import Database

PAYEE = PayeeAccount("970436", "0011001234567", "CONG TY PHAN MEM")
CHANNELS = (Channel.EMAIL, Channel.SMS)
FISCAL_YEAR = 2026
FIRM_ADDRESS = "1 Nguyễn Huệ, phường Sài Gòn, TP. Hồ Chí Minh"
CONSENT = CONSENT_VERSION


def enterprise_tax_code(number: int) -> str:
    """A valid ten-digit tax code, a different one for each `number` (0 to 999,999)."""
    bodies = (f"03{number * 10 + last:07d}" for last in range(1, 10))
    codes = (body + mst.calc_check_digit(body) for body in bodies)
    # Some numbers have no check digit, because the sum is modulo eleven.
    return next(code for code in codes if mst.is_valid(code))


def household_tax_code(number: int) -> str:
    """A valid twelve-digit personal ID, a different one for each `number`."""
    return f"079{number:09d}"


def enterprise(number: int = 1, **changes: Any) -> CustomerData:
    """An enterprise with everything an order needs."""
    complete = CustomerData(
        kind=CustomerKind.ENTERPRISE,
        tax_code=enterprise_tax_code(number),
        name=f"Công ty TNHH Hoa Sen {number}",
        address=f"{number} Lê Lợi, Quận 1, TP. Hồ Chí Minh",
        representative=f"Nguyễn Văn {number}",
        email=f"giamdoc{number}@hoasen.vn",
        phone=f"+8491{number:07d}",
        own_code=f"DN{number:04d}",
    )
    return replace(complete, **changes)


def household(number: int = 1, **changes: Any) -> CustomerData:
    """A household business with everything an order needs."""
    complete = CustomerData(
        kind=CustomerKind.HOUSEHOLD,
        tax_code=household_tax_code(number),
        name=f"Hộ kinh doanh Bánh Mì {number}",
        address=f"{number} Trần Hưng Đạo, Đà Nẵng",
        representative=f"Trần Thị {number}",
        email=f"chuho{number}@banhmi.vn",
        phone=f"+8490{number:07d}",
        own_code=f"HKD{number:04d}",
    )
    return replace(complete, **changes)


def without_login(data: CustomerData) -> CustomerData:
    """The same customer without its representative's e-mail and phone, which is incomplete."""
    return replace(data, email="", phone="")


def other_notice(number: int = 1) -> NoticeRecipient:
    return NoticeRecipient(f"Lê Thị Trả Tiền {number}", f"tratien{number}@khac.vn", f"+8493{number:07d}")


def other_invoice(number: int = 1) -> InvoiceRecipient:
    return InvoiceRecipient(
        f"Công ty Mẹ {number}",
        enterprise_tax_code(90_000 + number),
        "1 Tràng Tiền, Hà Nội",
        "hoadon@me.vn",
        BuyerKind.COMPANY,
    )


def chat(external_id: str) -> ChatIdentity:
    return ChatIdentity(Channel.TELEGRAM, external_id)


def person(name: str, number: int = 1) -> PersonDetails:
    return PersonDetails(name, f"+8498{number:07d}", f"ketoan{number}@dichvu.vn", CONSENT)


def actor_of(accountant: Accountant) -> Actor:
    return accountant.actor


async def register_owner(operations: Operations, number: int = 1, name: str = "") -> Actor:
    """The owner of a new firm, in the chat `owner-<number>`."""
    accountant = await operations.register_firm(
        chat(f"owner-{number}"),
        person(name or f"Phạm Chủ {number}", number),
        f"Đại lý thuế {name or number}",
        enterprise_tax_code(80_000 + number),
        FIRM_ADDRESS,
    )
    return actor_of(accountant)


async def join_staff(operations: Operations, owner: Actor, number: int = 1, name: str = "") -> Actor:
    """A new member of the owner's firm, in the chat `staff-<number>`."""
    token = await operations.invite_staff(owner)
    details = person(name or f"Võ Nhân Viên {number}", 1000 + number)
    return actor_of(await operations.join_firm(chat(f"staff-{number}"), details, token))


async def back_office_person(units: Units, clock: Clock, telegram_id: int = 7) -> Actor:
    """The one person of the back office, in the chat of that number."""
    await EnsureBackOffice(units, clock, "Nhà cung cấp")([(telegram_id, "Lê Thu Hà")])
    async with units.read() as uow:
        accountant = await uow.chats.accountant_of(Channel.TELEGRAM, str(telegram_id))
    assert accountant is not None
    return actor_of(accountant)


async def add_customers(
    operations: Operations,
    actor: Actor,
    count: int,
    build: Callable[[int], CustomerData] = enterprise,
    first: int = 1,
) -> list[Customer]:
    """`count` new customers in the catalogue, numbered from `first`."""
    return [
        (await operations.add_customer(actor, build(number))).customer
        for number in range(first, first + count)
    ]


async def package(operations: Operations, actor: Actor, code: str) -> Package:
    """The package on sale under this code."""
    offer = await operations.offer_packages(actor)
    return next(package for package in offer.packages if package.code == code)


async def start_draft(
    operations: Operations,
    actor: Actor,
    recipient: RecipientMode = RecipientMode.CUSTOMER,
    package_code: str = "STARTER",
    fiscal_year: int = FISCAL_YEAR,
) -> int:
    """Start a draft and answer it up to the customers. Returns its id."""
    draft = await operations.open_draft(actor)
    await operations.choose_package(actor, (await package(operations, actor, package_code)).id)
    await operations.choose_fiscal_year(actor, fiscal_year)
    await operations.choose_recipient(actor, recipient)
    return draft.id


async def answer_draft(
    operations: Operations,
    actor: Actor,
    customers: Sequence[Customer],
    recipient: RecipientMode = RecipientMode.CUSTOMER,
    package_code: str = "STARTER",
    fiscal_year: int = FISCAL_YEAR,
) -> DraftView:
    """Make a draft with all questions answered and these customers picked, but without a tick.

    With other recipients, one is declared for all.
    """
    await start_draft(operations, actor, recipient, package_code, fiscal_year)
    if recipient is RecipientMode.OTHER:
        await operations.declare_other(actor, other_notice(), other_invoice())
    for customer in customers:
        await operations.pick_customer(actor, customer.id, True)
    await operations.finish_picking(actor)
    await operations.set_common_accounting(actor, await operations.offer_accounting(actor))
    return await operations.view_draft(actor)


async def ready_draft(
    operations: Operations,
    actor: Actor,
    customers: Sequence[Customer],
    recipient: RecipientMode = RecipientMode.CUSTOMER,
    package_code: str = "STARTER",
    fiscal_year: int = FISCAL_YEAR,
) -> DraftView:
    """Make an answered and ticked draft, ready to be placed."""
    await answer_draft(operations, actor, customers, recipient, package_code, fiscal_year)
    await operations.confirm_draft(actor, True)
    return await operations.view_draft(actor)


async def drop_draft(operations: Operations, actor: Actor) -> None:
    """Drop the actor's open draft, if there is one."""
    draft = await operations.find_draft(actor)
    if draft is not None:
        await operations.discard_draft(actor, draft.id)


async def place(operations: Operations, actor: Actor, view: DraftView) -> Order:
    """Place a ready draft at the total it shows."""
    return await operations.place_order(actor, view.draft.id, view.total)


async def placed_order(
    operations: Operations,
    actor: Actor,
    customers: Sequence[Customer],
    recipient: RecipientMode = RecipientMode.CUSTOMER,
    package_code: str = "STARTER",
    fiscal_year: int = FISCAL_YEAR,
) -> Order:
    view = await ready_draft(operations, actor, customers, recipient, package_code, fiscal_year)
    return await place(operations, actor, view)


async def made_one_request(database: Database, order: Order) -> None:
    """Give an order that its accountant pays its one request for all customers, as every such order had that
    was stored before customers had their own."""
    asked = f"FROM payment_requests WHERE order_id = {order.id}"
    sums = "sum(amount), min(state), min(recipient), min(notice_name), min(notice_email), min(notice_phone)"
    sums += ", min(bank_bin), min(account), min(holder), count(*), min(due_at), 0"
    names = "code, order_id, amount, state, recipient, notice_name, notice_email, notice_phone"
    names += ", bank_bin, account, holder, line_count, due_at, received"
    async with database.writing() as connection:
        for statement in (
            f"INSERT INTO payment_requests ({names}) SELECT '{order.code}', min(order_id), {sums} {asked}",
            f"UPDATE order_lines SET payment_code = '{order.code}' WHERE order_id = {order.id}",
            f"UPDATE postings SET payment_code = '{order.code}' WHERE payment_code IN (SELECT code {asked})",
            f"DELETE {asked} AND code <> '{order.code}'",
        ):
            await connection.exec_driver_sql(statement)
