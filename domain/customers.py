"""The firm's customers: the fields an order needs of each."""

from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any

NAME_LIMIT = 200
ADDRESS_LIMIT = 300
OWN_CODE_LIMIT = 30
LABEL_LIMIT = 30


class CustomerKind(StrEnum):
    """Packages, regimes and VAT methods belong to one kind; an order never mixes them."""

    ENTERPRISE = "enterprise"
    HOUSEHOLD = "household"


class CustomerField(StrEnum):
    """The fields that can be asked for and edited one by one."""

    KIND = "kind"
    TAX_CODE = "tax_code"
    NAME = "name"
    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    EMAIL = "email"
    PHONE = "phone"
    OWN_CODE = "own_code"


REQUIRED_FOR_ORDER = (
    CustomerField.NAME,
    CustomerField.ADDRESS,
    CustomerField.REPRESENTATIVE,
    CustomerField.EMAIL,
    CustomerField.PHONE,
)
_required_values = attrgetter(*(field.value for field in REQUIRED_FOR_ORDER))


@dataclass(frozen=True, slots=True)
class CustomerData:
    """What is known of a customer, already normalised; empty text means not given yet.

    `email` and `phone` (E.164) are the legal representative's and create the login of the software.
    `regime`, `vat_method` and `first_month` are the accounting data last declared, `None` when never.
    """

    kind: CustomerKind
    tax_code: str
    name: str = ""
    address: str = ""
    representative: str = ""
    email: str = ""
    phone: str = ""
    own_code: str = ""
    regime: str | None = None
    vat_method: str | None = None
    first_month: int | None = None

    @property
    def called(self) -> str:
        """The name; of one that came as a bare tax code, that."""
        return self.name or self.tax_code

    @property
    def missing(self) -> tuple[CustomerField, ...]:
        """Fields without which no order can be placed for this customer, in the order to ask for them."""
        values = _required_values(self)
        if all(values):
            return ()
        return tuple(field for field, value in zip(REQUIRED_FOR_ORDER, values, strict=True) if not value)


_data_values = attrgetter(*(field.name for field in fields(CustomerData)))


@dataclass(frozen=True, slots=True)
class Customer(CustomerData):
    """A customer kept by a firm. One declared only inside an order is not `in_catalogue`.

    `assignee_id` is the accountant who looks after it. One that was merged into another is out of the
    catalogue and says into which; of one that was `erased` nothing of its person is kept.
    """

    id: int = 0
    firm_id: int = 0
    in_catalogue: bool = True
    archived: bool = False
    assignee_id: int | None = None
    merged_into: int | None = None
    erased: bool = False

    @property
    def data(self) -> CustomerData:
        return CustomerData(*_data_values(self))


CLEARABLE = (
    CustomerField.ADDRESS,
    CustomerField.REPRESENTATIVE,
    CustomerField.EMAIL,
    CustomerField.PHONE,
    CustomerField.OWN_CODE,
)
"""The fields that may be emptied again; whoever has no name or tax code could not be found."""

_FILLED = (CustomerField.NAME.value, *(field.value for field in CLEARABLE), "assignee_id")
_FILLED_OF_KIND = ("regime", "vat_method", "first_month")


def filled_from(keep: Customer, drop: Customer) -> dict[str, Any]:
    """What `keep` lacks and `drop` has, by field. What was declared for another kind means nothing to it."""
    names = _FILLED + _FILLED_OF_KIND if keep.kind is drop.kind else _FILLED
    return {name: getattr(drop, name) for name in names if not getattr(keep, name) and getattr(drop, name)}
