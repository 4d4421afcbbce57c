"""Money that back office found on the account itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.payments import PaymentRequest
from domain.transfers import Provider, ReportedTransfer, Transfer, TransferState
from services.money.booking import check_not_cancelled
from services.money.choosing import book_or_ask
from services.money.posting import BY_ITSELF, Cause, post_repeated, take_in
from services.ports import UnitOfWork


async def enter_payment(
    uow: UnitOfWork,
    code: str,
    requests: Sequence[PaymentRequest],
    reference: str,
    amount: int,
    channels: Sequence[Channel],
    now: datetime,
    cause: Cause = BY_ITSELF,
) -> Transfer:
    """Book `amount` VND that back office found on the account under the bank's `reference`, for the
    `requests` that `code` names (not empty).

    If a webhook already told of this transfer and it is still unmatched, that one is booked, so that it does
    not stay open. Raises `DomainError`: `payment_cancelled`, `amount_not_positive`, or `reference_known` for
    a transfer that was booked before.
    """
    if amount <= 0:
        raise DomainError("amount_not_positive")
    for request in requests:
        check_not_cancelled(request)
    account = requests[0].payee.account
    entered = ReportedTransfer(Provider.MANUAL, reference, reference, amount, False, code, account, now)
    transfer_id = await take_in(uow, entered, now, cause)
    transfer = await uow.transfers.get(transfer_id) if transfer_id is not None else None
    if transfer is None:
        raise DomainError("reference_known", reference=reference)
    twin_id = await uow.transfers.twin(transfer)
    twin = await uow.transfers.get(twin_id) if twin_id is not None else None
    if twin is None:
        return await book_or_ask(uow, transfer, [code], requests, channels, now, cause)
    if twin.state is not TransferState.UNMATCHED:
        raise DomainError("reference_known", reference=reference)
    await post_repeated(uow, transfer, now)
    await uow.transfers.save(replace(transfer, state=TransferState.REPEATED))
    return await book_or_ask(uow, twin, [code], requests, channels, now, cause)
