"""From a pasted list to the placed order, in the whole world: the number of taps, and nobody is lost."""

from tests.support.apps import on_both_apps
from tests.support.builders import enterprise_tax_code
from tests.support.prepared import COMPANIES, SHOPS, codes_of, registered, with_30_customers
from tests.support.world import Chat, World

MOST_TAPS = 5


def _line(number: int) -> str:
    """A new customer in one of the forms of the sample message, without an address."""
    code, name, mail = (
        enterprise_tax_code(number),
        f"Công ty TNHH Việt Đức {number}",
        f"kh{number}@example.com",
    )
    phone, person = f"0988{number:06d}", "Nguyễn Thị Châu"
    match number % 3:
        case 0:
            return f"{number}. {name} - MST {code} - {person} {phone} {mail}"
        case 1:
            return f"{code}\t{name}\t{mail}\t{phone}\t{person}"
        case _:
            return f"{code} {name}, {person}, {phone}, {mail}"


async def _accountant(world: World) -> Chat:
    """The registered newcomer, without a registry that fills in what is missing."""
    await world.post("registry", on=False)
    chat = world.chat("newcomer")
    await chat.says("/start")
    chat.taps = chat.typed = 0
    return chat


async def _place(chat: Chat) -> str:
    """Place the order from its review."""
    for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
        window = await chat.taps_on(label)
    assert "Đã đặt đơn" in window["text"]
    return str(window["text"])


@on_both_apps
@registered
async def test_fifty_new_customers_are_pasted_completed_and_bought(world: World) -> None:
    chat = await _accountant(world)
    for first in (1, 26):
        lines = "\n".join(_line(number) for number in range(first, first + 25))
        window = await chat.says(f"anh gửi em ds mua pm nhé:\n{lines}\n\nhết rồi e, thiếu gì nhắn a")
    assert "50 khách còn thiếu" in window["text"]
    window = await chat.says("\n".join(f"{number}. {number} Lê Lợi, Quận 1" for number in range(1, 51)))
    assert "50 khách đủ thông tin" in window["text"]
    await chat.taps_on("Mua cho 50 khách")
    await chat.taps_on("Standard")
    assert "Khách hàng: 50" in await _place(chat)
    assert (chat.taps, chat.typed) == (MOST_TAPS, 3)
    mails = {mail["to"] for mail in await world.mails()}
    assert mails == {f"kh{number}@example.com" for number in range(1, 51)}


@on_both_apps
@registered(COMPANIES, SHOPS)
async def test_fifty_known_customers_of_both_kinds_become_two_orders(world: World) -> None:
    chat = await _accountant(world)
    companies, shops = codes_of(COMPANIES), codes_of(SHOPS)
    assert (len(companies), len(shops)) == (30, 20)
    window = await chat.says("\n".join(sorted([*companies, *shops], key=lambda code: code[::-1])))
    assert "50 khách đủ thông tin" in window["text"]
    await chat.taps_on("Mua cho 50 khách")
    window = await chat.taps_on("Starter")
    assert "Đơn 1/2 · còn đơn thứ hai: 20 hộ kinh doanh" in window["text"]
    assert "Khách hàng: 30" in await _place(chat)
    assert (chat.taps, chat.typed) == (MOST_TAPS, 1)
    await chat.taps_on("Hộ kinh doanh Plus")
    assert "Khách hàng: 20" in await _place(chat)
    assert chat.taps == 2 * MOST_TAPS - 1
    await world.idle()
    told = [m["text"] for m in await chat.messages() if "Đã đặt đơn" in m["text"]]
    assert len(told) == 2


@on_both_apps
@with_30_customers
async def test_a_command_opens_a_ready_review(world: World) -> None:
    chat = await _accountant(world)
    window = await chat.says(f"/mua 2027 STANDARD {' '.join(codes_of(COMPANIES))}")
    for shown in ("Gói: Standard", "Năm tài chính: 2027", "Khách hàng: 30"):
        assert shown in window["text"]
    assert "Khách hàng: 30" in await _place(chat)
    assert (chat.taps, chat.typed) == (3, 1)
