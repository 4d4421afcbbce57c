"""Proofs of phones and e-mail addresses: codes, their budget, wrong guesses, and accounts that come back."""

import contextlib
from collections.abc import Collection

import pytest

from domain.chats import Channel, zalo_chat_id
from domain.errors import DomainError
from domain.messaging.contents import ChatLinkedContent
from domain.messaging.proof_contents import ProofCodeContent
from domain.people import Accountant, Actor
from domain.proofs import BY_ONE_A_DAY, TO_ONE_A_DAY, WRONG_A_CODE, ProofKind, ProofRules, find_codes
from services.operations import Operations, build_operations
from services.people.accounts import AccountField
from services.people.people import ChatIdentity, PersonDetails
from services.people.proofs import Proving
from services.ports import RetryLater, Undeliverable
from storage.database import Database
from storage.proofs import purge_proofs
from tests.services.support import refusal, unchanged
from tests.support.builders import CHANNELS, PAYEE, chat, enterprise_tax_code, person
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import KeptChannel, Working

ZALO = ChatIdentity(Channel.ZALO, str(zalo_chat_id("6ede9afa66b88fe6d6a9")))
TELEGRAM = chat("77")
HOA = person("Hoa", 3)
BOTH = frozenset(ProofKind)
APPS = pytest.mark.parametrize("here", [ZALO, TELEGRAM], ids=["zalo", "telegram"])


class Newcomers:
    """Operations of an installation that asks for proofs, and the messages that left."""

    def __init__(self, database: Database, clock: FixedClock, *channels: Channel, a_day: int = 500) -> None:
        rules = ProofRules(frozenset(channels), a_day)
        self.clock = clock
        self.mailbox = KeptChannel(Channel.EMAIL, clock, [], [])
        """What came to a mailbox instead of a chat."""
        self.working = Working(database, clock, last_resort=self.mailbox)
        self.operations: Operations = build_operations(
            database, clock, PAYEE, CHANNELS, JsonWorkbooks(), proofs=rules
        )

    async def asks(self, here: ChatIdentity, who: PersonDetails = HOA, again: bool = False) -> Proving:
        proving = await self.operations.ask_proofs(here, who.phone, who.email, again)
        await self.working.work()
        return proving

    def codes(self, *channels: Channel) -> list[str]:
        """The codes that left last by these channels."""
        found = [
            [one.code for one in self.working.to(channel) if isinstance(one, ProofCodeContent)]
            for channel in channels or (Channel.SMS, Channel.EMAIL)
        ]
        return [came[-1] for came in found if came]

    async def types(self, here: ChatIdentity, *codes: str) -> Proving:
        return await self.operations.enter_codes(here, " ".join(codes))

    async def registers(self, here: ChatIdentity, who: PersonDetails = HOA, number: int = 1) -> Accountant:
        return await self.operations.register_firm(here, who, "Đại lý", enterprise_tax_code(number))

    async def proves_and_registers(
        self, here: ChatIdentity, who: PersonDetails = HOA, number: int = 1
    ) -> Accountant:
        await self.asks(here, who)
        await self.types(here, *self.codes())
        return await self.registers(here, who, number)


@pytest.fixture
def newcomers(database: Database, clock: FixedClock) -> Newcomers:
    return Newcomers(database, clock, Channel.EMAIL, Channel.SMS)


def test_codes_are_found_as_people_type_and_paste_them() -> None:
    assert find_codes("123456") == ["123456"]
    assert find_codes("mã SMS 123 456, mã mail 654-321 ạ") == ["123456", "654321"]
    assert find_codes("0912345678 12345 1234567") == []


@APPS
async def test_who_proved_both_is_registered_and_nobody_else(
    newcomers: Newcomers, database: Database, here: ChatIdentity
) -> None:
    async with unchanged(database):
        with refusal("proof_missing"):
            await newcomers.registers(here)
    proving = await newcomers.asks(here)
    assert (proving.open, proving.by_contact) == (BOTH, False)
    with refusal("proof_missing"):
        await newcomers.registers(here)
    assert (await newcomers.types(here, *newcomers.codes())).is_done
    # The proof is of these addresses alone.
    with refusal("proof_missing"):
        await newcomers.registers(here, person("Hoa", 4))
    accountant = await newcomers.registers(here)
    (row,) = await rows_of(database, "accountants")
    assert row["phone_proved_at"] == row["email_proved_at"] == newcomers.clock.now()
    assert await rows_of(database, "proofs") == []
    async with unchanged(database):
        assert await newcomers.registers(here) == accountant


