"""A person's phone on the page of the sandbox, and pictures of it."""

import io
import re
from pathlib import Path
from typing import Any

from PIL import Image

from tests.support.browser import Browser
from tests.support.world import World

FOLDER = Path(__file__).parent / "pictures"
PHONE_WIDTH = 390
COLOURS = 64

_ONLY_LAST = """(count) => {
  const log = document.querySelector(".log"), shown = [...log.querySelectorAll(".message")].slice(-count);
  for (const node of log.children) node.hidden = !shown.includes(node);
  const height = shown.at(-1).getBoundingClientRect().bottom - shown[0].getBoundingClientRect().top;
  return Math.ceil(height + innerHeight - log.clientHeight + 28);
}"""
"""Hides all but the last messages; returns how high the window must be to show them."""

PLAIN = ".log { background: var(--wall) !important; }"
"""A wallpaper in one colour halves the bytes."""

_ALL = "() => document.querySelectorAll('.log > *').forEach((node) => { node.hidden = false; })"


class Walk:
    """A person's phone, and the pictures of it."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.browser = browser
        self.page = browser.page
        self.world = world
        self.person = "newcomer"
        self.app = "telegram"
        self.sizes: dict[str, int] = {}

    async def takes_up(self, person: str, name: str) -> None:
        """Go on with another person's phone."""
        self.person = person
        await self.browser.choose(name)
        await self.settled()

    async def opens(self, app: str) -> None:
        """Go on in the other app of the same phone."""
        self.app = app
        await self.page.locator("#switch").get_by_role("button", name=app).click()
        await self.settled()

    async def messages(self) -> list[dict[str, Any]]:
        """The messages of the open chat, as the page shows them."""
        found: list[dict[str, Any]] = await self.world.get(
            f"chats/{self.app}/{self.person}/messages", after=0
        )
        return found

    async def settled(self) -> None:
        await self.world.idle()
        await self.browser.shows(await self.messages())

    async def taps(self, *labels: str) -> None:
        for label in labels:
            await self.browser.taps(label)
            await self.settled()

    async def passes(self, *labels: str) -> None:
        """Tap those of these buttons that the last message has, one after the other: a question that is
        answered already is not asked."""
        for label in labels:
            rows = (await self.messages())[-1]["buttons"]
            if any(label in button["text"] for row in rows for button in row):
                await self.taps(label)

    async def types(self, *texts: str) -> None:
        for text in texts:
            await self.browser.types(text)
            await self.settled()

    async def answers(self, *labels: str) -> None:
        """Type the answer that the last window shows for the line with each label. A push may stand below."""
        for label in labels:
            line = re.compile(rf"^#?(\d+)\. .*{re.escape(label)}", re.MULTILINE)
            last = [message["text"] for message in await self.messages()][-3:]
            found = next(filter(None, map(line.search, reversed(last))), None)
            assert found is not None, f"no {label!r} in {last!r}"
            await self.types(found[1])

    async def sends(self, file: Path) -> None:
        await self.browser.sends(file)
        await self.settled()

    async def window(self, name: str, messages: int = 1) -> None:
        """Draw the last messages of the chat in a picture just as high as they are."""
        await self.page.mouse.move(0, 0)
        height = await self.page.evaluate(_ONLY_LAST, messages)
        await self.page.set_viewport_size({"width": PHONE_WIDTH, "height": height})
        self.save(name, await self.page.locator("main.chat").screenshot(animations="disabled"))
        await self.page.evaluate(_ALL)

    async def screen(self, name: str, height: int) -> None:
        """Draw the other half of the page."""
        await self.page.set_viewport_size({"width": PHONE_WIDTH, "height": height})
        self.save(name, await self.page.locator("section.world").screenshot(animations="disabled"))

    def save(self, name: str, png: bytes) -> None:
        """Keep a picture in few colours, which is a third of its size."""
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
        path = FOLDER / f"{name}.png"
        few.save(path, optimize=True)
        self.sizes[name] = path.stat().st_size
