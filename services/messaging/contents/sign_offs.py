"""Pushes about sign-offs: to who may approve, and to who asked."""

from domain.messaging.claim_contents import SignOffAskedContent, SignOffContent, SignOffDecidedContent
from domain.messaging.pushes import Push, SignOffAsked, SignOffDecided
from domain.sign_offs import SignedAct, SignOff, SignOffState
from services.messaging.contents.reading import Readers, Reading, order_of
from services.ports import UnitOfWork


async def _asked(uow: UnitOfWork, push: Push, reading: Reading) -> SignOffAskedContent | None:
    assert isinstance(push.subject, SignOffAsked)
    content = await _content(uow, push.subject.sign_off_id)
    return SignOffAskedContent(content) if content.sign_off.state is SignOffState.WAITING else None


async def _decided(uow: UnitOfWork, push: Push, reading: Reading) -> SignOffDecidedContent:
    assert isinstance(push.subject, SignOffDecided)
    return SignOffDecidedContent(await _content(uow, push.subject.sign_off_id))


async def _content(uow: UnitOfWork, sign_off_id: int) -> SignOffContent:
    found = await uow.sign_offs.get(sign_off_id)
    assert found is not None
    return await sign_off_content(uow, found)


async def sign_off_content(uow: UnitOfWork, one: SignOff) -> SignOffContent:
    order = await order_of(uow, one.order_id) if one.order_id is not None else None
    names = await uow.people.names({one.asked_by, *([one.decided_by] if one.decided_by else [])})
    transfer = await uow.transfers.get(int(one.subject)) if one.act is SignedAct.RETURN else None
    return SignOffContent(
        one,
        names[one.asked_by],
        names.get(one.decided_by or 0, ""),
        order,
        await uow.people.firm(order.firm_id) if order else None,
        transfer,
    )


READERS: Readers = {SignOffAsked: _asked, SignOffDecided: _decided}