async def test_the_codes_may_come_one_by_one_and_again(newcomers: Newcomers) -> None:
    await newcomers.asks(ZALO)
    by_sms, by_mail = newcomers.codes()
    assert (await newcomers.types(ZALO, by_mail)).proved == {ProofKind.EMAIL}
    with refusal("proof_wrong"):
        await newcomers.types(ZALO, "000000" if by_sms != "000000" else "111111")
    assert (await newcomers.types(ZALO, by_mail, by_sms)).is_done
    assert (await newcomers.types(ZALO, by_sms)).is_done
    with refusal("proof_no_code"):
        await newcomers.types(ZALO, "dạ vâng")


async def test_staff_prove_themselves_too(newcomers: Newcomers, owner: Actor) -> None:
    token = await newcomers.operations.invite_staff(owner)
    with refusal("proof_missing"):
        await newcomers.operations.join_firm(ZALO, HOA, token)
    await newcomers.asks(ZALO)
    await newcomers.types(ZALO, *newcomers.codes())
    joined = await newcomers.operations.join_firm(ZALO, HOA, token)
    assert joined.firm_id == owner.firm_id


class TestTelegramsContact:
    async def test_it_proves_the_phone(self, newcomers: Newcomers) -> None:
        await newcomers.operations.prove_contact(TELEGRAM, HOA.phone)
        assert (await newcomers.asks(TELEGRAM)).open == {ProofKind.EMAIL}
        assert newcomers.codes(Channel.SMS) == []
        assert (await newcomers.types(TELEGRAM, *newcomers.codes())).is_done

    async def test_it_is_no_proof_of_another_number(self, newcomers: Newcomers) -> None:
        await newcomers.operations.prove_contact(TELEGRAM, "+84931111111")
        assert (await newcomers.asks(TELEGRAM)).open == BOTH

    async def test_it_is_needed_where_no_code_can_be_sent(
        self, database: Database, clock: FixedClock
    ) -> None:
        without_sms = Newcomers(database, clock, Channel.EMAIL)
        proving = await without_sms.asks(TELEGRAM)
        assert (proving.open, proving.by_contact) == (frozenset({ProofKind.EMAIL}), True)
        await without_sms.types(TELEGRAM, *without_sms.codes())
        with refusal("proof_missing"):
            await without_sms.registers(TELEGRAM)
        await without_sms.operations.prove_contact(TELEGRAM, HOA.phone)
        await without_sms.registers(TELEGRAM)

    async def test_zalo_without_sms_proves_the_mailbox_alone(
        self, database: Database, clock: FixedClock
    ) -> None:
        without_sms = Newcomers(database, clock, Channel.EMAIL)
        assert await without_sms.operations.ways_to_prove(ZALO) == {ProofKind.EMAIL}
        assert (await without_sms.asks(ZALO)).open == {ProofKind.EMAIL}
        await without_sms.types(ZALO, *without_sms.codes())
        await without_sms.registers(ZALO)
        (row,) = await rows_of(database, "accountants")
        assert (row["phone_proved_at"], row["email_proved_at"]) == (None, clock.now())


