"""The accountants' own rights: seeing, correcting and copying what is kept, agreeing anew, and closing."""

from datetime import timedelta

from domain.chats import Channel, zalo_chat_id
from domain.consents import CONSENT_VERSION
from domain.customers import Customer
from domain.events import Verb
from domain.messaging.contents import StaffActedContent
from domain.orders import Order
from domain.people import Actor, Role
from domain.recipients import NoticeRecipient, RecipientMode
from services.catalogue.customers import EVERYONE
from services.operations import Operations
from services.people.accounts import AccountField, Closing
from services.people.people import ChatIdentity
from storage.database import Database
from storage.shared_files import SqlSharedFiles
from storage.tables.base import metadata
from tests.services.paying import requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import (
    add_customers,
    answer_draft,
    chat,
    placed_order,
    ready_draft,
    register_owner,
)
from tests.support.clock import FixedClock
from tests.support.documents import add_document
from tests.support.rows import dump, rows_of

DAY = timedelta(days=1)

HERE = chat("1")


async def _places(database: Database, word: str) -> set[str]:
    return {
        f"{table}.{column}"
        for table, rows in (await dump(database)).items()
        for row in rows
        for column, value in row.items()
        if word in str(value)
    }


def _told(bank: Bank) -> list[tuple[str, Verb, int]]:
    """What people were told of their colleagues."""
    return [
        (sent.address, sent.content.verb, sent.content.customers)
        for sent in bank.working.sent
        if isinstance(sent.content, StaffActedContent)
    ]


async def _settled(
    operations: Operations, database: Database, bank: Bank, actor: Actor, customers: list[Customer]
) -> Order:
    """An order that is paid, active and on an invoice."""
    order = await placed_order(operations, actor, customers, recipient=RecipientMode.ACCOUNTANT)
    run = await operations.open_activation(actor, order.id)
    await operations.start_run(actor, run.id)
    await bank.working.work()
    for request in await requests_of(database, order):
        await bank.tells(request.code, request.amount)
    await add_document(database, order, lines=len(customers))
    return order


