"""Waiting until the bot has nothing left to do."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from sandbox.bank.bank import Bank
from sandbox.telegram.state import Telegram
from sandbox.zalo.state import Zalo

_STEP, _LONGEST_STEP = 0.02, 0.1
_HEALTH_TIMEOUT = aiohttp.ClientTimeout(total=3)


async def busy_with(
    telegram: Telegram, zalo: Zalo, bank: Bank, health_url: str | None, quiet: float, patience: float
) -> str | None:
    """Wait until the bot has handled everything it was told and has settled its due jobs.

    Returns None then, or what is still going on after `patience` seconds.

    An update or event counts as handled when the poller has asked for the next one, or the webhook has taken
    it. The bot may still be at work then, so the world must also be quiet for `quiet` seconds: no Bot API
    call, mail or SMS. The bot's health answer shows its jobs: any number in it named `*_due` or `*_running`
    must be 0.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    seen, since = _activity(telegram, zalo), loop.time()
    why: str | None = None
    step = _STEP
    async with aiohttp.ClientSession(timeout=_HEALTH_TIMEOUT) as session:
        while True:
            now = loop.time()
            if (activity := _activity(telegram, zalo)) != seen:
                seen, since = activity, now
            why = _updates_left(telegram) or _events_left(zalo) or _transfers_left(bank)
            if why is None and now - since < quiet:
                why = "the bot was busy a moment ago"
            if why is None and health_url:
                why = await _jobs_left(session, health_url)
                # Each answer costs the bot some milliseconds of its work.
                step = min(step * 1.5, _LONGEST_STEP)
            if why is None and _activity(telegram, zalo) == seen:
                return None
            if loop.time() >= end:
                return why or "the bot is busy"
            await asyncio.sleep(step)


def _activity(telegram: Telegram, zalo: Zalo) -> tuple[int, ...]:
    told = telegram.updates.waiting, zalo.events.waiting
    return telegram.calls, zalo.calls, telegram.world.events.count, *told


def _updates_left(telegram: Telegram) -> str | None:
    if waiting := telegram.updates.waiting:
        return f"{waiting} updates are not confirmed by the bot"
    return f"{telegram.running} calls are being carried out" if telegram.running else None


def _events_left(zalo: Zalo) -> str | None:
    if waiting := zalo.events.waiting:
        return f"{waiting} events of Zalo are not taken by the bot"
    return f"{zalo.running} calls to Zalo are being carried out" if zalo.running else None


def _transfers_left(bank: Bank) -> str | None:
    return f"the bot is still to be told of {bank.waiting} transfers" if bank.waiting else None


async def _jobs_left(session: aiohttp.ClientSession, health_url: str) -> str | None:
    try:
        async with session.get(health_url) as answer:
            if answer.status != 200:
                return f"the bot answers HTTP {answer.status} when asked for its health"
            body = await answer.json()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return f"the bot's health is unknown: {error or type(error).__name__}"
    if not isinstance(body, Mapping):
        return "the bot's health answer is not an object"
    left = {name: count for name, count in body.items() if _counts(name, count) and count}
    return f"the bot reports {left}" if left else None


def _counts(name: str, value: Any) -> bool:
    return isinstance(value, int) and name.endswith(("_due", "_running"))
