"""The vendor's licences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.licences import ActivationFailure
from domain.orders import Order, OrderLine


class VendorRefused(Exception):
    """The vendor's definite answer: nothing was done, and nothing will be from this request. `vendor_id` is
    the licence that the customer has already, where the vendor would reactivate it."""

    def __init__(self, failure: ActivationFailure, message: str, vendor_id: str = "") -> None:
        super().__init__(message)
        self.failure = failure
        self.vendor_id = vendor_id


class DoneByHand(Exception):
    """The vendor has no API: back office does the work by hand and says so."""


@dataclass(frozen=True, slots=True)
class LicenceRequest:
    """What the vendor is asked to create, or to reactivate a licence for."""

    order: Order
    package_code: str
    line: OrderLine


@dataclass(frozen=True, slots=True)
class GrantedLicence:
    """What the vendor created or reactivated."""

    vendor_id: str
    login: str


class Vendor(Protocol):
    """The vendor's licences (`docs/api/vendor.yaml`). Each call is safe to repeat under its `key`.

    Raises `VendorRefused`, `DoneByHand`, or `RetryLater` if nothing was done. After any other error the
    outcome is unknown and the call is to be repeated.
    """

    async def create(self, request: LicenceRequest, key: str) -> GrantedLicence: ...
    async def reactivate(self, vendor_id: str, request: LicenceRequest, key: str) -> GrantedLicence:
        """Make the licence of a cancelled order usable, and that of the order of `request` from now on."""

    async def find(self, key: str) -> GrantedLicence | None:
        """The licence that was created or reactivated under this key, if any, while no other order has it."""

    async def suspend(self, vendor_id: str, order_code: str, key: str) -> None:
        """Suspend it for this order. If another order has it by now, nothing is done."""

    async def restore(self, vendor_id: str, order_code: str, key: str) -> None:
        """Restore it for this order, as above."""


class LicenceRecords(Protocol):
    """What the vendor knows of licences that others bought."""

    async def licensed(self, fiscal_year: int, tax_codes: Sequence[str]) -> Mapping[str, str]:
        """The code of the package that each of these tax codes has for this year; those with none are left
        out. Any error means that it is not known."""
