"""A vendor in memory: creates a licence once for each key, and fails as it is told."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.licences import ActivationFailure, FailureReason
from services.ports import GrantedLicence, LicenceRequest, VendorRefused


@dataclass
class ScriptedVendor:
    """`services.ports.Vendor`. `refuses` are failures by tax code. `before` and `after` are raised before or
    after a licence is created, one for each call. With `is_version_1` it names no licence and reactivates
    none."""

    refuses: dict[str, ActivationFailure] = field(default_factory=dict)
    before: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    created: dict[str, GrantedLicence] = field(default_factory=dict)
    """What was created or reactivated, by key."""
    asked: list[LicenceRequest] = field(default_factory=list)
    creations: Counter[str] = field(default_factory=Counter)
    """Licences by tax code and fiscal year."""
    holders: dict[str, str] = field(default_factory=dict)
    """The key of who has a licence, by licence."""
    suspended: set[str] = field(default_factory=set)
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Every change: `reactivate`, `suspend` or `restore`, and the licence."""
    during: Callable[[], object] | None = None
    """Called in each call, before the vendor carries it out."""
    is_version_1: bool = False
    _rights: dict[tuple[str, str, int], str] = field(default_factory=dict)
    _orders: dict[str, str] = field(default_factory=dict)

    async def create(self, request: LicenceRequest, key: str) -> GrantedLicence:
        self._begin()
        self.asked.append(request)
        if key not in self.created:
            self._check(request)
            right = request.line.tax_code, request.package_code, request.order.fiscal_year
            if (held := self._rights.get(right)) is not None:
                failure = ActivationFailure(FailureReason.ALREADY_LICENSED)
                raise VendorRefused(failure, "held", "" if self.is_version_1 else held)
            self._rights[right] = f"L{len(self.holders) + 1}"
            self._give(self._rights[right], request, key)
            self.creations[f"{request.line.tax_code}/{request.order.fiscal_year}"] += 1
        if self.after:
            raise self.after.pop(0)
        return self.created[key]

    async def reactivate(self, vendor_id: str, request: LicenceRequest, key: str) -> GrantedLicence:
        assert not self.is_version_1
        self._begin()
        if key not in self.created:
            self._check(request)
            self._give(vendor_id, request, key)
            self.suspended.discard(vendor_id)
        self._end("reactivate", vendor_id)
        return self.created[key]

    async def find(self, key: str) -> GrantedLicence | None:
        self._begin()
        found = self.created.get(key)
        return found if found is not None and self.holders[found.vendor_id] == key else None

    async def suspend(self, vendor_id: str, order_code: str, key: str) -> None:
        self._begin()
        if self._orders.get(vendor_id, order_code) == order_code:
            self.suspended.add(vendor_id)
        self._end("suspend", vendor_id)

    async def restore(self, vendor_id: str, order_code: str, key: str) -> None:
        self._begin()
        if self._orders.get(vendor_id, order_code) == order_code:
            self.suspended.discard(vendor_id)
        self._end("restore", vendor_id)

    def forget(self) -> None:
        """Sell every right again, whoever has its licence."""
        self._rights.clear()

    def _check(self, request: LicenceRequest) -> None:
        failure = self.refuses.get(request.line.tax_code)
        if failure is not None:
            raise VendorRefused(failure, "as told")

    def _give(self, vendor_id: str, request: LicenceRequest, key: str) -> None:
        self.created[key] = GrantedLicence(vendor_id, request.line.email)
        self.holders[vendor_id] = key
        self._orders[vendor_id] = request.order.code

    def _begin(self) -> None:
        if self.during is not None:
            self.during()
        if self.before:
            raise self.before.pop(0)

    def _end(self, verb: str, vendor_id: str) -> None:
        self.calls.append((verb, vendor_id))
        if self.after:
            raise self.after.pop(0)
