"""Keeps the models by which aiogram checks Telegram's answers."""

from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType


@cache
def answer_model(result: Any) -> type[Response[Any]]:
    """The model of an answer that carries `result`."""
    return Response[result]


class KeepAnswerModels(BaseRequestMiddleware):
    """Builds each model once. pydantic holds them weakly, so each collection of garbage would drop them, and
    the next answer would build its model again, which takes milliseconds."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        answer_model(method.__returning__)
        return await make_request(bot, method)
