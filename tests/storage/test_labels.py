"""Labels: unique without case and diacritics, and their customers."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from domain.customers import CustomerKind
from services.ports import CustomerFilter, Label, LabelCount
from storage.database import Database
from tests.storage.conftest import LATER, Office, open_office
from tests.support.builders import enterprise, household


async def test_a_label_is_one_whatever_its_case_and_diacritics(either: Database) -> None:
    office = await open_office(either)
    other = await open_office(either, "B", "0300000000")
    async with either.write() as uow:
        made = await uow.labels.ensure(office.firm.id, ["Khó tính", "VIP", "kho tinh"])
        assert made["Khó tính"] == made["kho tinh"] != made["VIP"]
        again = dict(await uow.labels.ensure(office.firm.id, ["vip", "Mới"]))
        assert again | {"Mới": 0} == {
            "vip": made["VIP"],
            "Mới": 0,
        }
        assert await uow.labels.ensure(office.firm.id, []) == {}
        assert await uow.labels.by_name(office.firm.id, "KHÓ TÍNH") == Label(made["Khó tính"], "Khó tính")
        assert await uow.labels.by_name(other.firm.id, "VIP") is None
        assert await uow.labels.get(other.firm.id, made["VIP"]) is None
        found = await uow.labels.of_firm(office.firm.id)
        assert [one.label.name for one in found] == ["Khó tính", "Mới", "VIP"]
        assert await uow.labels.of_firm(other.firm.id) == []


async def test_a_label_is_renamed_to_a_free_name_only(office: Office) -> None:
    async with office.database.write() as uow:
        made = await uow.labels.ensure(office.firm.id, ["VIP", "Nợ"])
        await uow.labels.rename(made["VIP"], "Quý")
        await uow.labels.rename(made["VIP"], "QUÝ")
        assert await uow.labels.get(office.firm.id, made["VIP"]) == Label(made["VIP"], "QUÝ")
    with pytest.raises(IntegrityError):
        async with office.database.write() as uow:
            await uow.labels.rename(made["VIP"], "no")


async def test_customers_bear_labels_until_these_are_taken_off(either: Database) -> None:
    office = await open_office(either)
    one, two, archived = await office.customers([enterprise(1), enterprise(2), enterprise(3)])
    async with either.write() as uow:
        made = await uow.labels.ensure(office.firm.id, ["VIP", "Nợ"])
        vip, debt = Label(made["VIP"], "VIP"), Label(made["Nợ"], "Nợ")
        for _ in range(2):
            await uow.labels.put(
                [(one.id, vip.id), (one.id, debt.id), (two.id, vip.id), (archived.id, vip.id)]
            )
        await uow.customers.update(replace(archived, archived=True), LATER)
        assert await uow.labels.of_customers([one.id, two.id]) == {one.id: [debt, vip], two.id: [vip]}
        assert await uow.labels.of_firm(office.firm.id) == [LabelCount(debt, 1), LabelCount(vip, 2)]
        await uow.labels.take_off(one.id, vip.id)
        await uow.labels.delete(debt.id)
        assert await uow.labels.of_customers([one.id, two.id, archived.id]) == {
            two.id: [vip],
            archived.id: [vip],
        }


async def test_all_that_match_get_a_label_and_lose_it(either: Database) -> None:
    office = await open_office(either)
    one, two, three = await office.customers([enterprise(1), enterprise(2), household(3)])
    enterprises = CustomerFilter(office.firm.id, kind=CustomerKind.ENTERPRISE)
    async with either.write() as uow:
        (label_id,) = (await uow.labels.ensure(office.firm.id, ["VIP"])).values()
        await uow.labels.put([(two.id, label_id), (three.id, label_id)])
        assert await uow.labels.put_matching(enterprises, label_id) == 1
        assert await uow.labels.put_matching(enterprises, label_id) == 0
        assert set(await uow.labels.of_customers([one.id, two.id, three.id])) == {one.id, two.id, three.id}
        bearing = replace(enterprises, label_id=label_id)
        assert await uow.labels.take_off_matching(bearing, label_id) == 2
        assert set(await uow.labels.of_customers([one.id, two.id, three.id])) == {three.id}
