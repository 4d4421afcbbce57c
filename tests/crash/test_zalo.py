"""The conversation on Zalo, cut off at every point: after the restart each event is answered, and once."""

import asyncio

import pytest

from domain.chats import Channel, zalo_chat_id
from domain.packages import sample_price_list
from sandbox.app import SandboxServer
from sandbox.zalo_chats import zalo_id
from sandbox.zalo_oa.account import oa_user_id
from tests.crash.aftermath import check_at_rest, check_pushes, rows_of, said
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import PUSHED, calm, says, taps, walk
from tests.gateways.zalo_oa.accounts import Account
from tests.support import builders
from tests.support.rows import Dump
from tests.support.world import Chat

PRICE = next(package.amount for package in sample_price_list() if package.code == "STANDARD")
FIRST_CONTACT = (says("xin chào", "Đăng ký mất khoảng 1 phút"),)
MENU = (says("menu", "cần em giúp gì"),)
ORDER = (
    *calm(
        taps("Mua hàng loạt", "Gói sản phẩm"),
        taps("Standard", "Năm tài chính"),
        taps("năm sau", "Ai nhận hóa đơn"),
        taps("Kế toán dịch vụ", "Chọn khách hàng"),
    ),
    says("1 2", "Đã chọn: 2"),
    taps("Tiếp tục với 2", "Dữ liệu kế toán"),
    *calm(taps("Dùng thông tin", "Kiểm tra đơn hàng"), taps("Tôi đã kiểm tra", "☑️ Tôi đã kiểm tra")),
    taps("Tiếp tục", "Đặt hàng?"),
    taps("Đặt hàng", "Đã đặt đơn"),
)


async def until_hooked(server: SandboxServer, lives: Lives) -> None:
    """Wait until the bot has set its webhook, because Zalo keeps no events before that."""
    while not server.zalo.webhook.get("url"):
        lives.check()
        await asyncio.sleep(0.02)


def check_events(rows: Dump, answered: int) -> None:
    """Each event is stored once and settled; a kill is no failed try."""
    events = rows["inbox"]
    assert len({event["external_id"] for event in events}) == len(events) == answered
    assert all(event["settled_at"] and event["attempts"] == 0 for event in events)


async def check_answers(lives: Lives, chat: Chat, steps: int, pushes: int) -> None:
    """Each step has one message, and a further one only after a kill between sending and settling."""
    messages = await said(chat)
    answers = [message for message in messages if not PUSHED.match(message)]
    assert len(answers) >= steps
    assert len(messages) - steps - pushes <= lives.pushes_cut_off()


@pytest.fixture(params=["zalo", "oa"])
def app(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


async def test_an_order_on_zalo_is_placed_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str, app: str
) -> None:
    chat = world.chat("newcomer", app)
    newcomer = zalo_chat_id({"zalo": zalo_id, "oa": oa_user_id}[app]("newcomer"))
    if app == "oa":
        # Whoever dies while the token is refreshed burns it: `test_zalo_tokens.py`.
        async with Account(server, database_url) as account:
            await (await account.tokens()).access_token()
    lives.begin(at_points=True, start_up=True)
    await until_hooked(server, lives)
    await walk(lives, chat, FIRST_CONTACT)
    async with operations_over(database_url) as operations:
        owner = await register_person(operations, newcomer, Channel.ZALO)
        await builders.add_customers(operations, owner, 2)
    await walk(lives, chat, (*MENU, *ORDER))
    print(lives.summary())

    rows = await rows_of(database_url)
    (draft,), (order,), requests = rows["drafts"], rows["orders"], rows["payment_requests"]
    assert order["draft_id"] == draft["id"]
    assert (order["total"], order["line_count"]) == (2 * PRICE, 2)
    assert [request["amount"] for request in requests] == [PRICE] * 2
    assert len({order["code"], *(request["code"] for request in requests)}) == 3
    code, steps = order["code"], len(FIRST_CONTACT + MENU + ORDER)
    messages = await said(chat)
    # The window is the order's notice: one that was cut off on its way is shown again as it is.
    placed = [text for text in messages if f"Đã đặt đơn {code}" in text]
    assert placed == placed[-1:] * len(placed)
    assert len(placed) - 1 <= lives.pushes_cut_off()
    check_pushes(lives, messages, f"Hướng dẫn thanh toán đơn {code}")
    await check_answers(lives, chat, steps, pushes=1)
    check_events(rows, steps)
    check_at_rest(rows)
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 50
