"""Who may do what: every operation, called by an owner, staff, another firm's owner, back office, and a
role without rights.

An operation without an entry here fails the first test. All texts of the first firm contain "Alpha", so that
a search finds them in what another firm sees.
"""

import inspect
import json
import operator
import pickle
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.accounting import default_accounting
from domain.chats import Channel, zalo_chat_id
from domain.customers import Customer, CustomerData, CustomerField, CustomerKind
from domain.errors import DomainError
from domain.files import FileRef
from domain.intakes.checking import check_entries
from domain.intakes.entries import EntryField, Intake, IntakeState, ListColumn, ListSheet, OrderWish, Standing
from domain.invoice_corrections import Agreement
from domain.invoices import Buyer, BuyerKind, InvoiceKind, InvoiceLine, InvoiceState
from domain.messaging.notices import QuietHours, Topic
from domain.messaging.pushes import OrderPlacedNotice
from domain.messaging.targets import Target
from domain.orders import Order
from domain.people import RIGHTS, Actor, FirmState, Right, Role
from domain.recipients import NoticeRecipient, OtherRecipient, RecipientMode
from domain.sign_offs import AskedAct, SignedAct
from domain.transfers import Transfer, TransferState
from services.back_office.operations import Desk
from services.back_office.tables import TableFilter
from services.catalogue.customers import EVERYONE
from services.intakes.operations import Intaking
from services.operations import Operations, build_operations
from services.ordering.drafts import DraftView
from services.people.accounts import AccountField
from services.people.people import ChatIdentity
from services.ports import InvoiceGroup, NewInvoice
from storage.database import Database
from tests.support.bank_files import Move, as_csv, vietcombank
from tests.support.banks import reported
from tests.support.builders import (
    CHANNELS,
    FISCAL_YEAR,
    PAYEE,
    add_customers,
    answer_draft,
    back_office_person,
    chat,
    drop_draft,
    enterprise,
    enterprise_tax_code,
    join_staff,
    person,
    placed_order,
    ready_draft,
    register_owner,
)
from tests.support.clock import NOON_OF_JUNE_15, FixedClock
from tests.support.databases import Databases, wanted
from tests.support.planting import planted
from tests.support.rows import dump, of_firm
from tests.support.seeds import price_list
from tests.support.shared import Shared
from tests.support.workbooks import JsonWorkbooks

MARK = "Alpha"
MESSAGE = "4711"
DEFAULT = default_accounting(CustomerKind.ENTERPRISE, FISCAL_YEAR)
ORDERED_YEAR = FISCAL_YEAR - 1
"""The year of the placed orders; the drafts are for the next year."""
ORDERED = default_accounting(CustomerKind.ENTERPRISE, ORDERED_YEAR)
STANDARD = 2
"""Another package than that of the placed orders."""

BUYER = Buyer(BuyerKind.COMPANY, f"Công ty {MARK} mới", enterprise_tax_code(2), f"{MARK} 2")

STATEMENT = as_csv(vietcombank([Move(NOON_OF_JUNE_15, 1_000, "la")]))
PRICES = json.dumps(
    [{"code": "A1", "kind": "Doanh nghiệp", "name": "A", "price": "1", "vat_rate": "KCT"}]
).encode()


def alpha(number: int) -> CustomerData:
    return enterprise(
        number, name=f"Công ty {MARK} {number}", representative=f"{MARK} {number}", own_code=f"{MARK}{number}"
    )


@dataclass(frozen=True, slots=True)
class World:
    """Two firms. The calls below ask for things of the first firm's owner."""

    operations: Operations
    owner: Actor
    staff: Actor
    stranger: Actor
    back_office: Actor
    customer: Customer
    """A customer picked in the owner's and the staff's drafts."""
    spare: Customer
    order: Order
    draft: DraftView
    """The owner's draft, ready to be placed."""
    other: OtherRecipient
    """A recipient declared in that draft."""
    invitation: str
    link_code: str
    """A code that the owner made."""
    payment_code: str
    """The order's payment code."""
    run_id: int
    """A run for the order, picked but not begun."""
    licence_id: int
    """The licence of the order's one line."""
    label_id: int
    """A label on the customer."""
    intake_id: int
    """The owner's list, with one entry ready and one with a wrong phone."""
    invoice_id: int
    """An invoice of the owner that was refused."""
    transfer_id: int
    """A part payment for the order, for which somebody has chosen already."""

    def chat_of(self, actor: Actor) -> ChatIdentity:
        return {
            self.owner.accountant_id: chat("owner-1"),
            self.staff.accountant_id: chat("staff-1"),
            self.stranger.accountant_id: chat("owner-2"),
            self.back_office.accountant_id: chat("7"),
        }[actor.accountant_id]


_MADE = [field.name for field in fields(World) if field.name != "operations"]


class TwoFirms:
    """A `Seed`: the price list and the two firms. They are made once in a run and copied for each test."""

    __name__ = "two_firms"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "two_firms.pickle"

    async def __call__(self, url: str) -> None:
        await price_list(url)
        database, clock = Database(url), FixedClock()
        world = await _two_firms(_operations_over(database, clock), database, clock)
        await database.close()
        self._path.write_bytes(pickle.dumps({name: getattr(world, name) for name in _MADE}))

    def world(self, operations: Operations) -> World:
        return World(operations, **pickle.loads(self._path.read_bytes()))


@pytest.fixture
def two_firms(run_files: Shared) -> TwoFirms:
    return TwoFirms(run_files.folder)


@pytest.fixture
def database_url(databases: Databases, two_firms: TwoFirms, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(wanted(), tmp_path, two_firms) as url:
        yield url


@pytest.fixture
def world(two_firms: TwoFirms, database: Database, clock: FixedClock) -> World:
    return two_firms.world(_operations_over(database, clock))


def _operations_over(database: Database, clock: FixedClock) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())


async def _two_firms(operations: Operations, database: Database, clock: FixedClock) -> World:
    owner = await register_owner(operations, 1, f"{MARK} Chủ")
    staff = await join_staff(operations, owner, 1, f"{MARK} Nhân viên")
    stranger = await register_owner(operations, 2)
    customer, spare = await add_customers(operations, owner, 2, alpha)
    await operations.label_customer(owner, customer.id, f"{MARK} nhãn")
    order = await placed_order(operations, owner, [customer], fiscal_year=ORDERED_YEAR)
    await placed_order(operations, staff, [spare], fiscal_year=ORDERED_YEAR)
    await answer_draft(operations, staff, [customer], RecipientMode.OTHER)
    await answer_draft(
        operations, stranger, await add_customers(operations, stranger, 1, first=50), RecipientMode.OTHER
    )
    await answer_draft(operations, owner, [customer], RecipientMode.OTHER)
    notice = NoticeRecipient(f"{MARK} Trả Tiền", "tra@alpha.vn", "+84931111111")
    other = await operations.declare_other(owner, notice, None)
    await operations.confirm_draft(owner, True)
    run = await operations.open_activation(owner, order.id)
    return World(
        operations,
        owner,
        staff,
        stranger,
        await back_office_person(database, clock),
        customer,
        spare,
        order,
        await operations.view_draft(owner),
        other,
        await operations.invite_staff(owner),
        await operations.make_link_code(owner),
        (await operations.list_payments(owner, order.id)).items[0].payment.code,
        run.id,
        (await operations.view_activation(owner, run.id)).licences[0].licence.id,
        (await operations.list_labels(owner))[0].label.id,
        (await _list_of(database, clock, owner)).id,
        await _refused_invoice(database, clock, owner, order),
        await _chosen_transfer(database, clock, order),
    )


