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
        """What is registered under a tax code, or `None`. Raises `RegistryAway` if the registry does not
        answer in time, or gives a wrong answer."""


class RegistryAway(Exception):
    """The registry gave no answer; the caller goes on without one."""


class RegistryAnswers(Protocol):
    """Answers of the registry, kept so that it is not asked the same again soon."""

    async def get(
        self, tax_codes: Sequence[str], found_since: datetime, unknown_since: datetime
    ) -> Mapping[str, Registered | None]:
        """The kept answers about these tax codes (at most 10,000): what was found since `found_since`, and
        `None` for each that was not found since `unknown_since`."""

    async def put(self, answers: Mapping[str, Registered | None], now: datetime) -> None:
        """Keep answers; each replaces an earlier one about its tax code."""

    async def forget(self, tax_code: str) -> None: ...
    async def purge(self, older_than: datetime, most: int) -> int:
        """Drop at most `most` answers older than `older_than`; returns how many."""
