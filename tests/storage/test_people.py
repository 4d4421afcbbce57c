"""Firms, accountants, consents and invitations."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from domain.chats import Channel
from domain.errors import DomainError
from domain.people import Accountant, Firm, FirmState, Role
from storage.tables.people import consents
from tests.storage.conftest import LATER, Office
from tests.support.clock import NOON_OF_JUNE_15 as NOW


async def test_a_firm_is_found_by_its_id_and_its_tax_code(office: Office) -> None:
    async with office.database.write() as uow:
        assert await uow.people.firm(office.firm.id) == office.firm
        second = await uow.people.add_firm("B", office.firm.tax_code, FirmState.APPROVED, NOW)
        assert await uow.people.claimants(office.firm.tax_code) == [office.firm, second]
        assert await uow.people.claimants("0100000000") == []


async def test_firms_wait_until_they_are_decided(office: Office) -> None:
    async with office.database.write() as uow:
        assert await uow.people.vendor_firm() is None
        vendor = await uow.people.add_firm("V", "0300000000", FirmState.VENDOR, NOW)
        waiting = [
            await uow.people.add_firm(str(number), f"030000000{number}", FirmState.WAITING, NOW)
            for number in (1, 2, 3)
        ]
        assert waiting[0] == Firm(waiting[0].id, "1", "0300000001", FirmState.WAITING)
        assert await uow.people.vendor_firm() == vendor
        assert await uow.people.firms_in(FirmState.WAITING, 0, 2) == (waiting[:2], 3)
        assert await uow.people.firms_in(FirmState.WAITING, 2, 2) == (waiting[2:], 3)
        await uow.people.decide_firm(waiting[0].id, FirmState.REFUSED, "Sai mã số thuế")
        await uow.people.decide_firm(waiting[1].id, FirmState.APPROVED, "")
        refused = replace(waiting[0], state=FirmState.REFUSED, note="Sai mã số thuế")
        assert await uow.people.firm(refused.id) == refused
        assert await uow.people.firms_in(FirmState.REFUSED, 0, 2) == ([refused], 1)
        assert await uow.people.firms_in(FirmState.WAITING, 0, 2) == (waiting[2:], 1)


async def test_staff_that_was_removed_keep_their_names(office: Office) -> None:
    async with office.database.write() as uow:
        gone = await uow.people.add_accountant(
            office.firm.id, Role.STAFF, "Võ Nhân Viên", "+84913333333", "", NOW
        )
        await uow.people.deactivate(gone.id)
        assert await uow.people.staff_of(office.firm.id) == [office.owner]
        assert await uow.people.accountant(gone.id) == replace(gone, active=False)
        names = {office.owner.id: office.owner.name, gone.id: "Võ Nhân Viên"}
        assert await uow.people.names([*names, 77]) == names
        assert await uow.people.names(set()) == {}


async def test_staff_are_listed_by_firm_in_the_order_they_came(office: Office) -> None:
    async with office.database.write() as uow:
        other = await uow.people.add_firm("B", "0300000000", FirmState.APPROVED, NOW)
        await uow.people.add_accountant(other.id, Role.OWNER, "X", "+84911111111", "x@b.vn", NOW)
        new = await uow.people.add_accountant(
            office.firm.id, Role.STAFF, "Võ Nhân Viên", "+84913333333", "c@d.vn", NOW
        )
    assert new == Accountant(new.id, office.firm.id, Role.STAFF, "Võ Nhân Viên", "+84913333333", "c@d.vn")
    async with office.database.read() as uow:
        assert await uow.people.staff_of(office.firm.id) == [office.owner, new]
        assert await uow.people.accountant(new.id) == new


async def test_whoever_does_not_exist_raises(office: Office) -> None:
    async with office.database.read() as uow:
        with pytest.raises(NoResultFound):
            await uow.people.firm(77)
        with pytest.raises(NoResultFound):
            await uow.people.accountant(77)


async def test_agreeing_again_keeps_the_first_time(office: Office) -> None:
    async with office.database.write() as uow:
        for moment in (NOW, LATER):
            await uow.people.record_consent(office.owner.id, "2026-01", Channel.TELEGRAM, moment)
        await uow.people.record_consent(office.owner.id, "2026-02", Channel.TELEGRAM, LATER)
    async with office.database.reading() as connection:
        rows = (await connection.execute(select(consents).order_by(consents.c.text_version))).all()
    assert [(row.text_version, row.given_at) for row in rows] == [("2026-01", NOW), ("2026-02", LATER)]


async def test_an_invitation_is_used_once(office: Office) -> None:
    expires_at = NOW + timedelta(days=7)
    async with office.database.write() as uow:
        await uow.people.add_invitation(office.firm.id, office.owner.id, "digest", expires_at)
        invitation = await uow.people.invitation("digest")
        assert invitation is not None
        assert invitation.expires_at == expires_at
        assert invitation.used_by is None
        first = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        await uow.people.use_invitation(invitation.id, first.id)
        await uow.people.use_invitation(invitation.id, office.owner.id)
        used = await uow.people.invitation("digest")
        assert used is not None
        assert used.used_by == first.id
        assert await uow.people.invitation("other") is None


async def test_open_invitations_are_listed_and_can_be_revoked(office: Office) -> None:
    async with office.database.write() as uow:
        other = await uow.people.add_firm("B", "0300000000", FirmState.APPROVED, NOW)
        for firm_id, token, expires_at in (
            (office.firm.id, "first", LATER),
            (other.id, "theirs", LATER),
            (office.firm.id, "expired", NOW),
            (office.firm.id, "used", LATER),
            (office.firm.id, "second", LATER),
        ):
            await uow.people.add_invitation(firm_id, office.owner.id, token, expires_at)
        invited = {
            token: await uow.people.invitation(token) for token in ("first", "theirs", "used", "second")
        }
        ids = {token: found.id for token, found in invited.items() if found is not None}
        await uow.people.use_invitation(ids["used"], office.owner.id)
        is_open = [invited["first"], invited["second"]]
        assert await uow.people.open_invitations(office.firm.id, NOW) == is_open
        for token in ("first", "theirs", "used"):
            await uow.people.revoke_invitation(office.firm.id, ids[token])
        assert await uow.people.open_invitations(office.firm.id, NOW) == [invited["second"]]
        revoked = await uow.people.invitation("first")
        assert revoked is not None
        with pytest.raises(DomainError, match="invitation_expired"):
            revoked.check_usable(NOW)
        assert await uow.people.invitation("theirs") == invited["theirs"]
        used = await uow.people.invitation("used")
        assert used is not None
        with pytest.raises(DomainError, match="invitation_used"):
            used.check_usable(NOW)
