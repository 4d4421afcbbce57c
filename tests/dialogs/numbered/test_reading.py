"""Typed answers, read against the window that was shown."""

from datetime import UTC, datetime, timedelta

import pytest

from dialogs.numbered.reading import Again, Asked, Tapped, Typed, read_together, read_typed
from domain.choices import WINDOW, Choice, ChoiceMenu, Typing
from texts import numbered as texts

NOW = datetime(2026, 11, 28, tzinfo=UTC)
CHOICES = (
    Choice("1", "d1", label="Mua hàng loạt"),
    Choice("2", "d2", label="Khách hàng"),
    Choice("3", "d3", label="Chi tiết"),
    Choice("4", says="88500000", label="Số tiền"),
    Choice("0", "back", label="Quay lại"),
    Choice("DAT K7", "place"),
)
PUSH = ChoiceMenu((Choice("A1", "open:order:1"), Choice("A2", says="KT123")), 7, shown_at=NOW)


def meant(text: str, typing: Typing = Typing.CHOICE, *, pushed_later: bool = True) -> object:
    """The taps (a tuple), the value asked for (a list of one) or the text of an answer."""
    shown_at = NOW - timedelta(minutes=1) if pushed_later else NOW + timedelta(minutes=1)
    menus = {WINDOW: ChoiceMenu(CHOICES, 5, typing, shown_at), "A": PUSH}
    match read_typed(text, menus):
        case Tapped(menu, data):
            assert menu.message_id == (7 if data[0].startswith("open") else 5)
            return data
        case Asked(said):
            return [said]
        case Typed(said):
            return said
        case Again():
            raise AssertionError(text)


def one_of(*keys: str) -> list[str]:
    """The question which of these is meant, where only one can be taken."""
    return [texts.one_only([(choice.key, choice.label) for choice in CHOICES if choice.key in keys])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", ("d1",)),
        (" 2. ", ("d2",)),
        ("3)", ("d3",)),
        ("1 3", one_of("1", "3")),
        ("1,3", one_of("1", "3")),
        ("1, 2 và 3", one_of("1", "2", "3")),
        ("#2", ("d2",)),
        ("0", ("back",)),
        ("Mua hàng loạt", ("d1",)),
        ("🛒 MUA HANG LOAT", ("d1",)),
        ("quay lại", ("back",)),
        ("4", ["88500000"]),
        ("DAT K7", ("place",)),
        ("đặt k7", ("place",)),
        ("datk7", ("place",)),
        ("A1", ("open:order:1",)),
        ("a1", ("open:order:1",)),
        ("#A1", ("open:order:1",)),
        ("A2", ["KT123"]),
        ("á", ("open:order:1",)),
        # Digits as telephones and computers write them.
        ("１", ("d1",)),
        ("１ ３", one_of("1", "3")),
        ("①", ("d1",)),
        ("❷", ("d2",)),
        ("⑴", ("d1",)),
        ("1️⃣ 3️⃣", one_of("1", "3")),
        ("\u200b1\u200e", ("d1",)),
        ("＃２", ("d2",)),
        ("01", ("d1",)),
        # Numbers as people word them.
        ("số 1", ("d1",)),
        ("So 1", ("d1",)),
        ("so\u0302\u0301 1", ("d1",)),
        ("số1", ("d1",)),
        ("chọn 1", ("d1",)),
        ("Chọn số 1, 2 và 3 ạ.", one_of("1", "2", "3")),
        ("1 va 3", one_of("1", "3")),
        ("1 nhé em", ("d1",)),
        ("(1)", ("d1",)),
        ("1\n3", one_of("1", "3")),
        ("1 1 1", ("d1",)),
        ("số 0", ("back",)),
        ("2. 📇 Khách hàng", ("d2",)),
        ("2) khach hang", ("d2",)),
        ("một", ("d1",)),
        ("1 👍", ("d1",)),
        # Phrases and codes as a Vietnamese keyboard changes them, or with text copied around them.
        ("ĐẶT K7", ("place",)),
        ("đặt k 7", ("place",)),
        ("DAT-K7.", ("place",)),
        ("“DAT K7”", ("place",)),
        ("DAT\u00a0K7", ("place",)),
        ("ＤＡＴ Ｋ７", ("place",)),
        ("Ａ１", ("open:order:1",)),
        ("chọn A1", ("open:order:1",)),
        ("mã a1 ạ", ("open:order:1",)),
        ("Á", ("open:order:1",)),
    ],
)
def test_a_choice_is_tapped_and_of_several_none(text: str, expected: object) -> None:
    assert meant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "9",
        "1 9",
        "DAT K8",
        "DAT",
        "dat 7",
        "DAT K7 nhé",
        "không DAT K7",
        "B1",
        "A9",
        "xin chào",
        "0101243150",
        "12 Lê Lợi",
        "1/2",
        "1a",
        "a1b",
        "-1",
        "1.5 triệu",
        "số",
        "chọn",
        "ạ",
        "½",
        "<b>1</b>",
        "/1",
        "2. Hoa Sen",
        "\u200b",
        "https://1.vn",
        "①③",
    ],
)
def test_what_was_not_offered_is_said(text: str) -> None:
    assert meant(text) == text


