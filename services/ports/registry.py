"""The registry of taxpayers: names and addresses by tax code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Registered:
    """What the registry of taxpayers has under a tax code."""

    tax_code: str
    name: str
    address: str


class Registry(Protocol):
    """An outside service that knows names and addresses by tax code."""

    async def find(self, tax_code: str) -> Registered | None:
        """`None`: it has none. Raises `RegistryAway` when it does not answer in time, or not properly."""


class RegistryAway(Exception):
    """No answer; whoever asked goes on without one."""


class RegistryAnswers(Protocol):
    """What the registry answered, kept so that it is not asked the same again at once."""

    async def get(
        self, tax_codes: Sequence[str], found_since: datetime, unknown_since: datetime
    ) -> Mapping[str, Registered | None]:
        """Of these (up to 10,000) tax codes, those that it had when asked after `found_since`, and those
        that it had not (`None`) when asked after `unknown_since`."""

    async def put(self, answers: Mapping[str, Registered | None], now: datetime) -> None:
        """Each replaces what was kept under its tax code."""

    async def forget(self, tax_code: str) -> None: ...
    async def purge(self, older_than: datetime) -> int:
        """Drop answers given before then; returns how many."""
