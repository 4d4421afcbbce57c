"""What stands between Telegram and the dialogs."""

import pytest
from aiogram.types import Chat, Message, User
from aiogram_dialog.utils import CB_SEP, join_reply_callback

from bot.dispatcher import OnlyTrueReplyButtons


async def _after(text: str) -> str | None:
    message = Message.model_validate(
        {
            "message_id": 1,
            "date": 0,
            "chat": Chat(id=1, type="private"),
            "from_user": User(id=1, is_bot=False, first_name="Lan"),
            "text": text,
        }
    )
    seen: list[str | None] = []

    async def handler(event: object, data: dict[str, object]) -> None:
        assert isinstance(event, Message)
        seen.append(event.text)

    await OnlyTrueReplyButtons()(handler, message, {})
    return seen[0]


@pytest.mark.parametrize("tail", ["\u200c\U0001d17a", "\u200d", "\u2060" * 9, "\xad\u2063"])
async def test_typed_text_that_ends_invisibly_stays_a_text(tail: str) -> None:
    assert await _after(f"Lan{tail}") == "Lan"


async def test_a_reply_button_stays_a_button() -> None:
    label = join_reply_callback("‹ Quay lại", f"aB3dE6{CB_SEP}back")
    assert await _after(label) == label


async def test_ordinary_text_is_left_alone() -> None:
    assert await _after("Công ty A 👨‍👩‍👧") == "Công ty A 👨‍👩‍👧"
