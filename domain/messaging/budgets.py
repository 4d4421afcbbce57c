"""How many messages leave for people who did not ask for them."""

from dataclasses import dataclass

RESENDS_A_DAY = 3
"""How often the instruction of one request is sent again in a day."""


@dataclass(frozen=True, slots=True)
class FirstBudget:
    """How many customers and other recipients a firm may write to before it has paid or was approved; `None`
    is without limit."""

    customers: int | None = None

    def left(self, told: int) -> int | None:
        """How many more, where `told` were written to."""
        return None if self.customers is None else max(0, self.customers - told)


NO_BUDGET = FirstBudget()
"""Without limit."""
