"""Keeps the log short while something is away for long."""

import logging
import time
from collections.abc import Callable

from services.patience import Seldom
from storage.database import AWAY

SECONDS = 60.0


class FewStacks(logging.Filter):
    """Leaves the stack out of a record if one of the same kind was logged in the last `SECONDS`.

    The line stays, with the error's type. Errors raised in the same place are of one kind, and so are all
    that say that the database is away. `steady` counts seconds.
    """

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seldom = Seldom(SECONDS, steady)

    def filter(self, record: logging.LogRecord) -> bool:
        kind, error, trace = record.exc_info or (None, None, None)
        if kind is None or error is None:
            return True
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace is not None else ()
        key: tuple[object, ...] = AWAY if isinstance(error, AWAY) else (record.name, kind, *place)
        if not self._seldom(key):
            record.msg, record.args = f"{record.getMessage()} ({kind.__name__} again)", ()
            record.exc_info = None
        return True


def shorten_logs() -> None:
    """Have the root handlers write few stacks. Call it before what renders them."""
    few = FewStacks()
    for handler in logging.getLogger().handlers:
        handler.addFilter(few)
