"""One person in two chats: linking, where messages go, unlinking; and invitations to either app."""

import pytest

from dialogs.apps import BOT_NAMES
from domain.chats import Channel, channel_of
from domain.link_codes import VALID_FOR
from services.operations import Operations
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.support.clock import FixedClock
from tests.support.once import lend_router
from tests.support.rows import rows_of
from texts.apps import ALL_APPS

BOTH = (Channel.TELEGRAM, Channel.ZALO)


@pytest.fixture
def harness(operations: Operations) -> Harness:
    """The conversation with both apps on."""
    harness = Harness(operations, [lend_router()], apps=frozenset(BOTH))
    harness.dispatcher[BOT_NAMES][Channel.ZALO] = "Trợ lý Kế toán"
    return harness


async def _open_chats(person: Person) -> None:
    await person.text("/thongbao")
    await person.tap("Tùy chọn")
    await person.tap(ALL_APPS)


async def _code(person: Person) -> str:
    """Make a code. Returns the message that links the other app."""
    await _open_chats(person)
    await person.tap("Nối ")
    return next(line for line in person.window.splitlines() if line.startswith("NOI "))


async def _linked(harness: Harness, clock: FixedClock, name: str = "An") -> tuple[Person, Person]:
    """One person in Telegram and on Zalo, which they used last."""
    telegram, zalo = await harness.person(name), harness.on_zalo()
    clock.forward(minutes=1)
    await zalo.text(await _code(telegram))
    return telegram, zalo


class TestLinking:
    async def test_the_window_says_how_on_the_other_app(self, harness: Harness) -> None:
        telegram = await harness.person("An")
        message = await _code(telegram)
        assert "Anh/chị mở Zalo" in telegram.window
        assert "Trợ lý Kế toán" in telegram.window
        assert "trong 10 phút" in telegram.window
        assert "https://" not in telegram.window
        assert any("Sao chép tin" in label for label in telegram.buttons)
        assert len(message) == len("NOI K7CD-2QPX")

    async def test_a_stranger_who_sends_the_code_becomes_that_person(self, harness: Harness) -> None:
        telegram, zalo = await harness.person("An"), harness.on_zalo()
        await zalo.text("chào em")
        assert "Đăng ký mất khoảng 1 phút" in zalo.window
        await zalo.text((await _code(telegram)).lower())
        assert zalo.window.startswith("✅ Đã nối khung chat này vào tài khoản của An.")
        assert "🛒 Mua hàng loạt" in zalo.buttons
        assert await zalo.actor() == await telegram.actor()

    async def test_in_the_middle_of_a_registration_too(self, harness: Harness) -> None:
        telegram, zalo = await harness.person("An"), harness.on_zalo()
        await zalo.text("chào em")
        await zalo.tap("Bắt đầu")
        await zalo.text(await _code(telegram))
        assert zalo.window.startswith("✅ Đã nối")

    async def test_from_zalo_to_telegram_by_a_link(self, harness: Harness, clock: FixedClock) -> None:
        telegram, zalo = await _linked(harness, clock)
        await _open_chats(zalo)
        await zalo.tap("Bỏ nối Telegram")
        await zalo.tap("Bỏ nối")
        assert zalo.window.startswith("✅ Đã bỏ nối Telegram.")
        await zalo.tap("Nối Telegram")
        link = next(line for line in zalo.window.splitlines() if line.startswith("https://"))
        start = link.removeprefix("https://t.me/ktdv_bot?start=")
        assert start.startswith("noi_")
        await telegram.text(f"/start {start}")
        assert telegram.window.startswith("✅ Đã nối")

    async def test_the_code_is_not_kept_with_the_dialog(self, harness: Harness) -> None:
        telegram, zalo = await harness.person("An"), harness.on_zalo()
        first = await _code(telegram)
        assert first.removeprefix("NOI ").replace("-", "") not in str(vars(harness.dispatcher.storage))
        await telegram.text("/khac")
        assert "NOI " not in telegram.window
        await telegram.tap("Tạo mã mới")
        await zalo.text(first)
        assert zalo.window.startswith("⚠️ Mã nối chat này không đúng, hoặc đã có mã mới hơn")
        second = next(line for line in telegram.window.splitlines() if line.startswith("NOI "))
        await zalo.text(second)
        assert zalo.window.startswith("✅ Đã nối")

    async def test_a_wrong_or_old_code_is_answered_and_the_welcome_stays(
        self, harness: Harness, clock: FixedClock
    ) -> None:
        telegram, zalo = await harness.person("An"), harness.on_zalo()
        await zalo.text("NOI 2222-CCC")
        assert zalo.window.startswith("⚠️ Mã nối chat này không đúng")
        assert zalo.buttons == ["Bắt đầu đăng ký"]
        code = await _code(telegram)
        clock.forward(seconds=VALID_FOR.total_seconds())
        await zalo.text(code)
        assert zalo.window.startswith("⚠️ Mã nối chat này đã dùng hoặc đã quá 10 phút")
        assert zalo.buttons == ["Bắt đầu đăng ký"]

    async def test_the_chat_of_somebody_else_is_told_why_not(self, harness: Harness) -> None:
        an, binh = await harness.person("An"), await harness.person("Bình")
        await binh.text("/khachhang")
        await binh.text(await _code(an))
        assert "đang thuộc một tài khoản khác" in binh.window
        assert "Danh mục" in binh.window or "khách" in binh.window

    async def test_sent_in_the_chat_that_made_it_it_stays_good(self, harness: Harness) -> None:
        telegram, zalo = await harness.person("An"), harness.on_zalo()
        code = await _code(telegram)
        await telegram.text(code)
        assert "Chat này đã là của anh/chị rồi" in telegram.window
        await zalo.text(code)
        assert zalo.window.startswith("✅ Đã nối")

    async def test_the_update_that_comes_again_is_answered_alike(self, harness: Harness) -> None:
        telegram, zalo = await harness.person("An"), harness.on_zalo()
        await zalo.text(await _code(telegram))
        await zalo.repeat()
        assert zalo.window.startswith("✅ Đã nối")

    async def test_back_office_links_and_sees_its_desk(self, harness: Harness) -> None:
        lan, zalo = await harness.back_office("Lan"), harness.on_zalo()
        await zalo.text(await _code(lan))
        assert zalo.window.startswith("✅ Đã nối khung chat này vào tài khoản của Lan.")
        assert any("Số liệu ngày" in label for label in zalo.buttons)

    @pytest.mark.parametrize("name", ["<b>An</b> & {{ 7 * 7 }}", "Ẵ" * 90])
    async def test_whatever_a_person_is_called(self, harness: Harness, clock: FixedClock, name: str) -> None:
        harness.dispatcher[BOT_NAMES][Channel.ZALO] = name
        _, zalo = await _linked(harness, clock, name)
        assert name[:20] in zalo.window


