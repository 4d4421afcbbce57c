"""Has the canary walk, apart from everything."""

import logging
import time
from functools import partial

from bot.measures import CANARY, CANARY_SECONDS
from bot.ways_out import words_of
from bot.wiring import Program, payee_account
from domain.chats import Channel
from gateways.vietqr import payment_qr
from gateways.workbooks.workbooks import CalamineReader
from services.canary import walk
from services.operations import build_operations
from storage.errors import AWAY
from storage.rehearsal import rehearsal

log = logging.getLogger(__name__)


async def canary_walks(program: Program) -> bool:
    """Whether the canary comes through. All that it writes is rolled back, and it calls nobody: its
    operations have neither registry nor vendor."""
    settings, clock = program.settings, program.clock
    words = words_of(settings, partial(payment_qr, most=settings.max_instant_transfer))
    begun = time.perf_counter()
    try:
        async with rehearsal(program.database) as units:
            channels = (Channel.EMAIL, Channel.SMS)
            operations = build_operations(
                units, clock, payee_account(settings), channels, CalamineReader(), accounts=settings.accounts
            )
            contents = await walk(operations, units, clock)
        # With the VietQR, and when nobody waits for it.
        for content in contents:
            words.mail(content, maybe_repeated=False)
            words.sms(content)
    except Exception as error:
        CANARY.labels("stumbled").inc()
        log.error("the canary stumbled: %s", type(error).__name__, exc_info=not isinstance(error, AWAY))
        return False
    CANARY.labels("came_through").inc()
    CANARY_SECONDS.set(time.perf_counter() - begun)
    return True
