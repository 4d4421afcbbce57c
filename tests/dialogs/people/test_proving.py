"""Registration with proofs: codes together or one by one, mended addresses, accounts that come back."""

import pytest

from domain.chats import Channel
from domain.messaging.proof_contents import ProofCodeContent
from domain.proofs import ProofRules
from services.operations import Operations, build_operations
from services.ports import WorkbookReader
from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.dialogs.people.test_registration import FIRM_CODE
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.working import Working

LINE = f"Nguyễn Thị Lan, Công ty TNHH Minh An, MST {FIRM_CODE}, 0912345678, lan@minhan.vn"


@pytest.fixture
def channels() -> frozenset[Channel]:
    return frozenset({Channel.EMAIL, Channel.SMS})


@pytest.fixture
def operations(
    database: Database, clock: FixedClock, workbooks: WorkbookReader, channels: frozenset[Channel]
) -> Operations:
    return build_operations(
        database, clock, PAYEE, CHANNELS, workbooks, proofs=ProofRules(channels, a_day=100)
    )


@pytest.fixture
def working(database: Database, clock: FixedClock) -> Working:
    return Working(database, clock)


async def _codes(working: Working, *channels: Channel) -> str:
    await working.work()
    sent = [
        [one.code for one in working.to(channel) if isinstance(one, ProofCodeContent)]
        for channel in channels or (Channel.SMS, Channel.EMAIL)
    ]
    return " ".join(came[-1] for came in sent if came)


async def _agrees(chat: Person, line: str = LINE) -> None:
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    await chat.text(line)
    await chat.tap("Tôi đồng ý")


@pytest.mark.parametrize("app", ["telegram", "zalo"])
async def test_both_codes_in_one_message_register(harness: Harness, working: Working, app: str) -> None:
    chat = harness.stranger() if app == "telegram" else harness.on_zalo()
    await _agrees(chat)
    assert "Gõ mã xác nhận" in chat.window
    assert "em đã gửi mã qua SMS" in chat.window
    await chat.text(await _codes(working))
    assert "Chào mừng Nguyễn Thị Lan" in chat.window


async def test_one_by_one_a_wrong_one_and_again(
    harness: Harness, working: Working, clock: FixedClock
) -> None:
    chat = harness.stranger()
    await _agrees(chat)
    by_sms, by_mail = (await _codes(working)).split()
    await chat.text("000000" if "000000" not in (by_sms, by_mail) else "111111")
    assert "còn 4 lần" in chat.window
    await chat.text(by_mail)
    assert "Còn mã kia".lower() in chat.window.lower()
    assert "lan@minhan.vn: đã xác nhận" in chat.window
    await chat.tap("Gửi lại mã")
    assert "đang trên đường tới" in (chat.alert or "")
    clock.forward(minutes=16)
    await chat.text(by_sms)
    assert "không dùng được nữa" in chat.window
    await chat.tap("Gửi lại mã")
    assert "đã gửi lại" in chat.window
    await chat.text(await _codes(working, Channel.SMS))
    assert "Chào mừng" in chat.window


async def test_a_mistyped_address_is_mended_in_place(
    harness: Harness, working: Working, operations: Operations, clock: FixedClock
) -> None:
    chat = harness.stranger()
    await _agrees(chat)
    clock.forward(seconds=30)
    await chat.text("lan.moi@minhan.vn")
    assert "lan.moi@minhan.vn: em đã gửi mã qua email" in chat.window
    clock.forward(seconds=30)
    await chat.text("0912 345 679")
    assert "0912 345 679: em đã gửi mã qua SMS" in chat.window
    await chat.text(await _codes(working))
    accountant = (await operations.show_profile(await chat.actor())).accountant
    assert (accountant.phone, accountant.email) == ("+84912345679", "lan.moi@minhan.vn")


async def test_a_doubtful_address_is_asked_about(harness: Harness) -> None:
    chat = harness.stranger()
    await _agrees(chat)
    await chat.text("lan@gmail.con")
    assert "Có phải là lan@gmail.com không" in chat.window
    await chat.tap("Dùng gmail.com")
    assert "lan@gmail.com" in chat.window
    assert "Gõ mã xác nhận" in chat.window


async def test_the_own_contact_spares_the_sms(harness: Harness, working: Working) -> None:
    chat = harness.stranger()
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    for answer in ("Nguyễn Thị Lan", FIRM_CODE, "Kế toán Minh An"):
        await chat.text(answer)
    await chat.contact("0912345678")
    await chat.text("lan@minhan.vn")
    await chat.tap("Tôi đồng ý")
    await chat.text(await _codes(working))
    assert "Chào mừng" in chat.window
    assert working.to(Channel.SMS) == []