class TestChoice:
    async def test_where_messages_go(self, harness: Harness, clock: FixedClock) -> None:
        _, zalo = await _linked(harness, clock)
        actor = await zalo.actor()
        await _open_chats(zalo)
        assert "Telegram: đã nối" in zalo.window
        assert "Zalo: đã nối từ 15/06/2026 (anh/chị đang ở đây)" in zalo.window
        assert "Em nhắn vào Zalo, nơi anh/chị dùng gần nhất" in zalo.window
        assert "🔘 Nhắn vào chat dùng gần nhất" in zalo.buttons
        for label, channel in (("Nhắn vào Telegram", Channel.TELEGRAM), ("Nhắn vào chat dùng", None)):
            # A second time changes nothing.
            for _ in range(2):
                await zalo.tap(label)
                view = await harness.operations.get_preferences(actor)
                assert view.preferences.channel is channel
        await zalo.tap("Nhắn vào Telegram")
        assert "Em nhắn vào Telegram." in zalo.window
        assert "🔘 Nhắn vào Telegram" in zalo.buttons

    async def test_with_one_chat_there_is_nothing_to_choose(self, harness: Harness) -> None:
        telegram = await harness.person("An")
        await _open_chats(telegram)
        assert "Zalo: chưa nối" in telegram.window
        assert telegram.buttons == ["🔗 Nối Zalo", "‹ Quay lại"]
        await telegram.tap("‹ Quay lại")
        assert "Tùy chọn nhận tin" in telegram.window

    async def test_a_chat_is_unlinked_after_a_question(self, harness: Harness, clock: FixedClock) -> None:
        telegram, zalo = await _linked(harness, clock)
        await _open_chats(telegram)
        assert not [label for label in telegram.buttons if "Bỏ nối Telegram" in label]
        await telegram.tap("Bỏ nối Zalo")
        assert "Bỏ nối Zalo?" in telegram.window
        await telegram.tap("‹ Quay lại")
        await telegram.tap("Bỏ nối Zalo")
        await telegram.tap("Bỏ nối")
        assert telegram.window.startswith("✅ Đã bỏ nối Zalo.")
        await zalo.text("còn ai không")
        assert "Đăng ký mất khoảng 1 phút" in zalo.window

    async def test_a_second_tap_on_unlink_says_that_it_is_done(
        self, harness: Harness, clock: FixedClock
    ) -> None:
        telegram, _ = await _linked(harness, clock)
        await _open_chats(telegram)
        await telegram.tap("Bỏ nối Zalo")
        await harness.operations.unlink_chat(await telegram.actor(), Channel.ZALO, Channel.TELEGRAM)
        await telegram.tap("Bỏ nối")
        assert telegram.alert == "Anh/chị chưa nối chat ở ứng dụng này, hoặc vừa bỏ nối."

    async def test_the_button_of_the_push_opens_it(self, harness: Harness, clock: FixedClock) -> None:
        telegram, _ = await _linked(harness, clock)
        await telegram.push_tap("open:chats")
        assert telegram.window.startswith(f"📱 {ALL_APPS}")

    async def test_using_a_chat_makes_it_the_one_used_last(self, harness: Harness, clock: FixedClock) -> None:
        telegram, zalo = await _linked(harness, clock)
        actor = await zalo.actor()
        for person in (telegram, zalo, telegram):
            clock.forward(minutes=1)
            await person.text("/start")
            (first, _) = await harness.operations.list_chats(actor)
            assert first.channel is channel_of(person.chat.id)


