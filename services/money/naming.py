"""What codes name, and the turns that booking on it takes."""

from collections.abc import Iterable, Sequence

from domain.codes import find_codes
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.transfers import Transfer
from services.operation import LARGEST_ID
from services.ports import Turn, UnitOfWork


async def taken_transfer(uow: UnitOfWork, transfer_id: int) -> Transfer | None:
    """A transfer with its turn, which it shares with all that tell of the same movement."""
    transfer = await uow.transfers.get(transfer_id) if transfer_id <= LARGEST_ID else None
    if transfer is not None and await uow.take(turn_of(transfer)):
        return await uow.transfers.get(transfer_id)
    return transfer


def turn_of(transfer: Transfer) -> Turn:
    return Turn.of_transfer(transfer.reported.reference or f"#{transfer.id}")


async def take_firms(uow: UnitOfWork, codes: Iterable[str]) -> bool:
    """Take the turns of the firms whose orders or requests these codes name; returns as `uow.take`."""
    orders = [await order_named(uow, code) for code in codes]
    return await uow.take(*(Turn.of_firm(order.firm_id) for order in orders if order is not None))


async def order_named(uow: UnitOfWork, code: str) -> Order | None:
    """The order with this code, or with a request that has it."""
    request = await uow.payments.get(code)
    return await (uow.orders.get(request.order_id) if request else uow.orders.by_code(code))


async def order_about(uow: UnitOfWork, transfer: Transfer) -> Order | None:
    """The order that holds the transfer's money, or else the one that its content names."""
    shares = await uow.transfers.shares(transfer.id)
    codes = [share.share.code for share in shares[-1:]] or find_codes(transfer.reported.content)
    return await order_named(uow, codes[0]) if codes else None


async def named_requests(uow: UnitOfWork, codes: Sequence[str]) -> list[PaymentRequest]:
    """The requests that `codes` name, in this order and each once. The code of an order names all its unpaid
    requests."""
    named: dict[str, PaymentRequest] = {}
    for code in codes:
        request = await uow.payments.get(code)
        if request is not None:
            named.setdefault(code, request)
            continue
        order = await uow.orders.by_code(code)
        requests = await uow.payments.of_order(order.id) if order is not None else ()
        unpaid = [request for request in requests if request.left]
        for request in unpaid or requests[:1]:
            named.setdefault(request.code, request)
    return list(named.values())
