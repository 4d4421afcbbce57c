"""What all callers of the Bot API by python-telegram-bot share."""

import os
from datetime import timedelta

from telegram.error import RetryAfter
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

API_URL = "https://api.telegram.org"

# Without this, reading `retry_after` raises a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")


def extended_bot(token: str, api_url: str, request: HTTPXRequest) -> ExtBot[None]:
    """A bot at `api_url` (Telegram's own where empty) whose every call goes through `request`."""
    api_url = (api_url or API_URL).rstrip("/")
    return ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=request,
    )


def seconds_to_wait(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
