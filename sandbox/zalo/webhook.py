"""Delivery to the bot's webhook. One person's events go one after the other, different people's side by side.
Each is posted until the bot takes it."""

import asyncio
import json
from typing import Any

import aiohttp

from sandbox.zalo.state import Zalo

SECRET_HEADER = "X-Bot-Api-Secret-Token"
_BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0)  # Seconds between tries; the last one repeats.
_TIMEOUT = aiohttp.ClientTimeout(total=15)


class Webhook:
    """Posts events while a webhook is set. Only the status of the bot's answer is read."""

    def __init__(self, zalo: Zalo) -> None:
        self._zalo = zalo
        self._task: asyncio.Task[None] | None = None
        self._by_person: dict[str, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None

    def start(self) -> None:
        self._http = aiohttp.ClientSession(timeout=_TIMEOUT)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        tasks = [task for task in (self._task, *self._by_person.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http:
            await self._http.close()

    async def post(self, data: bytes, secret: str | None, tries: int = 0) -> tuple[int, str] | None:
        """Post a body once; the status and the text of the answer, or None if there was none. It was posted
        `tries` times before."""
        assert self._http
        headers = {"Content-Type": "application/json"} | self._headers(data, secret)
        if tries:
            headers |= self._repeated(tries)
        try:
            url = self._zalo.webhook["url"]
            async with self._http.post(url, data=data, headers=headers, allow_redirects=False) as answer:
                return answer.status, await answer.text(errors="replace")
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None

    async def _run(self) -> None:
        events = self._zalo.events
        while True:
            events.changed.clear()
            for person in events.people():
                if person not in self._by_person:
                    self._by_person[person] = asyncio.create_task(self._deliver(person))
            await events.changed.wait()

    async def _deliver(self, person: str) -> None:
        """Deliver until nothing is left, or the webhook is deleted, which loses what waits."""
        tries = 0
        try:
            while event := self._zalo.events.first(person):
                data = json.dumps(self._body(event.body), ensure_ascii=False).encode()
                answer = await self.post(data, self._zalo.webhook.get("secret_token"), tries)
                if answer and 200 <= answer[0] < 300:
                    tries = 0
                    self._zalo.events.take(event)
                    continue
                if not await self._wait(tries, answer[0] if answer else None):
                    self._zalo.events.take(event)
                tries += 1
        finally:
            # No await since the look at the queue, or an event that comes meanwhile would start no delivery.
            del self._by_person[person]

    async def _wait(self, tries: int, status: int | None) -> bool:
        """Wait until the next try after so many; false where the event is given up. `status` is that of the
        last answer."""
        if not self._zalo.redelivers:
            return False
        await asyncio.sleep(_BACKOFF[min(tries, len(_BACKOFF) - 1)])
        return True

    def _repeated(self, tries: int) -> dict[str, str]:
        return {}

    def _headers(self, data: bytes, secret: str | None) -> dict[str, str]:
        return {SECRET_HEADER: secret} if secret else {}

    def _body(self, event: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "result": event} if self._zalo.wrapped else event