class TestWhatIsKept:
    async def test_all_of_it_is_in_the_copy_and_the_copy_is_noted(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        order = await placed_order(operations, owner, customers)
        await ready_draft(operations, owner, customers, fiscal_year=2027)
        kept = await operations.export_account(owner)
        me = (await operations.view_account(owner)).accountant
        assert [(row["name"], row["phone"], row["email"]) for row in kept["accountants"]] == [
            (me.name, me.phone, me.email)
        ]
        assert [row["external_id"] for row in kept["chats"]] == ["owner-1"]
        assert [row["text_version"] for row in kept["consents"]] == [CONSENT_VERSION]
        assert [row["code"] for row in kept["orders"]] == [order.code]
        assert "order_placed" in {row["kind"] for row in kept["pushes"]}
        verbs = {row["verb"] for row in kept["events"]}
        assert {Verb.ORDER_PLACED, Verb.ACCOUNT_EXPORTED} <= verbs
        # The others hold the buyer's data, ids and digests.
        whose = {name for name, table in metadata.tables.items() if "accountant_id" in table.c}
        others = {"invoices", "invoice_corrections", "activation_runs", "journal_entries"}
        assert whose - set(kept) == others | {"link_codes", "desk_sessions"}

    async def test_a_name_phone_or_email_is_corrected(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await operations.change_account(owner, AccountField.NAME, "Phạm  Thị Đổi Tên", HERE)
        await operations.change_account(owner, AccountField.PHONE, "0987 654 321", HERE)
        changed = await operations.change_account(owner, AccountField.EMAIL, "Moi@KeToan.vn", HERE)
        assert (changed.name, changed.phone, changed.email) == (
            "Phạm Thị Đổi Tên",
            "+84987654321",
            "Moi@ketoan.vn",
        )
        async with unchanged(database):
            await operations.change_account(owner, AccountField.EMAIL, "Moi@KeToan.vn", HERE)
            with refusal("phone_format", value="12"):
                await operations.change_account(owner, AccountField.PHONE, "12", HERE)
        events = [row for row in await rows_of(database, "events") if row["verb"] == Verb.ACCOUNT_CHANGED]
        assert [row["params"] for row in events] == [
            f'{{"field": "{field}"}}' for field in ("name", "phone", "email")
        ]

    async def test_a_new_text_is_asked_about_once(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        assert not (await operations.show_home(owner)).consent_due
        async with database.writing() as connection:
            await connection.exec_driver_sql("UPDATE consents SET text_version = '2026-01'")
        assert (await operations.show_home(owner)).consent_due
        await operations.agree_to_text(owner, Channel.ZALO)
        assert not (await operations.show_home(owner)).consent_due
        async with unchanged(database):
            await operations.agree_to_text(owner, Channel.TELEGRAM)
        rows = await rows_of(database, "consents")
        assert [(row["text_version"], row["channel"]) for row in rows] == [
            ("2026-01", Channel.TELEGRAM),
            (CONSENT_VERSION, Channel.ZALO),
        ]


class TestStaff:
    async def test_nothing_is_left_of_who_closes_and_the_firm_goes_on(
        self,
        operations: Operations,
        owner: Actor,
        colleague: Actor,
        database: Database,
        bank: Bank,
        clock: FixedClock,
    ) -> None:
        me = (await operations.view_account(colleague)).accountant
        zalo = ChatIdentity(Channel.ZALO, str(zalo_chat_id("6ede9afa66b88fe6")))
        await operations.link_chat(zalo, await operations.make_link_code(colleague))
        customers = await add_customers(operations, colleague, 2)
        await operations.assign_customer(owner, customers[0].id, colleague.accountant_id)
        open_order = await placed_order(
            operations, colleague, [customers[0]], recipient=RecipientMode.ACCOUNTANT
        )
        await _settled(operations, database, bank, colleague, [customers[1]])
        # They stand as recipient in a colleague's draft, too.
        await answer_draft(operations, owner, customers, RecipientMode.OTHER, fiscal_year=2027)
        await operations.declare_other(owner, NoticeRecipient(me.name, me.email, me.phone), None)
        await operations.intakes.receive_text(colleague, "0101243150 Công ty A")
        files = SqlSharedFiles(database, clock.now)
        token = await files.share(b"a", "a.xlsx", "application/x", DAY, int(zalo.external_id))
        assert await _places(database, me.phone)

        assert (await operations.close_account(colleague)).may
        for word in (me.name, me.phone, me.email, zalo.external_id, "staff-1"):
            assert await _places(database, word) <= {"orders.code"}, word
        assert await files.read(token) is None
        for identity in (chat("staff-1"), zalo):
            assert await operations.who_is(identity) is None
        (consent, *_) = [row for row in await rows_of(database, "consents") if row["accountant_id"] == me.id]
        assert consent["withdrawn_at"] == clock.now()
        assert (await operations.get_customer(owner, customers[0].id)).assignee_id is None
        # The open order is the owner's to follow, who is told.
        lines = (await operations.list_order_lines(owner, open_order.id)).lines
        owner_email = (await operations.view_account(owner)).accountant.email
        assert {one.line.notice.email for one in lines} == {owner_email}
        await bank.working.work()
        assert _told(bank) == [("owner-1", Verb.ACCOUNT_CLOSED, 0)]
        timeline = await operations.view_timeline(owner, open_order.id)
        assert f"#{me.id}" in repr(timeline)

    async def test_of_who_was_removed_only_the_name_on_what_they_did_is_left(
        self, operations: Operations, owner: Actor, colleague: Actor, database: Database, bank: Bank
    ) -> None:
        """They cannot ask for it any more. The owner is told what they would be told."""
        me = (await operations.view_account(colleague)).accountant
        customers = await add_customers(operations, colleague, 2)
        order = await placed_order(operations, colleague, [customers[0]], RecipientMode.ACCOUNTANT)
        await ready_draft(operations, colleague, [customers[1]])
        await operations.intakes.receive_text(colleague, "0101243150 Công ty A")
        await bank.working.work()
        assert await _places(database, me.phone)

        await operations.remove_staff(owner, me.id)
        await bank.working.work()
        for word in (me.phone, me.email, "staff-1"):
            assert await _places(database, word) <= {"orders.code"}, word
        assert await _places(database, me.name) == {"accountants.name"}
        lines = (await operations.list_order_lines(owner, order.id)).lines
        owner_email = (await operations.view_account(owner)).accountant.email
        assert {one.line.notice.email for one in lines} == {owner_email}
        assert me.name in repr(await operations.view_timeline(owner, order.id))

    async def test_who_was_removed_meanwhile_closes_nothing(
        self, operations: Operations, owner: Actor, colleague: Actor, database: Database
    ) -> None:
        await operations.remove_staff(owner, colleague.accountant_id)
        async with unchanged(database):
            assert (await operations.close_account(colleague)).may


class TestTheOwner:
    async def test_colleagues_come_first_and_one_takes_over(
        self, operations: Operations, owner: Actor, colleague: Actor, bank: Bank, stranger: Actor
    ) -> None:
        closing = await operations.close_account(owner)
        assert ([one.id for one in closing.colleagues], closing.may) == ([colleague.accountant_id], False)
        with refusal("staff_unknown"):
            await operations.hand_over_firm(owner, stranger.accountant_id)
        await operations.hand_over_firm(owner, colleague.accountant_id)
        staff = {one.id: one.role for one in (await operations.show_profile(owner)).staff}
        assert staff == {owner.accountant_id: Role.STAFF, colleague.accountant_id: Role.OWNER}
        # A second tap, with the right as it was, takes nothing.
        with refusal("staff_unknown"):
            await operations.hand_over_firm(owner, colleague.accountant_id)
        await bank.working.work()
        assert _told(bank) == [("staff-1", Verb.FIRM_HANDED_OVER, 0)]
        assert (await operations.close_account(owner)).may
        assert [one.id for one in (await operations.show_profile(colleague)).staff] == [
            colleague.accountant_id
        ]

    async def test_an_open_order_keeps_the_account(
        self, operations: Operations, owner: Actor, database: Database, bank: Bank
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        order = await placed_order(operations, owner, customers)
        assert await operations.close_account(owner) == Closing(orders=(order.code,))
        (request,) = await requests_of(database, order)
        await bank.tells(request.code, request.amount)
        # It is paid; the customer's login is still to be made, and the invoice.
        assert await operations.close_account(owner) == Closing(orders=(order.code,), money=True)
        run = await operations.open_activation(owner, order.id)
        await operations.start_run(owner, run.id)
        await bank.working.work()
        assert await operations.close_account(owner) == Closing(money=True)
        await add_document(database, order)
        assert (await operations.close_account(owner)).may

    async def test_a_cancelled_order_is_in_nobodys_way_but_a_claim_is(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        order = await placed_order(operations, owner, customers, recipient=RecipientMode.ACCOUNTANT)
        claim = await operations.claim_transfer(owner, order.code, "picture")
        assert (await operations.check_closing(owner)).money
        await operations.withdraw_claim(owner, claim.id)
        await operations.cancel_order(owner, order.id)
        assert (await operations.check_closing(owner)).may

    async def test_with_the_last_one_the_firm_goes_but_what_the_law_keeps(
        self, operations: Operations, owner: Actor, database: Database, bank: Bank
    ) -> None:
        firm = (await operations.view_account(owner)).firm
        customers = await add_customers(operations, owner, 3)
        await operations.label_customer(owner, customers[0].id, "VIP-9")
        order = await _settled(operations, database, bank, owner, customers[:1])
        await ready_draft(operations, owner, customers[1:], fiscal_year=2027)
        assert (await operations.close_account(owner)).may
        await bank.working.work()
        for customer in customers:
            for word in (customer.email, customer.phone, customer.representative):
                assert await _places(database, word) == set(), word
        for word in (customers[1].name, customers[2].tax_code, "VIP-9"):
            assert await _places(database, word) == set()
        # The order, its payment and invoice stay, with the firm's own name and code.
        (kept,) = await rows_of(database, "orders")
        assert (kept["code"], kept["state"]) == (order.code, "paid")
        assert await _places(database, customers[0].name) >= {"order_lines.name"}
        (row,) = [row for row in await rows_of(database, "firms") if row["id"] == firm.id]
        assert (row["name"], row["tax_code"]) == (firm.name, firm.tax_code)
        verbs = [row["verb"] for row in await rows_of(database, "events") if row["firm_id"] == firm.id]
        assert verbs[-1] == Verb.FIRM_ERASED

    async def test_a_firm_without_orders_leaves_its_tax_code_free(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        firm = (await operations.view_account(owner)).firm
        await operations.invite_staff(owner)
        assert (await operations.close_account(owner)).may
        for word in (firm.name, firm.tax_code, firm.address):
            assert await _places(database, word) == set()
        assert await rows_of(database, "invitations") == []
        again = await register_owner(operations, 1)
        assert again.firm_id != firm.id


class TestTheOwnerIsTold:
    async def test_when_staff_export_merge_or_erase(
        self, operations: Operations, owner: Actor, colleague: Actor, bank: Bank
    ) -> None:
        keep, drop, gone = await add_customers(operations, owner, 3)
        for actor in (colleague, owner):
            bank.working.sent.clear()
            await operations.export_catalogue(actor, EVERYONE)
            await operations.merge_customers(actor, keep.id, drop.id)
            await operations.undo_merge(actor, drop.id)
            await operations.erase_person(actor, gone.id)
            await bank.working.work()
            expected = [
                ("owner-1", Verb.CATALOGUE_EXPORTED, 3),
                ("owner-1", Verb.CUSTOMERS_MERGED, 1),
                ("owner-1", Verb.PERSON_ERASED, 1),
            ]
            assert _told(bank) == (expected if actor is colleague else [])
