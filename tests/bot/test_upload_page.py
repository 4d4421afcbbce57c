"""The page that takes a file, on a phone, in a real browser. Skipped where there is no Chromium."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Error, Page, expect

from storage.database import Database
from tests.support.browser import Browser, browsing
from tests.support.clock import FixedClock
from tests.support.sharing import CHAT, Site, site

SAMPLE = Path(__file__).parents[1] / "samples" / "khach-hang-ho-kinh-doanh-20.xlsx"
NARROW, PHONE, DESK = (320, 568), (390, 844), (1280, 800)

MISFITS = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push("the page scrolls sideways");
  for (const node of document.querySelectorAll("main, main *")) {
    const box = node.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    // The browser itself shortens the name of a chosen file.
    const cut = node.scrollWidth > node.clientWidth + 1 && node.tagName !== "INPUT";
    if (box.left < 0 || box.right > wide || cut || text.width > box.width + 1)
      found.push(`<${node.tagName.toLowerCase()}> ${node.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""

CONTRASTS = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => channels(color).slice(0, 3).reduce((sum, value, at) => {
    const part = value / 255, linear = part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    return sum + linear * [0.2126, 0.7152, 0.0722][at];
  }, 0);
  const ground = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    return channels(color)[3] === 0 ? ground(node.parentElement) : color;
  };
  const texts = document.querySelectorAll("main h1, main p, main li, main label, main input, main button");
  return [...texts].map((node) => {
    const both = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
    return [node.textContent.trim().slice(0, 40), (both[0] + 0.05) / (both[1] + 0.05)];
  });
}"""
"""Returns each text with the contrast ratio to its background (WCAG 2.2, 1.4.3)."""


@pytest.fixture
async def web_site(chromium: None, database: Database, clock: FixedClock) -> AsyncIterator[Site]:
    async with site(database, clock) as opened:
        yield opened


@contextlib.asynccontextmanager
async def at(url: str, size: tuple[int, int] = PHONE, dark: bool = False) -> AsyncIterator[Browser]:
    """The page at `url`; its own policy has refused nothing on it."""
    async with browsing(url, size, ready="main", dark=dark) as browser:
        yield browser
        assert [error for error in browser.errors if "Content Security Policy" in error] == []


async def send(page: Page, file: Path) -> None:
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="Gửi tệp").click()


async def reads(page: Page, heading: str) -> None:
    await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


async def test_an_accountant_sends_a_list_from_the_phone(web_site: Site) -> None:
    link = await web_site.links.upload(CHAT)
    async with at(link) as browser:
        page = browser.page
        await reads(page, "Gửi tệp cho em")
        await send(page, SAMPLE)
        await reads(page, "Em đã nhận tệp")
        await expect(page.get_by_text("Anh/chị quay lại Zalo nhé")).to_be_visible()
        await page.reload()
        await reads(page, "Em đã nhận tệp")
        await page.goto(link)
        await reads(page, "Em đã nhận tệp từ trang này rồi")
        assert await page.context.cookies() == []
    (event,) = await web_site.events()
    kept = await web_site.files.read(event["body"])
    assert kept is not None
    assert (kept.name, kept.content) == (SAMPLE.name, SAMPLE.read_bytes())
    assert web_site.arrived == 1


async def test_a_name_arrives_as_the_phone_has_it(web_site: Site, tmp_path: Path) -> None:
    file = tmp_path / 'Khách "VIP" 😀 100%25; tháng 6.csv'
    file.write_text("0101243150;Hoa Sen", "utf-8")
    async with at(await web_site.links.upload(CHAT)) as browser:
        await send(browser.page, file)
        await reads(browser.page, "Em đã nhận tệp")
    (event,) = await web_site.events()
    kept = await web_site.files.read(event["body"])
    assert kept is not None
    assert (kept.name, kept.content) == (file.name, file.read_bytes())


