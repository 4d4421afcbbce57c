"""The window that somebody works in stands at the bottom of its chat."""

from aiogram_dialog import ShowMode

from tests.dialogs.harness import Harness
from tests.support import builders


async def test_a_window_above_a_push_is_drawn_anew_at_the_bottom(harness: Harness) -> None:
    chat, modes = await harness.person("An"), harness.windows.modes
    await chat.text("/khachhang")
    await chat.tap("Thêm khách")
    assert modes.pop() is ShowMode.EDIT
    harness.pushed = chat.message.message_id + 1
    await chat.tap("Quay lại")
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


async def test_a_window_that_takes_anothers_place_is_drawn_once(harness: Harness) -> None:
    """Drawn anew twice, the first drawing would stay in the chat with buttons that work."""
    chat, modes = await harness.person("An"), harness.windows.modes
    kept = [builders.enterprise(number) for number in (1, 2)]
    for data in kept:
        await harness.operations.add_customer(await chat.actor(), data)
    await chat.text("/thongbao")
    for data in kept:
        modes.clear()
        await chat.text(data.tax_code)
        assert modes == [ShowMode.SEND]
    modes.clear()
    harness.pushed = chat.message.message_id + 1
    await chat.tap("Thông tin khách")
    assert modes == [ShowMode.DELETE_AND_SEND]
    assert kept[1].name in chat.window
