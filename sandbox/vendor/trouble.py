"""Troubles of the vendor: faults that a test orders, and a load that benches set."""

import random
import time
from collections import deque
from dataclasses import dataclass, field

from sandbox.vendor.contract import KINDS, VendorError

DEFINITE = frozenset(
    {
        "invalid",
        "login_taken",
        "tax_code_refused",
        "already_licensed",
        "package_unknown",
        "key_reused",
        "unknown",
    }
)
"""Refusals that a call cannot get once it has been carried out."""

ERRORS = (*KINDS, "500", "lost", "hang")
OF_CREATION = frozenset({"invalid", "login_taken", "tax_code_refused", "already_licensed", "package_unknown"})


@dataclass
class VendorFault:
    """The next `times` changing calls end with `error`: one customer's or any's, of one operation or any.

    `error` is a kind of the contract, "500" (nothing is done), "lost" (done, then the connection is closed)
    or "hang" (done, never answered).
    """

    error: str
    times: int = 1
    tax_code: str | None = None
    operation: str | None = None
    field: str | None = None
    retry_after: int = 1

    def concerns(self, operation: str, tax_code: str | None, carried_out: bool) -> bool:
        return (
            self.tax_code in (None, tax_code)
            and self.operation in (None, operation)
            and not (carried_out and self.error in DEFINITE)
            and not (operation not in ("create", "reactivate") and self.error in OF_CREATION)
            and not (operation == "create" and self.error == "unknown")
        )

    def refuse(self) -> None:
        """Raise VendorError if the fault is a kind of the contract."""
        if self.error not in KINDS:
            return
        named = (self.field or "email") if self.error == "invalid" else None
        raise VendorError(self.error, "ordered by the sandbox", named, self.retry_after)


@dataclass
class Load:
    """How the vendor answers as a whole: how slowly, with what share of errors, to how many calls a second.

    `error_rate` and `lost_rate` are shares of the changing calls, from 0 to 1, drawn from `seed`.
    """

    latency_ms: float = 0
    error_rate: float = 0
    lost_rate: float = 0
    limit_per_second: int | None = None
    seed: int = 0
    _recent: deque[float] = field(default_factory=deque, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def admit(self) -> None:
        """Count one call. Raises VendorError `too_many` if more than the limit came within a second."""
        if self.limit_per_second is None:
            return
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.limit_per_second:
            raise VendorError("too_many", f"more than {self.limit_per_second} calls within a second")
        self._recent.append(now)

    def fail(self) -> None:
        """Raise VendorError `unavailable` for the share of calls that is to fail."""
        if self._random.random() < self.error_rate:
            raise VendorError("unavailable", "ordered by the sandbox")

    def loses(self) -> bool:
        return self._random.random() < self.lost_rate