@pytest.mark.parametrize("text", ["1 " * 10_000, "chọn " * 5_000, "🎉" * 20_000, "1" * 20_000])
def test_a_long_text_is_no_choice(text: str) -> None:
    assert meant(text) == text


def test_commands_are_left_to_the_dialogs() -> None:
    assert meant("Thông báo") == "Thông báo"
    assert meant("Trợ giúp") == "Trợ giúp"
    assert meant("/donhang") == "/donhang"


def test_a_number_alone_is_a_choice_unless_it_may_be_the_answer() -> None:
    assert meant("2", Typing.ANSWER) == ("d2",)
    assert meant("số 1", Typing.ANSWER) == ("d1",)
    assert meant("２", Typing.ANSWER) == ("d2",)
    assert meant("9", Typing.ANSWER) == "9"
    # Several numbers may be a date, and words before a number an address.
    for text in ("1 3", "1/3", "mã a1", "Nhà số 1 ạ", "12 Lê Lợi"):
        assert meant(text, Typing.ANSWER) == text
    for typing in (Typing.ANSWER, Typing.NUMBER):
        assert meant("#2", typing) == ("d2",)
        assert meant("#1 #3", typing) == one_of("1", "3")
        assert meant("0", typing) == ("back",)
        assert meant("DAT K7", typing) == ("place",)
        assert meant("＃２", typing) == ("d2",)
    for text in ("2", "số 1", "２"):
        assert meant(text, Typing.NUMBER) == text


def test_where_a_text_is_asked_for_a_code_is_that_of_what_came_last() -> None:
    assert meant("A1", Typing.ANSWER) == ("open:order:1",)
    assert meant("A1", Typing.ANSWER, pushed_later=False) == "A1"
    assert meant("#A1", Typing.ANSWER, pushed_later=False) == ("open:order:1",)


def test_a_code_of_an_old_message_never_means_another_one() -> None:
    newer = ChoiceMenu((Choice("CF1", "open:order:9"),), 9, shown_at=NOW)
    for typing in (Typing.CHOICE, Typing.SEARCH, Typing.PASTE):
        menus = {WINDOW: ChoiceMenu(CHOICES, 5, typing, NOW), "CF": newer}
        for typed in ("A1", "x2", "á", "mã A1"):
            read = read_typed(typed, menus)
            assert isinstance(read, Asked)
            assert "của tin cũ" in read.text
            assert "gõ mã đơn" in read.text
        assert read_typed("cf1", menus) == Tapped(newer, ("open:order:9",))
        # Nobody was told such a code yet.
        assert not isinstance(read_typed("CH1", menus), Asked)
    asking = {WINDOW: ChoiceMenu(CHOICES, 5, Typing.ANSWER, NOW), "CF": newer}
    assert read_typed("A1", asking) == Typed("A1")


