"""What every operation is made of."""

from dataclasses import dataclass

from services.ports import Clock, Units


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of the business. Called with the actor first; decides itself whether that actor may."""

    units: Units
    clock: Clock
