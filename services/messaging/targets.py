"""What a push is about, as a place that can be opened."""

from collections.abc import Sequence

from domain.messaging.notices import Place, Target
from domain.messaging.pushes import (
    AccessByHand,
    ActivationProgress,
    ActivationResult,
    ChatLinked,
    ClaimMade,
    ClaimSettled,
    DailyDigest,
    DeliveryFailed,
    FirmDecided,
    FirmWaiting,
    OrderCancelledNotice,
    OrderPlacedNotice,
    PaymentCard,
    PaymentInstruction,
    PaymentReceipt,
    PaymentWithdrawn,
    Push,
    RollCall,
    RunNeedsHelp,
    StaffJoined,
    TransferOpen,
    TransferReceived,
    TrialReminder,
)
from services.ports import UnitOfWork


async def target_of(uow: UnitOfWork, push: Push) -> Target:
    """Where its receiver finds what it is about."""
    match push.subject:
        case OrderPlacedNotice(order_id) | OrderCancelledNotice(order_id):
            return Target(Place.ORDER, order_id)
        case RollCall(order_id):
            return Target(Place.PAYMENTS, order_id)
        case PaymentInstruction(code) | PaymentCard(code) | PaymentWithdrawn(code):
            return await _payments(uow, push, [code])
        case PaymentReceipt(share_id):
            share = await uow.transfers.share(share_id)
            return await _payments(uow, push, [share.share.code] if share else [])
        case TransferReceived(transfer_id):
            shares = await uow.transfers.shares(transfer_id)
            return await _payments(uow, push, [one.share.code for one in shares])
        case ClaimSettled(claim_id):
            claim = await uow.claims.get(claim_id)
            return await _payments(uow, push, [claim.payment_code] if claim else [])
        case TrialReminder():
            unpaid = await uow.licences.on_trial(push.accountant_id)
            return _payments_of({one.licence.order_id for one in unpaid})
        case DeliveryFailed(push_key):
            failed = await uow.pushes.get(push_key)
            return await target_of(uow, failed) if failed else Target(Place.ORDERS)
        case ActivationProgress(run_id) | ActivationResult(run_id):
            return await _run(uow, run_id)
        case TransferOpen(transfer_id):
            return Target(Place.TRANSFER, transfer_id)
        case ClaimMade(claim_id):
            return Target(Place.CLAIM, claim_id)
        case RunNeedsHelp() | AccessByHand():
            return Target(Place.BY_HAND)
        case FirmWaiting():
            return Target(Place.FIRMS)
        case StaffJoined():
            return Target(Place.STAFF)
        case ChatLinked():
            return Target(Place.CHATS)
        case FirmDecided():
            return Target(Place.MENU)
        case DailyDigest():
            return Target(Place.NOTICES)


async def _payments(uow: UnitOfWork, push: Push, codes: Sequence[str]) -> Target:
    """Of the orders that the receiver placed: one transfer may pay for those of others, too."""
    payments = [await uow.payments.get(code) for code in codes]
    orders = [await uow.orders.get(one.order_id) for one in payments if one is not None]
    return _payments_of({one.id for one in orders if one and one.accountant_id == push.accountant_id})


def _payments_of(order_ids: set[int]) -> Target:
    return Target(Place.PAYMENTS, order_ids.pop()) if len(order_ids) == 1 else Target(Place.ORDERS)


async def _run(uow: UnitOfWork, run_id: int) -> Target:
    run, counts = await uow.activations.get(run_id), await uow.activations.counts(run_id)
    if run is None:
        return Target(Place.ORDERS)
    return Target(Place.FAILED, run_id) if counts.failed else Target(Place.ORDER, run.order_id)
