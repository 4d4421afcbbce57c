"""The people of back office: those that the settings name, and nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.chats import channel_of
from domain.people import Approver, FirmState, Role
from services.operation import Operation
from services.people.leaving import let_go
from services.ports import Turn

VENDOR_TAX_CODE = "VENDOR"
"""The tax code of the vendor's firm. No firm can register with it, because a tax code is made of digits."""


class ChatOfAFirm(Exception):
    """A chat that the settings name for back office belongs to an accountant of a firm."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"the chat {chat_id} belongs to an accountant of a firm")
        self.chat_id = chat_id


@dataclass(frozen=True, slots=True)
class EnsureBackOffice(Operation):
    """Make these people (number of a chat, and name) back office, and nobody else. The program itself calls
    this.

    A person who stays keeps the other chats that they linked. A person who is not named any more loses their
    chats. A chat with a new name becomes a new person, so that what was done keeps the name of who did it.
    Who is among the `approvers` (numbers of chats) may be the second person, beside those to whom the chat
    gave this; returns how many may. Raises `ChatOfAFirm`."""

    firm_name: str
    """What the vendor's firm is called."""

    async def __call__(self, people: Sequence[tuple[int, str]], approvers: Collection[int] = ()) -> int:
        now = self.clock.now()
        chats = (Turn.of_chat(channel_of(chat_id), str(chat_id)) for chat_id, _ in people)
        async with self.units.write(Turn.back_office(), *chats) as uow:
            vendor = await uow.people.vendor_firm()
            if vendor is None:
                if not people:
                    return 0
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
                named = chat_id in approvers
                if named or known.approver is Approver.BY_SETTING:
                    kept = Approver.BY_SETTING if named else Approver.NO
                    await uow.people.set_approver(known.id, kept)
            gone = {one.id for one in await uow.people.staff_of(vendor.id)} - stay
            await uow.take(*map(Turn.of_person, gone))
            for person_id in gone:
                await let_go(uow, person_id)
            return len(await uow.people.approvers())
