"""Customers of a cancelled order, ordered again: their licence at the vendor, and the days they have used."""

from collections.abc import Sequence
from datetime import datetime

from domain.licences import (
    TRIAL,
    ActivationFailure,
    ActivationStep,
    FailureReason,
    Licence,
    trial_used,
)
from services.ports import (
    GrantedLicence,
    LicenceRequest,
    LicenceUnderWay,
    UnitOfWork,
    Vendor,
    VendorRefused,
)


async def grant(vendor: Vendor, task: LicenceUnderWay, now: datetime) -> GrantedLicence:
    """Have the vendor create the licence, or reactivate the one that it has for an earlier order.

    Raises as `Vendor` does, and `VendorRefused` where no day of the trial is left and nothing is paid.
    """
    licence, earlier = task.found.licence, task.earlier
    if not licence.paid and trial_used(earlier, now) >= TRIAL:
        # A try before, when a day was left, may have reached the vendor.
        if found := await vendor.find(licence.key):
            return found
        raise _refused(FailureReason.TRIAL_USED)
    request = LicenceRequest(task.order, task.order.package_code, task.found.line)
    try:
        return await vendor.create(request, licence.key)
    except VendorRefused as refused:
        if not earlier or refused.failure.reason is not FailureReason.ALREADY_LICENSED:
            raise
        if refused.vendor_id:
            if not await _is_of(earlier, refused.vendor_id, vendor):
                raise
            return await vendor.reactivate(refused.vendor_id, request, licence.key)
        if not any(one.vendor_id for one in earlier):
            raise
    raise _refused(FailureReason.NOT_REACTIVATED)


async def _is_of(earlier: Sequence[Licence], vendor_id: str, vendor: Vendor) -> bool:
    """Whether one of `earlier` is this licence of the vendor's, also if its activation has no answer yet."""
    if vendor_id in [one.vendor_id for one in earlier]:
        return True
    for one in earlier:
        if one.may_exist or one.step is ActivationStep.UNDER_WAY:
            found = await vendor.find(one.key)
            if found is not None and found.vendor_id == vendor_id:
                return True
    return False


async def end_earlier(uow: UnitOfWork, task: LicenceUnderWay, vendor_id: str, now: datetime) -> None:
    """Nothing is to be suspended any more for the earlier orders of what was activated now as `vendor_id`. By
    hand it is always the same licence."""
    for one in task.earlier:
        is_same = task.found.licence.by_hand or one.vendor_id == vendor_id
        if is_same and one.access_due(now):
            await uow.licences.save(one.granting(suspended=True, now=now))


def _refused(reason: FailureReason) -> VendorRefused:
    return VendorRefused(ActivationFailure(reason), reason)
