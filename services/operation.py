"""What every operation is made of, and how all of them get their ports."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any, TypeVar, get_type_hints

from services.ports import Clock, Units

LARGEST_ID = 2**63 - 1
"""The largest id of a row. People type numbers into links, and a database fails on a larger one."""

Wired = TypeVar("Wired")
_hints = functools.cache(get_type_hints)


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of the business. It is called with the actor first, and decides itself whether they may."""

    units: Units
    clock: Clock


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
