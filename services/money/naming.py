"""What codes name, and the turns that booking on it takes."""

from collections.abc import Iterable, Sequence
from itertools import chain

from domain.codes import find_codes, new_code
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.transfers import ReportedTransfer, Transfer
from services.operation import LARGEST_ID
from services.ports import NamedRequest, Turn, UnitOfWork


async def fresh_codes(uow: UnitOfWork, count: int, but: Sequence[str] = ()) -> list[str]:
    """`count` codes that no order or payment request bears."""
    fresh: dict[str, None] = {}
    while len(fresh) < count:
        drawn = {new_code() for _ in range(count - len(fresh))} - fresh.keys() - set(but)
        fresh.update(dict.fromkeys(await uow.reserve(drawn)))
    return list(fresh)


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
    return await _take_firms(uow, await uow.payments.named([*codes]))


async def _take_firms(uow: UnitOfWork, found: Sequence[NamedRequest]) -> bool:
    return await uow.take(*(Turn.of_firm(one.firm_id) for one in found))


async def taken_requests(uow: UnitOfWork, codes: Sequence[str]) -> Sequence[NamedRequest]:
    """What these codes name, with the turns of its firms."""
    found = await uow.payments.named(codes)
    return await uow.payments.named(codes) if await _take_firms(uow, found) else found


async def order_named(uow: UnitOfWork, code: str) -> Order | None:
    """The order with this code, or with a request that has it; the first one of a code for several."""
    request = await uow.payments.get(code)
    if request is not None:
        return await uow.orders.get(request.order_id)
    order = await uow.orders.by_code(code)
    joined = await uow.payments.joined(code) if order is None else ()
    return await uow.orders.get(joined[0]) if joined else order


def unjoined(codes: Sequence[str], found: Sequence[NamedRequest]) -> list[str]:
    """The codes, with those of the orders in the place of a code for several; `found` is what they name."""
    behind = [[one.code for one in found if one.written == code] or [code] for code in codes]
    return list(dict.fromkeys(chain.from_iterable(behind)))


async def named_codes(uow: UnitOfWork, reported: ReportedTransfer) -> list[str]:
    """The codes that a transfer is for: of the request to whose own account number it came, whatever its
    content says, or else those in its content."""
    for account in dict.fromkeys((reported.account, reported.main_account)):
        if request := await uow.payments.of_number(account):
            return [request.code]
    return find_codes(reported.content)


async def order_about(uow: UnitOfWork, transfer: Transfer) -> Order | None:
    """The order that holds the transfer's money, or else the one that it names."""
    shares = await uow.transfers.shares(transfer.id)
    codes = [share.share.code for share in shares[-1:]] or await named_codes(uow, transfer.reported)
    return await order_named(uow, codes[0]) if codes else None


async def named_requests(uow: UnitOfWork, codes: Sequence[str]) -> list[PaymentRequest]:
    """The requests that `codes` name, in this order and each once. The code of an order, or of several, names
    all their unpaid requests."""
    return meant(codes, await uow.payments.named(codes))


def meant(codes: Sequence[str], found: Sequence[NamedRequest]) -> list[PaymentRequest]:
    """`named_requests` among all that the codes name."""
    named: dict[str, PaymentRequest] = {}
    for code in unjoined(codes, found):
        requests = {one.request.code: one.request for one in found if one.code == code}
        if code in requests:
            requests = {code: requests[code]}
        unpaid = [request for request in requests.values() if request.left]
        for request in unpaid or list(requests.values())[:1]:
            named.setdefault(request.code, request)
    return list(named.values())
