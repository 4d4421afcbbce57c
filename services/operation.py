"""What every operation is made of."""

from dataclasses import dataclass

from services.ports import Clock, Units

LARGEST_ID = 2**63 - 1
"""No row has a larger one. Links carry numbers that somebody typed, and a database errs on those beyond."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of the business. Called with the actor first; decides itself whether that actor may."""

    units: Units
    clock: Clock
