import pytest

from domain.orders import Step
from domain.people import FirmState
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness
from tests.support import builders


async def test_the_owner_sees_everything(harness: Harness) -> None:
    chat = await harness.person("An")
    await chat.text("/start")
    assert chat.window.startswith("Kế toán An")
    assert chat.buttons == [
        "🛒 Mua hàng loạt",
        "👥 Khách hàng",
        "📦 Đơn hàng",
        "🔔 Thông báo",
        "👤 Nhân viên",
        "❓ Trợ giúp",
    ]


async def test_staff_do_not_invite(harness: Harness) -> None:
    chat = await harness.colleague(await harness.person("An"))
    await chat.text("/start")
    assert "👤 Nhân viên" not in chat.buttons


async def test_each_button_leads_there(harness: Harness) -> None:
    chat = await harness.person()
    for label, title in (
        ("Khách hàng", "👥 Khách hàng"),
        ("Đơn hàng", "Đơn hàng"),
        ("Thông báo", "Chưa có tin nào"),
        ("Nhân viên", "Nhân viên của"),
        ("Trợ giúp", "Trợ giúp"),
        ("Mua hàng loạt", "Bước 1"),
    ):
        await chat.text("/start")
        await chat.tap(label)
        assert title in chat.window


@pytest.mark.parametrize(
    "state, said",
    [(FirmState.WAITING, "đang chờ nhà cung cấp duyệt"), (FirmState.REFUSED, "chưa được duyệt: Sai mã số")],
)
async def test_a_firm_that_may_not_order_is_told_why(
    harness: Harness, database: Database, state: FirmState, said: str
) -> None:
    chat = await harness.person()
    async with database.write() as uow:
        await uow.people.decide_firm((await chat.actor()).firm_id, state, "Sai mã số")
    await chat.text("/start")
    assert said in chat.window
    async with database.write() as uow:
        await uow.people.decide_firm((await chat.actor()).firm_id, FirmState.APPROVED, "")
    await chat.text("/start")
    assert "⚠️" not in chat.window


async def test_an_open_draft_is_gone_on_with(harness: Harness, operations: Operations) -> None:
    chat = await harness.person()
    await builders.start_draft(operations, await chat.actor())
    await chat.text("/start")
    assert "đơn nháp" not in chat.window
    (customer,) = await builders.add_customers(operations, await chat.actor(), 1)
    await operations.pick_customer(await chat.actor(), customer.id, True)
    await chat.text("/start")
    assert "đơn nháp" in chat.window
    await chat.tap("Tiếp tục đơn nháp")
    draft = await operations.find_draft(await chat.actor())
    assert draft is not None
    assert draft.step is Step.CUSTOMERS
    assert "Chọn khách hàng" in chat.window


async def test_help_names_the_commands_and_the_owner(harness: Harness) -> None:
    owner = await harness.person("An")
    chat = await harness.colleague(owner)
    await chat.text("/trogiup")
    assert "/khachhang" in chat.window
    assert "Chủ đơn vị: An, 09" in chat.window
    await chat.tap("Menu")
    assert "anh/chị cần em giúp gì" in chat.window


async def test_help_names_the_support_that_is_set(harness: Harness) -> None:
    harness.dispatcher["support_contact"] = "1900 0000 <8h–17h>"
    chat = await harness.person()
    await chat.text("/trogiup")
    assert "Gặp nhân viên hỗ trợ: 1900 0000 <8h–17h>" in chat.window
    assert "Chủ đơn vị" not in chat.window
