"""Money in the real chat: part, rest, too much, twice, the roll call, the card and the claim."""

import re

from domain.money import vnd
from gateways.vietqr import png
from tests.support.apps import on_both_apps, on_every_app
from tests.support.prepared import with_30_customers
from tests.support.qr import qr_text
from tests.support.steps import order_for
from tests.support.world import Chat, World, is_window

PRICE = 2_950_000


async def _pays(world: World, content: str, amount: int) -> None:
    await world.later()
    await world.post("bank/transfers", content=content, amount=amount)
    await world.idle()


async def _said(chat: Chat, words: str) -> list[dict[str, object]]:
    said = [m for m in await chat.messages() if m["from"] == "bot" and not is_window(m)]
    return [m for m in said if words in m["text"]]


async def _roll_call(chat: Chat) -> dict[str, object]:
    """The present roll call. It follows the payments; on Zalo, which cannot edit, it is asked for again."""
    if chat.app == "zalo":
        await chat.says("/donhang")
        await chat.taps_on("khách ·")
        await chat.taps_on("Thanh toán")
        await chat.taps_on("Bảng theo dõi")
    return (await _said(chat, "Ai đã trả"))[-1]


@on_every_app
@with_30_customers
async def test_five_payers_from_the_first_part_to_the_last_surplus(world: World) -> None:
    chat = world.chat("newcomer")
    back_office = world.chat("backoffice")
    await back_office.says("/start")
    names = await order_for(chat, recipient="Khách hàng (nên chọn)", pick=5)
    codes = {}
    for mail in await world.mails():
        code = re.search(r"\[(KT\w{7})\]", mail["subject"])
        assert code is not None
        codes[next(name for name in names if name in mail["text"])] = (code[1], mail["to"])
    (a, mail_a), (b, mail_b) = codes[names[0]], codes[names[1]]

    # The roll call, and those who have not paid.
    await chat.taps_on("Mở đơn")
    await chat.taps_on("Thanh toán")
    await chat.taps_on("Bảng theo dõi")
    (roll_call,) = await _said(chat, "Ai đã trả")
    assert "Đã trả: 0/5" in str(roll_call["text"])

    # A part comes: everybody is told the rest, and how to pay it.
    await _pays(world, f"MBVCB.123.{a.lower()} CT tu 0011", 950_000)
    (told,) = await _said(chat, "💰")
    assert f"Còn thiếu {vnd(PRICE - 950_000)}" in str(told["text"])
    (_, receipt) = await world.mails(mail_a)
    assert f"Còn thiếu {vnd(PRICE - 950_000)}" in receipt["text"]
    (qr,) = receipt["inline"]
    assert f"5407{PRICE - 950_000}" in qr_text(await world.download(qr["url"]))
    assert re.search(f"🟡 .*{names[0]}", str((await _roll_call(chat))["text"]))

    # The card asks for the rest, and is to be forwarded.
    await chat.taps_on("🟡" if chat.app == "zalo" else names[0])
    await chat.taps_on("Lấy phiếu")
    card = (await _said(chat, "Kính gửi"))[-1]
    assert re.search(f"Kính gửi .*{names[0]}", str(card["text"]))
    assert card["buttons"] == []
    assert f"5407{PRICE - 950_000}" in qr_text(await world.download(str(card["photo"])))

    # "The customer has transferred", with a picture.
    await chat.taps_on("Khách đã chuyển khoản")
    await world.send_file(f"{chat.path}/photo", png("chuyen khoan"), "anh.png")
    await world.idle()
    assert "đang chờ kiểm tra" in (await chat.window())["text"]
    (claim,) = await _said(back_office, "Báo đã chuyển khoản")
    assert qr_text(await world.download(str(claim["photo"]))) == "chuyen khoan"

    # The rest comes, then too much from another payer, then the same once more.
    await _pays(world, a, PRICE - 950_000)
    assert "Quý khách đã thanh toán đủ" in (await world.mails(mail_a))[-1]["text"]
    await _pays(world, f"{b} thanh toan", PRICE + 50_000)
    await _pays(world, b, PRICE)
    assert "thừa 3.000.000 ₫" in (await world.mails(mail_b))[-1]["text"]
    latest = await _roll_call(chat)
    assert (latest["id"] == roll_call["id"]) == (chat.app == "telegram")
    assert "Đã trả: 2/5" in str(latest["text"])
    assert f"Đã nhận: {vnd(3 * PRICE + 50_000)}" in str(latest["text"])
    assert len(await _said(chat, "💰")) == 4

    # The code is unknown: the accountant hears nothing, back office hears of all three.
    await _pays(world, "KTM7R4Q2X", PRICE)
    assert len(await _said(chat, "💰")) == 4
    assert len(await world.mails()) == 5 + 4
    opened = [str(m["text"]) for m in await _said(back_office, "Chuyển khoản cần xử lý")]
    whys = (
        "Chuyển thừa tiền: 50.000 ₫",
        "Trả cho khoản đã trả đủ: 2.950.000 ₫",
        "Mã trong nội dung không có",
    )
    assert [why in text for why, text in zip(whys, opened, strict=True)] == [True] * 3


