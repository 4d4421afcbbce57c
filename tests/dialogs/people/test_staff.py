import pytest

from domain.errors import DomainError
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness
from tests.support.rows import rows_of


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
    assert "dùng một lần, hết hạn sau 48 giờ" in owner.window
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
    await owner.text("/khac")
    assert "https://" not in owner.window
    await owner.tap("Tạo liên kết khác")
    assert "https://" in owner.window
    await owner.tap("‹ Quay lại")
    assert "(1)" in owner.window


async def test_an_invitation_is_revoked(harness: Harness, operations: Operations) -> None:
    owner = await harness.person("An")
    token = await operations.invite_staff(await owner.actor())
    await owner.text("/start")
    await owner.tap("Nhân viên")
    await owner.tap("Lời mời đang chờ (1)")
    await owner.tap("Hết hạn 17/06/2026")
    assert "Hết hạn lúc 17/06/2026" in owner.window
    assert (await operations.read_invitation(token)).name == "Kế toán An"
    await owner.tap("Thu hồi")
    assert owner.window.startswith("✅ Đã thu hồi lời mời.")
    assert not [label for label in owner.buttons if "Lời mời đang chờ" in label]
    with pytest.raises(DomainError, match="invitation_expired"):
        await operations.read_invitation(token)


async def test_a_tap_on_an_invitation_that_is_gone_is_answered(
    harness: Harness, operations: Operations
) -> None:
    owner = await harness.person("An")
    await operations.invite_staff(await owner.actor())
    await owner.text("/start")
    await owner.tap("Nhân viên")
    await owner.tap("Lời mời đang chờ (1)")
    (invitation,) = await operations.list_invitations(await owner.actor())
    await operations.revoke_invitation(await owner.actor(), invitation.id)
    await owner.tap("Hết hạn")
    assert "không còn chờ" in (owner.alert or "")
    assert "Không còn lời mời nào đang chờ" in owner.window


async def test_staff_is_removed_after_a_question(harness: Harness, database: Database) -> None:
    owner = await harness.person("An")
    colleague = await harness.colleague(owner, "Bình")
    await colleague.text("/start")
    await owner.text("/start")
    await owner.tap("Nhân viên")
    await owner.tap("Cho nhân viên nghỉ")
    assert not [label for label in owner.buttons if "An" in label]
    await owner.tap("Bình")
    assert owner.window.startswith("Cho Bình nghỉ?")
    assert len((await harness.operations.show_profile(await owner.actor())).staff) == 2
    await owner.tap("Cho nghỉ")
    assert owner.window.startswith("✅ Bình đã nghỉ ở đơn vị.")
    assert "(1)" in owner.window
    assert not [label for label in owner.buttons if "nghỉ" in label]
    (event,) = await rows_of(database, "events")
    assert event["verb"] == "staff_removed"

    # The removed person's next tap is answered like a stranger's.
    await colleague.tap("Khách hàng")
    assert "Kế toán An" not in colleague.window
    assert [label for label in colleague.buttons if "Bắt đầu" in label]


async def test_a_tap_on_staff_that_left_already_is_answered(harness: Harness, operations: Operations) -> None:
    owner = await harness.person("An")
    actor = await (await harness.colleague(owner, "Bình")).actor()
    await owner.text("/start")
    await owner.tap("Nhân viên")
    await owner.tap("Cho nhân viên nghỉ")
    await owner.tap("Bình")
    await operations.remove_staff(await owner.actor(), actor.accountant_id)
    await owner.tap("Cho nghỉ")
    assert "không còn trong danh sách nhân viên" in owner.window


async def test_many_staff_are_paged(harness: Harness) -> None:
    owner = await harness.person("An")
    for number in range(7):
        await harness.colleague(owner, f"Người {number}")
    await owner.text("/start")
    await owner.tap("Nhân viên")
    await owner.tap("Cho nhân viên nghỉ")
    assert "1/2 ›" in owner.buttons
    assert "Người 6" not in str(owner.buttons)
    await owner.tap("›")
    assert "Người 6" in str(owner.buttons)
