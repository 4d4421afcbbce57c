"""People type and send whatever comes to mind on Zalo and go on in Telegram, on the real dispatcher over a
real database.

Whatever they do, there is no unforeseen error, each event is answered by one message and a repeated one by
none, the stored choices are those shown last, `0` leads out of every window, no order is placed without its
phrase, a draft makes at most one order, every total is the sum of its lines, and nobody sees another firm's
data.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from domain.choices import BACK_KEY as BACK
from domain.choices import WINDOW, Choice
from domain.text import fold
from services.money.transfers import TakeTransfers
from tests.support import builders
from tests.support.banks import reported
from tests.support.databases import Databases
from tests.support.walks import (
    ANSWERS,
    BOTH_KINDS,
    ELSE,
    NUMBER,
    PATHS,
    TEXT,
    WHO,
    WalkMachine,
    walk,
)
from tests.support.walks_zalo import ENTRANCES, WalkedZalo
from tests.support.world import SAMPLES

LONGEST_WAY_OUT = 12
_UPLOAD = re.compile(r"https?://\S+/upload/\S+")
_CODE = re.compile(r"NOI \w{4}-\w{4}")
_INVITATION = re.compile(r"\bmoi_[\w-]{16,}")

SEPARATORS = st.sampled_from((" ", ",", ", ", " và ", "+", ";", " . ", "  "))
SLOPPY: Sequence[Callable[[str], str]] = (
    str,
    str.lower,
    lambda phrase: phrase.replace(" ", ""),
    lambda phrase: phrase.replace("D", "Đ").replace("A", "Ặ"),
    lambda phrase: f"  {phrase}\n",
    lambda phrase: phrase[:-1],
    lambda phrase: phrase.split()[0],
)
"""Ways to type a confirming phrase; the last two confirm nothing."""

WORDS = st.sampled_from(
    ("menu", "mua", "khách hàng", "Đơn hàng", "kích hoạt", "thông báo", "hủy", "thôi", "trợ giúp", "tệp",
     "/start", "/huy", "/xyz", "#", "#0", "0", "00", "A", "A1", "Á", "Z9", "#A1", "1a", "số 1", "1/2", "99",
     "#99", "1 99", "NOI AAAA-2222", "moi_x", "/start don_1", "/start don_2", "don_1")
)  # fmt: skip
PASTED = st.sampled_from(
    (
        BOTH_KINDS,
        builders.enterprise_tax_code(1),
        builders.enterprise_tax_code(77),
        builders.household_tax_code(3),
        "MST 0101243150 Cty An Bình, hoa@anbinh.vn, 0912345678\n0312345673 Bảo Ngọc",
        "\n".join(f"{builders.enterprise_tax_code(n)} Công ty TNHH Rất Dài Tên {n}" for n in range(600, 660)),
        "1\n3\n5",
    )
)
THINGS = ("sticker", "photo", "captioned", "voice", "file", "unsupported")
GIF = b"GIF89a\x01\0\x01\0\0\0\0"


class Walk(WalkMachine[WalkedZalo]):
    """One walk on Zalo."""

    def says(self, who: str, text: str) -> None:
        self.run(self.stage.says(who, text))

    def some_choices(self, who: str, numbers: Sequence[int]) -> list[Choice]:
        choices = self.run(self.stage.choices(who))
        return [choices[number % len(choices)] for number in numbers if choices]

    # Choices
    @rule(who=WHO, number=NUMBER, marked=st.booleans())
    def choose(self, who: str, number: int, marked: bool) -> None:
        for choice in self.some_choices(who, [number]):
            self.says(who, f"#{choice.key}" if marked else choice.key)

    @rule(who=WHO, numbers=st.lists(NUMBER, min_size=2, max_size=5), between=SEPARATORS)
    def choose_several(self, who: str, numbers: list[int], between: str) -> None:
        self.says(who, between.join(choice.key for choice in self.some_choices(who, numbers)))

    @rule(who=WHO, numbers=st.lists(NUMBER, min_size=1, max_size=5))
    def go_on(self, who: str, numbers: list[int]) -> None:
        for number in numbers:
            forward = [one for one in self.run(self.stage.choices(who)) if one.key != BACK]
            if forward:
                self.says(who, forward[number % len(forward)].key)
                self.run(self.stage.check())

    @rule(who=WHO, number=NUMBER, folded=st.booleans())
    def choose_by_label(self, who: str, number: int, folded: bool) -> None:
        lines = list(self.stage.lines[who].values())
        if lines:
            label = lines[number % len(lines)]
            self.says(who, fold(label) if folded else label)

    @rule(who=WHO)
    def leave(self, who: str) -> None:
        """Type `0` again and again, which must end at an entrance."""
        for _ in range(LONGEST_WAY_OUT):
            if self.run(self.stage.state(who)) in ENTRANCES:
                return
            self.says(who, BACK)
            self.run(self.stage.check())
        raise AssertionError(f"no way out of {self.run(self.stage.state(who))}")

    @rule(who=WHO, number=NUMBER, how=st.sampled_from(SLOPPY))
    def confirm(self, who: str, number: int, how: Callable[[str], str]) -> None:
        """Type the phrase that is shown, or an old one."""
        shown = [choice.key for choice in self.run(self.stage.choices(who)) if not choice.key.isdigit()]
        phrases = shown or sorted(self.stage.phrases[who]) or ["DAT K7"]
        self.says(who, how(phrases[number % len(phrases)]))

    @rule(who=WHO, number=st.integers(0, 99))
    def choose_a_number(self, who: str, number: int) -> None:
        """Type a number that belongs to this window, an older one, or none."""
        self.says(who, str(number))

    @rule(who=WHO, number=NUMBER, marked=st.booleans())
    def choose_by_code(self, who: str, number: int, marked: bool) -> None:
        menus = self.run(self.stage.menus(who))
        codes = [one.key for letter, menu in menus.items() if letter != WINDOW for one in menu.choices]
        code = codes[number % len(codes)] if codes else "A1"
        self.says(who, f"#{code}" if marked else code.lower())

    # Texts
    @rule(who=WHO, text=TEXT | WORDS | PASTED)
    def say_anything(self, who: str, text: str) -> None:
        self.says(who, text)

    @rule(who=WHO, numbers=st.lists(NUMBER, min_size=1, max_size=4))
    def answer(self, who: str, numbers: list[int]) -> None:
        for number in numbers:
            asked = self.run(self.stage.state(who)).partition(":")[2]
            fitting = ANSWERS.get(asked, ELSE)
            self.says(who, fitting[number % len(fitting)])
            self.run(self.stage.check())

    @rule(who=WHO, path=st.sampled_from(PATHS))
    def go_to(self, who: str, path: tuple[str, ...]) -> None:
        self.says(who, path[0])
        for label in path[1:]:
            key = self.run(self.stage.key(who, label))
            if key is not None:
                self.says(who, key)
                self.run(self.stage.check())

    @rule(numbers=st.lists(NUMBER, min_size=1, max_size=2), how=st.sampled_from(SLOPPY))
    def place(self, numbers: list[int], how: Callable[[str], str]) -> None:
        """Go towards an order, if one is near."""
        for label in ("/mua", "▶️", "⬜️ Tôi", "Tiếp tục"):
            self.says("owner", self.run(self.stage.key("owner", label)) or label)
            self.run(self.stage.check())
        self.confirm("owner", numbers[0], how)

    @precondition(lambda self: self.invitations())
    @rule(number=NUMBER)
    def follow_an_invitation(self, number: int) -> None:
        links = self.invitations()
        self.says("newcomer", links[number % len(links)])

    def invitations(self) -> list[str]:
        return [found[0] for one in self.stage.said("owner") if (found := _INVITATION.search(one.text))]

    # What is no text
    @rule(who=WHO, thing=st.sampled_from(THINGS))
    def send(self, who: str, thing: str) -> None:
        phone = self.stage.zalo_phone(who)
        match thing:
            case "sticker":
                phone.sticker("👍")
            case "photo":
                phone.photo(GIF)
            case "captioned":
                phone.photo(GIF, "1")
            case "voice":
                phone.voice(b"\xff\xf1")
            case "file" | "unsupported":
                phone.unsupported()
        self.run(self.stage.settle())

    @rule(name=st.sampled_from(("doanh-nghiep", "ho-kinh-doanh", "word", "broken")))
    def upload(self, name: str) -> None:
        self.says("owner", "/tep")
        (link,) = _UPLOAD.findall(self.stage.said("owner")[-1].text)[-1:]
        if name in ("word", "broken"):
            content, file_name = b"PK\x03\x04broken", f"khach.{'docx' if name == 'word' else 'xlsx'}"
        else:
            sample = next(SAMPLES.glob(f"*{name}*.xlsx"))
            content, file_name = sample.read_bytes(), sample.name
        status, _ = self.run(self.stage.upload(link, content, file_name))
        assert status == (422 if name == "word" else 200)
        self.run(self.stage.settle())

    # The way to the bot
    @rule(who=WHO, times=st.integers(1, 3))
    def come_again(self, who: str, times: int) -> None:
        """Repeat an event, which must not be answered."""
        stage = self.stage
        said = len(stage.said(who))
        for _ in range(times):
            stage.zalo.events.again(who, hooked=True)
            self.run(stage.settle())
        assert len(stage.said(who)) == said

    @rule(who=WHO, texts=st.lists(WORDS | TEXT, min_size=2, max_size=4), backwards=st.booleans())
    def say_several_at_once(self, who: str, texts: list[str], backwards: bool) -> None:
        for text in texts:
            self.stage.write(who, text)
        self.run(self.stage.receive(backwards))
        self.run(self.stage.handle())

    @rule(who=WHO, number=NUMBER, waiting=st.booleans())
    def restart(self, who: str, number: int, waiting: bool) -> None:
        """Restart the program. Events from before are answered afterwards."""
        for choice in self.some_choices(who, [number]) if waiting else ():
            self.stage.write(who, choice.key)
            self.run(self.stage.receive())
        self.run(self.stage.restart())
        self.run(self.stage.settle())

    @rule(minutes=st.sampled_from((0, 11, 60, 24 * 60)), pays=st.booleans())
    def time_passes(self, minutes: int, pays: bool) -> None:
        """Let the workers do their jobs, so that pushes come."""
        stage = self.stage
        stage.clock.forward(minutes=minutes)
        if pays:
            taking = TakeTransfers(stage.database, stage.clock)([reported("tien hang", 1000)])
            self.run(taking)
        self.run(stage.work())

    # The other app
    @rule(link=st.booleans())
    def go_to_the_chats(self, link: bool) -> None:
        """Link the owner's Telegram chat by a code, or unlink it."""
        for label in ("/thongbao", "⚙️", "📱", "🔗" if link else "✖️ Bỏ nối"):
            self.says("owner", self.run(self.stage.key("owner", label)) or label)
        if link and (code := _CODE.search(self.stage.said("owner")[-1].text)):
            self.stage.phone("owner").text(code[0].lower())
            self.run(self.stage.settle())
        elif not link and (key := self.run(self.stage.key("owner", "Bỏ nối"))):
            self.says("owner", key)

    @rule(number=NUMBER, text=WORDS | PASTED)
    def say_in_the_other_app(self, number: int, text: str) -> None:
        self.stage.phone("owner").text(text)
        self.run(self.stage.settle())

    @rule(numbers=st.lists(NUMBER, min_size=1, max_size=6))
    def tap_in_the_other_app(self, numbers: list[int]) -> None:
        for number in numbers:
            live = self.stage.telegram_live("owner")
            if live:
                self.stage.tap("owner", live[number % len(live)])
                self.run(self.stage.settle())
                self.run(self.stage.check())


@pytest.mark.timeout(900)
def test_a_random_walk_on_zalo_breaks_nothing(databases: Databases, tmp_path: Path) -> None:
    walk(Walk, WalkedZalo, databases, tmp_path)
