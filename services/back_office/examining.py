"""Is the program well, and all that it needs?"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from domain.checkups import Fault, Finding, Good
from domain.people import Actor, Right
from services.operation import Operation
from services.ports.checkups import Check

SECONDS = 10.0
"""How long one part may take to answer."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examine(Operation):
    """Look at every part, all at once, and say what was found; never inside a transaction."""

    checks: tuple[Check, ...]

    async def __call__(self, actor: Actor) -> list[Finding]:
        actor.require(Right.RUN_BACK_OFFICE)
        return await examined(self.checks)


async def examined(checks: Sequence[Check], seconds: float = SECONDS) -> list[Finding]:
    """What each check finds, in the order of the checks. A part that says nothing for so long is ill."""
    return await asyncio.gather(*(_examined(check, seconds) for check in checks))


async def _examined(check: Check, seconds: float) -> Finding:
    try:
        async with asyncio.timeout(seconds):
            good: Good = await check.look()
    except Fault as fault:
        return Finding(check.part, False, fault.code, fault.params)
    except TimeoutError:
        return Finding(check.part, False, "too_slow", {"seconds": f"{seconds:g}"})
    except Exception as error:
        # The text of an unforeseen error may hold an address with a token.
        log.warning("the check of %s fails: %s", check.part, type(error).__name__)
        return Finding(check.part, False, "unforeseen", {"error": type(error).__name__})
    return Finding(check.part, True, good.code, good.params)
