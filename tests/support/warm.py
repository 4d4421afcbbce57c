"""Importing this has the program in memory, with the dialogs, models and templates that it builds."""

import gc

import bot.__main__  # noqa: F401
from tests.support import once

once.keep()
once.lend_router()
once.take_back()
once.warm_up()
gc.collect()
gc.freeze()
