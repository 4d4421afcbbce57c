"""Files that people sent to the Telegram bot, by python-telegram-bot."""

from types import TracebackType
from typing import Self

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter

from domain.errors import DomainError
from domain.files import FILE_LIMIT_MB, FileRef
from gateways.measures import MeasuredRequest
from gateways.telegram.api import extended_bot, seconds_to_wait
from services.ports import RetryLater

_CONNECTIONS = 4
_SECONDS = 60.0
_SERVER_TROUBLE = 5.0


class TelegramFiles:
    """`Attachments` of Telegram. Open between `async with`; opening calls nothing."""

    def __init__(self, token: str, api_url: str) -> None:
        request = MeasuredRequest(
            connection_pool_size=_CONNECTIONS, read_timeout=_SECONDS, pool_timeout=_SECONDS
        )
        self._request = request
        self._bot = extended_bot(token, api_url, request)

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.shutdown()

    async def fetch(self, file: FileRef) -> bytes:
        """The content of the file.

        Raises `DomainError`: "workbook_too_large" (limit in MB, of="file"), "file_not_fetched" when Telegram
        has it no more; `RetryLater` while Telegram cannot be reached.
        """
        if file.size > FILE_LIMIT_MB * 1024 * 1024:
            raise DomainError("workbook_too_large", limit=FILE_LIMIT_MB, of="file")
        try:
            found = await self._bot.get_file(file.file_id)
            return bytes(await found.download_as_bytearray())
        except RetryAfter as error:
            raise RetryLater(seconds_to_wait(error), "rate limit of Telegram", counts=False) from error
        except BadRequest as error:
            if "too big" in error.message.casefold():
                raise DomainError("workbook_too_large", limit=FILE_LIMIT_MB, of="file") from error
            raise DomainError("file_not_fetched") from error
        except (Forbidden, InvalidToken) as error:
            raise DomainError("file_not_fetched") from error
        except NetworkError as error:
            raise RetryLater(_SERVER_TROUBLE, "Telegram is out of reach") from error
