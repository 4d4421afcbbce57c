"""Delivery to the bot's webhook: one update after the other, each until it is taken."""

import asyncio
import json
from typing import Any

import aiohttp

from sandbox.requests import is_hook
from sandbox.telegram.errors import ApiError
from sandbox.telegram.params import Params
from sandbox.telegram.state import Telegram
from sandbox.telegram.updates import Update

_BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0)  # Seconds between tries; the last one repeats.
_TIMEOUT = aiohttp.ClientTimeout(total=60)


def check_url(url: str) -> None:
    """Raises ApiError unless a webhook may have this address."""
    if not is_hook(url):
        raise ApiError("bad webhook: An HTTPS URL must be provided for webhook")


class Webhook:
    """Pushes updates while a webhook is set. An answer may carry one method call, which is carried out."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        tries = 0
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            while True:
                updates = self._telegram.updates
                hook = self._telegram.webhook
                update = updates.first() if hook.get("url") else None
                if update is None:
                    tries = 0
                    updates.changed.clear()
                    await updates.changed.wait()
                    continue
                trouble = await self._deliver(session, hook, update)
                if trouble is None:
                    tries = 0
                    updates.confirm(update.id)
                    continue
                self._telegram.note_webhook_error(trouble)
                await asyncio.sleep(_BACKOFF[min(tries, len(_BACKOFF) - 1)])
                tries += 1

    async def _deliver(
        self, session: aiohttp.ClientSession, hook: dict[str, Any], update: Update
    ) -> str | None:
        """Post one update. Returns what went wrong, or None."""
        secret = hook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(hook["url"], json=update.json(), headers=headers) as answer:
                if not 200 <= answer.status < 300:
                    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
                call = await _call_in(answer)
        except (aiohttp.ClientError, OSError, TimeoutError):
            return "Connection refused"
        if call is not None:
            await self._carry_out(call)
        return None

    async def _carry_out(self, call: dict[str, Any]) -> None:
        try:
            await self._telegram.call(str(call.get("method", "")), Params(call, {}))
        except ApiError as error:  # Telegram reports such a failure to nobody either.
            self._telegram.note_webhook_error(error.description)


async def _call_in(answer: aiohttp.ClientResponse) -> dict[str, Any] | None:
    """The method call in a webhook's answer, sent as JSON or as a form."""
    if answer.content_type == "multipart/form-data":
        call: dict[str, Any] = {}
        reader = aiohttp.MultipartReader.from_response(answer)
        while (part := await reader.next()) is not None:
            if isinstance(part, aiohttp.BodyPartReader) and part.name:
                call[part.name] = await part.text()
        return call if "method" in call else None
    try:
        body = json.loads(await answer.read() or b"{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) and "method" in body else None
