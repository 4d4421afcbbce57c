"""The whole main job with each kind of recipient, from first contact to the last message."""

import re

from domain.codes import LATER, is_code
from domain.money import vnd
from tests.support.apps import on_both_apps, on_every_app
from tests.support.prepared import with_30_customers
from tests.support.qr import qr_text
from tests.support.steps import order_for
from tests.support.world import World

PRICE = 2_950_000

pytestmark = with_30_customers


@on_every_app
async def test_thirty_customers_with_the_accountant_as_recipient(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("/start")
    chat.taps = chat.typed = 0

    await order_for(chat, recipient="Kế toán dịch vụ", pick="Chọn cả 30")

    assert chat.taps <= 8
    assert chat.typed == 0
    said = await chat.messages()
    (notice,) = [m for m in said if "Đã đặt đơn" in m["text"]]
    code = re.search(r"KT\w{7}", notice["text"])
    assert code is not None
    assert is_code(code[0])
    (instruction,) = [m for m in said if "Hướng dẫn thanh toán" in m["text"] and m["photo"]]
    total = 30 * PRICE
    for shown in ("Vietcombank", "0011001234567", str(total), vnd(total), code[0]):
        assert shown in instruction["text"]
    copies = {b["copy"] for row in instruction["buttons"] for b in row if b["copy"]}
    assert copies == {str(total), code[0]}

    read = qr_text(await world.download(instruction["photo"]))
    # The published layout: account 0011001234567 at BIN 970436, QRIBFTTA, amount, content, and a checksum.
    assert read.startswith("00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA5303704")
    assert f"5408{total}5802VN" in read
    assert f"08{len(code[0]):02}{code[0]}6304" in read

    window = await chat.opens(instruction, "Mở đơn")
    assert code[0] in window["text"]
    assert "30" in window["text"]
    assert await world.mails() == []
    assert await world.texts() == []


@on_both_apps
async def test_five_customers_who_pay_for_themselves(world: World) -> None:
    chat = world.chat("newcomer")
    picked = await order_for(chat, recipient="Khách hàng (nên chọn)", pick=5)

    mails, texts = await world.mails(), await world.texts()
    assert len(mails) == len(texts) == 5
    codes = set()
    for mail in mails:
        code = re.search(r"\[(KT\w{7})\]", mail["subject"])
        assert code is not None
        codes.add(code[1])
        name = next(name for name in picked if name in mail["text"])
        assert name in mail["html"]
        assert vnd(PRICE) in mail["text"]
        (qr,) = mail["inline"]
        read = qr_text(await world.download(qr["url"]))
        assert code[1] in read
        assert f"cid:{qr['cid']}" in mail["html"] or qr["url"] in mail["html"]
    assert len(codes) == 5
    assert {code for text in texts for code in re.findall(r"KT\w{7}", text["text"])} == codes
    for text in texts:
        assert text["text"].isascii()
        assert len(text["text"]) <= 160
    said = [m["text"] for m in await chat.messages() if "Đã đặt đơn" in m["text"]]
    assert len(said) == 1
    assert "10 tin" in said[0]
    assert not [m for m in await chat.messages() if m["photo"]]


def _words(text: str) -> str:
    """The text with `LATER` for each code and for the end of each link, however its lines are broken."""
    return " ".join(re.sub(r"KT\w{7}|(?<=/thu/)\S+", LATER, text).split())


@on_both_apps
async def test_another_recipient_for_all_but_one(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("/mua")
    await chat.taps_on("Standard")
    await chat.taps_on("2027")
    await chat.taps_on("Người khác")
    await chat.taps_on("Một người cho tất cả")
    for answer in ("Trần Văn Bình", "binh@holding.example.com", "0987654321"):
        await chat.says(answer)
    await chat.taps_on("Đơn vị khác")
    window = await chat.says("0300588569")
    assert "tra cứu theo mã số thuế" in window["text"]
    await chat.taps_on("Tên, địa chỉ khác")
    await chat.says("Công ty CP Holding Bình Minh")
    await chat.says("12 Lê Lợi, TP. Hồ Chí Minh")
    await chat.taps_on("Dùng binh@")
    names = []
    for place in range(3):
        window = await chat.window()
        names.append(chat.labels(window)[place].removeprefix("⬜️ ").partition(" ·")[0])
        await chat.taps_on(names[-1])
    await chat.taps_on("Tiếp tục với 3")

    # One of the three has another recipient.
    await chat.taps_on("Xem từng khách")
    await chat.taps_on(names[0])
    await chat.taps_on("Người nhận")
    await chat.taps_on("Khai người mới")
    for answer in ("Lê Thị Mai", "mai@khac.example.com", "0912000111"):
        await chat.says(answer)
    await chat.taps_on("Tên từng khách hàng")
    window = await chat.taps_on("Dùng mai@")
    assert "Lê Thị Mai" in window["text"]
    await chat.taps_on("Về kiểm tra")
    await chat.taps_on("Tôi đã kiểm tra")
    window = await chat.taps_on("Tiếp tục")
    assert "4 tin" in window["text"]
    window = await chat.taps_on("Xem trước tin")
    previews = [_words(window["text"])]
    for _ in range(2):
        previews.append(_words((await chat.taps_on("Khách sau"))["text"]))
    await chat.taps_on("Quay lại")
    await chat.taps_on("Đặt hàng")
    await world.idle()

    # What the servers of mail and SMS received was shown before, word by word, but for the codes.
    mails, texts = await world.mails(), await world.texts()
    assert len(mails) == len(texts) == 2
    for said in [part for mail in mails for part in (mail["subject"], mail["text"])]:
        assert any(_words(said) in preview for preview in previews)
    for text in texts:
        assert any(_words(text["text"]) in preview for preview in previews)
    assert all("2 email · 2 tin nhắn SMS" in preview for preview in previews)

    (shared,) = await world.mails("binh@holding.example.com")
    assert vnd(2 * PRICE) in shared["text"]
    assert names[1] in shared["text"]
    assert names[2] in shared["text"]
    assert names[0] not in shared["text"]
    (single,) = await world.mails("mai@khac.example.com")
    assert vnd(PRICE) in single["text"]
    assert names[0] in single["text"]
    assert len(await world.texts()) == 2


@on_both_apps
async def test_last_answers_are_offered_first(world: World) -> None:
    chat = world.chat("newcomer")
    await order_for(chat, recipient="Kế toán dịch vụ", pick=5)
    await chat.says("/start")
    chat.taps = chat.typed = 0
    await chat.taps_on("Mua hàng loạt")
    assert "Lần trước: Standard · 2027 · Kế toán dịch vụ" in (await chat.window())["text"]
    await chat.taps_on("Như lần trước")
    window = await chat.taps_on("Chọn cả 30")
    assert "5 khách đã có đơn" in window["text"]
    for label in ("Khách đã có đơn (5)", "Bỏ hết 5 khách", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
        window = await chat.taps_on(label)
    assert "Đã đặt đơn" in window["text"]
    assert "Khách hàng: 25" in window["text"]
    assert (chat.taps, chat.typed) == (8, 0)


@on_both_apps
async def test_a_draft_is_resumed_in_one_tap(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("/mua")
    await chat.taps_on("Standard")
    await chat.taps_on("2027")
    await chat.taps_on("Kế toán dịch vụ")
    first = chat.labels(await chat.window())[0]
    await chat.taps_on(first)
    await chat.says("/huy")
    window = await chat.says("/mua")
    assert "Đã chọn: 1 khách" in window["text"]
    window = await chat.taps_on("Làm tiếp")
    assert "Chọn khách hàng" in window["text"]
    assert "Đã chọn: 1" in window["text"]
