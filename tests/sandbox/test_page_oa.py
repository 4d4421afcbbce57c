"""The page shows what each message of an Official Account cost. Skipped without Chromium."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from sandbox.app import SandboxServer
from sandbox.world import Sms
from tests.support.browser import browsing


@pytest.mark.usefixtures("chromium")
async def test_each_message_says_what_it_cost(tmp_path: Path) -> None:
    async with SandboxServer(tmp_path / "world", zalo_oa=True) as server:
        world = server.world
        buttons = [{"title": "📦 Mở đơn", "type": "oa.query.hide", "payload": "#1"}]
        world.zalo.add("newcomer", True, "text", {"text": "Chào chị", "cost": 0})
        world.zalo.add("newcomer", True, "text", {"text": "Đã nhận tiền", "cost": 55, "buttons": buttons})
        said = "Thanh toán phần mềm kế toán\nSố tiền: 2.950.000 ₫"
        world.sms.put(1, Sms(1, "0912345678", said, world.now(), "Zalo: Phần mềm kế toán", cost=300))
        async with browsing(server.url) as browser:
            await browser.choose("Gia Bảo")
            await browser.page.locator("[data-channel=zalo]").click()
            free, paid = await browser.sees("Chào chị"), await browser.sees("Đã nhận tiền")
            await expect(free).to_contain_text("miễn phí")
            await expect(paid).to_contain_text("55 ₫")
            assert await browser.misfits() == []
            await browser.opens("Tin nhắn SMS")
            await expect(browser.page.get_by_text("300 ₫")).to_be_visible()
            assert await browser.misfits() == []
            assert browser.errors == []