ITEMS = ChoiceMenu(
    (Choice("1", "d1", label="Hoa Sen", item=True), Choice("2", "d2", label="Sao Mai", item=True)),
    5,
    Typing.SEARCH,
)
LIST = "0101243150 Công ty Hoa Sen\n0300588569 Công ty Sao Mai"


@pytest.mark.parametrize(
    ("texts", "taken", "read"),
    [
        (["1", "1", "1", "2"], 3, "1"),
        (
            ["e oi", "chi co 30 khach muon mua", "cho hoi cai nay"],
            3,
            "e oi\nchi co 30 khach muon mua\ncho hoi cai nay",
        ),
        (["DAT K7", "dat k7"], 2, "DAT K7"),
        (["1", "2"], 1, "1"),
        (["e oi", "2"], 1, "e oi"),
        (["e oi", "A1"], 1, "e oi"),
        (["e oi", "DAT K7"], 1, "e oi"),
        (["e oi", "khach hang"], 1, "e oi"),
        (["e oi", "/mua"], 1, "e oi"),
        (["e oi", "mua 2027 standard tat ca"], 1, "e oi"),
        (["0101243150", "0300588569"], 1, "0101243150"),
        ([LIST, LIST.replace("1", "2")], 2, f"{LIST}\n{LIST.replace('1', '2')}"),
    ],
)
def test_what_waits_together_is_read_together(texts: list[str], taken: int, read: str) -> None:
    menus = {WINDOW: ChoiceMenu(CHOICES, 5, shown_at=NOW), "A": PUSH}
    assert read_together(texts, menus) == (taken, read)


def test_ticks_are_read_together_and_searches_and_answers_are_not() -> None:
    menus = {WINDOW: ITEMS}
    assert read_together(["1", "2 nhé"], menus) == (2, "1\n2 nhé")
    assert read_typed("1\n2 nhé", menus) == Tapped(ITEMS, ("d1", "d2"))
    assert read_together(["minh an", "hoa mai"], menus) == (1, "minh an")
    asking = {WINDOW: ChoiceMenu(CHOICES, 5, Typing.ANSWER)}
    assert read_together(["Trần Thị Mai", "Lê Thị Hoa"], asking) == (1, "Trần Thị Mai")


def test_searching_takes_numbers_as_choices_and_words_as_words() -> None:
    assert meant("1", Typing.SEARCH) == ("d1",)
    assert meant("1 3", Typing.SEARCH) == one_of("1", "3")
    assert meant("Hoa Sen", Typing.SEARCH) == "Hoa Sen"


def test_nothing_shown_means_a_text_or_a_command() -> None:
    assert read_typed("1", {}) == Typed("1")
    assert read_typed("0", {}) == Typed("/start")
    assert read_typed("mua", {}) == Typed("mua")


def test_two_choices_of_one_label_need_their_numbers() -> None:
    menu = ChoiceMenu((Choice("1", "a", label="hoa sen"), Choice("2", "b", label="hoa sen")))
    assert read_typed("Hoa Sen", {WINDOW: menu}) == Typed("Hoa Sen")


def test_several_values_to_be_copied_come_together_and_one_among_taps_is_left_out() -> None:
    copies = (*CHOICES, Choice("5", says="KT123"), Choice("6"))
    menus = {WINDOW: ChoiceMenu(copies, 5)}
    assert read_typed("4 5", menus) == Asked("88500000\nKT123")
    assert read_typed("1 4", menus) == Tapped(menus[WINDOW], ("d1",))
    # A button that does nothing is no choice.
    assert read_typed("6", menus) == Typed("6")


def test_a_code_is_read_as_a_vietnamese_keyboard_makes_it() -> None:
    menus = {"A": PUSH}
    assert read_typed("Á", menus) == Tapped(PUSH, ("open:order:1",))
    assert read_typed("à", menus) == Asked("KT123")
