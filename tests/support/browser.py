"""A person using the sandbox's page in headless Chromium."""

import contextlib
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, async_playwright, expect

CHROMIUM = shutil.which("chromium")
PHONE = (390, 844)
PATIENCE = 120_000
"""Milliseconds until what must come has come, on a machine with much else to do."""

expect.set_options(timeout=PATIENCE)
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

_MISFITS = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push("the page scrolls sideways");
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  for (const node of document.querySelectorAll("main.chat *, section.world *, .tabbar *, dialog *")) {
    const box = node.getBoundingClientRect();
    if (shown(node) && box.width && (box.right > wide + 1 || box.left < -1))
      found.push(`<${node.tagName.toLowerCase()} ${node.className}> stands from ${box.left} to ${box.right}`);
  }
  for (const label of document.querySelectorAll(".buttons button > span, .reply-keyboard button, .big")) {
    if (!shown(label)) continue;
    const range = document.createRange();
    range.selectNodeContents(label);
    const boxes = [label, label.closest("button")].map((node) => node.getBoundingClientRect());
    const text = range.getBoundingClientRect(), height = Math.min(...boxes.map((box) => box.height));
    // A font's letters may be taller than a line that overflow hides.
    if (label.tagName === "SPAN" && text.height > label.clientHeight + 0.5)
      found.push(`letters of “${label.textContent}” are cut below`);
    const left = Math.max(text.left, ...boxes.map((box) => box.left));
    const seen = Math.min(text.right, ...boxes.map((box) => box.right)) - left;
    if (text.height < 10 || height < text.height * 0.8 || seen < Math.min(text.width, 40))
      found.push(`the label “${label.textContent}” is cut to ${Math.round(seen)} pixels`);
  }
  return found;
}"""
"""Returns what is wider than the screen, and button labels of which too little is visible."""

_SHOWN = """(messages) => {
  const bare = (text) => (text ?? "").replace(/\\s/g, "");
  // A moment stands in the reader's form; the bot's own words are kept beside it.
  const said = (node) => {
    const copy = node?.cloneNode(true);
    for (const time of copy?.querySelectorAll("time") ?? []) time.textContent = time.dataset.said;
    return copy?.textContent;
  };
  const nodes = [...document.querySelectorAll(".log .message")];
  return nodes.length === messages.length && messages.every((message, at) =>
    nodes[at].id === `message-${message.id}`
    && bare(said(nodes[at].querySelector(".text"))) === bare(message.text)
    && [...nodes[at].querySelectorAll(".buttons button")].map((button) => button.textContent).join("\\n")
      === message.buttons.flat().map((button) => button.text).join("\\n"));
}"""


class Browser:
    """The page as one person uses it. Each act ends once the page shows what the bot answered."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    @property
    def said(self) -> Locator:
        """The messages of the bot, oldest first."""
        return self.page.locator(".log .theirs")

    async def choose(self, name: str) -> None:
        """Take up the phone of another person."""
        await self.page.get_by_role("list").get_by_role("button", name=name).click()

    async def sees(self, text: str) -> Locator:
        """Wait until the bot has said `text`. Returns the last message with it."""
        found = self.said.filter(has_text=text).last
        await expect(found).to_be_visible()
        return found

    async def types(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.keyboard.press("Enter")

    async def taps(self, label: str, exact: bool = False) -> None:
        """Tap the newest button in the chat whose label is or contains `label`."""
        words = re.escape(label)
        buttons = self.page.locator(".log .buttons button, .reply-keyboard button, .big")
        found = buttons.filter(has_text=re.compile(f"^{words}$" if exact else words), visible=True)
        await found.last.click()

    async def sends(self, file: Path, kind: str = "tệp") -> None:
        """Send a file by the page's own button; `ảnh` sends a picture."""
        await self.page.get_by_role("button", name="Đính kèm").click()
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("menuitem", name=f"Gửi {kind}").click()
        await (await chooser.value).set_files(file)

    async def opens(self, tab: str) -> None:
        """Go to another screen of the page by the bar at the bottom."""
        await self.page.locator(".tabbar").get_by_role("button", name=tab).click()

    async def shows(self, messages: list[dict[str, Any]]) -> None:
        """Wait until the page shows the chat as the World API does."""
        await self.page.wait_for_function(_SHOWN, arg=messages)

    async def misfits(self) -> list[str]:
        """What does not fit this screen."""
        found: list[str] = await self.page.evaluate(_MISFITS)
        return found


def need_chromium() -> None:
    """Skip the test where there is no Chromium; CI must have it."""
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "CI must have Chromium: apt-get install chromium"
        pytest.skip("no Chromium: apt-get install chromium")


@contextlib.asynccontextmanager
async def browsing(
    url: str,
    size: tuple[int, int] = PHONE,
    scale: float = 1,
    ready: str = "#app[data-ready]",
    dark: bool = False,
    person: str | None = "owner",
    zone: str = "Asia/Ho_Chi_Minh",
) -> AsyncIterator[Browser]:
    """The page at `url`, opened, once the selector `ready` finds something. `person` is
    whose phone is shown first; `None` leaves it to the page. `zone` is the machine's time zone."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        context = await chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            locale="vi-VN",
            timezone_id=zone,
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        if person is not None:
            # A letter stands in a frame that may keep nothing.
            await context.add_init_script(f"if (window === top) localStorage.person ??= '{person}'")
        page = await context.new_page()
        browser = Browser(page)
        await page.goto(url)
        await page.wait_for_selector(ready)
        yield browser
        await chromium.close()
