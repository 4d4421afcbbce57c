"""What every operation is made of, and how all of them get their ports."""

import functools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any, TypeVar, get_type_hints

from domain.errors import DomainError
from services.ports import Clock, Units

LARGEST_ID = 2**63 - 1
"""The largest id of a row. People type numbers into links, and a database fails on a larger one."""

Wired = TypeVar("Wired")
_Verb = Callable[..., Awaitable[Any]]
log = logging.getLogger(__name__)
_hints = functools.cache(get_type_hints)


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of the business. It is called with the actor first, and decides itself whether they may.

    Each call is a line of the log with its name and outcome, and nothing of what it was called with.
    """

    units: Units
    clock: Clock

    def __init_subclass__(cls) -> None:
        super(Operation, cls).__init_subclass__()
        call = cls.__dict__.get("__call__")
        # A dataclass with slots makes the class a second time.
        if call is not None and not hasattr(call, "__wrapped__"):
            cls.__call__ = _logged(cls.__name__, call)  # type: ignore[method-assign]


def _logged(name: str, call: _Verb) -> _Verb:
    @functools.wraps(call)
    async def called(*args: Any, **kwargs: Any) -> Any:
        begun, outcome = time.perf_counter(), "failed"
        try:
            result = await call(*args, **kwargs)
            outcome = "done"
            return result
        except DomainError as refusal:
            outcome = f"refused, {refusal.code}"
            raise
        finally:
            log.debug("operation %s: %s, %.3f s", name, outcome, time.perf_counter() - begun)

    return called


def wire(kind: type[Wired], ports: Mapping[Any, object]) -> Wired:
    """Build a dataclass of operations: each field of an operation gets the port of its type.

    `ports` are keyed by type. Raises `TypeError` for a field that no port fits, and for a port that no
    operation asks for.
    """
    unused = set(ports)

    def build(kind: Any, field: str) -> Any:
        if kind in ports:
            unused.discard(kind)
            return ports[kind]
        if not (isinstance(kind, type) and is_dataclass(kind)):
            raise TypeError(f"{field}: there is no port of type {kind}")
        return kind(**{name: build(hint, f"{field}.{name}") for name, hint in _hints(kind).items()})

    wired: Wired = build(kind, kind.__name__)
    if unused:
        raise TypeError(f"no operation asks for {unused}")
    return wired
