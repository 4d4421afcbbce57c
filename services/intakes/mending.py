"""Putting entries of a list right one by one."""

from domain.entries import EntryField
from domain.people import Actor
from services.intakes.viewing import EntryView
from services.operation import Operation


class MendEntry(Operation):
    """Answer for one field, as typed. A tax code that another entry has makes it REPEATED.

    Raises the `DomainError` of a text that cannot be taken.
    """

    async def __call__(
        self, actor: Actor, intake_id: int, position: int, field: EntryField, text: str
    ) -> EntryView:
        raise NotImplementedError


class SkipEntry(Operation):
    """Leave an entry out."""

    async def __call__(self, actor: Actor, intake_id: int, position: int) -> None:
        raise NotImplementedError


class UndoEntry(Operation):
    """Bring back what an entry was before the last change; `None` when there is nothing to."""

    async def __call__(self, actor: Actor, intake_id: int, position: int) -> EntryView | None:
        raise NotImplementedError
