"""What this process measures of its transactions, and of the pushes that they settle (`/metrics`)."""

import time

from prometheus_client import Counter, Histogram

from domain.messaging.pushes import PushState

_BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30)

WAIT_SECONDS = Histogram(
    "ktdv_database_wait_seconds",
    "How long a writing transaction waits for its turn and for a connection.",
    buckets=_BUCKETS,
)
WRITE_SECONDS = Histogram(
    "ktdv_database_write_seconds", "How long a writing transaction takes, from its turn on.", buckets=_BUCKETS
)


class Writing:
    """Measures one writing transaction, from the moment it is asked for."""

    def __init__(self) -> None:
        self._asked = self._begun = time.perf_counter()

    def begin(self) -> None:
        """It has its turn and its connection."""
        self._begun = time.perf_counter()
        WAIT_SECONDS.observe(self._begun - self._asked)

    def end(self) -> None:
        """It is committed."""
        WRITE_SECONDS.observe(time.perf_counter() - self._begun)


PUSHES = Counter("ktdv_pushes", "Pushes by what became of them.", ["kind", "channel", "outcome"])
PUSH_SECONDS = Histogram(
    "ktdv_push_seconds",
    "From the commit of what a push tells until it had left.",
    ["channel"],
    buckets=(0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400),
)


def count_push(kind: str, channel: str, outcome: str, seconds: float) -> None:
    """Count a push that is settled, `seconds` after it was written."""
    PUSHES.labels(kind, channel, outcome).inc()
    if outcome == PushState.SENT:
        PUSH_SECONDS.labels(channel).observe(max(0.0, seconds))