class TestCodes:
    async def test_asking_twice_sends_once(self, newcomers: Newcomers, database: Database) -> None:
        await newcomers.asks(ZALO)
        async with unchanged(database):
            await newcomers.asks(ZALO)
            with refusal("proof_on_its_way"):
                await newcomers.asks(ZALO, again=True)
        assert len(newcomers.working.sent) == 2

    async def test_again_brings_the_same_code_while_it_works(self, newcomers: Newcomers) -> None:
        await newcomers.asks(ZALO)
        first = newcomers.codes()
        newcomers.clock.forward(minutes=2)
        await newcomers.asks(ZALO, again=True)
        assert (newcomers.codes(), len(newcomers.working.sent)) == (first, 4)

    async def test_an_expired_one_proves_nothing(self, newcomers: Newcomers) -> None:
        await newcomers.asks(ZALO)
        first = newcomers.codes()
        newcomers.clock.forward(minutes=15)
        with refusal("proof_lost"):
            await newcomers.types(ZALO, *first)
        await newcomers.asks(ZALO, again=True)
        assert not set(newcomers.codes()) & set(first)
        assert (await newcomers.types(ZALO, *newcomers.codes())).is_done

    async def test_a_few_wrong_ones_make_it_void(self, newcomers: Newcomers) -> None:
        await newcomers.asks(ZALO)
        right = newcomers.codes()
        wrong = next(f"{number:06}" for number in range(3) if f"{number:06}" not in right)
        for left in range(WRONG_A_CODE - 1, 0, -1):
            with refusal("proof_wrong", left=left):
                await newcomers.types(ZALO, wrong)
        with refusal("proof_lost"):
            await newcomers.types(ZALO, wrong)
        with refusal("proof_lost"):
            await newcomers.types(ZALO, *right)

    async def test_a_mended_address_gets_its_own(self, newcomers: Newcomers) -> None:
        await newcomers.asks(ZALO)
        (first,) = newcomers.codes(Channel.EMAIL)
        newcomers.clock.forward(seconds=20)
        mended = PersonDetails("Hoa", HOA.phone, "hoa@moi.vn", HOA.consent_version)
        await newcomers.asks(ZALO, mended)
        assert [one.address for one in newcomers.working.sent][-1] == "hoa@moi.vn"
        assert len(newcomers.codes(Channel.SMS)) == 1
        if first not in newcomers.codes():
            with refusal("proof_wrong"):
                await newcomers.types(ZALO, first)
        assert (await newcomers.types(ZALO, *newcomers.codes())).is_done

    @pytest.mark.parametrize("outcome", [Undeliverable("no mailbox"), RetryLater(5, "away"), OSError("cut")])
    async def test_one_that_cannot_be_sent_harms_nobody(
        self, newcomers: Newcomers, outcome: Exception
    ) -> None:
        newcomers.working.channels[Channel.EMAIL].outcomes.append(outcome)
        await newcomers.asks(ZALO)
        newcomers.clock.forward(minutes=2)
        await newcomers.asks(ZALO, again=True)
        assert (await newcomers.types(ZALO, *newcomers.codes())).is_done

    async def test_what_nobody_used_is_forgotten(self, newcomers: Newcomers, database: Database) -> None:
        await newcomers.asks(ZALO)
        newcomers.clock.forward(hours=23)
        assert await purge_proofs(database, newcomers.clock.now()) == 0
        newcomers.clock.forward(hours=2)
        assert await purge_proofs(database, newcomers.clock.now()) == 2


class TestBudget:
    """Codes of registration are no pump."""

    async def _asks_until_refused(
        self, newcomers: Newcomers, chats: Collection[ChatIdentity], *people: PersonDetails
    ) -> int:
        """How many messages left until nobody could have one sent any more."""
        for here in chats:
            for who in people:
                for _ in range(BY_ONE_A_DAY):
                    newcomers.clock.forward(minutes=1)
                    with contextlib.suppress(DomainError):
                        await newcomers.asks(here, who, again=True)
        return len(newcomers.working.sent)

    async def test_a_number_and_a_mailbox_get_few_a_day(self, newcomers: Newcomers) -> None:
        chats = [chat(f"pump-{number}") for number in range(20)]
        assert await self._asks_until_refused(newcomers, chats, HOA) == 2 * TO_ONE_A_DAY
        newcomers.clock.forward(days=1)
        await newcomers.asks(ZALO)
        assert len(newcomers.working.sent) == 2 * TO_ONE_A_DAY + 2

    async def test_a_chat_has_few_sent_a_day(self, newcomers: Newcomers) -> None:
        many = [person("Hoa", number) for number in range(30)]
        assert await self._asks_until_refused(newcomers, [ZALO], *many) <= BY_ONE_A_DAY

    async def test_all_strangers_together_have_a_day(self, database: Database, clock: FixedClock) -> None:
        small = Newcomers(database, clock, Channel.EMAIL, Channel.SMS, a_day=7)
        chats = [chat(f"pump-{number}") for number in range(20)]
        for number, here in enumerate(chats):
            await self._asks_until_refused(small, [here], person("Hoa", number))
        by_channel = [len(small.working.to(channel)) for channel in (Channel.SMS, Channel.EMAIL)]
        assert max(by_channel) <= 7

    async def test_back_office_hears_before_a_day_s_codes_are_used_up(
        self, database: Database, clock: FixedClock, back_office: Actor
    ) -> None:
        small = Newcomers(database, clock, Channel.EMAIL, Channel.SMS, a_day=10)
        for number in range(9):
            await small.asks(chat(f"pump-{number}"), person("Hoa", number))
        assert await self._told_of(database, Channel.SMS) == [70, 85]
        await small.asks(chat("pump-9"), person("Hoa", 9))
        with refusal("proofs_enough"):
            await small.asks(chat("pump-10"), person("Hoa", 10))
        assert await self._told_of(database, Channel.SMS) == [70, 85, 95, 100]
        assert await self._told_of(database, Channel.EMAIL) == [70, 85, 95, 100]

    @staticmethod
    async def _told_of(database: Database, channel: Channel) -> list[int]:
        """The marks of which back office was told."""
        about = [row["about"] for row in await rows_of(database, "pushes") if row["kind"] == "budget_reached"]
        return sorted(int(one.rpartition(":")[2]) for one in about if one.startswith(f"codes:{channel}:"))