@on_both_apps
@with_30_customers
async def test_customers_of_an_accountant_who_pays_pay_by_their_own_cards(world: World) -> None:
    chat = world.chat("newcomer")
    names = await order_for(chat, recipient="Kế toán dịch vụ", pick=3)
    (asked,) = await _said(chat, "Hướng dẫn thanh toán đơn")
    (order_code,) = {*re.findall(r"Nội dung: (KT\w{7})", str(asked["text"]))}
    assert f"Số tiền: {3 * PRICE}" in str(asked["text"])

    # One card of each who owes, to be forwarded.
    await chat.taps_on("Mở đơn")
    await chat.taps_on("Thanh toán")
    assert f"QR cho cả đơn · còn {vnd(3 * PRICE)}" in str(chat.labels(await chat.window()))
    await chat.taps_on("Lấy phiếu 3 khách chưa trả")
    cards = await _said(chat, "Kính gửi")
    codes = {}
    for card in cards:
        name = next(one for one in names if re.search(f"Kính gửi .*{one}", str(card["text"])))
        (codes[name],) = re.findall(r"Nội dung: (KT\w{7})", str(card["text"]))
        assert f"5407{PRICE}" in qr_text(await world.download(str(card["photo"])))
    assert len({*codes.values(), order_code}) == 4

    # A customer pays by their own code, the accountant for the two others.
    await _pays(world, codes[names[1]], PRICE)
    told = str((await _said(chat, "💰"))[-1]["text"])
    assert names[1] in told
    assert f"đã trả 1/3 khách, còn {vnd(2 * PRICE)}" in told
    await _pays(world, order_code, 2 * PRICE)
    told = str((await _said(chat, "💰"))[-1]["text"])
    assert "Đã trả đủ 3/3 khách" in told
    assert names[1] not in told


@on_both_apps
@with_30_customers
async def test_a_photo_or_words_after_a_transfer_are_a_claim_wherever_they_are_sent(world: World) -> None:
    chat, back_office = world.chat("newcomer"), world.chat("backoffice")
    await back_office.says("/start")
    await order_for(chat, recipient="Kế toán dịch vụ", pick=2)
    (asked,) = await _said(chat, "Hướng dẫn thanh toán đơn")
    (order_code,) = {*re.findall(r"Nội dung: (KT\w{7})", str(asked["text"]))}
    await chat.says("/start")
    made = await chat.says("e ck roi nhe")
    assert f"Em ghi nhận anh/chị báo đã chuyển {vnd(2 * PRICE)}, chờ ngân hàng" in made["text"]
    (told,) = await _said(back_office, "Báo đã chuyển khoản")
    assert "Chưa có ảnh" in str(told["text"])
    assert "Em đã bỏ báo" in (await chat.taps_on("Chưa chuyển"))["text"]
    await chat.says("/start")
    await world.send_file(f"{chat.path}/photo", png("chuyen khoan"), "anh.png")
    await world.idle()
    assert f"báo đã chuyển {vnd(2 * PRICE)}" in (await chat.window())["text"]
    await world.later()
    assert "photo" in (await _said(back_office, "Báo đã chuyển khoản"))[-1]
    await _pays(world, order_code, 2 * PRICE)
    assert "Em chưa thấy khoản nào" in (await chat.says("đã ck"))["text"]
