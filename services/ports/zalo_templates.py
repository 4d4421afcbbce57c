"""What is known of the template messages of a Zalo Official Account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.messaging.templates import Template


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """What Zalo said of it last. `price` is in VND before VAT; `fault` is why it is not used, empty where it
    is approved as we have it."""

    name: Template
    template_id: str
    price: int = 0
    fault: str = ""


class ZaloTemplates(Protocol):
    async def put(self, known: Sequence[KnownTemplate]) -> None:
        """Keep these instead of all others."""

    async def all(self) -> Sequence[KnownTemplate]: ...
    async def usable(self, name: Template, now: datetime) -> KnownTemplate | None:
        """The template, if it is approved and may be sent now."""

    async def close(self, until: datetime) -> None:
        """No template message is to be sent until then."""
