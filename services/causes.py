"""What the work at hand goes back to: the short name of an update, a post or a job that begins by itself.

It stands in every line of the log, and goes with the jobs that the work enqueues and the pushes they send.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CAUSE: ContextVar[str] = ContextVar("cause", default="")

_IN_PAYLOAD = "cause"
"""Where a job carries it. Releases that do not know it leave it alone."""


@contextmanager
def caused_by(cause: str) -> Iterator[None]:
    """Say what the work inside goes back to."""
    token = CAUSE.set(cause)
    try:
        yield
    finally:
        CAUSE.reset(token)


def new_cause(kind: str) -> str:
    """A name for what has no number."""
    return f"{kind}-{uuid.uuid4().hex[:8]}"


def with_cause(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload of a job as it is stored."""
    cause = CAUSE.get()
    return {**payload, _IN_PAYLOAD: cause} if cause else payload


def without_cause(stored: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The payload as it was given, and the cause that it carries."""
    if _IN_PAYLOAD not in stored:
        return stored, ""
    payload = dict(stored)
    return payload, str(payload.pop(_IN_PAYLOAD))