class TestAccountsThatComeBack:
    async def test_two_proofs_bring_a_lost_chat_back(self, newcomers: Newcomers, database: Database) -> None:
        lost = await newcomers.proves_and_registers(TELEGRAM)
        newcomers.working.sent.clear()
        new = chat("new phone")
        await newcomers.asks(new)
        assert await newcomers.operations.find_own_account(new) is None
        with refusal("account_not_found"):
            await newcomers.operations.recover_account(new)
        await newcomers.types(new, *newcomers.codes())
        own = await newcomers.operations.find_own_account(new)
        assert own is not None
        assert own.accountant == lost
        assert await newcomers.operations.recover_account(new) == lost
        async with unchanged(database):
            assert await newcomers.operations.recover_account(new) == lost
        assert await newcomers.operations.who_is(new) == lost
        assert await newcomers.operations.who_is(TELEGRAM) is None
        await newcomers.working.work()
        # The only way left to tell of it is the mailbox.
        (told,) = newcomers.mailbox.sent
        assert isinstance(told.content, ChatLinkedContent)
        assert told.address == HOA.email
        (event,) = [one for one in await rows_of(database, "events") if one["verb"] == "chat_recovered"]
        assert event["accountant_id"] == lost.id

    async def test_the_chat_in_the_other_app_stays(self, newcomers: Newcomers) -> None:
        lan = await newcomers.proves_and_registers(TELEGRAM)
        newcomers.clock.forward(hours=1)
        await newcomers.asks(ZALO)
        await newcomers.types(ZALO, *newcomers.codes())
        await newcomers.operations.recover_account(ZALO)
        assert await newcomers.operations.who_is(TELEGRAM) == await newcomers.operations.who_is(ZALO) == lan

    async def test_one_proof_is_not_enough(self, newcomers: Newcomers) -> None:
        await newcomers.proves_and_registers(TELEGRAM)
        newcomers.clock.forward(hours=1)
        new = chat("thief")
        await newcomers.asks(new)
        await newcomers.types(new, *newcomers.codes(Channel.SMS))
        with refusal("account_not_found"):
            await newcomers.operations.recover_account(new)
        # Neither do the phone of one account and the mailbox of another.
        other = person("Khác", 5)
        await newcomers.proves_and_registers(chat("other"), other, number=2)
        mixed = PersonDetails("Hoa", HOA.phone, other.email, HOA.consent_version)
        newcomers.clock.forward(hours=1)
        await newcomers.asks(chat("mixed"), mixed)
        await newcomers.types(chat("mixed"), *newcomers.codes())
        assert await newcomers.operations.find_own_account(chat("mixed")) is None

    async def test_what_is_asked_tells_nobody_whether_there_is_an_account(self, newcomers: Newcomers) -> None:
        await newcomers.proves_and_registers(TELEGRAM)
        newcomers.clock.forward(hours=1)
        known = await newcomers.asks(chat("a"))
        unknown = await newcomers.asks(chat("b"), person("Lạ", 8))
        assert (known.open, known.proved, known.lost) == (unknown.open, unknown.proved, unknown.lost)


