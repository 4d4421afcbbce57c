"""Accountants, each with a firm of their own: register, send a list, order, pay, activate, then tap on."""

import asyncio
import io
import math
import random
import re
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.load.world import UNANSWERED, LoadWorld, Message
from tests.support.bank_deliveries import sample, sepay
from tests.support.builders import enterprise_tax_code

CUSTOMERS = 30
PLACED, TO_PAY, PAID, DONE = "Đã đặt đơn", "Hướng dẫn thanh toán", "💰", "Đã kích hoạt đơn"
PUSHES = (PLACED, TO_PAY, PAID, DONE)
"""Headings of the pushes that a person waits for; each comes once."""

_FIRST_CHAT = 5_200_000_000
_PRICE = 2_950_000
_LIST = Path(__file__).parents[1] / "samples" / "khach-hang-doanh-nghiep-30.xlsx"
_SHEET = "xl/worksheets/sheet1.xml"
_WINDOW = "\x1d"
"""Stands in the buttons of a dialog's window, and of nothing else."""

Awaited = Callable[[Message], bool]
Coming = asyncio.Future[tuple[float, Message]]
"""A message, and when it came."""


class Lost(Exception):
    """Something did not come in time, or not as it should; the person goes away."""


class TimeUp(Exception):
    """The run is over."""


