"""A vendor in memory: creates a licence once for each key, and fails as it is told."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.licences import ActivationFailure
from services.ports import GrantedLicence, LicenceRequest, VendorRefused


@dataclass
class ScriptedVendor:
    """`services.ports.Vendor`. `refuses` are failures by tax code. `before` and `after` are raised before or
    after a licence is created, one for each call."""

    refuses: dict[str, ActivationFailure] = field(default_factory=dict)
    before: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    created: dict[str, GrantedLicence] = field(default_factory=dict)
    asked: list[LicenceRequest] = field(default_factory=list)
    creations: Counter[str] = field(default_factory=Counter)
    """Licences by tax code and fiscal year."""
    suspended: set[str] = field(default_factory=set)
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Every change: `suspend` or `restore`, and the licence."""
    during: Callable[[], object] | None = None
    """Called in each call, before the vendor carries it out."""

    async def create(self, request: LicenceRequest, key: str) -> GrantedLicence:
        self._begin()
        self.asked.append(request)
        failure = self.refuses.get(request.line.tax_code)
        if key not in self.created:
            if failure is not None:
                raise VendorRefused(failure, "as told")
            self.created[key] = GrantedLicence(f"L{len(self.created) + 1}", request.line.email)
            self.creations[f"{request.line.tax_code}/{request.order.fiscal_year}"] += 1
        if self.after:
            raise self.after.pop(0)
        return self.created[key]

    async def find(self, key: str) -> GrantedLicence | None:
        self._begin()
        return self.created.get(key)

    async def suspend(self, vendor_id: str, key: str) -> None:
        self._begin()
        self.suspended.add(vendor_id)
        self._end("suspend", vendor_id)

    async def restore(self, vendor_id: str, key: str) -> None:
        self._begin()
        self.suspended.discard(vendor_id)
        self._end("restore", vendor_id)

    def _begin(self) -> None:
        if self.during is not None:
            self.during()
        if self.before:
            raise self.before.pop(0)

    def _end(self, verb: str, vendor_id: str) -> None:
        self.calls.append((verb, vendor_id))
        if self.after:
            raise self.after.pop(0)
