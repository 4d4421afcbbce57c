"""Licences: one for each line of an order, from ordered to active, and what the vendor should grant now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.customers import CustomerField
from domain.orders import OrderLine

TRIAL = timedelta(days=7)
"""How long an activated licence may be used unpaid: each from its own activation, to the second, less what
licences of cancelled orders used of it for the same customer, package and year."""


class LicenceState(StrEnum):
    """What people are shown; derived from the facts of a `Licence`."""

    ORDERED = "ordered"
    PAID_WAITING = "paid_waiting"
    ACTIVATING = "activating"
    FAILED = "failed"
    ACTIVE_UNPAID = "active_unpaid"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


MAY_ACTIVATE = frozenset({LicenceState.ORDERED, LicenceState.PAID_WAITING, LicenceState.FAILED})
"""The states of `Licence.may_activate`."""


class ActivationStep(StrEnum):
    """How far the activation of one licence has come."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    FAILED = "failed"
    DONE = "done"


STEPS_TO_ACTIVATE = (ActivationStep.WAITING, ActivationStep.FAILED)
"""Where an activation may be begun."""


class FailureReason(StrEnum):
    """Why an activation failed. `INVALID` comes with the field that is wrong. `NOT_REACTIVATED`: the vendor
    has the licence for a cancelled order, and lets no other have it. `TRIAL_USED`: nothing is paid, and
    cancelled orders used the whole trial."""

    INVALID = "invalid"
    LOGIN_TAKEN = "login_taken"
    TAX_CODE_REFUSED = "tax_code_refused"
    ALREADY_LICENSED = "already_licensed"
    NOT_REACTIVATED = "not_reactivated"
    TRIAL_USED = "trial_used"
    PACKAGE_UNKNOWN = "package_unknown"
    UNAVAILABLE = "unavailable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ActivationFailure:
    """`field` is the customer's field to mend, where there is one; `note` is back office's own words."""

    reason: FailureReason
    field: CustomerField | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """One line's right to the software.

    `suspended` is what the vendor has been made to do, `usable_at` what it should do. `generation` counts the
    definite refusals, from any number on: it is part of the idempotency key, so that mended data is a new
    request while a repeat after a lost answer is the old one. `by_hand` waits for back office, where the
    vendor has no API. `trial_from` is set where cancelled orders used some of the trial: it counts from then,
    not from the activation. `suspended_at` is `None` while it is not suspended, and for what release 0.2.0
    suspended.
    """

    id: int
    order_id: int
    position: int
    step: ActivationStep = ActivationStep.WAITING
    paid: bool = False
    cancelled: bool = False
    suspended: bool = False
    by_hand: bool = False
    vendor_id: str = ""
    login: str = ""
    activated_at: datetime | None = None
    trial_from: datetime | None = None
    suspended_at: datetime | None = None
    failure: ActivationFailure | None = None
    generation: int = 0

    @property
    def state(self) -> LicenceState:
        if self.step is ActivationStep.DONE:
            if self.cancelled:
                return LicenceState.CANCELLED
            if self.suspended:
                return LicenceState.SUSPENDED
            return LicenceState.ACTIVE if self.paid else LicenceState.ACTIVE_UNPAID
        if self.cancelled:
            return LicenceState.CANCELLED
        if self.step is ActivationStep.UNDER_WAY:
            return LicenceState.ACTIVATING
        if self.step is ActivationStep.FAILED:
            return LicenceState.FAILED
        return LicenceState.PAID_WAITING if self.paid else LicenceState.ORDERED

    @property
    def deadline(self) -> datetime | None:
        """When the unpaid use ends; `None` before the activation."""
        since = self.trial_from or self.activated_at
        return since + TRIAL if since else None

    @property
    def key(self) -> str:
        """The idempotency key of creating it."""
        return f"licence-{self.id}-{self.generation}"

    @property
    def may_activate(self) -> bool:
        """Whether an activation may be begun: not while one is under way, nor after one succeeded."""
        return not self.cancelled and self.step in STEPS_TO_ACTIVATE

    @property
    def may_exist(self) -> bool:
        """Whether the vendor may have created it without our hearing of it."""
        return (
            self.step is ActivationStep.FAILED
            and self.failure is not None
            and self.failure.reason is FailureReason.UNAVAILABLE
        )

    def usable_at(self, now: datetime) -> bool:
        """Whether the customer should be able to work: never when cancelled, else when paid or in the
        seven days."""
        if self.cancelled or self.deadline is None:
            return False
        return self.paid or now < self.deadline

    def access_due(self, now: datetime) -> bool:
        """Whether the vendor has to be told to suspend or restore it."""
        return self.step is ActivationStep.DONE and self.suspended is self.usable_at(now)

    def time_left(self, now: datetime) -> timedelta | None:
        """What remains of the seven days, never below zero; `None` where no clock runs."""
        if self.state not in (LicenceState.ACTIVE_UNPAID, LicenceState.SUSPENDED) or self.deadline is None:
            return None
        return max(timedelta(), self.deadline - now)

    def trial_used(self, now: datetime) -> timedelta:
        """How much of the trial it used, with what was used before it: all if nobody knows when it was
        suspended."""
        if self.deadline is None:
            return timedelta()
        ended = self.suspended_at or (self.deadline if self.suspended else now)
        return TRIAL - max(timedelta(), self.deadline - ended)

    def begun(self) -> "Licence":
        return replace(self, step=ActivationStep.UNDER_WAY, failure=None)

    def put_back(self) -> "Licence":
        """The licence with its activation taken back, since the run was stopped before its turn."""
        return replace(self, step=ActivationStep.WAITING, by_hand=False)

    def activated(
        self, vendor_id: str, login: str, now: datetime, used: timedelta = timedelta()
    ) -> "Licence":
        """The activated licence. `used` of the trial is gone already."""
        return replace(
            self,
            step=ActivationStep.DONE,
            vendor_id=vendor_id,
            login=login,
            activated_at=now,
            trial_from=now - used if used else None,
            failure=None,
            by_hand=False,
        )

    def granting(self, suspended: bool, now: datetime) -> "Licence":
        """The licence once the vendor was made to suspend or restore it."""
        if suspended is self.suspended:
            return replace(self, by_hand=False)
        return replace(self, suspended=suspended, suspended_at=now if suspended else None, by_hand=False)

    def refused(self, failure: ActivationFailure) -> "Licence":
        """The failed licence. If the vendor gave no answer it may exist there, so a retry uses the same
        key."""
        definite = failure.reason is not FailureReason.UNAVAILABLE
        return replace(
            self,
            step=ActivationStep.FAILED,
            failure=failure,
            by_hand=False,
            generation=self.generation + definite,
        )


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """A licence with the line it is for."""

    licence: Licence
    line: OrderLine


def trial_used(earlier: Iterable[Licence], now: datetime) -> timedelta:
    """How much of the trial licences of cancelled orders used. Each counted what was used before it."""
    return max((one.trial_used(now) for one in earlier), default=timedelta())
