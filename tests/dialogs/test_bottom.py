"""The window that somebody works in stands at the bottom of its chat."""

from aiogram_dialog import ShowMode

from tests.dialogs.harness import Harness


async def test_a_window_above_a_push_is_drawn_anew_at_the_bottom(harness: Harness) -> None:
    chat, modes = await harness.person("An"), harness.windows.modes
    await chat.text("/khachhang")
    await chat.tap("Thêm khách")
    assert modes.pop() is ShowMode.EDIT
    harness.pushed = chat.message.message_id + 1
    await chat.tap("Thôi")
    assert modes.pop() is ShowMode.DELETE_AND_SEND
    # It stands below the push now.
    harness.pushed = chat.message.message_id - 1
    await chat.tap("Thêm khách")
    assert modes.pop() is ShowMode.EDIT


async def test_a_window_above_an_answer_is_drawn_anew_at_the_bottom(harness: Harness) -> None:
    chat, modes = await harness.person("An"), harness.windows.modes
    await chat.text("/thongbao")
    modes.clear()
    await chat.text("blabla xyz")
    assert harness.bot.said, "an answer without the window"
    assert modes == []
    # The next window may belong to another dialog.
    await chat.tap("Menu")
    assert modes.pop() is ShowMode.DELETE_AND_SEND
    await chat.tap("Thông báo")
    assert modes.pop() is ShowMode.EDIT
