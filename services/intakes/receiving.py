"""Taking in a list: pasted, or as a file that a job then reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.entries import EntryField, FileRef, Intake, OrderWish
from domain.people import Actor
from services.operation import Operation

NO_WISH = OrderWish()
NO_SCREEN: Mapping[str, str] = {}


class ReceiveFile(Operation):
    """Keep a reference to the file, and have it read."""

    async def __call__(
        self, actor: Actor, file: FileRef, screen: Mapping[str, str], in_order: bool = False
    ) -> Intake:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ReceiveText(Operation):
    """The customers in a text as a new list, or added to the list `intake_id`.

    The list is READING where names are to be looked up first (`look_up`), else CHECKED. The same text again
    adds nothing. Raises `DomainError("text_no_customers")` where there are none.
    """

    look_up: bool = False

    async def __call__(
        self,
        actor: Actor,
        text: str,
        in_order: bool = False,
        wish: OrderWish = NO_WISH,
        intake_id: int | None = None,
        screen: Mapping[str, str] = NO_SCREEN,
    ) -> Intake:
        raise NotImplementedError


class ShowOn(Operation):
    """Say which window shows the list, so that it is drawn again when there is more to see."""

    async def __call__(self, actor: Actor, intake_id: int, screen: Mapping[str, str]) -> None:
        raise NotImplementedError


class StopIntake(Operation):
    """Stop reading. A list that was read already stays as it is."""

    async def __call__(self, actor: Actor, intake_id: int) -> Intake:
        raise NotImplementedError


class ReadAgain(Operation):
    """Read a file that was stopped or refused once more."""

    async def __call__(self, actor: Actor, intake_id: int) -> Intake:
        raise NotImplementedError


class SetColumn(Operation):
    """Say what a column holds (`None`: nothing of use), and have the file read again.

    Another column of the sheet that was taken for the same is left alone from then on.
    """

    async def __call__(
        self, actor: Actor, intake_id: int, sheet: int, place: int, field: EntryField | None
    ) -> Intake:
        raise NotImplementedError
