"""Importing this has the program in memory, used once."""

import asyncio

import bot.__main__  # noqa: F401
from tests.support import once
from tests.support.settings import settings_of
from tests.support.warm import warm_up

once.keep()
asyncio.run(
    warm_up(
        settings_of(
            {
                "telegram_token": "424242:direct-to-the-sandbox",
                "mail_from": "a@b.example",
                "bank_bin": "970436",
                "bank_account": "1023456789",
                "bank_holder": "CONG TY",
            }
        )
    )
)