class TestInvitation:
    @pytest.fixture
    async def owner(self, harness: Harness) -> Person:
        owner = await harness.person("An")
        await owner.text("/start")
        await owner.tap("Nhân viên")
        await owner.tap("Mời nhân viên")
        return owner

    async def test_it_gives_a_link_and_a_message_for_zalo(self, owner: Person) -> None:
        lines = owner.window.splitlines()
        message = next(line for line in lines if line.startswith("moi_"))
        assert f"https://t.me/ktdv_bot?start={message}" in lines
        assert "tìm Trợ lý Kế toán trên Zalo" in owner.window
        assert [label for label in owner.buttons if "Sao chép" in label] == [
            "📋 Sao chép liên kết",
            "📋 Sao chép tin cho Zalo",
        ]

    @pytest.mark.parametrize("on", BOTH)
    async def test_the_message_alone_invites_in_either_app(
        self, harness: Harness, owner: Person, on: Channel
    ) -> None:
        message = next(line for line in owner.window.splitlines() if line.startswith("moi_"))
        newcomer = harness.on_zalo("Bình") if on is Channel.ZALO else harness.stranger("Bình")
        await newcomer.text(f" {message}\n")
        assert "Đơn vị kế toán Kế toán An mời anh/chị" in newcomer.window
        await newcomer.tap("Nhận lời mời")
        await newcomer.tap("Dùng Bình")
        await newcomer.text("0912345679")
        await newcomer.text("binh@minhan.vn")
        await newcomer.tap("Tôi đồng ý")
        assert (await newcomer.actor()).firm_id == (await owner.actor()).firm_id

    async def test_whoever_is_registered_is_told_that_it_is_for_newcomers(
        self, harness: Harness, owner: Person
    ) -> None:
        message = next(line for line in owner.window.splitlines() if line.startswith("moi_"))
        await owner.text(message)
        assert "🛒 Mua hàng loạt" in owner.buttons
        assert owner.window.startswith("⚠️")

    async def test_a_message_of_an_invitation_that_is_gone_is_answered(self, harness: Harness) -> None:
        newcomer = harness.on_zalo()
        await newcomer.text("moi_" + "x" * 24)
        assert newcomer.window.startswith("⚠️ Lời mời này không đúng")


class TestOneApp:
    @pytest.fixture
    def harness(self, operations: Operations) -> Harness:
        return Harness(operations, [lend_router()])

    async def test_nothing_speaks_of_the_other(self, harness: Harness) -> None:
        stranger = harness.stranger()
        await stranger.text("/start")
        assert "Zalo" not in stranger.window
        owner = await harness.person("An")
        await owner.text("/thongbao")
        await owner.tap("Tùy chọn")
        assert not [label for label in owner.buttons if "Zalo" in label]
        await owner.text("/start")
        await owner.tap("Nhân viên")
        await owner.tap("Mời nhân viên")
        assert "Zalo" not in owner.window
        assert [label for label in owner.buttons if "Sao chép" in label] == ["📋 Sao chép liên kết"]


async def test_the_welcome_says_where_a_code_is_found(harness: Harness) -> None:
    for stranger, here, there in (
        (harness.stranger(), "Telegram", "Zalo"),
        (harness.on_zalo(), "Zalo", "Telegram"),
    ):
        await stranger.text("/start")
        (line,) = [line for line in stranger.window.splitlines() if "Đã có tài khoản" in line]
        assert line.startswith(f"Đã có tài khoản trên {there}?")
        assert f"mã nối {here}" in line


async def test_consent_and_lists_say_which_app_they_came_from(harness: Harness, database: Database) -> None:
    zalo = harness.on_zalo("Lan")
    await zalo.text("chào em")
    await zalo.tap("Bắt đầu")
    for answer in ("Nguyễn Thị Lan", "0101243150", "Kế toán Minh An", "0912345678", "lan@minhan.vn"):
        await zalo.text(answer)
    await zalo.tap("Tôi đồng ý")
    (consent,) = await rows_of(database, "consents")
    (chat,) = await rows_of(database, "chats")
    assert (consent["channel"], chat["channel"]) == (Channel.ZALO, Channel.ZALO)
    await zalo.text("0101243150; Công ty TNHH An Phát; 0912345678; a@b.vn\n0300588569; Công ty B")
    (intake,) = await rows_of(database, "intakes")
    assert "zalo" in str(intake)
    assert "telegram" not in str(intake)
