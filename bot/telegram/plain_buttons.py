"""Buttons without styles where the Bot API's server does not know them (before 9.4)."""

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.types import InlineKeyboardMarkup

STYLE = "style"
"""What a refusal of styles names."""


class PlainWhereRefused(BaseRequestMiddleware):
    """Repeats a call whose styles were refused without them; later calls go without them at once."""

    def __init__(self) -> None:
        self._plain = False

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if not self._plain:
            try:
                return await make_request(bot, method)
            except TelegramBadRequest as error:
                if STYLE not in error.message.casefold():
                    raise
                self._plain = True
        markup = getattr(method, "reply_markup", None)
        if isinstance(markup, InlineKeyboardMarkup):
            rows = [
                [button.model_copy(update={"style": None}) for button in row]
                for row in markup.inline_keyboard
            ]
            plain = InlineKeyboardMarkup(inline_keyboard=rows)
            method = method.model_copy(update={"reply_markup": plain})
        return await make_request(bot, method)
