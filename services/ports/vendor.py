"""The vendor's licences."""

from dataclasses import dataclass
from typing import Protocol

from domain.licences import ActivationFailure
from domain.orders import Order, OrderLine


class VendorRefused(Exception):
    """The vendor's definite answer: no licence was created and none will be from this request."""

    def __init__(self, failure: ActivationFailure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class DoneByHand(Exception):
    """The vendor has no API: back office does the work by hand and says so."""


@dataclass(frozen=True, slots=True)
class LicenceRequest:
    """What the vendor is asked to create."""

    order: Order
    package_code: str
    line: OrderLine


@dataclass(frozen=True, slots=True)
class GrantedLicence:
    """What the vendor created."""

    vendor_id: str
    login: str


class Vendor(Protocol):
    """The vendor's licences (`docs/api/vendor.yaml`). Each call is safe to repeat under its `key`.

    Raises `VendorRefused`, `DoneByHand`, or `RetryLater` if nothing was done. After any other error the
    outcome is unknown and the call is to be repeated.
    """

    async def create(self, request: LicenceRequest, key: str) -> GrantedLicence: ...
    async def find(self, key: str) -> GrantedLicence | None:
        """The licence that was created under this key, if any."""

    async def suspend(self, vendor_id: str, key: str) -> None: ...
    async def restore(self, vendor_id: str, key: str) -> None: ...
