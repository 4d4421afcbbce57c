"""Names and addresses by tax code, from the registry of taxpayers where an installation has one."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.people import Actor, Right
from domain.retention import KEPT, Kept
from services.operation import Operation
from services.ports import Clock, Registered, Registry, RegistryAway, Units

ONE_SECONDS = 1.5
MANY_SECONDS = 10.0
AT_ONCE = 5
KEEP_FOUND = KEPT[Kept.REGISTRY_ANSWERS]
KEEP_UNKNOWN = timedelta(days=1)
# The twelve digits of a household's owner are personal data and are not sent out.
_MAY_BE_ASKED = re.compile(r"[0-9]{10}(?:-[0-9]{3})?")

log = logging.getLogger(__name__)


class LookUp:
    """Asks the registry and keeps its answers. Never raises: what is not known in time counts as not found.
    Must not be called inside a transaction.

    Without a `registry` it is off and finds nothing, at once.
    """

    def __init__(self, units: Units, clock: Clock, registry: Registry | None) -> None:
        self._units = units
        self._clock = clock
        self._registry = registry

    @property
    def on(self) -> bool:
        return self._registry is not None

    async def one(self, tax_code: str) -> Registered | None:
        """What is registered under a tax code, known within `ONE_SECONDS`."""
        return (await self.many([tax_code], ONE_SECONDS)).get(tax_code)

    async def many(self, tax_codes: Iterable[str], seconds: float = MANY_SECONDS) -> Mapping[str, Registered]:
        """What is registered under these tax codes (as stored), as far as it is known within `seconds`."""
        if self._registry is None:
            return {}
        codes = [code for code in dict.fromkeys(tax_codes) if _MAY_BE_ASKED.fullmatch(code)]
        answers: dict[str, Registered | None] = {}
        try:
            answers |= await self._kept(codes)
            new = await _ask(self._registry, [code for code in codes if code not in answers], seconds)
            answers |= new
            await self._keep(new)
        except Exception:
            log.exception("a look-up in the registry failed")
        return {code: found for code, found in answers.items() if found is not None}

    async def _kept(self, codes: Sequence[str]) -> Mapping[str, Registered | None]:
        now = self._clock.now()
        async with self._units.read() as uow:
            return await uow.registry_answers.get(codes, now - KEEP_FOUND, now - KEEP_UNKNOWN)

    async def _keep(self, answers: Mapping[str, Registered | None]) -> None:
        if answers:
            async with self._units.write() as uow:
                await uow.registry_answers.put(answers, self._clock.now())


async def _ask(registry: Registry, codes: Sequence[str], seconds: float) -> Mapping[str, Registered | None]:
    """The answers that come within `seconds`."""
    answers: dict[str, Registered | None] = {}
    left = iter(codes)

    async def work() -> None:
        for code in left:
            with contextlib.suppress(RegistryAway):
                answers[code] = await registry.find(code)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(codes))):
                group.create_task(work())
    return answers


@dataclass(frozen=True, slots=True)
class LookUpTaxCode(Operation):
    """What the registry has under a tax code; `None` if it has nothing, does not answer, or is off."""

    look_up: LookUp

    async def __call__(self, actor: Actor, tax_code: str) -> Registered | None:
        actor.require(Right.KEEP_CUSTOMERS)
        return await self.look_up.one(tax_code)