async def test_a_wrong_an_empty_and_a_huge_file_are_explained_and_the_right_one_is_taken(
    web_site: Site, tmp_path: Path
) -> None:
    wrong, empty, huge = tmp_path / "ảnh.jpg", tmp_path / "trống.csv", tmp_path / "to.csv"
    wrong.write_bytes(b"\xff\xd8\xff\xe0")
    empty.write_bytes(b"")
    huge.write_bytes(b"1" * 25 * 2**20)
    async with at(await web_site.links.upload(CHAT)) as browser:
        page = browser.page
        for file, said in ((wrong, "Đây là ảnh"), (empty, "Tệp này trống"), (huge, "em chỉ nhận đến 20 MB")):
            await send(page, file)
            await expect(page.get_by_role("alert")).to_contain_text(said)
            assert await page.evaluate(MISFITS) == []
        await send(page, SAMPLE)
        await reads(page, "Em đã nhận tệp")
    assert web_site.arrived == 1


async def test_nothing_is_sent_before_a_file_is_chosen(web_site: Site) -> None:
    async with at(await web_site.links.upload(CHAT)) as browser:
        page = browser.page
        await page.get_by_role("button", name="Gửi tệp").click()
        assert await page.evaluate("document.querySelector('input').validity.valueMissing")
        await reads(page, "Gửi tệp cho em")
    assert web_site.arrived == 0


async def test_the_page_is_sent_by_keyboard_alone(web_site: Site) -> None:
    async with at(await web_site.links.upload(CHAT)) as browser:
        page = browser.page
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.type") == "file"
        await page.locator("input[type=file]").set_input_files(SAMPLE)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await reads(page, "Em đã nhận tệp")


async def test_a_link_to_a_file_saves_it_under_its_name(web_site: Site) -> None:
    name = 'Đơn "KT" 😀 tháng 6.xlsx'
    link = await web_site.links.share(SAMPLE.read_bytes(), name, "application/vnd.ms-excel")
    async with at(await web_site.links.upload(CHAT)) as browser:
        page = browser.page
        async with page.expect_download() as download:
            with pytest.raises(Error, match="Download is starting"):
                await page.goto(link)
        saved = await download.value
        assert saved.suggested_filename == name.replace('"', "_")
        assert (await saved.path()).read_bytes() == SAMPLE.read_bytes()


@pytest.mark.parametrize(
    ("size", "dark"), [(PHONE, False), (PHONE, True), (NARROW, False), (DESK, True)], ids=str
)
async def test_every_page_fits_and_can_be_read(web_site: Site, size: tuple[int, int], dark: bool) -> None:
    used, late, wrong = [await web_site.links.upload(CHAT) for _ in range(3)]
    await web_site.send(used, SAMPLE.read_bytes())
    web_site.clock.forward(minutes=31)
    ready = await web_site.links.upload(CHAT)
    pages = {
        "ready": ready,
        "done": f"{used}?done=1",
        "used": used,
        "expired": late,
        "unknown": f"{web_site.url}/upload/unknown",
        "no file": f"{web_site.url}/files/unknown/a.png",
        "refused": ready,
        "chosen": ready,
    }
    async with at(wrong, size, dark) as browser:
        page = browser.page
        for state, url in pages.items():
            await page.goto(url)
            if state in ("refused", "chosen"):
                long = {"name": "danh sách khách hàng " * 4 + ".docx", "mimeType": "", "buffer": b"1"}
                await page.locator("input[type=file]").set_input_files(long)  # type: ignore[arg-type]
            if state == "refused":
                await page.get_by_role("button", name="Gửi tệp").click()
                await expect(page.get_by_role("alert")).to_be_visible()
            assert await page.evaluate(MISFITS) == []
            contrasts = await page.evaluate(CONTRASTS)
            assert contrasts
            assert [text for text, ratio in contrasts if ratio < 4.5] == []
        await page.goto(ready)
        button = await page.get_by_role("button", name="Gửi tệp").bounding_box()
        assert button is not None
        assert button["height"] >= 48
        assert button["y"] + button["height"] <= size[1]