@APPS
class TestCorrections:
    """A phone or an address that is corrected counts once it is proved."""

    @pytest.mark.parametrize(
        ("field", "typed", "kept", "new"),
        [
            (AccountField.PHONE, "0987654321", HOA.phone, "+84987654321"),
            (AccountField.EMAIL, "moi@ketoan.vn", HOA.email, "moi@ketoan.vn"),
        ],
    )
    async def test_the_old_one_brings_a_lost_chat_back_until_the_new_one_is_proved(
        self,
        newcomers: Newcomers,
        database: Database,
        here: ChatIdentity,
        field: AccountField,
        typed: str,
        kept: str,
        new: str,
    ) -> None:
        operations, kind = newcomers.operations, ProofKind(field)
        hoa = await newcomers.proves_and_registers(here)
        newcomers.clock.forward(days=1)
        both = (new, "") if kind is ProofKind.PHONE else ("", new)
        with refusal("proof_missing"):
            await operations.change_account(hoa.actor, field, typed, here)
        proving = await operations.ask_proofs(here, *both)
        assert (proving.open, proving.is_done) == (frozenset({kind}), False)
        sent = len(newcomers.working.sent)
        await newcomers.working.work()
        assert len(newcomers.working.sent) == sent + 1
        (code,) = newcomers.codes(kind.channel)
        with refusal("proof_wrong", left=WRONG_A_CODE - 1):
            await newcomers.types(here, "000000" if code != "000000" else "111111")
        async with unchanged(database):
            with refusal("proof_missing"):
                await operations.change_account(hoa.actor, field, typed, here)

        # Another chat that proves the old ones finds the account.
        again = chat("78")
        await newcomers.asks(again)
        await newcomers.types(again, *newcomers.codes())
        own = await operations.find_own_account(again)
        assert own is not None
        assert (own.accountant.id, getattr(own.accountant, field)) == (hoa.id, kept)

        assert (await newcomers.types(here, code)).is_done
        changed = await operations.change_account(hoa.actor, field, typed, here)
        assert getattr(changed, field) == new
        assert await operations.find_own_account(again) is None
        (row,) = await rows_of(database, "accountants")
        assert row[f"{kind}_proved_at"] == newcomers.clock.now()
        async with unchanged(database):
            await operations.change_account(hoa.actor, field, typed, here)
            await newcomers.types(here, code)

    async def test_without_sms_the_contact_proves_a_phone_and_zalo_keeps_it_unproved(
        self, database: Database, clock: FixedClock, here: ChatIdentity
    ) -> None:
        newcomers = Newcomers(database, clock, Channel.EMAIL)
        operations = newcomers.operations
        if here is TELEGRAM:
            await operations.prove_contact(here, HOA.phone)
        hoa = await newcomers.proves_and_registers(here)
        if here is TELEGRAM:
            async with unchanged(database):
                with refusal("proof_missing"):
                    await operations.change_account(hoa.actor, AccountField.PHONE, "0987654321", here)
                assert (await operations.ask_proofs(here, "+84987654321", "")).by_contact
            await operations.prove_contact(here, "+84987654321")
        changed = await operations.change_account(hoa.actor, AccountField.PHONE, "0987654321", here)
        assert changed.phone == "+84987654321"
        (row,) = await rows_of(database, "accountants")
        assert (row["phone_proved_at"] is not None) == (here is TELEGRAM)

    async def test_they_have_the_budget_of_registrations(
        self, newcomers: Newcomers, here: ChatIdentity
    ) -> None:
        await newcomers.proves_and_registers(here)
        for number in range(BY_ONE_A_DAY - 2):
            await newcomers.operations.ask_proofs(here, "", f"moi{number}@ketoan.vn")
        with refusal("proofs_enough"):
            await newcomers.operations.ask_proofs(here, "+84987654321", "")

    async def test_one_of_before_the_proofs_is_proved_by_typing_it_again(
        self, newcomers: Newcomers, database: Database, here: ChatIdentity
    ) -> None:
        hoa = await newcomers.proves_and_registers(here)
        newcomers.clock.forward(minutes=1)
        async with database.write() as uow:
            await uow.accounts.change_person(hoa.id, hoa.name, hoa.phone, "cu@ketoan.vn")
        with refusal("proof_missing"):
            await newcomers.operations.change_account(hoa.actor, AccountField.EMAIL, "cu@ketoan.vn", here)
        await newcomers.operations.ask_proofs(here, "", "cu@ketoan.vn")
        await newcomers.working.work()
        await newcomers.types(here, *newcomers.codes(Channel.EMAIL))
        await newcomers.operations.change_account(hoa.actor, AccountField.EMAIL, "cu@ketoan.vn", here)
        (row,) = await rows_of(database, "accountants")
        assert row["email_proved_at"] == newcomers.clock.now()
