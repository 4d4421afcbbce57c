"""What a firm or one of its customers owes, what of it came in, and since when the rest is open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.ageing import Age, age_of
from domain.calendar import day_of
from domain.orders import Order
from domain.people import Firm


@dataclass(frozen=True, slots=True)
class Receivable:
    """What is open of a request; below zero where its payer left a surplus. `name` and `tax_code` are of the
    first of its `line_count` customers."""

    code: str
    order: Order
    firm: Firm
    name: str
    tax_code: str
    line_count: int
    amount: int
    rest: int

    @property
    def paid(self) -> int:
        return self.amount - self.rest


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """`whose` is the firm's or customer's name. `asked` is all that its orders ask for, and `paid` what came
    in of it; `items` are the requests that are open, or hold a surplus. VND on `day`."""

    whose: str
    firm: Firm
    day: date
    asked: int
    items: Sequence[Receivable]

    @property
    def rest(self) -> int:
        """What is still to pay: a surplus under one code pays for no other."""
        return sum(max(0, item.rest) for item in self.items)

    @property
    def paid(self) -> int:
        return self.asked - sum(item.rest for item in self.items)

    @property
    def ages(self) -> Mapping[Age, int]:
        """What is open, by age."""
        found = Counter[Age]()
        for item in self.items:
            found[self.age(item)] += max(0, item.rest)
        return found

    def age(self, item: Receivable) -> Age:
        return age_of(day_of(item.order.placed_at), self.day)
