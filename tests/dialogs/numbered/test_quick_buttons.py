"""Buttons beside the numbers, in an app where a button says a text for the person."""

from datetime import UTC, datetime

from aiogram.types import InlineKeyboardButton

from dialogs.numbered.forms import FormedMarkup, WindowForm
from dialogs.numbered.reading import Again, Asked, Tapped, read_typed
from dialogs.numbered.showing import show_window
from domain.choices import WINDOW, ChoiceMenu, Typing, is_tap, menu_json, menu_of_json
from domain.text import fold
from texts import numbered as texts

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def window(*labels: str, form: WindowForm | None = None, intent: str = "w1") -> FormedMarkup:
    rows = [[InlineKeyboardButton(text=label, callback_data=f"{intent}\x1d{label}")] for label in labels]
    return FormedMarkup(inline_keyboard=rows, form=form or WindowForm())


def kept(menu: ChoiceMenu) -> ChoiceMenu:
    return menu_of_json(menu_json(menu), 1, NOW)


def test_the_likeliest_come_first_and_the_way_back_last() -> None:
    form = WindowForm(words={"🗑 Hủy": "HUY"})
    shown = show_window("Đơn", window("‹ Quay lại", "📄 Xem", "▶️ Tiếp tục", "Chọn cả 30", form=form))
    assert [one.label for one in shown.steps] == ["▶️ Tiếp tục", "Chọn cả 30", "📄 Xem", "‹ Quay lại"]


def test_a_button_is_the_tap_that_its_number_is_whatever_the_window_asks() -> None:
    for typing in Typing:
        shown = show_window("?", window("📄 Xem", "‹ Quay lại", form=WindowForm(typing=typing)))
        for step in shown.steps:
            assert is_tap(step.says)
            read = read_typed(step.says, {WINDOW: kept(shown.menu)})
            assert isinstance(read, Tapped)


def test_a_button_of_another_window_means_nothing() -> None:
    old = show_window("?", window("📄 Xem", "🗂 Cột"))
    new = show_window("?", window("➕ Thêm", "🗂 Cột", intent="w2"))
    for step in old.steps:
        assert read_typed(step.says, {WINDOW: kept(new.menu)}) == Asked(texts.OLD_BUTTON)
    assert read_typed(old.steps[0].says, {}) == Asked(texts.OLD_BUTTON)


def test_a_button_that_still_stands_there_means_the_same() -> None:
    old = show_window("?", window("📄 Xem", "🗂 Cột"))
    new = show_window("?", window("➕ Thêm", "🗂 Cột"))
    read = read_typed(old.steps[1].says, {WINDOW: kept(new.menu)})
    assert isinstance(read, Tapped)
    assert read.data == ("w1\x1d🗂 Cột",)


def test_a_second_tap_on_what_was_answered_is_silent() -> None:
    old = show_window("?", window("📄 Xem"))
    answered = ChoiceMenu((), 2, shown_at=NOW, after=fold(old.steps[0].says))
    assert read_typed(old.steps[0].says, {WINDOW: answered}) == Again()
