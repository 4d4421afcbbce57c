"""Two people of back office: one asks, the other sees who and why, and decides; and who may."""

import pytest

from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Actor
from services.back_office.people import EnsureBackOffice
from services.operations import Operations, build_operations
from storage.database import Database
from tests.dialogs.conftest import TypedWorkbooks
from tests.dialogs.harness import Harness, Person
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE, add_customers, placed_order, register_owner
from tests.support.clock import FixedClock
from tests.support.working import Working

HOSTILE = "<b>&amp; {{ 7 * 7 }} {0} %s</b> " + "🏠" * 60


@pytest.fixture
def operations(database: Database, clock: FixedClock, workbooks: TypedWorkbooks) -> Operations:
    return build_operations(database, clock, PAYEE, CHANNELS, workbooks, second_person_above=1_000_000)


@pytest.fixture
async def two(harness: Harness, database: Database, clock: FixedClock) -> tuple[Person, Person]:
    """Lan, and Hoa, who may approve."""
    lan, hoa = harness.stranger("Lan"), harness.stranger("Hoa")
    named = [(lan.user.id, "Lan"), (hoa.user.id, "Hoa")]
    await EnsureBackOffice(database, clock, "Nhà cung cấp")(named, [hoa.user.id])
    return lan, hoa


@pytest.fixture
async def owner(operations: Operations) -> Actor:
    return await register_owner(operations, 1)


@pytest.fixture
async def requests(
    operations: Operations, owner: Actor, two: tuple[Person, Person], database: Database
) -> list[PaymentRequest]:
    order: Order = await placed_order(operations, owner, await add_customers(operations, owner, 3))
    async with database.read() as uow:
        return list(await uow.payments.of_order(order.id))


async def left(database: Database, code: str) -> int:
    async with database.read() as uow:
        request = await uow.payments.get(code)
    assert request is not None
    return request.left


async def test_a_payment_is_sent_on_and_approved(
    two: tuple[Person, Person], requests: list[PaymentRequest], database: Database
) -> None:
    (lan, hoa), (first, *_) = two, requests
    await lan.text("/start")
    assert len(lan.rows) <= 8
    await lan.tap("Ghi nhận thanh toán")
    await lan.tap("Nhập khoản thanh toán")
    await lan.text(first.code)
    await lan.tap("Đúng 1.950.000 ₫")
    await lan.text("FT77")
    assert "Trên 1.000.000 ₫ cần người thứ hai duyệt" in lan.window
    assert "Ghi nhận" not in lan.buttons
    await lan.tap("Gửi duyệt")
    assert "Người duyệt: Hoa" in lan.window
    await lan.text(HOSTILE)
    assert HOSTILE in lan.window
    await lan.tap("Gửi duyệt")
    assert "Đã gửi duyệt" in lan.window
    assert await left(database, first.code) == first.amount

    await lan.tap("Bàn làm việc")
    await lan.tap("Chờ duyệt (1)")
    await lan.tap("1.950.000 ₫ · Nhập khoản thanh toán · Lan")
    assert "người khác duyệt" in lan.window
    assert "Duyệt" not in lan.buttons
    assert "↩️ Rút yêu cầu" in lan.buttons

    await hoa.text("/start")
    await hoa.tap("Chờ duyệt (1)")
    assert "Chỉ Hoa có quyền duyệt" in hoa.window
    await hoa.tap("1.950.000 ₫")
    assert "Người gửi: Lan" in hoa.window
    assert HOSTILE in hoa.window
    await hoa.tap("Duyệt")
    assert "Đã duyệt và ghi nhận" in hoa.window
    await hoa.repeat()
    assert await left(database, first.code) == 0
    await lan.tap("Quay lại")
    assert "Không có khoản nào chờ duyệt" in lan.window


async def test_a_return_is_refused_and_a_claim_goes_on(
    two: tuple[Person, Person],
    requests: list[PaymentRequest],
    owner: Actor,
    operations: Operations,
    database: Database,
    clock: FixedClock,
) -> None:
    (lan, hoa), (first, *_) = two, requests
    await Bank(database, clock, Working(database, clock)).tells("khong ro", 1_000_001)
    await lan.text("/start")
    await lan.tap("Chuyển khoản cần xử lý (1)")
    await lan.tap("1.000.001 ₫")
    await lan.tap("Đã trả lại tiền")
    await lan.text("FT9")
    await lan.tap("Gửi duyệt")
    await lan.tap("Quay lại")
    assert "Ghi là đã trả lại" in lan.window
    await lan.tap("Gửi duyệt")
    await lan.text("Chuyển nhầm")
    await lan.tap("Gửi duyệt")
    assert "Đã gửi duyệt" in lan.window
    assert "1 khoản" in lan.window
    assert "1.000.001 ₫ · ✍️ chờ duyệt" in " ".join(lan.buttons)

    await hoa.push_tap("open:sign_off:1")
    assert "Nội dung: khong ro" in hoa.window
    await hoa.tap("Không duyệt")
    await hoa.text("Sai <tài khoản>")
    await hoa.tap("Không duyệt")
    assert "Đã báo người gửi" in hoa.window
    await lan.push_tap("open:sign_off:1")
    assert "Hoa: không duyệt, Sai <tài khoản>" in lan.window

    await operations.claim_transfer(owner, first.code, "photo")
    await lan.text("/start")
    await lan.tap("Ghi nhận thanh toán (1)")
    await lan.tap("1.950.000 ₫")
    await lan.tap("Đã thấy tiền")
    await lan.text("FT10")
    await lan.tap("Gửi duyệt")
    await lan.text("Có trên sao kê")
    await lan.tap("Gửi duyệt")
    assert "Đã gửi duyệt" in lan.window
    await hoa.push_tap("open:sign_off:2")
    await hoa.tap("Duyệt")
    assert await left(database, first.code) == 0


async def test_who_may_is_seen_and_given_by_who_may(two: tuple[Person, Person]) -> None:
    lan, hoa = two
    for one in (lan, hoa):
        await one.text("/start")
        await one.tap("Chờ duyệt")
        await one.tap("Ai được duyệt")
    assert lan.buttons[:2] == ["Lan", "✅ Hoa"]
    await lan.tap("Hoa")
    assert "do cài đặt BACK_OFFICE" in lan.window
    assert lan.buttons == ["‹ Quay lại"]
    await hoa.tap("Lan")
    await hoa.tap("Cho quyền duyệt")
    assert "Đã cho quyền duyệt" in hoa.window
    assert (await lan.actor()).approves
    await hoa.tap("Bỏ quyền duyệt")
    assert not (await lan.actor()).approves