async def test_the_own_contact_proves_a_corrected_phone(harness: Harness, working: Working) -> None:
    chat = harness.stranger()
    await _agrees(chat)
    await chat.text(await _codes(working))
    sent = len(working.to(Channel.SMS))
    await _at_phone(chat)
    await chat.contact("0987654321")
    assert "Điện thoại: 0987 654 321" in chat.window
    await working.work()
    assert len(working.to(Channel.SMS)) == sent


async def _at_phone(chat: Person) -> None:
    await chat.text("/tuychon")
    await chat.tap("Tài khoản của tôi")
    await chat.tap("✏️ Điện thoại")


async def _phone_of(chat: Person) -> str:
    actor = await chat.actor()
    return (await chat.harness.operations.view_account(actor)).accountant.phone


class TestWithoutSms:
    @pytest.fixture
    def channels(self) -> frozenset[Channel]:
        return frozenset({Channel.EMAIL})

    async def test_telegram_asks_for_the_contact(self, harness: Harness, working: Working) -> None:
        chat = harness.stranger()
        await _agrees(chat)
        assert "Gửi số của tôi" in str(chat.buttons)
        assert "Để xác nhận số điện thoại" in chat.window
        await chat.contact("0912345678")
        assert "Gõ mã xác nhận" in chat.window
        await chat.text(await _codes(working))
        assert "Chào mừng" in chat.window

    async def test_telegram_asks_for_the_contact_of_a_corrected_phone(
        self, harness: Harness, working: Working
    ) -> None:
        chat = harness.stranger()
        await _agrees(chat)
        await chat.contact("0912345678")
        await chat.text(await _codes(working))
        await _at_phone(chat)
        assert chat.rows == [["📱 Gửi số của tôi"], ["‹ Quay lại"]]
        await chat.text("0987654321")
        assert "Để xác nhận số điện thoại" in chat.window
        assert await _phone_of(chat) == "+84912345678"
        await chat.contact("0987654321", user_id=999)
        assert "số của người khác" in chat.window
        await chat.contact("0987654321")
        assert chat.window.startswith("✅ Đã sửa")
        assert "Điện thoại: 0987 654 321" in chat.window
        await _at_phone(chat)
        await chat.tap("‹ Quay lại")
        assert "Tài khoản của tôi" in chat.window

    async def test_zalo_asks_for_the_code_of_the_mail_and_brings_nothing_back(
        self, harness: Harness, working: Working
    ) -> None:
        chat = harness.on_zalo()
        await chat.text("/start")
        assert "Lấy lại" not in str(chat.buttons)
        await _agrees(chat)
        await chat.text(await _codes(working))
        assert "Chào mừng" in chat.window


class TestAccountsThatComeBack:
    async def test_from_a_new_chat(
        self, harness: Harness, working: Working, operations: Operations, clock: FixedClock
    ) -> None:
        lost = harness.stranger()
        await _agrees(lost)
        await lost.text(await _codes(working))
        owner = await lost.actor()
        clock.forward(hours=1)
        chat = harness.stranger()
        await chat.text("/start")
        await chat.tap("Lấy lại tài khoản")
        await chat.text("0912345678")
        await chat.text("lan@minhan.vn")
        assert "Lấy lại tài khoản" in chat.window
        assert "Luật" not in chat.window
        await chat.tap("Gửi mã")
        await chat.text(await _codes(working))
        assert "đã có tài khoản" in chat.window
        assert "Công ty TNHH Minh An" in chat.window
        await chat.tap("Dùng tài khoản này")
        assert "trở lại" in chat.window
        assert await chat.actor() == owner
        assert await operations.who_is(lost.identity) is None

    async def test_who_has_none_goes_on_to_register(self, harness: Harness, working: Working) -> None:
        chat = harness.stranger()
        await chat.text("/start")
        await chat.tap("Lấy lại tài khoản")
        await chat.text("0912345678")
        await chat.text("lan@minhan.vn")
        await chat.tap("Gửi mã")
        await chat.text(await _codes(working))
        assert "không thấy tài khoản nào" in chat.window
        for answer in ("Nguyễn Thị Lan", FIRM_CODE, "Kế toán Minh An"):
            await chat.text(answer)
        await chat.tap("Tôi đồng ý")
        assert "Chào mừng" in chat.window

    async def test_who_registers_again_is_offered_their_account(
        self, harness: Harness, working: Working, clock: FixedClock
    ) -> None:
        first = harness.stranger()
        await _agrees(first)
        await first.text(await _codes(working))
        clock.forward(hours=1)
        on_zalo = harness.on_zalo()
        await _agrees(on_zalo)
        await on_zalo.text(await _codes(working))
        assert "đã có tài khoản" in on_zalo.window
        await on_zalo.tap("Đăng ký đơn vị khác")
        assert "Chào mừng" in on_zalo.window
        assert (await on_zalo.actor()).firm_id != (await first.actor()).firm_id
