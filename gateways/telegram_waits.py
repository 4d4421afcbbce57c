"""How long Telegram asks to wait, as python-telegram-bot tells it."""

import os
from datetime import timedelta

from telegram.error import RetryAfter

# Without it, reading how long to wait warns of a deprecation.
os.environ.setdefault("PTB_TIMEDELTA", "true")


def seconds_to_wait(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
