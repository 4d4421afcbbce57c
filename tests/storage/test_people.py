"""Firms, accountants, consents and invitations."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, NoResultFound

from domain.people import Accountant, Role
from domain.pushes import Channel
from storage.tables import consents
from tests.storage.conftest import LATER, NOW, Office


async def test_a_firm_is_found_by_its_id_and_its_tax_code(office: Office) -> None:
    async with office.database.read() as uow:
        assert await uow.people.firm(office.firm.id) == office.firm
        assert await uow.people.firm_by_tax_code(office.firm.tax_code) == office.firm
        assert await uow.people.firm_by_tax_code("0100000000") is None


async def test_a_tax_code_has_one_firm(office: Office) -> None:
    with pytest.raises(IntegrityError):
        async with office.database.write() as uow:
            await uow.people.add_firm("B", office.firm.tax_code, NOW)


async def test_staff_are_listed_by_firm_in_the_order_they_came(office: Office) -> None:
    async with office.database.write() as uow:
        other = await uow.people.add_firm("B", "0300000000", NOW)
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
