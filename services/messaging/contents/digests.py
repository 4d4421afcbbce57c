"""The digest of what was held back."""

from domain.messaging.contents import DailyDigestContent, PushContent
from domain.messaging.pushes import DailyDigest, Push
from services.messaging.contents.reading import READ_AHEAD, SHOWN_LINES, Read, Readers, Reading
from services.messaging.contents.transfers import together
from services.ports import UnitOfWork


def readers(read: Read) -> Readers:
    """`read` reads what one held push says."""

    async def digest(uow: UnitOfWork, push: Push, reading: Reading) -> DailyDigestContent | None:
        held, count = await uow.pushes.held_of(push.accountant_id, READ_AHEAD)
        said: list[PushContent] = []
        for one in held:
            content = await read(uow, one, reading)
            # Several `DeliveryFailed` say the same: each tells of all failures.
            if content is None or content in said:
                count -= 1
            else:
                said.append(content)
        lines = together(said)
        count -= len(said) - len(lines)
        return DailyDigestContent(tuple(lines[:SHOWN_LINES]), count) if lines else None

    return {DailyDigest: digest}
