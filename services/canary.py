"""The canary: an order of a firm that does not exist, walked through the operations that people use."""

from collections.abc import Sequence

from domain.chats import Channel
from domain.customers import CustomerData, CustomerKind
from domain.messaging.contents import PushContent
from domain.messaging.pushes import PaymentInstruction, Push
from domain.packages import offered_fiscal_years
from domain.people import Actor
from domain.recipients import RecipientMode
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.operations import Operations
from services.people.people import ChatIdentity, PersonDetails
from services.ports import Clock, Units

# No office has numbers that begin with two zeros.
_FIRM, *_CUSTOMERS = ("0000000017", "0000000024", "0000000031")
_CHAT = ChatIdentity(Channel.TELEGRAM, "canary")
_PERSON = PersonDetails("Canary", "+84900000000", "canary@example.invalid", "")


class CanaryStumbled(Exception):
    """The walk came through, but not to what it should."""


async def walk(operations: Operations, units: Units, clock: Clock) -> Sequence[PushContent]:
    """Register, keep customers, order for them and begin the activation: up to the jobs that would call the
    vendor, the mail server, the SMS service, the bank and the issuer of invoices. Returns what the customers
    would be told.

    `units` must take back all that is written in them (`storage.rehearsal`), and `operations` must work on
    these and ask nobody outside. Raises what the operations raise, and `CanaryStumbled`.
    """
    owner = await operations.register_firm(_CHAT, _PERSON, "Canary", _FIRM, "1 Canary")
    actor = owner.actor
    kept = [await operations.add_customer(actor, _customer(code)) for code in _CUSTOMERS]
    draft = await operations.open_draft(actor)
    offer = await operations.offer_packages(actor)
    packages = [one for one in offer.packages if one.kind is CustomerKind.ENTERPRISE]
    if not packages:
        raise CanaryStumbled("no package for enterprises is on sale")
    await operations.choose_package(actor, packages[0].id)
    await operations.choose_fiscal_year(actor, offered_fiscal_years(clock.today())[0])
    await operations.choose_recipient(actor, RecipientMode.CUSTOMER)
    for one in kept:
        await operations.pick_customer(actor, one.customer.id, True)
    await operations.finish_picking(actor)
    await operations.set_common_accounting(actor, await operations.offer_accounting(actor))
    await operations.confirm_draft(actor, True)
    view = await operations.view_draft(actor)
    order = await operations.place_order(actor, draft.id, view.total)
    told = await _instructions(units, clock, actor, order.id)
    run = await operations.open_activation(actor, order.id)
    await operations.start_run(actor, run.id)
    async with units.read() as uow:
        started = await uow.activations.counts(run.id)
    if started.picked != len(_CUSTOMERS):
        raise CanaryStumbled(f"{started.picked} licences to activate")
    return told


async def _instructions(units: Units, clock: Clock, actor: Actor, order_id: int) -> Sequence[PushContent]:
    contents = []
    async with units.read() as uow:
        requests = await uow.payments.of_order(order_id)
        for request in requests:
            about = PaymentInstruction(request.code)
            push = Push("", Channel.EMAIL, about, actor.accountant_id, request.notice.email)
            content = await read_content(uow, push, Reading(clock.now()))
            if content is None:
                raise CanaryStumbled("an instruction says nothing")
            contents.append(content)
    if len(contents) != len(_CUSTOMERS):
        raise CanaryStumbled(f"{len(contents)} payment requests")
    return contents


def _customer(tax_code: str) -> CustomerData:
    return CustomerData(
        kind=CustomerKind.ENTERPRISE,
        tax_code=tax_code,
        name="Canary",
        address="1 Canary",
        representative="Canary",
        email=f"canary{tax_code}@example.com",
        phone=f"+849{tax_code[-8:]}",
    )
