from services.operations import Operations
from tests.dialogs.harness import Harness


async def test_colleagues_are_listed(harness: Harness) -> None:
    owner = await harness.person("An")
    await harness.colleague(owner, "Bình")
    await owner.text("/start")
    await owner.tap("Nhân viên")
    assert "(2)" in owner.window
    assert "👑 An" in owner.window
    assert "👤 Bình" in owner.window


async def test_an_invitation_is_a_link_that_works(harness: Harness, operations: Operations) -> None:
    owner = await harness.person("An")
    await owner.text("/start")
    await owner.tap("Nhân viên")
    await owner.tap("Mời nhân viên")
    link = next(line for line in owner.window.splitlines() if line.startswith("https://t.me/"))
    assert link.startswith("https://t.me/ktdv_bot?start=moi_")
    assert "dùng một lần, hết hạn sau 7 ngày" in owner.window
    assert len(link.partition("start=")[2]) <= 64
    firm = await operations.read_invitation(link.partition("moi_")[2])
    assert firm.name == "Kế toán An"


async def test_the_link_is_not_kept_with_the_dialog(harness: Harness) -> None:
    owner = await harness.person()
    await owner.text("/start")
    await owner.tap("Nhân viên")
    await owner.tap("Mời nhân viên")
    storage = harness.dispatcher.storage
    assert "moi_" not in str(vars(storage))
    await owner.text("dạ")
    assert "https://" not in owner.window
    await owner.tap("Tạo liên kết khác")
    assert "https://" in owner.window
    await owner.tap("‹ Quay lại")
    assert "(1)" in owner.window
