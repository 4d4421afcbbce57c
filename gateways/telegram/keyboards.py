"""The buttons under a push, as Telegram takes them."""

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from services.messaging.messages import ChatButton, ChatMessage
from texts.styles import Style, of_push


def keyboard(message: ChatMessage, plain: bool) -> InlineKeyboardMarkup | None:
    """The buttons; `plain` ones have no style."""
    styles = {} if plain else of_push(button for row in message.buttons for button in row)
    rows = [[_button(button, styles.get(button.data or "")) for button in row] for row in message.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: ChatButton, style: Style | None) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.text,
        url=button.url,
        callback_data=button.data,
        copy_text=CopyTextButton(button.copy) if button.copy is not None else None,
        style=style.value if style is not None else None,
    )
