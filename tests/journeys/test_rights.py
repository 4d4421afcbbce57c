"""People's own rights, in each app: all that is kept of them is copied, and their account closed for good."""

import io
from typing import Any

from openpyxl import load_workbook

from tests.support.apps import on_both_apps
from tests.support.prepared import COMPANIES, registered
from tests.support.steps import code_of_placed, order_for, register
from tests.support.world import Chat, World


async def _sheets(world: World, chat: Chat) -> dict[str, list[str]]:
    sent: list[dict[str, Any]] = [m["document"] for m in await chat.messages() if m["document"]]
    book = load_workbook(io.BytesIO(await world.download(sent[-1]["url"])))
    return {
        sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row]
        for sheet in book.worksheets
    }


@on_both_apps
@registered(COMPANIES)
async def test_an_account_is_copied_then_closed_with_all_its_customers(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("/tuychon")
    window = await chat.taps_on("Tài khoản của tôi")
    assert "lan@minhan.vn" in window["text"]
    await chat.taps_on("Lấy bản sao")
    texts = await _sheets(world, chat)
    assert {"Nguyễn Thị Lan", "+84912345678", "lan@minhan.vn"} <= set(texts["Tôi"])
    assert "0101243150" in texts["Đơn vị"]
    assert "Nhận danh sách khách hàng" in texts["Nhật ký"]

    await chat.taps_on("Đóng tài khoản")
    window = await chat.taps_on("Đóng tài khoản")
    assert "Đã đóng tài khoản" in window["text"]
    assert any("Bắt đầu đăng ký" in label for label in chat.labels(window))
    # The customers go by a job; the tax code is free, and what comes next begins with nothing.
    await world.idle()
    await register(chat, name="Trần Thị Mới")
    await chat.says("/khachhang")
    assert "0 khách" in (await chat.window())["text"]


@on_both_apps
@registered(COMPANIES)
async def test_an_open_order_is_named_with_the_way_on(world: World) -> None:
    chat = world.chat("newcomer")
    await order_for(chat, "Kế toán dịch vụ", 1)
    code = await code_of_placed(chat)
    await chat.says("/tuychon")
    await chat.taps_on("Tài khoản của tôi")
    window = await chat.taps_on("Cách dùng dữ liệu")
    assert "Bên kiểm soát: Công ty Cổ phần Phần mềm Mẫu, liên hệ: 1900 1234" in window["text"]
    await chat.taps_on("Quay lại")
    window = await chat.taps_on("Đóng tài khoản")
    assert "Chưa đóng được tài khoản" in window["text"]
    assert code in window["text"]
    assert "hủy đơn" in window["text"]