async def _chosen_transfer(database: Database, clock: FixedClock, order: Order) -> int:
    async with planted(database) as uow:
        told = reported(order.code, 1)
        await uow.monthly_statements.add(order.accountant_id, None, f"{MARK}@ketoan.vn", clock.now())
        transfer_id = await uow.transfers.add(told, clock.now())
        assert transfer_id is not None
        await uow.transfers.save(Transfer(transfer_id, told, TransferState.MATCHED, order_id=order.id))
    async with database.writing() as connection:
        # Back office is refused what it asks about the first one, which is unknown.
        await connection.exec_driver_sql("UPDATE transfers SET id = 77")
    return 77


async def _refused_invoice(database: Database, clock: FixedClock, owner: Actor, order: Order) -> int:
    buyer = Buyer(BuyerKind.COMPANY, f"Công ty {MARK}", enterprise_tax_code(1), f"{MARK} 1")
    new = NewInvoice(
        MARK, owner.firm_id, owner.accountant_id, InvoiceKind.ORIGINAL, clock.today(), buyer, "a@b.vn", MARK
    )
    async with database.write() as uow:
        (invoice,) = await uow.invoices.gather([new])
        made = (order.id, order.code, 1, "A", "A", FISCAL_YEAR, MARK, enterprise_tax_code(1), 100, 0, None)
        await uow.invoices.add_lines([(invoice.id, InvoiceLine(*made))])
        await uow.invoices.save(replace(invoice, state=InvoiceState.REFUSED, refused_field="name"))
    return invoice.id


async def _list_of(database: Database, clock: FixedClock, owner: Actor) -> Intake:
    texts = [
        {
            EntryField(field): getattr(data, field)
            for field in ("tax_code", "name", "address", "representative", "email", "phone")
        }
        for data in (alpha(70), alpha(71))
    ]
    texts[1][EntryField.PHONE] = "12"
    sheet = ListSheet(MARK, 1, (ListColumn(0, MARK, None),))
    file = FileRef("telegram", MARK, MARK)
    new = Intake(
        0, owner.firm_id, owner.accountant_id, IntakeState.CHECKED, False, file=file, sheets=(sheet,)
    )
    async with database.write() as uow:
        intake = await uow.intakes.add(new, clock.now())
        entries = check_entries((0, number, row) for number, row in enumerate(texts, 2))
        await uow.intakes.replace_entries(intake.id, entries)
    return intake