@dataclass
class Counts:
    """What all people found. Durations are in seconds."""

    acts: list[tuple[float, float]] = field(default_factory=list)
    """When an act was answered, by `time.monotonic`, and how long it took."""
    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By what was waited for: how long that took."""
    reached: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


class Accountant:
    """One person, who thinks for about `think` seconds before each act."""

    def __init__(self, world: LoadWorld, counts: Counts, number: int, think: float) -> None:
        self._world, self._counts, self._number, self._think = world, counts, number, think
        first = number * (CUSTOMERS + 1)
        self._tax_code, *self.customers = map(enterprise_tax_code, range(first, first + CUSTOMERS + 1))
        self._list = _workbook(self.customers)
        self._chat = _FIRST_CHAT + number
        self._until = math.inf
        self._awaited: tuple[Awaited, Coming] | None = None
        self._windows: list[tuple[str, Sequence[str]]] = []
        self._pushes: dict[str, Coming] = {heading: asyncio.Future() for heading in PUSHES}
        self._owed: dict[str, float] = {}
        self._messages = world.open(self._chat, self._came)

    async def live(self, begin: float, until: float | None) -> None:
        """Go through the journey, then tap on, between these moments of `time.monotonic`. Without an end, go
        through the journey only."""
        await asyncio.sleep(begin - time.monotonic())
        self._until = until or math.inf
        try:
            try:
                await self.journey()
                if until:
                    await self._tap_on()
            except TimeUp:
                for heading in tuple(self._owed):
                    await self._push(heading)
        except Lost as what:
            self._counts.lost.append(f"person {self._number}: {what}")

    async def journey(self) -> None:
        """From the first contact until what was ordered is paid and activated. Raises `Lost`."""
        await self._says("/start", "Bắt đầu đăng ký")
        await self._taps("Bắt đầu đăng ký", "tên gì")
        await self._says("Nguyễn Thị Lan", "Mã số thuế của đơn vị")
        await self._says(self._tax_code, "Tên đơn vị")
        await self._says(f"Kế toán Minh An {self._number}", "Số di động")
        await self._shares(f"09{self._number:08d}", "Email của")
        mailbox = f"lan{self._number}@minhan.vn"
        await self._says(mailbox, "xem lại")
        await self._taps("đồng ý", "Gõ mã xác nhận")
        await self._says(await self._world.code(mailbox), "Chào mừng")
        self._counts.reached["registered"] += 1
        await self._says("/khachhang", "Danh mục chưa có")
        await self._sends_the_list()
        await self._taps("Thêm 30 khách", "Đã vào danh mục: 30 khách")
        self._counts.reached["listed"] += 1
        await self._taps("Menu", "Mua hàng loạt")
        await self._begins_an_order("năm sau")
        await self._taps("Chọn cả 30", "Tôi đã kiểm tra")
        await self._taps("Tôi đã kiểm tra", "Đã xác nhận")
        await self._taps("Tiếp tục", "Địa chỉ của đơn vị")
        await self._says("12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh", "Đặt hàng?")
        await self._taps("Đặt hàng", "Đã đặt đơn", brings=(PLACED, TO_PAY))
        placed, request = await self._push(PLACED), await self._push(TO_PAY)
        self._counts.reached["ordered"] += 1
        await self._pays(placed, request)
        await self._taps("Kích hoạt hàng loạt", "Sẽ kích hoạt: 30 khách")
        await self._taps("Kích hoạt 30 khách", "kích hoạt đơn", brings=(DONE,))
        self._check(await self._push(PAID), f"{CUSTOMERS * _PRICE:,}".replace(",", "."), "Đã trả đủ")
        self._counts.reached["paid"] += 1
        self._check(await self._push(DONE), f"Xong: {CUSTOMERS}")
        self._counts.reached["activated"] += 1
        asked = [len(self._world.licences.get(tax_code, ())) for tax_code in self.customers]
        if min(asked) < 1:
            raise Lost(f"{asked.count(0)} licences that were never asked for")
        twice = sum(times > 1 for times in asked)
        self._counts.doubled += [f"person {self._number}: a second licence was asked for"] * twice

    async def _begins_an_order(self, year: str) -> None:
        await self._taps("Mua hàng loạt", "Gói sản phẩm")
        await self._taps("Standard", "Năm tài chính")
        await self._taps(year, "Đối tượng nhận")
        await self._taps("Kế toán dịch vụ", "Chọn khách hàng")

    async def _pays(self, placed: Message, request: Message) -> None:
        amount, code = [button["copy_text"]["text"] for button in request.buttons if "copy_text" in button]
        self._check(placed, code)
        if amount != str(CUSTOMERS * _PRICE):
            raise Lost(f"the request asks for {amount}")
        await self._thinks()
        body = sample("sepay") | {"id": 1_000_000 + self._number, "transferAmount": int(amount)}
        body |= {"content": f"{code} chuyen tien", "code": None, "referenceCode": f"FT{self._number:08d}"}
        delivery = sepay(body, datetime.now(UTC))
        self._owed[PAID] = time.monotonic()
        await self._world.transfer(delivery.headers, delivery.raw)

    async def _tap_on(self) -> None:
        """Mark a customer in a new order's list, and take the mark off again."""
        await self._says("/start", "Mua hàng loạt")
        await self._begins_an_order("năm nay")
        while True:
            # Customers stand above the other buttons.
            for mark, count in (("⬜️", 1), ("☑️", 0)):
                await self._taps(mark, f"Đã chọn: {count}")

    # Acts
    async def _says(self, text: str, shows: str) -> None:
        await self._thinks()
        started = self._waits_for(lambda message: message.shows(shows))
        await self._world.text(self._chat, text)
        await self._answered(started, f"{text!r}")

    async def _shares(self, phone: str, shows: str) -> None:
        await self._thinks()
        started = self._waits_for(lambda message: message.shows(shows))
        await self._world.contact(self._chat, phone)
        await self._answered(started, "the own contact")

    async def _taps(self, label: str, shows: str, brings: Sequence[str] = ()) -> None:
        """Tap the button in the message that came or changed last and has it. Pushes that it `brings` are
        owed from then on."""
        await self._thinks()
        found = [
            (message, button)
            for message in reversed(self._messages.values())
            for button in message.buttons
            if label in button["text"] and "callback_data" in button
        ]
        if not found:
            raise Lost(f"no button {label!r}")
        message, button = found[0]
        started = self._waits_for(lambda message: message.shows(shows))
        self._owed |= dict.fromkeys(brings, started)
        await self._world.tap(self._chat, message, button["callback_data"])
        await self._answered(started, f"a tap on {label!r}")

    async def _sends_the_list(self) -> None:
        """An act that is answered by the first window, and waited for until the list is read."""
        await self._thinks()
        started = self._waits_for(lambda message: _is_window(message))
        await self._world.file(self._chat, "khach-hang.xlsx", self._list)
        moment, message = await self._answered(started, "the file")
        read = f"{CUSTOMERS} khách đủ thông tin"
        if not message.shows(read):
            self._waits_for(lambda message: message.shows(read))
            moment, message = await self._come("the list that was read")
        self._counts.waits["file"].append(moment - started)

    async def _thinks(self) -> None:
        pause = self._think * random.uniform(0.5, 1.5)
        if time.monotonic() + pause > self._until:
            raise TimeUp
        await asyncio.sleep(pause)

    def _waits_for(self, awaited: Awaited) -> float:
        self._awaited = awaited, asyncio.get_running_loop().create_future()
        self._windows.clear()
        return time.monotonic()

    async def _answered(self, started: float, act: str) -> tuple[float, Message]:
        moment, message = await self._come(f"an answer to {act}")
        self._counts.acts.append((moment, moment - started))
        return moment, message

    async def _come(self, what: str) -> tuple[float, Message]:
        assert self._awaited is not None
        return await _within_patience(self._awaited[1], what)

    async def _push(self, heading: str) -> Message:
        """Wait for a push that is owed."""
        moment, message = await _within_patience(self._pushes[heading], heading)
        self._counts.waits[heading].append(moment - self._owed.pop(heading))
        return message

    def _check(self, message: Message, *shown: str) -> None:
        if not all(words in message.text for words in shown):
            raise Lost(f"{message.text!r} does not show {shown}")

    # What comes
    def _came(self, message: Message, is_new: bool) -> None:
        now = time.monotonic()
        heading = next((one for one in self._pushes if one in message.text.partition("\n")[0]), None)
        if heading:
            if self._pushes[heading].done():
                self._double(message)
            else:
                self._pushes[heading].set_result((now, message))
        elif _is_window(message):
            shown = message.text, [button["text"] for button in message.buttons]
            if shown in self._windows:
                self._double(message)
            self._windows.append(shown)
        if self._awaited and not self._awaited[1].done() and self._awaited[0](message):
            self._awaited[1].set_result((now, message))

    def _double(self, message: Message) -> None:
        self._counts.doubled.append(f"person {self._number}: {message.text[:60]!r} came twice")


async def _within_patience(coming: Coming, what: str) -> tuple[float, Message]:
    try:
        async with asyncio.timeout(UNANSWERED):
            return await coming
    except TimeoutError:
        raise Lost(f"{what} did not come") from None


def _is_window(message: Message) -> bool:
    return any(_WINDOW in button.get("callback_data", "") for button in message.buttons)


def _workbook(tax_codes: Sequence[str]) -> bytes:
    """The sample list with other tax codes."""
    made, codes = io.BytesIO(), iter(tax_codes)
    with zipfile.ZipFile(_LIST) as read, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            content = read.read(name)
            if name == _SHEET:
                # Tax codes stand in column B, below its heading.
                cell = re.compile(rb'(<c r="B(?!1")\d+"[^>]*><is><t>)\d+')
                content = cell.sub(lambda found: found[1] + next(codes).encode(), content)
            written.writestr(name, content)
    assert next(codes, None) is None
    return made.getvalue()
