"""A window as plain text: every button has a line and an answer."""

import re

from aiogram.types import CopyTextButton, InlineKeyboardButton

from dialogs.numbered.forms import FormedMarkup, WindowForm
from dialogs.numbered.showing import ShownWindow, show_window
from domain.choices import Typing

SEP = "\x1d"


def button(label: str, widget: str, item: str = "") -> InlineKeyboardButton:
    data = f"abc123{SEP}{widget}" + (f":{item}" if item else "")
    return InlineKeyboardButton(text=label, callback_data=data)


def shown(
    *rows: list[InlineKeyboardButton],
    form: WindowForm | None = None,
    html: str = "<b>Chọn</b>",
    upload_url: str = "",
) -> ShownWindow:
    return show_window(html, FormedMarkup(inline_keyboard=list(rows), form=form or WindowForm()), upload_url)


def keys(window: ShownWindow) -> dict[str, str]:
    """The tap for each answer."""
    return {choice.key: choice.data.partition(SEP)[2] for choice in window.menu.choices}


def test_buttons_are_numbered_and_back_is_always_nought() -> None:
    window = shown(
        [button("‹ Quay lại", "back"), button("🛒 Mua", "buy")],
        [button("👥 Khách", "customers")],
        [button("🏠 Menu", "to_menu")],
    )
    assert window.text == ("Chọn\n\n1. 🛒 Mua\n2. 👥 Khách\n3. 🏠 Menu\n0. Quay lại\n\n👉 Trả lời bằng số.")
    assert keys(window) == {"0": "back", "1": "buy", "2": "customers", "3": "to_menu"}


def test_without_a_way_back_nought_leads_home() -> None:
    window = shown([button("A", "a"), button("🏠 Menu", "to_menu")])
    assert keys(window) == {"1": "a", "0": "to_menu"}


def test_without_any_way_back_nought_leads_to_the_menu_all_the_same() -> None:
    window = shown([button("A", "a")], form=WindowForm(leads_home=True))
    assert window.text == "Chọn\n\n1. A\n0. 🏠 Menu\n\n👉 Trả lời bằng số."
    assert keys(window) == {"1": "a"}
    assert "0. " not in shown([button("A", "a")]).text


def test_where_a_number_may_be_the_answer_choices_bear_a_sign() -> None:
    rows = [button("Bỏ qua", "skip")], [button("‹ Quay lại", "back")]
    window = shown(*rows, form=WindowForm(Typing.NUMBER))
    assert "#1. Bỏ qua\n0. Quay lại" in window.text
    assert keys(window) == {"1": "skip", "0": "back"}
    window = shown(*rows, form=WindowForm(Typing.ANSWER))
    assert "\n1. Bỏ qua\n0. Quay lại" in window.text


def test_what_comes_and_goes_moves_nobody_s_number() -> None:
    packages = [[button(f"Gói {number}", "package", str(number))] for number in range(1, 11)]
    repeat = [button("⚡ Như lần trước", "repeat")]
    form = WindowForm(ninth="repeat")
    few = shown(repeat, *packages[:3], form=form)
    assert "9. ⚡ Như lần trước\n1. Gói 1\n2. Gói 2\n3. Gói 3" in few.text
    without = keys(shown(*packages[:3], form=form))
    assert keys(few) == {"9": "repeat", **without}
    many = keys(shown(repeat, *packages, form=form))
    assert (many["9"], many["8"], many["10"], many["11"]) == (
        "repeat",
        "package:8",
        "package:9",
        "package:10",
    )


def test_ticks_stand_before_their_items() -> None:
    rows = [button("⬜️ Cty A", "c", "p1")], [button("☑️ Cty B", "c", "u2")], [button("✅ Xong", "go")]
    window = shown(*rows, form=WindowForm(several=frozenset({"c"})))
    assert "1. ☐ Cty A\n2. ☑ Cty B\n\n3. ✅ Xong" in window.text
    assert "như 1 2" in window.text


def test_what_cannot_be_undone_takes_a_word_with_a_code() -> None:
    form = WindowForm(words={"place": "DAT"})
    window = shown([button("✅ Đặt hàng", "place")], [button("‹ Kiểm tra lại", "back")], form=form)
    (phrase,) = re.findall(r"Để “Đặt hàng”, trả lời: (DAT\u00a0[A-Z]\d)$", window.text, re.MULTILINE)
    assert keys(window) == {phrase.replace("\u00a0", " "): "place", "0": "back"}


def test_a_button_keeps_its_code_and_others_have_theirs() -> None:
    form = WindowForm(words={"place": "DAT"})

    def code(dialog: str) -> str:
        (choice,) = shown([button("✅ Đặt hàng", "place", dialog)], form=form).menu.choices
        return choice.key

    assert code("a") == code("a")
    assert len({code(str(number)) for number in range(50)}) > 10


def test_arrows_between_pages_are_words_and_the_page_is_no_choice() -> None:
    row = [button("‹", "__pager__", "0"), button("2/5", "at"), button("›", "__pager__", "2")]
    window = shown([button("A", "a")], row, form=WindowForm(silent=frozenset({"at"})))
    assert "Trang 2/5\n1. A\n2. ‹ Trước\n3. Sau ›" in window.text
    assert keys(window) == {"1": "a", "2": "__pager__:0", "3": "__pager__:2"}


def test_what_stands_between_arrows_is_no_page_where_it_is_a_day() -> None:
    row = [button("‹", "back"), button("05/06/2026", "at"), button("›", "on")]
    window = shown(row, form=WindowForm(silent=frozenset({"at"})))
    assert "05/06/2026\n1. ‹ Trước\n2. Sau ›" in window.text
    assert "Trang" not in window.text


def test_an_arrow_to_the_page_that_is_shown_is_left_out() -> None:
    row = [button("‹", "__pager__", "0"), button("1/5", "at"), button("›", "__pager__", "1")]
    window = shown([button("A", "a")], row, form=WindowForm(silent=frozenset({"at"})))
    assert keys(window) == {"1": "a", "2": "__pager__:1"}


def test_what_is_copied_is_answered_by_itself() -> None:
    copy = InlineKeyboardButton(text="📋 Chép", copy_text=CopyTextButton(text="KT123"))
    (choice,) = shown([copy]).menu.choices
    assert (choice.key, choice.says, choice.data) == ("1", "KT123", "")


def test_links_are_written_out_and_files_have_their_page() -> None:
    link = InlineKeyboardButton(text="Mở trang", url="https://vendor.example/a")
    window = shown([link], form=WindowForm(takes_file=True), upload_url="https://bot.example/upload/x")
    assert "Mở trang: https://vendor.example/a" in window.text
    assert "https://bot.example/upload/x" in window.text
    assert window.menu.choices == ()


def test_a_window_without_buttons_is_its_text() -> None:
    assert show_window("<b>Xin chào</b> &amp; hẹn gặp", None).text == "Xin chào & hẹn gặp"
