"""The push about refunds: to the accountant whose order was paid with the money."""

from domain.messaging.claim_contents import RefundContent
from domain.messaging.pushes import Push, RefundMade
from domain.messaging.targets import Place, Target
from domain.orders import Order
from domain.return_cases import ReturnCase
from services.messaging.contents.reading import Readers, Reading, Targets, order_of
from services.messaging.contents.transfers import taken_parts
from services.ports import UnitOfWork


async def _made(uow: UnitOfWork, push: Push, reading: Reading) -> RefundContent:
    case, order = await _about(uow, push)
    parts, count = await taken_parts(uow, case.transfer_id, case.returned_at or reading.now)
    left = sum(one.left for one in await uow.payments.of_order(order.id))
    return RefundContent(case, order, parts, count, left)


async def _target(uow: UnitOfWork, push: Push) -> Target:
    return Target(Place.PAYMENTS, (await _about(uow, push))[1].id)


async def _about(uow: UnitOfWork, push: Push) -> tuple[ReturnCase, Order]:
    assert isinstance(push.subject, RefundMade)
    case = await uow.return_cases.get(push.subject.case_id)
    assert case is not None
    assert case.order_id is not None
    return case, await order_of(uow, case.order_id)


READERS: Readers = {RefundMade: _made}
TARGETS: Targets = {RefundMade: _target}