Call = Callable[[World, Actor], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Entry:
    """The outcome of one call for each actor: `None` if it succeeds, else the code of the refusal.

    `reads` promises that no row changes even if it succeeds. Each actor does `before` beforehand.
    """

    call: Call
    owner: str | None = None
    staff: str | None = None
    stranger: str | None = None
    without_rights: str | None = "not_allowed"
    back_office: str | None = "as without rights"
    reads: bool = False
    before: Call | None = None
    shows_first_firm: bool = False
    """Whether others may see the first firm's name, as in an invitation."""


async def _revoke(world: World, actor: Actor) -> None:
    """Revoke the first firm's invitation."""
    (invitation,) = await world.operations.list_invitations(world.owner)
    await world.operations.revoke_invitation(actor, invitation.id)


async def _open_notice(world: World, actor: Actor) -> Target:
    """Open the owner's newest notice."""
    notice = (await world.operations.list_notices(world.owner)).items[0]
    return await world.operations.open_notice(actor, notice.id)


async def _link_chat(world: World, actor: Actor) -> Any:
    """Link the actor's chat by the owner's code."""
    return await world.operations.link_chat(world.chat_of(actor), world.link_code)


async def _second_chat(world: World, actor: Actor) -> None:
    zalo = ChatIdentity(Channel.ZALO, str(zalo_chat_id(str(actor.accountant_id))))
    await world.operations.link_chat(zalo, await world.operations.make_link_code(actor))


def _anew(world: World, actor: Actor) -> Awaitable[Any]:
    async def start() -> None:
        await drop_draft(world.operations, actor)
        await world.operations.open_draft(actor)

    return start()


def _of_order(call: Call, reads: bool = False, owner: str | None = None) -> Entry:
    """A call about the owner's order, which nobody else may touch."""
    return Entry(call, owner, staff="order_unknown", stranger="order_unknown", reads=reads)


def _of_choice(call: Call) -> Entry:
    return Entry(call, owner="choice_made", staff="transfer_unknown", stranger="transfer_unknown", reads=True)


def _of_customer(call: Call, reads: bool = False) -> Entry:
    """A call about a customer of the first firm, which its staff may make too."""
    return Entry(call, stranger="customer_unknown", reads=reads)


def _of_invoice(call: Call, owner: str | None = None, reads: bool = False) -> Entry:
    """A call about an invoice for the owner's order."""
    return Entry(call, owner=owner, staff="invoice_unknown", stranger="invoice_unknown", reads=reads)


def _of_run(call: Call, owner: str | None = None, reads: bool = False) -> Entry:
    """A call about a run of activation for the owner's order."""
    return Entry(call, owner=owner, staff="run_unknown", stranger="run_unknown", reads=reads)


def _of_licence(call: Call, reads: bool = False) -> Entry:
    return Entry(call, staff="licence_unknown", stranger="licence_unknown", reads=reads)


def _of_back_office(call: Call, back_office: str | None = None) -> Entry:
    return Entry(
        call, owner="not_allowed", staff="not_allowed", stranger="not_allowed", back_office=back_office
    )


def _as_ordered(world: World, actor: Actor) -> Awaitable[Any]:
    """Give the draft the year for which its customers are already ordered."""
    return world.operations.choose_fiscal_year(actor, ORDERED_YEAR)


ENTRIES: dict[str, Entry] = {
    # Operations for people known only by their chat.
    "who_is": Entry(lambda w, a: w.operations.who_is(w.chat_of(a)), reads=True, without_rights=None),
    "register_firm": Entry(
        lambda w, a: w.operations.register_firm(w.chat_of(a), person("Ai", 9), "Lại nữa", "0300000018"),
        reads=True,  # All these actors are already registered.
        without_rights=None,
    ),
    "ways_to_prove": Entry(
        lambda w, a: w.operations.ways_to_prove(w.chat_of(a)), reads=True, without_rights=None
    ),
    "view_proofs": Entry(
        lambda w, a: w.operations.view_proofs(w.chat_of(a), "+84931111111", "a@b.vn"),
        reads=True,
        without_rights=None,
    ),
    "ask_proofs": Entry(
        lambda w, a: w.operations.ask_proofs(w.chat_of(a), "+84931111111", "a@b.vn"),
        reads=True,  # Nothing is to be proved in this installation.
        without_rights=None,
    ),
    "enter_codes": Entry(
        lambda w, a: w.operations.enter_codes(w.chat_of(a), "123456"), reads=True, without_rights=None
    ),
    "prove_contact": Entry(
        lambda w, a: w.operations.prove_contact(w.chat_of(a), "+84931111111"), reads=True, without_rights=None
    ),
    "find_own_account": Entry(
        lambda w, a: w.operations.find_own_account(w.chat_of(a)), reads=True, without_rights=None
    ),
    "recover_account": Entry(
        lambda w, a: w.operations.recover_account(w.chat_of(a)),
        reads=True,  # Each of these chats has its accountant already.
        without_rights=None,
    ),
    "look_up_firm": Entry(
        lambda w, a: w.operations.look_up_firm(enterprise_tax_code(80_001)), reads=True, without_rights=None
    ),
    "read_invitation": Entry(
        lambda w, a: w.operations.read_invitation(w.invitation),
        reads=True,
        without_rights=None,
        shows_first_firm=True,
    ),
    "join_firm": Entry(
        lambda w, a: w.operations.join_firm(w.chat_of(a), person("Ai", 9), w.invitation),
        reads=True,  # A known person stays what they are.
        without_rights=None,
    ),
    # People.
    "invite_staff": Entry(lambda w, a: w.operations.invite_staff(a), staff="not_allowed"),
    "list_invitations": Entry(lambda w, a: w.operations.list_invitations(a), staff="not_allowed", reads=True),
    "revoke_invitation": Entry(_revoke, staff="not_allowed"),
    "remove_staff": Entry(
        lambda w, a: w.operations.remove_staff(a, w.staff.accountant_id),
        staff="not_allowed",
        stranger="staff_unknown",
    ),
    "show_profile": Entry(lambda w, a: w.operations.show_profile(a), reads=True, without_rights=None),
    # One's own account.
    "view_account": Entry(lambda w, a: w.operations.view_account(a), reads=True),
    "export_account": Entry(lambda w, a: w.operations.export_account(a)),
    "change_account": Entry(
        lambda w, a: w.operations.change_account(a, AccountField.NAME, "Tên Mới", w.chat_of(a))
    ),
    "agree_to_text": Entry(
        lambda w, a: w.operations.agree_to_text(a, Channel.TELEGRAM),
        reads=True,  # All have agreed to it already.
    ),
    "check_closing": Entry(lambda w, a: w.operations.check_closing(a), reads=True),
    "hand_over_firm": Entry(
        lambda w, a: w.operations.hand_over_firm(a, w.staff.accountant_id),
        staff="not_allowed",
        stranger="staff_unknown",
    ),
    "close_account": Entry(lambda w, a: w.operations.close_account(a)),
    "show_home": Entry(lambda w, a: w.operations.show_home(a), reads=True, without_rights=None),
    # Notices and preferences, which are always the actor's own.
    "list_notices": Entry(lambda w, a: w.operations.list_notices(a), reads=True, without_rights=None),
    "open_notice": Entry(
        _open_notice,
        staff="notice_unknown",
        stranger="notice_unknown",
        back_office="notice_unknown",
        without_rights=None,
    ),
    "read_message": Entry(
        lambda w, a: w.operations.read_message(a, Channel.TELEGRAM, MESSAGE), without_rights=None
    ),
    "note_shown": Entry(
        lambda w, a: w.operations.note_shown(a, OrderPlacedNotice(w.order.id), Channel.TELEGRAM),
        without_rights=None,
    ),
    "mark_all_read": Entry(lambda w, a: w.operations.mark_all_read(a), without_rights=None),
    "get_preferences": Entry(lambda w, a: w.operations.get_preferences(a), reads=True, without_rights=None),
    "set_topic": Entry(lambda w, a: w.operations.set_topic(a, Topic.REMINDERS, True), without_rights=None),
    "list_monthly_statements": Entry(lambda w, a: w.operations.list_monthly_statements(a), reads=True),
    "add_monthly_statement": Entry(
        lambda w, a: w.operations.add_monthly_statement(a, "an@ketoan.vn"),
        owner="not_cleared",
        staff="not_cleared",
        stranger="not_cleared",
        reads=True,
    ),
    "stop_monthly_statement": Entry(
        lambda w, a: w.operations.stop_monthly_statement(a, 1),
        staff="statement_unknown",
        stranger="statement_unknown",
    ),
    "set_quiet_hours": Entry(
        lambda w, a: w.operations.set_quiet_hours(a, QuietHours(22, 7)), without_rights=None
    ),
    "set_channel": Entry(lambda w, a: w.operations.set_channel(a, Channel.TELEGRAM), without_rights=None),
    # Chats, which are the actor's own too.
    "make_link_code": Entry(lambda w, a: w.operations.make_link_code(a), without_rights=None),
    "link_chat": Entry(
        _link_chat,
        staff="chat_of_other",
        stranger="chat_of_other",
        back_office="chat_of_other",
        without_rights="link_same_chat",  # The owner without rights.
        owner="link_same_chat",
        reads=True,
    ),
    "void_link_code": Entry(
        lambda w, a: w.operations.void_link_code("K7CD2QPX"), reads=True, without_rights=None
    ),
    "unlink_chat": Entry(
        lambda w, a: w.operations.unlink_chat(a, Channel.ZALO, Channel.TELEGRAM),
        without_rights=None,
        owner="chat_unknown",  # The owner without rights has already unlinked it.
        back_office="chat_unknown",
        before=_second_chat,
    ),
    "list_chats": Entry(lambda w, a: w.operations.list_chats(a), reads=True, without_rights=None),
    # Customers.
    "find_customers": Entry(lambda w, a: w.operations.find_customers(a), reads=True),
    "get_customer": Entry(
        lambda w, a: w.operations.get_customer(a, w.customer.id), stranger="customer_unknown", reads=True
    ),
    "find_by_tax_code": Entry(lambda w, a: w.operations.find_by_tax_code(a, w.customer.tax_code), reads=True),
    "add_customer": Entry(lambda w, a: w.operations.add_customer(a, enterprise(7))),
    "edit_customer": Entry(
        lambda w, a: w.operations.edit_customer(a, w.customer.id, CustomerField.NAME, f"{MARK} mới"),
        stranger="customer_unknown",
    ),
    "archive_customer": Entry(
        lambda w, a: w.operations.archive_customer(a, w.customer.id, True), stranger="customer_unknown"
    ),
    "find_shared_logins": Entry(
        lambda w, a: w.operations.find_shared_logins(a, w.customer.id),
        stranger="customer_unknown",
        reads=True,
    ),
    "find_by_login": Entry(lambda w, a: w.operations.find_by_login(a, w.customer.email), reads=True),
    "find_login_doubts": Entry(lambda w, a: w.operations.find_login_doubts(a, [w.customer.id]), reads=True),
    "accept_logins": _of_customer(lambda w, a: w.operations.accept_logins(a, [w.customer.id])),
    "look_up_tax_code": Entry(lambda w, a: w.operations.look_up_tax_code(a, w.customer.tax_code), reads=True),
    "view_customer": _of_customer(lambda w, a: w.operations.view_customer(a, w.customer.id), reads=True),
    "clear_field": _of_customer(
        lambda w, a: w.operations.clear_field(a, w.customer.id, CustomerField.OWN_CODE)
    ),
    "declare_accounting": _of_customer(
        lambda w, a: w.operations.declare_accounting(a, w.customer.id, {"first_month": 1})
    ),
    # Groups of customers.
    "list_labels": Entry(lambda w, a: w.operations.list_labels(a), reads=True),
    "label_customer": _of_customer(lambda w, a: w.operations.label_customer(a, w.customer.id, "mới")),
    "unlabel_customer": _of_customer(
        lambda w, a: w.operations.unlabel_customer(a, w.customer.id, w.label_id)
    ),
    "rename_label": Entry(
        lambda w, a: w.operations.rename_label(a, w.label_id, f"{MARK} khác"), stranger="label_unknown"
    ),
    "delete_label": Entry(
        lambda w, a: w.operations.delete_label(a, w.label_id),
        owner="label_unknown",  # Staff has already done it.
        stranger="label_unknown",
    ),
    "label_matching": Entry(lambda w, a: w.operations.label_matching(a, EVERYONE, "mới")),
    "unlabel_matching": Entry(
        lambda w, a: w.operations.unlabel_matching(a, EVERYONE, w.label_id), stranger="label_unknown"
    ),
    "assign_customer": _of_customer(
        lambda w, a: w.operations.assign_customer(a, w.customer.id, a.accountant_id)
    ),
    "assign_matching": Entry(
        lambda w, a: w.operations.assign_matching(a, EVERYONE, w.owner.accountant_id),
        stranger="staff_unknown",
    ),
    "export_catalogue": Entry(lambda w, a: w.operations.export_catalogue(a, EVERYONE)),
    "find_look_alikes": Entry(lambda w, a: w.operations.find_look_alikes(a), reads=True),
    "merge_customers": _of_customer(lambda w, a: w.operations.merge_customers(a, w.customer.id, w.spare.id)),
    "undo_merge": _of_customer(lambda w, a: w.operations.undo_merge(a, w.spare.id)),
    "export_person": _of_customer(lambda w, a: w.operations.export_person(a, w.customer.id)),
    "erase_person": _of_customer(lambda w, a: w.operations.erase_person(a, w.customer.id)),
    "view_customer_timeline": Entry(
        lambda w, a: w.operations.view_customer_timeline(a, w.customer.id),
        stranger="customer_unknown",
        reads=True,
    ),
    "find_corrected": Entry(
        lambda w, a: w.operations.find_corrected(a, w.customer.tax_code, "moi@alpha.vn"), reads=True
    ),
    "correct_customer": Entry(
        lambda w, a: w.operations.correct_customer(a, w.customer.id, "moi@alpha.vn"),
        stranger="customer_unknown",
    ),
    "undo_correction": Entry(
        lambda w, a: w.operations.undo_correction(
            a, w.customer.id, CustomerField.NAME, f"{MARK} cũ", w.customer.name
        ),
        stranger="customer_unknown",
    ),
    # The draft, which is always the actor's own.
    "open_draft": Entry(lambda w, a: w.operations.open_draft(a), reads=True),
    "find_draft": Entry(lambda w, a: w.operations.find_draft(a), reads=True),
    "view_draft": Entry(lambda w, a: w.operations.view_draft(a), reads=True),
    "drop_empty_draft": Entry(lambda w, a: w.operations.drop_empty_draft(a)),
    "discard_draft": Entry(lambda w, a: w.operations.discard_draft(a, w.draft.draft.id)),
    "offer_packages": Entry(lambda w, a: w.operations.offer_packages(a), reads=True),
    "repeat_last_answers": Entry(
        lambda w, a: w.operations.repeat_last_answers(a), stranger="nothing_to_repeat", before=_anew
    ),
    "choose_package": Entry(
        lambda w, a: w.operations.choose_package(a, w.draft.package.id if w.draft.package else 0)
    ),
    "choose_fiscal_year": Entry(lambda w, a: w.operations.choose_fiscal_year(a, FISCAL_YEAR + 1)),
    "choose_recipient": Entry(lambda w, a: w.operations.choose_recipient(a, RecipientMode.CUSTOMER)),
    "offer_accounting": Entry(lambda w, a: w.operations.offer_accounting(a), reads=True),
    "set_common_accounting": Entry(lambda w, a: w.operations.set_common_accounting(a, DEFAULT)),
    "confirm_draft": Entry(lambda w, a: w.operations.confirm_draft(a, True)),
    "keep_declared": Entry(lambda w, a: w.operations.keep_declared(a, False)),
    "check_ready": Entry(
        lambda w, a: w.operations.check_ready(a),
        reads=True,
        before=lambda w, a: w.operations.confirm_draft(a, True),
    ),
    # The draft's lines.
    "find_to_pick": Entry(lambda w, a: w.operations.find_to_pick(a), reads=True),
    "pick_customer": Entry(
        lambda w, a: w.operations.pick_customer(a, w.spare.id, True), stranger="customer_unknown"
    ),
    "pick_matching": Entry(lambda w, a: w.operations.pick_matching(a, EVERYONE, True)),
    "finish_picking": Entry(lambda w, a: w.operations.finish_picking(a)),
    "declare_customer": Entry(lambda w, a: w.operations.declare_customer(a, enterprise(1), True)),
    "review_lines": Entry(lambda w, a: w.operations.review_lines(a), reads=True),
    "review_line": Entry(
        lambda w, a: w.operations.review_line(a, w.customer.id), stranger="line_gone", reads=True
    ),
    "overlook_draft": Entry(lambda w, a: w.operations.overlook_draft(a), reads=True),
    "preview_messages": Entry(
        lambda w, a: w.operations.preview_messages(a, w.customer.id), stranger="line_gone", reads=True
    ),
    "find_in_draft": Entry(
        lambda w, a: w.operations.find_in_draft(a, w.customer.tax_code), stranger="not_in_draft", reads=True
    ),
    "find_doubtful_logins": Entry(lambda w, a: w.operations.find_doubtful_logins(a), reads=True),
    "mend_emails": Entry(lambda w, a: w.operations.mend_emails(a)),
    "overlook_accounting": Entry(lambda w, a: w.operations.overlook_accounting(a), reads=True),
    "set_line_accounting": Entry(
        lambda w, a: w.operations.set_line_accounting(a, w.customer.id, DEFAULT), stranger="line_gone"
    ),
    "declare_other": Entry(
        lambda w, a: w.operations.declare_other(
            a, replace(w.other.notice, name="Người khác"), None, w.customer.id
        ),
        stranger="line_gone",
    ),
    "use_other": Entry(
        lambda w, a: w.operations.use_other(a, w.customer.id, w.other.id),
        staff="recipient_unknown",
        stranger="recipient_unknown",
    ),
    "list_others": Entry(lambda w, a: w.operations.list_others(a), reads=True),
    "ask_about_buyers": Entry(lambda w, a: w.operations.ask_about_buyers(a), reads=True),
    "say_buyer_kind": Entry(
        lambda w, a: w.operations.say_buyer_kind(a, w.other.id, BuyerKind.COMPANY),
        owner="recipient_unknown",  # The invoices of this recipient are in the customers' own names.
        staff="recipient_unknown",
        stranger="recipient_unknown",
    ),
    "compare_buyers": Entry(lambda w, a: w.operations.compare_buyers(a), reads=True),
    "name_as_registered": Entry(lambda w, a: w.operations.name_as_registered(a, frozenset({"0300000018"}))),
    "change_firm": Entry(lambda w, a: w.operations.change_firm(a, "9 Lê Lợi")),
    # Orders.
    "read_order_wish": Entry(lambda w, a: w.operations.read_order_wish(a, "2027 standard"), reads=True),
    "order_wished": Entry(
        lambda w, a: w.operations.order_wished(a, OrderWish("STANDARD", FISCAL_YEAR), everyone=True),
        before=lambda w, a: drop_draft(w.operations, a),
    ),
    "begin_order": Entry(
        lambda w, a: w.operations.begin_order(a, OrderWish("STANDARD", FISCAL_YEAR)),
        before=lambda w, a: drop_draft(w.operations, a),
    ),
    "order_intake": Entry(
        lambda w, a: w.operations.order_intake(a, w.intake_id, lacking=True, join=True),
        stranger="intake_unknown",
    ),
    "place_order": Entry(
        lambda w, a: w.operations.place_order(a, w.draft.draft.id, w.draft.total),
        staff="draft_gone",
        stranger="draft_gone",
    ),
    "view_account_statement": Entry(
        lambda w, a: w.operations.view_account_statement(a, w.customer.id),
        staff="nothing_owed",
        stranger="customer_unknown",
        reads=True,
    ),
    "list_orders": Entry(lambda w, a: w.operations.list_orders(a), reads=True),
    "view_order": Entry(
        lambda w, a: w.operations.view_order(a, w.order.id),
        staff="order_unknown",
        stranger="order_unknown",
        reads=True,
    ),
    "view_placed": Entry(
        lambda w, a: w.operations.view_placed(a, w.order.id),
        staff="order_unknown",
        stranger="order_unknown",
        reads=True,
    ),
    "read_order": Entry(
        lambda w, a: w.operations.read_order(a, w.order.id), staff="order_unknown", stranger="order_unknown"
    ),
    # An order's payments.
    "list_payments": _of_order(lambda w, a: w.operations.list_payments(a, w.order.id), reads=True),
    "view_payment": _of_order(lambda w, a: w.operations.view_payment(a, w.payment_code), reads=True),
    "ask_payment_card": _of_order(lambda w, a: w.operations.ask_payment_card(a, w.payment_code)),
    "ask_payment_cards": _of_order(lambda w, a: w.operations.ask_payment_cards(a, w.order.id)),
    "count_open_orders": Entry(lambda w, a: w.operations.count_open_orders(a), reads=True),
    "ask_joint_instruction": Entry(
        lambda w, a: w.operations.ask_joint_instruction(a), *("joint_too_few",) * 3, reads=True
    ),
    "resend_instructions": _of_order(lambda w, a: w.operations.resend_instructions(a, w.order.id)),
    "resend_instruction": _of_order(lambda w, a: w.operations.resend_instruction(a, w.payment_code)),
    "view_choice": _of_choice(lambda w, a: w.operations.view_choice(a, w.transfer_id)),
    "choose_payments": _of_choice(lambda w, a: w.operations.choose_payments(a, w.transfer_id, [])),
    "ask_roll_call": _of_order(lambda w, a: w.operations.ask_roll_call(a, w.order.id)),
    "list_open_sums": Entry(lambda w, a: w.operations.list_open_sums(a), reads=True),
    "withdraw_claim": Entry(
        lambda w, a: w.operations.withdraw_claim(a, 1), *("claim_unknown",) * 3, reads=True
    ),
    "claim_transfer": _of_order(lambda w, a: w.operations.claim_transfer(a, w.payment_code, "photo")),
    # An order's activation.
    "list_to_activate": Entry(lambda w, a: w.operations.list_to_activate(a), reads=True),
    "open_activation": _of_order(lambda w, a: w.operations.open_activation(a, w.order.id)),
    "view_activation": _of_run(lambda w, a: w.operations.view_activation(a, w.run_id), reads=True),
    "pick_licence": _of_run(lambda w, a: w.operations.pick_licence(a, w.run_id, w.licence_id, False)),
    "pick_all_licences": _of_run(lambda w, a: w.operations.pick_all_licences(a, w.run_id, False)),
    "start_run": _of_run(lambda w, a: w.operations.start_run(a, w.run_id)),
    "stop_run": _of_run(lambda w, a: w.operations.stop_run(a, w.run_id)),
    "list_failed": _of_run(lambda w, a: w.operations.list_failed(a, w.run_id), reads=True),
    "retry_failed": _of_run(lambda w, a: w.operations.retry_failed(a, w.run_id), owner="nothing_to_activate"),
    "show_licence": _of_licence(lambda w, a: w.operations.show_licence(a, w.licence_id), reads=True),
    "mend_licence": _of_licence(
        lambda w, a: w.operations.mend_licence(a, w.licence_id, CustomerField.NAME, f"{MARK} sửa")
    ),
    "list_claims": _of_back_office(lambda w, a: w.operations.list_claims(a)),
    "settle_claim": _of_back_office(
        lambda w, a: w.operations.settle_claim(a, 1, True, "FT1"), "claim_unknown"
    ),
    "list_invoices": _of_order(lambda w, a: w.operations.list_invoices(a, w.order.id), reads=True),
    "export_invoices": Entry(
        lambda w, a: w.operations.export_invoices(a, w.order.id),
        owner="invoice_no_files",
        staff="order_unknown",
        stranger="order_unknown",
    ),
    "view_invoice": _of_invoice(lambda w, a: w.operations.view_invoice(a, w.invoice_id), reads=True),
    "take_invoice_files": _of_invoice(
        lambda w, a: w.operations.take_invoice_files(a, w.invoice_id), "invoice_no_files"
    ),
    "resend_invoice": _of_invoice(
        lambda w, a: w.operations.resend_invoice(a, w.invoice_id), "invoice_not_issued"
    ),
    "mend_invoice": Entry(
        lambda w, a: w.operations.mend_invoice(a, w.invoice_id, BUYER, "moi@alpha.vn"),
        staff="invoice_unknown",
        stranger="invoice_unknown",
    ),
    # Other acts on an order.
    "list_order_lines": _of_order(lambda w, a: w.operations.list_order_lines(a, w.order.id), reads=True),
    "view_order_line": _of_order(lambda w, a: w.operations.view_order_line(a, w.order.id, 1), reads=True),
    "find_order_lines": _of_order(lambda w, a: w.operations.find_order_lines(a, w.order.id), reads=True),
    "export_order": _of_order(lambda w, a: w.operations.export_order(a, w.order.id)),
    "view_timeline": _of_order(lambda w, a: w.operations.view_timeline(a, w.order.id), reads=True),
    "cancel_order": _of_order(lambda w, a: w.operations.cancel_order(a, w.order.id)),
    "preview_drop": _of_order(
        lambda w, a: w.operations.preview_drop(a, w.order.id, [1]), reads=True, owner="last_line"
    ),
    "drop_lines": _of_order(
        lambda w, a: w.operations.drop_lines(a, w.order.id, [1], w.order.total), owner="last_line"
    ),
    "offer_other_packages": _of_order(
        lambda w, a: w.operations.offer_other_packages(a, w.order.id), owner="change_invoiced"
    ),
    "preview_package": _of_order(
        lambda w, a: w.operations.preview_package(a, w.order.id, STANDARD), owner="change_invoiced"
    ),
    "change_package": _of_order(
        lambda w, a: w.operations.change_package(a, w.order.id, STANDARD, w.order.total, 1),
        owner="change_invoiced",
    ),
    "preview_recipient": _of_order(
        lambda w, a: w.operations.preview_recipient(a, w.order.id, RecipientMode.ACCOUNTANT),
        owner="change_invoiced",
    ),
    "change_recipient": _of_order(
        lambda w, a: w.operations.change_recipient(
            a, w.order.id, RecipientMode.ACCOUNTANT, None, w.payment_code
        ),
        owner="change_invoiced",
    ),
    "view_mendable": _of_order(lambda w, a: w.operations.view_mendable(a, w.order.id, 1), reads=True),
    "preview_mend": _of_order(
        lambda w, a: w.operations.preview_mend(a, w.order.id, 1, CustomerField.PHONE, "0912345678"),
        reads=True,
    ),
    "mend_line": _of_order(
        lambda w, a: w.operations.mend_line(
            a, w.order.id, 1, CustomerField.PHONE, "0912345678", w.customer.phone
        )
    ),
    "mend_line_accounting": _of_order(
        lambda w, a: w.operations.mend_line_accounting(
            a, w.order.id, 1, replace(ORDERED, costing="fifo"), ORDERED
        )
    ),
    "buy_again": _of_order(lambda w, a: w.operations.buy_again(a, w.order.id, w.draft.draft.id)),
    "offer_renewal": _of_order(lambda w, a: w.operations.offer_renewal(a, w.order.id), reads=True),
    "renew_order": _of_order(
        lambda w, a: w.operations.renew_order(
            a, w.order.id, RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT, w.draft.draft.id
        )
    ),
    "find_already_ordered": Entry(
        lambda w, a: w.operations.find_already_ordered(a), before=_as_ordered, reads=True
    ),
    "drop_already_ordered": Entry(lambda w, a: w.operations.drop_already_ordered(a), before=_as_ordered),
}


def _of_list(call: Callable[[Intaking, Actor, int], Awaitable[Any]], reads: bool = False) -> Entry:
    """A call about a list of the owner's firm, on which everybody of the firm may work."""
    return Entry(
        lambda w, a: call(w.operations.intakes, a, w.intake_id), stranger="intake_unknown", reads=reads
    )


TEXT = f"{enterprise_tax_code(77)} Công ty {MARK} 77"
INTAKES: dict[str, Entry] = {
    "receive_file": Entry(
        lambda w, a: w.operations.intakes.receive_file(a, FileRef("telegram", "1", "x.xlsx"), {})
    ),
    "receive_text": _of_list(lambda o, a, intake_id: o.receive_text(a, TEXT, intake_id=intake_id)),
    "show_on": _of_list(lambda o, a, intake_id: o.show_on(a, intake_id, {"chat": "1"})),
    "stop_intake": _of_list(lambda o, a, intake_id: o.stop_intake(a, intake_id)),
    "read_again": _of_list(lambda o, a, intake_id: o.read_again(a, intake_id)),
    "set_column": _of_list(lambda o, a, intake_id: o.set_column(a, intake_id, 0, 0, EntryField.NAME)),
    "take_hidden": _of_list(lambda o, a, intake_id: o.take_hidden(a, intake_id, True)),
    "find_alike": _of_list(
        lambda o, a, intake_id: o.find_alike(a, intake_id, 1, EntryField.PHONE), reads=True
    ),
    "answer_alike": Entry(
        lambda w, a: w.operations.intakes.answer_alike(a, w.intake_id, EntryField.PHONE, "phone_format", "0"),
        owner="choice_gone",
        staff="choice_gone",
        stranger="intake_unknown",
        reads=True,
    ),
    "undo_alike": _of_list(lambda o, a, intake_id: o.undo_alike(a, intake_id, [2])),
    "find_unfinished": Entry(lambda w, a: w.operations.intakes.find_unfinished(a), reads=True),
    "view_intake": _of_list(lambda o, a, intake_id: o.view_intake(a, intake_id), reads=True),
    "list_entries": _of_list(
        lambda o, a, intake_id: o.list_entries(a, intake_id, (Standing.WRONG,), 0), reads=True
    ),
    "view_entry": _of_list(lambda o, a, intake_id: o.view_entry(a, intake_id, 1), reads=True),
    "next_entry": _of_list(lambda o, a, intake_id: o.next_entry(a, intake_id), reads=True),
    "entries_to_fix": _of_list(lambda o, a, intake_id: o.entries_to_fix(a, intake_id), reads=True),
    "mend_entry": _of_list(
        lambda o, a, intake_id: o.mend_entry(a, intake_id, 2, EntryField.NAME, f"{MARK} sửa")
    ),
    "skip_entry": _of_list(lambda o, a, intake_id: o.skip_entry(a, intake_id, 2)),
    "undo_entry": _of_list(lambda o, a, intake_id: o.undo_entry(a, intake_id, 2)),
    "list_gaps": _of_list(lambda o, a, intake_id: o.list_gaps(a, intake_id), reads=True),
    "fill_gaps": _of_list(lambda o, a, intake_id: o.fill_gaps(a, intake_id, "2. 0912345678")),
    "find_doubts": _of_list(lambda o, a, intake_id: o.find_doubts(a, intake_id), reads=True),
    "take_intake": _of_list(lambda o, a, intake_id: o.take_intake(a, intake_id, lacking=True)),
}
ENTRIES |= {f"intakes.{name}": entry for name, entry in INTAKES.items()}

DESK: dict[str, tuple[Call, str | None]] = {
    "show_waiting": (lambda w, a: w.operations.desk.show_waiting(a), None),
    "list_firms": (lambda w, a: w.operations.desk.list_firms(a, FirmState.WAITING), None),
    "view_firm": (lambda w, a: w.operations.desk.view_firm(a, w.owner.firm_id), "firm_unknown"),
    "approve_firm": (lambda w, a: w.operations.desk.approve_firm(a, w.owner.firm_id), None),
    "refuse_firm": (lambda w, a: w.operations.desk.refuse_firm(a, w.owner.firm_id, "Vì"), "firm_decided"),
    "view_firm_people": (lambda w, a: w.operations.desk.view_firm_people(a, w.owner.firm_id), None),
    "view_person": (lambda w, a: w.operations.desk.view_person(a, w.staff.accountant_id, True), None),
    "recover_chat": (lambda w, a: w.operations.desk.recover_chat(a, w.staff.accountant_id, "Mất máy"), None),
    "list_held": (lambda w, a: w.operations.desk.list_held(a), None),
    "view_held": (lambda w, a: w.operations.desk.view_held(a, w.owner.firm_id), "nothing_held"),
    "release_waiting": (
        lambda w, a: w.operations.desk.release_waiting(a, w.owner.firm_id),
        "nothing_held",
    ),
    "release_held": (lambda w, a: w.operations.desk.release_held(a, w.owner.firm_id), "nothing_held"),
    "list_open_transfers": (lambda w, a: w.operations.desk.list_open_transfers(a), None),
    "list_outgoing": (lambda w, a: w.operations.desk.list_outgoing(a), None),
    "view_transfer": (lambda w, a: w.operations.desk.view_transfer(a, 1), "transfer_unknown"),
    "list_candidates": (lambda w, a: w.operations.desk.list_candidates(a, 1), "transfer_unknown"),
    "preview_assignment": (
        lambda w, a: w.operations.desk.preview_assignment(a, 1, w.payment_code),
        "transfer_unknown",
    ),
    "assign_transfer": (
        lambda w, a: w.operations.desk.assign_transfer(a, 1, w.payment_code),
        "transfer_unknown",
    ),
    "return_transfer": (lambda w, a: w.operations.desk.return_transfer(a, 1, "FT1"), "transfer_unknown"),
    "ignore_transfer": (lambda w, a: w.operations.desk.ignore_transfer(a, 1, "Vì"), "transfer_unknown"),
    "check_statement": (lambda w, a: w.operations.desk.check_statement(a, STATEMENT), None),
    "view_backups": (lambda w, a: w.operations.desk.view_backups(a), None),
    "compare_bank_day": (lambda w, a: w.operations.desk.compare_bank_day(a, date(2026, 6, 15)), None),
    "book_statement": (lambda w, a: w.operations.desk.book_statement(a, STATEMENT), None),
    "read_several": (lambda w, a: w.operations.desk.read_several(a, [1]), "transfer_unknown"),
    "ignore_several": (lambda w, a: w.operations.desk.ignore_several(a, [], "Vì"), "none_chosen"),
    "assign_several": (lambda w, a: w.operations.desk.assign_several(a, []), "none_chosen"),
    "take_cases": (lambda w, a: w.operations.desk.take_cases(a, []), "none_chosen"),
    "approve_firms": (lambda w, a: w.operations.desk.approve_firms(a, []), "none_chosen"),
    "list_transfer_rows": (lambda w, a: w.operations.desk.list_transfer_rows(a, TableFilter()), None),
    "list_case_rows": (lambda w, a: w.operations.desk.list_case_rows(a, TableFilter()), None),
    "list_order_rows": (lambda w, a: w.operations.desk.list_order_rows(a, TableFilter()), None),
    "find_payable": (lambda w, a: w.operations.desk.find_payable(a, w.payment_code), None),
    "enter_payment": (lambda w, a: w.operations.desk.enter_payment(a, w.payment_code, 1, "FT1"), None),
    "view_claim": (lambda w, a: w.operations.desk.view_claim(a, 1), "claim_unknown"),
    "list_cases": (lambda w, a: w.operations.desk.list_cases(a), None),
    "find_case": (lambda w, a: w.operations.desk.find_case(a, 1), None),
    "view_case": (lambda w, a: w.operations.desk.view_case(a, 1), "case_unknown"),
    "list_refundable": (lambda w, a: w.operations.desk.list_refundable(a, 1), "transfer_unknown"),
    "open_refund": (
        lambda w, a: w.operations.desk.open_refund(a, 1, w.payment_code, "Vì"),
        "transfer_unknown",
    ),
    "take_case": (lambda w, a: w.operations.desk.take_case(a, 1), "transfer_unknown"),
    "show_second_person": (lambda w, a: w.operations.desk.show_second_person(a, 1), None),
    "ask_sign_off": (
        lambda w, a: w.operations.desk.ask_sign_off(
            a, AskedAct(SignedAct.PAYMENT, w.payment_code, 1, "FT7"), "Vì"
        ),
        None,
    ),
    "list_sign_offs": (lambda w, a: w.operations.desk.list_sign_offs(a), None),
    "view_sign_off": (lambda w, a: w.operations.desk.view_sign_off(a, 1), None),
    "withdraw_sign_off": (lambda w, a: w.operations.desk.withdraw_sign_off(a, 1), None),
    "list_colleagues": (lambda w, a: w.operations.desk.list_colleagues(a), None),
    "list_failed_licences": (lambda w, a: w.operations.desk.list_failed_licences(a), None),
    "list_by_hand": (lambda w, a: w.operations.desk.list_by_hand(a), None),
    "view_licence": (lambda w, a: w.operations.desk.view_licence(a, 1), None),
    "retry_licence": (lambda w, a: w.operations.desk.retry_licence(a, 1), "licence_not_failed"),
    "activated_by_hand": (
        lambda w, a: w.operations.desk.activated_by_hand(a, 1, "login"),
        "licence_not_by_hand",
    ),
    "failed_by_hand": (lambda w, a: w.operations.desk.failed_by_hand(a, 1, "Vì"), "licence_not_by_hand"),
    "access_done_by_hand": (
        lambda w, a: w.operations.desk.access_done_by_hand(a, 1, True),
        "licence_not_by_hand",
    ),
    "take_invoice_queue": (lambda w, a: w.operations.desk.take_invoice_queue(a), None),
    "check_invoice_numbers": (lambda w, a: w.operations.desk.check_invoice_numbers(a, []), None),
    "enter_invoice_numbers": (lambda w, a: w.operations.desk.enter_invoice_numbers(a, [], ""), None),
    "check_invoice_files": (
        lambda w, a: w.operations.desk.check_invoice_files(a, b"%PDF-", "C26TAA-1.pdf"),
        None,
    ),
    "keep_invoice_files": (
        lambda w, a: w.operations.desk.keep_invoice_files(a, b"%PDF-", "C26TAA-1.pdf", "?"),
        None,
    ),
    "read_invoice_numbers": (lambda w, a: w.operations.desk.read_invoice_numbers(a, PRICES), None),
    "show_invoices": (lambda w, a: w.operations.desk.show_invoices(a), None),
    "list_invoice_group": (
        lambda w, a: w.operations.desk.list_invoice_group(a, InvoiceGroup.REFUSED),
        None,
    ),
    "find_invoices": (lambda w, a: w.operations.desk.find_invoices(a, MARK), None),
    "open_invoice": (lambda w, a: w.operations.desk.open_invoice(a, w.invoice_id), None),
    "view_invoice": (lambda w, a: w.operations.desk.view_invoice(a, w.invoice_id), None),
    "resend_invoice": (
        lambda w, a: w.operations.desk.resend_invoice(a, w.invoice_id),
        "invoice_not_issued",
    ),
    "take_invoice_files": (
        lambda w, a: w.operations.desk.take_invoice_files(a, w.invoice_id),
        "invoice_no_files",
    ),
    "make_notice": (
        lambda w, a: w.operations.desk.make_notice(a, w.invoice_id, f"{MARK} mới", MARK),
        "invoice_not_correctable",
    ),
    "list_notices": (lambda w, a: w.operations.desk.list_notices(a), None),
    "view_correction": (lambda w, a: w.operations.desk.view_correction(a, 1), "correction_unknown"),
    "mark_notice_sent": (lambda w, a: w.operations.desk.mark_notice_sent(a, 1), "correction_unknown"),
    "preview_replacement": (
        lambda w, a: w.operations.desk.preview_replacement(a, w.invoice_id, BUYER),
        "invoice_not_correctable",
    ),
    "replace_invoice": (
        lambda w, a: w.operations.desk.replace_invoice(a, w.invoice_id, BUYER, None, None),
        "invoice_not_correctable",
    ),
    "preview_adjustment": (
        lambda w, a: w.operations.desk.preview_adjustment(a, w.invoice_id),
        "invoice_not_correctable",
    ),
    "adjust_invoice": (
        lambda w, a: w.operations.desk.adjust_invoice(a, w.invoice_id, None, None, None),
        "invoice_not_correctable",
    ),
    "keep_agreement": (
        lambda w, a: w.operations.desk.keep_agreement(
            a, w.invoice_id, Agreement(MARK, date(2026, 6, 15), "a.pdf", b"%")
        ),
        "invoice_no_adjustment",
    ),
    "take_agreement": (lambda w, a: w.operations.desk.take_agreement(a, 1), "correction_unknown"),
    "list_packages": (lambda w, a: w.operations.desk.list_packages(a), None),
    "check_prices": (lambda w, a: w.operations.desk.check_prices(a, PRICES, "x.xlsx"), None),
    "replace_prices": (
        lambda w, a: w.operations.desk.replace_prices(a, PRICES, "x.xlsx", "?"),
        "price_list_changed",
    ),
    "view_firms_account_statement": (
        lambda w, a: w.operations.desk.view_firms_account_statement(a, w.owner.firm_id),
        None,
    ),
    "export_accounts": (
        lambda w, a: w.operations.desk.export_accounts(a, date(2026, 6, 15), date(2026, 6, 15)),
        None,
    ),
    "examine": (lambda w, a: w.operations.desk.examine(a), None),
    "show_messages": (lambda w, a: w.operations.desk.show_messages(a), None),
    "show_totals": (lambda w, a: w.operations.desk.show_totals(a, date(2026, 6, 15)), None),
    "search_anything": (lambda w, a: w.operations.desk.search_anything(a, w.order.code), None),
    "look_up_firm": (lambda w, a: w.operations.desk.look_up_firm(a, w.order.firm_id), None),
    "look_up_customer": (lambda w, a: w.operations.desk.look_up_customer(a, 1), None),
    "view_order_log": (lambda w, a: w.operations.desk.view_order_log(a, w.order.code), None),
    "look_up_order": (lambda w, a: w.operations.desk.look_up_order(a, w.order.code), None),
    "export_log": (
        lambda w, a: w.operations.desk.export_log(a, date(2026, 6, 1), date(2026, 6, 30)),
        None,
    ),
    "move_person": (
        lambda w, a: w.operations.desk.move_person(a, w.staff.accountant_id, w.stranger.firm_id, "Nhầm"),
        None,
    ),
    "give_firm": (
        lambda w, a: w.operations.desk.give_firm(a, w.owner.firm_id, w.owner.accountant_id, "Nhầm"),
        "person_there_already",
    ),
    "close_firm": (lambda w, a: w.operations.desk.close_firm(a, w.stranger.firm_id, "Trùng"), None),
}
"""Back office's operations, which nobody of a firm may call, and the code of each one's refusal, if any."""

APPROVING: dict[str, tuple[Call, str | None]] = {
    "approve_sign_off": (lambda w, a: w.operations.desk.approve_sign_off(a, 1), "sign_off_unknown"),
    "refuse_sign_off": (lambda w, a: w.operations.desk.refuse_sign_off(a, 1, "Vì"), "sign_off_unknown"),
    "give_approval": (lambda w, a: w.operations.desk.give_approval(a, a.accountant_id), None),
    "take_approval": (lambda w, a: w.operations.desk.take_approval(a, a.accountant_id), "approver_self"),
}
"""What of back office only those may do who have the right to approve."""

IDS_OF_A_FIRM = {
    "intake_id",
    "customer_id",
    "keep_id",
    "drop_id",
    "label_id",
    "order_id",
    "draft_id",
    "other_id",
}


def test_every_operation_has_its_entry() -> None:
    groups = {"desk", "intakes"}
    assert (
        set(ENTRIES) - {f"intakes.{name}" for name in INTAKES}
        == {field.name for field in fields(Operations)} - groups
    )
    assert set(INTAKES) == {field.name for field in fields(Intaking)}
    assert set(DESK | APPROVING) == {field.name for field in fields(Desk)}


def test_whatever_takes_an_id_refuses_another_firms(operations: Operations) -> None:
    """Each such operation must have its refusal's code here; its behaviour is tested below."""
    takes_an_id = {
        name
        for name in ENTRIES
        if IDS_OF_A_FIRM & inspect.signature(operator.attrgetter(name)(operations).__call__).parameters.keys()
    }
    assert {"get_customer", "view_order", "place_order", "use_other"} <= takes_an_id
    # Another's draft counts as one that is gone: dropping it does nothing.
    assert {name for name in takes_an_id if ENTRIES[name].stranger is None} == {"discard_draft"}


async def _outcome(entry: Entry, world: World, actor: Actor) -> tuple[str | None, Any]:
    """The refusal's code and parameters, or `None` and the result."""
    try:
        return None, await entry.call(world, actor)
    except DomainError as error:
        return error.code, error.params


@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if not entry.reads])
async def test_everyone_changes_what_is_theirs_and_no_more(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    await _walk(ENTRIES[name], world, database, monkeypatch)


@pytest.mark.long
async def test_everyone_sees_what_is_theirs_and_no_more(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, entry in ENTRIES.items():
        if entry.reads:
            try:
                await _walk(entry, world, database, monkeypatch)
            except AssertionError as error:
                error.add_note(f"operation: {name}")
                raise


async def _walk(entry: Entry, world: World, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each actor try, first those who may change nothing."""
    for actor in (world.stranger, world.staff, world.owner):
        if entry.before is not None:
            await entry.before(world, actor)

    before = await dump(database)
    code, result = await _outcome(entry, world, world.stranger)
    assert code == entry.stranger
    if not entry.shows_first_firm:
        assert MARK not in repr(result)
    after = await dump(database)
    if entry.stranger is not None or entry.reads:
        assert after == before
    assert of_firm(after, world.owner.firm_id) == of_firm(before, world.owner.firm_id)

    code, result = await _outcome(entry, world, world.back_office)
    as_without = entry.back_office == "as without rights"
    assert code == (entry.without_rights if as_without else entry.back_office)
    if not entry.shows_first_firm and as_without:
        assert MARK not in repr(result)
    before, after = after, await dump(database)
    assert of_firm(after, world.owner.firm_id) == of_firm(before, world.owner.firm_id)
    if code is not None or entry.reads:
        assert after == before

    with monkeypatch.context() as patch:
        patch.setitem(RIGHTS, Role.OWNER, frozenset())
        code, _ = await _outcome(entry, world, world.owner)
    assert code == entry.without_rights
    before, after = after, await dump(database)
    if entry.without_rights is not None or entry.reads:
        assert after == before

    for actor, expected in ((world.staff, entry.staff), (world.owner, entry.owner)):
        code, _ = await _outcome(entry, world, actor)
        assert code == expected
        before, after = after, await dump(database)
        if expected is not None or entry.reads:
            assert after == before


async def test_nobody_of_a_firm_does_what_back_office_does(world: World, database: Database) -> None:
    before = await dump(database)
    for name, (call, _) in DESK.items():
        for actor in (world.owner, world.staff, world.stranger):
            assert await _outcome(Entry(call), world, actor) == (
                "not_allowed",
                {"reason": Right.RUN_BACK_OFFICE},
            ), name
    assert await dump(database) == before
    for name, (call, refusal) in DESK.items():
        assert (await _outcome(Entry(call), world, world.back_office))[0] == refusal, name


async def test_who_may_approve_does_what_back_office_does(world: World) -> None:
    approver = replace(world.back_office, approves=True)
    for name, (call, refusal) in DESK.items():
        assert (await _outcome(Entry(call), world, approver))[0] == refusal, name


async def test_who_may_approve_is_nobody_of_a_firm(world: World, database: Database) -> None:
    """The right to approve alone opens neither another firm nor anything of one's own."""
    approver = replace(world.back_office, approves=True)
    before = await dump(database)
    for name, entry in ENTRIES.items():
        if entry.back_office == "as without rights" and entry.without_rights is not None:
            assert (await _outcome(entry, world, approver))[0] == entry.without_rights, name
    assert await dump(database) == before


async def test_staff_who_were_removed_are_nobody(world: World, database: Database) -> None:
    """Each update asks anew who speaks, so that none of the operations is called for them any more."""
    operations, gone = world.operations, world.chat_of(world.staff)
    await operations.remove_staff(world.owner, world.staff.accountant_id)
    assert await operations.who_is(gone) is None
    assert world.staff.accountant_id not in {
        one.id for one in (await operations.show_profile(world.owner)).staff
    }
    before = await dump(database)
    for code in (world.invitation, world.link_code):
        with pytest.raises(DomainError):
            await operations.link_chat(gone, code[::-1])
    assert await dump(database) == before


async def test_who_may_not_approve_is_refused_what_needs_it(world: World, database: Database) -> None:
    before = await dump(database)
    for name, (call, _) in APPROVING.items():
        for actor in (world.owner, world.staff, world.stranger, world.back_office):
            assert await _outcome(
                Entry(call), world, replace(actor, approves=actor is not world.back_office)
            ) == (
                "not_allowed",
                {"reason": Right.APPROVE},
            ), name
    assert await dump(database) == before
    for name, (call, refusal) in APPROVING.items():
        approver = replace(world.back_office, approves=True)
        assert (await _outcome(Entry(call), world, approver))[0] == refusal, name


async def test_the_mark_is_seen_by_the_firm_itself(world: World) -> None:
    """Otherwise its absence above would prove nothing."""
    seen = [name for name, entry in ENTRIES.items() if entry.reads and entry.owner is None]
    shown = {name for name in seen if MARK in repr(await ENTRIES[name].call(world, world.owner))}
    assert {
        "who_is",
        "show_profile",
        "view_account",
        "show_home",
        "list_notices",
        "find_customers",
        "get_customer",
        "view_draft",
        "find_to_pick",
        "review_lines",
        "list_others",
        "view_order",
        "list_order_lines",
        "view_order_line",
        "view_timeline",
        "intakes.view_intake",
        "intakes.list_entries",
        "intakes.view_entry",
        "intakes.next_entry",
        "intakes.entries_to_fix",
        "intakes.list_gaps",
    } <= shown


async def test_staff_see_their_own_orders_and_the_owner_sees_all(world: World) -> None:
    operations = world.operations
    of_staff = (await operations.list_orders(world.staff)).items
    assert [order.accountant_id for order in of_staff] == [world.staff.accountant_id]
    assert {order.id for order in (await operations.list_orders(world.owner)).items} == {
        of_staff[0].id,
        world.order.id,
    }
    assert (await operations.view_order(world.owner, of_staff[0].id)).order == of_staff[0]
    assert (await operations.list_orders(world.stranger)).items == ()


async def test_a_draft_is_its_accountants_alone_even_before_the_owner(world: World) -> None:
    view = await ready_draft(world.operations, world.staff, [world.spare])
    with pytest.raises(DomainError, match="draft_gone"):
        await world.operations.place_order(world.owner, view.draft.id, view.total)
    order = await world.operations.place_order(world.staff, view.draft.id, view.total)
    assert order.accountant_id == world.staff.accountant_id
