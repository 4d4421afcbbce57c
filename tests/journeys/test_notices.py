"""Held notices come in the morning and stay in the list; removed staff has no access."""

import re

from tests.support.apps import on_both_apps
from tests.support.steps import agree, register
from tests.support.world import Chat, World, is_window


async def _joins(world: World, owner: Chat, name: str) -> Chat:
    """Let somebody accept the owner's invitation."""
    await owner.says("/start")
    await owner.taps_on("Nhân viên")
    window = await owner.taps_on("Mời nhân viên")
    wanted = r"(?<=start=)moi_\S+" if owner.app == "telegram" else r"^moi_\S+$"
    found = re.search(wanted, window["text"], re.MULTILINE)
    assert found is not None
    joining = world.chat("staff")
    # On Telegram, opening the link sends this; on Zalo it is pasted.
    await joining.says(f"/start {found[0]}" if owner.app == "telegram" else found[0])
    await joining.taps_on("Nhận lời mời")
    for answer in (name, "0912345679", "binh@minhan.vn"):
        await joining.says(answer)
    window = await agree(joining, "0912345679", "binh@minhan.vn")
    assert "Chào mừng" in window["text"]
    return joining


@on_both_apps
async def test_a_held_notice_comes_in_the_digest_and_leads_on(world: World) -> None:
    owner = world.chat("owner")
    await register(owner)
    window = await owner.says("/thongbao")
    assert "Chưa có tin nào" in window["text"]
    await owner.taps_on("Tùy chọn")
    window = await owner.taps_on("Nhân viên, đơn vị: gửi ngay")
    assert "🗞 Nhân viên, đơn vị: gom lại" in owner.labels(window)

    staff = await _joins(world, owner, "Lê Bình")
    joined = "Bình đã vào đơn vị"
    assert not [m for m in await owner.messages() if joined in m["text"]]
    assert "🔔 Thông báo (1)" in owner.labels(await owner.says("/start"))

    await world.post("clock", advance="1d")
    await world.idle()
    (digest,) = [m for m in await owner.messages() if joined in m["text"] and not is_window(m)]
    assert digest["text"].startswith("🗞 Tin em gom lại")
    window = await owner.opens(digest, "Mở danh sách thông báo")
    assert "1 tin, 1 tin chưa đọc" in window["text"]
    window = await owner.taps_on(joined)
    assert "Nhân viên của" in window["text"]
    assert "🔔 Thông báo" in owner.labels(await owner.says("/start"))

    await owner.taps_on("Nhân viên")
    await owner.taps_on("Cho nhân viên nghỉ")
    await owner.taps_on("Bình")
    window = await owner.taps_on("Cho nghỉ")
    assert "✅ Lê Bình đã nghỉ ở đơn vị." in window["text"]
    window = await staff.taps_on("Khách hàng")
    assert "Bắt đầu" in str(staff.labels(window))
    await world.post("clock", advance="3d")
    await world.idle()
    assert len([m for m in await owner.messages() if joined in m["text"] and not is_window(m)]) == 1
