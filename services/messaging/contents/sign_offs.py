"""Pushes about sign-offs: to who may approve, and to who asked."""

from collections.abc import Sequence

from domain.messaging.claim_contents import SignOffAskedContent, SignOffContent, SignOffDecidedContent
from domain.messaging.pushes import Push, SignOffAsked, SignOffDecided
from domain.sign_offs import SignedAct, SignOff, SignOffState
from services.messaging.contents.reading import Readers, Reading
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
    (content,) = await sign_off_contents(uow, [one])
    return content


async def sign_off_contents(uow: UnitOfWork, found: Sequence[SignOff]) -> tuple[SignOffContent, ...]:
    """What each is about, by as many statements for a page as for one."""
    people = {id for one in found for id in (one.asked_by, one.decided_by) if id is not None}
    names = await uow.people.names(people)
    orders = await uow.desk_tables.placed({one.order_id for one in found if one.order_id is not None})
    returns = [int(one.subject) for one in found if one.act is SignedAct.RETURN]
    transfers = await uow.transfers.get_many(returns)
    contents = []
    for one in found:
        order, firm = orders.get(one.order_id or 0, (None, None))
        transfer = transfers.get(int(one.subject)) if one.act is SignedAct.RETURN else None
        decider = names.get(one.decided_by or 0, "")
        contents.append(SignOffContent(one, names[one.asked_by], decider, order, firm, transfer))
    return tuple(contents)


READERS: Readers = {SignOffAsked: _asked, SignOffDecided: _decided}
