"""The way into the windows of a claim: a photo, or words that say that money was transferred."""

from aiogram.types import Document, Message
from aiogram_dialog import DialogManager

from dialogs.context import actor_of, channel_of, operations
from dialogs.opening import open_over
from dialogs.states import Claiming
from domain.chats import Channel
from domain.errors import DomainError
from domain.files import picture_reference
from domain.said_paid import says_paid
from services.money.claims import OpenSum

_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


async def take_claim(message: Message, manager: DialogManager) -> bool:
    """Claim what is open if it is one sum, or ask which; false for a message that says nothing of the kind.
    Raises `DomainError("nothing_to_claim")`."""
    picture = picture_of(message, channel_of(manager))
    if not picture and not (message.text is not None and says_paid(message.text)):
        return False
    found = await operations(manager).list_open_sums(actor_of(manager))
    if not found.items:
        raise DomainError("nothing_to_claim")
    if found.total == 1:
        await open_over(manager, Claiming.made, await claimed(manager, found.items[0], picture))
    else:
        await open_over(manager, Claiming.which, {"picture": picture})
    return True


async def claimed(manager: DialogManager, one: OpenSum, picture: str) -> dict[str, object]:
    """Claim a sum; what its window shows."""
    claim = await operations(manager).claim_transfer(actor_of(manager), one.payment.code, picture)
    return {
        "claim_id": claim.id,
        "code": one.payment.code,
        "picture": picture,
        "left": one.payment.left,
        "name": one.name,
        "order": one.order.code,
        "customers": one.customers,
    }


def picture_of(message: Message, channel: Channel) -> str:
    """The reference of a photo, or of a picture that was sent as a file; empty if there is none."""
    if message.photo:
        return picture_reference(channel, message.photo[-1].file_id)
    if message.document is not None and is_picture(message.document):
        return picture_reference(channel, message.document.file_id, as_file=True)
    return ""


def is_picture(document: Document) -> bool:
    return (document.file_name or "").casefold().endswith(_PICTURES)
