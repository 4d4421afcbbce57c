"""`python -m bot doctor`: one line for each part, that it is good, or what to do."""

import asyncio
from argparse import Namespace

from bot.checkups import checks_of
from bot.commands import Command
from bot.commands.start import settings_and_logs
from domain.checkups import Finding
from services.back_office.examining import examined
from texts import checkups as texts


def _run(_: Namespace) -> int:
    settings = settings_and_logs()
    found = asyncio.run(examined(checks_of(settings)))
    return told(found)


def told(found: list[Finding]) -> int:
    """Print what was found; returns the exit code."""
    for line in texts.lines(found):
        print(line)
    print(texts.summary(found))
    return 0 if all(finding.is_good for finding in found) else 1


DOCTOR = Command("try everything and say what to do; ends with 1 if there is something", _run)
