"""Back office looks in the chat how the program and all around it are."""

import pytest

from sandbox.app import SandboxServer
from tests.support.apps import on_both_apps
from tests.support.world import World

pytestmark = pytest.mark.long


@on_both_apps
async def test_back_office_sees_what_is_well_and_what_to_do(world: World, server: SandboxServer) -> None:
    desk = world.chat("backoffice")
    await desk.says("/start")
    await desk.taps_on("Số liệu ngày")
    shown = (await desk.taps_on("Tình trạng hệ thống"))["text"]
    assert "✅ Cơ sở dữ liệu: đọc và ghi được" in shown
    assert "✅ Hệ thống bản quyền: trả lời đúng hợp đồng API" in shown
    assert "✅ Tin nhắn SMS" in shown
    server.sms.balance = 5_000
    again = (await desk.taps_on("Kiểm tra lại"))["text"]
    assert "❌ Tin nhắn SMS: tài khoản chỉ còn 5.000 ₫: nạp thêm tiền vào eSMS" in again
    assert "Bàn làm việc" in (await desk.taps_on("Bàn làm việc"))["text"]
