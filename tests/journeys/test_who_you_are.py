"""Registration with proofs, a tax code claimed twice and settled by back office, and a lost chat."""

from tests.support.apps import on_both_apps
from tests.support.steps import agree, register
from tests.support.world import Chat, World

LINE = "Trần Văn Hai, Công ty TNHH Hai Minh An, MST 0101243150, 0912345699, hai@minhan.vn"


async def _said(chat: Chat, words: str) -> dict[str, object]:
    """The bot's last message with these words."""
    return [m for m in await chat.messages() if m["from"] == "bot" and words in m["text"]][-1]


@on_both_apps
async def test_a_second_claimant_is_moved_and_a_lost_chat_comes_back(world: World) -> None:
    desk, owner, second = (world.chat(person) for person in ("backoffice", "newcomer", "staff"))
    await desk.says("/start")
    await register(owner)
    # Who claims the same tax code learns nothing from it, and may go on at once.
    await second.says("/start")
    await second.taps_on("Bắt đầu")
    window = await second.says(LINE)
    assert "Minh An" in window["text"]
    window = await agree(second, "0912345699", "hai@minhan.vn")
    assert "Chào mừng Trần Văn Hai" in window["text"]
    assert "Mua hàng loạt" in str(second.labels(window))

    # Back office hears of it, and moves the colleague into the firm that was there.
    await world.later()
    window = await desk.opens(await _said(desk, "Hai đơn vị cùng mã số thuế"), "Xem người")
    window = await desk.taps_on("Trần Văn Hai")
    assert "đã xác nhận" in window["text"]
    await desk.taps_on("Chuyển sang")
    await desk.says("0101243150")
    await desk.taps_on("Minh An")
    await desk.says("Là nhân viên của Minh An")
    window = await desk.taps_on("Làm và báo")
    assert "nay thuộc Kế toán Minh An" in window["text"]
    await world.idle()
    await _said(second, "nay thuộc")
    await owner.says("/start")
    window = await owner.taps_on("Nhân viên")
    assert "Trần Văn Hai" in window["text"]

    # The owner lost the chat, and comes back from another one by the codes of phone and mailbox.
    again = world.chat("owner")
    await again.says("/start")
    await again.taps_on("Lấy lại tài khoản")
    await again.says("0912345678")
    await again.says("lan@minhan.vn")
    await again.taps_on("Gửi mã")
    window = await again.says(await world.codes("0912345678", "lan@minhan.vn"))
    assert "đã có tài khoản" in window["text"]
    window = await again.taps_on("Dùng tài khoản này")
    assert "trở lại" in window["text"]
    (mail,) = await world.mails("lan@minhan.vn")
    assert "nối" in mail["subject"]

    # Back office closes the firm; everybody in it reads why.
    await desk.taps_on("Đóng đơn vị")
    await desk.says("Ngừng hợp tác")
    window = await desk.taps_on("Đóng và báo")
    assert "Đã đóng Kế toán Minh An" in window["text"]
    await world.idle()
    # On Zalo it is gathered with what has just been told.
    await world.later()
    for chat in (again, second):
        await _said(chat, "đã đóng")
        window = await chat.says("/start")
        assert "đã đóng trên hệ thống: Ngừng hợp tác" in window["text"]


@on_both_apps
async def test_a_corrected_phone_and_mailbox_are_proved_in_the_account_window(world: World) -> None:
    chat = world.chat("newcomer")
    await register(chat)
    await chat.says("/thongbao")
    for label in ("Tùy chọn", "Tài khoản của tôi"):
        window = await chat.taps_on(label)
    for label, old, typed, shown in (
        ("Điện thoại", "0912 345 678", "0987654321", "Điện thoại: 0987 654 321"),
        ("Email", "lan@minhan.vn", "lan.moi@minhan.vn", "Email: lan.moi@minhan.vn"),
    ):
        await chat.taps_on(label)
        window = await chat.says(typed)
        assert "Gõ mã xác nhận" in window["text"], window["text"]
        assert f"em vẫn giữ {old}" in window["text"]
        await chat.taps_on("Quay lại")
        assert shown not in (await chat.window())["text"]
        await chat.taps_on(label)
        await chat.says(typed)
        window = await chat.says(await world.codes(typed, typed))
        assert shown in window["text"], window["text"]

    # Who loses this chat comes back by the new ones.
    again = world.chat("owner")
    await again.says("/start")
    await again.taps_on("Lấy lại tài khoản")
    await again.says("0987654321")
    await again.says("lan.moi@minhan.vn")
    await again.taps_on("Gửi mã")
    window = await again.says(await world.codes("0987654321", "lan.moi@minhan.vn"))
    assert "đã có tài khoản" in window["text"]
