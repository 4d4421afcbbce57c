"""Who the back office is: the people that the settings name, no others."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.chats import channel_of
from domain.people import FirmState, Role
from services.operation import Operation
from services.people.people import let_go

VENDOR_TAX_CODE = "VENDOR"
"""No firm can register with it: a tax code is made of digits."""


class ChatOfAFirm(Exception):
    """The chat of somebody who is to be back office belongs to an accountant of a firm."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"the chat {chat_id} belongs to an accountant of a firm")
        self.chat_id = chat_id


@dataclass(frozen=True, slots=True)
class EnsureBackOffice(Operation):
    """Make the back office those people (number of a chat, and name) and no others, for the program itself.

    Whoever is among them keeps the other chats that they linked. Whoever is not among them any more has no
    chat with the bot; neither has, under the old name, whoever is called otherwise now: what was done keeps
    the name of who did it. Raises `ChatOfAFirm`.
    """

    firm_name: str
    """What the vendor's firm is called."""

    async def __call__(self, people: Sequence[tuple[int, str]]) -> None:
        now = self.clock.now()
        async with self.units.write() as uow:
            vendor = await uow.people.vendor_firm()
            if vendor is None:
                if not people:
                    return
                vendor = await uow.people.add_firm(self.firm_name, VENDOR_TAX_CODE, FirmState.VENDOR, now)
            stay = set()
            for chat_id, name in people:
                channel, chat = channel_of(chat_id), str(chat_id)
                known = await uow.chats.accountant_of(channel, chat)
                if known is not None and known.firm_id != vendor.id:
                    raise ChatOfAFirm(chat_id)
                if known is None or known.name != name:
                    known = await uow.people.add_accountant(vendor.id, Role.BACK_OFFICE, name, "", "", now)
                    await uow.chats.link(channel, chat, known.id, now)
                stay.add(known.id)
            for person in await uow.people.staff_of(vendor.id):
                if person.id not in stay:
                    await let_go(uow, person.id)
