"""Ways into the windows of a list: with a file, with a text, or with a list received before.

The dialog is started with what came, and takes it once its window is known (`started`).
"""

from typing import Any

from aiogram.types import Document
from aiogram_dialog import DialogManager, ShowMode

from dialogs.busy import show_busy
from dialogs.context import actor_of, channel_of, chosen_id, message_of, operations, screen_of
from dialogs.documents import file_of
from dialogs.states import Intake
from domain.chats import NUMBERED
from domain.files import FileRef
from domain.intakes.entries import IntakeState
from services.intakes.operations import Intaking

INTAKE_ID = "intake_id"
"""Dialog or start data: the id of a list that was received before."""


async def start_intake_file(manager: DialogManager, document: Document, in_order: bool = False) -> None:
    """Open the windows of lists with a file; `in_order` says that it is for the open draft."""
    await manager.start(Intake.upload, data={"file": file_of(document), "in_order": in_order})


async def start_intake_text(manager: DialogManager, text: str, in_order: bool = False) -> None:
    """Open the windows of lists with a pasted list."""
    await manager.start(Intake.upload, data={"text": text, "in_order": in_order})


def intaking(manager: DialogManager) -> Intaking:
    return operations(manager).intakes


def intake_id_of(manager: DialogManager) -> int:
    """The list that is shown. Raises `DomainError("choice_gone")` when there is none."""
    return chosen_id(manager, INTAKE_ID)


def in_order(manager: DialogManager) -> bool:
    """Whether the list is for the open draft."""
    return isinstance(manager.start_data, dict) and bool(manager.start_data.get("in_order"))


async def receive_file(manager: DialogManager, file: dict[str, Any]) -> None:
    """Have the file read, and show the progress."""
    show_busy(manager)
    ref = FileRef(channel_of(manager).value, file["file_id"], file["name"], file["size"])
    intake = await intaking(manager).receive_file(
        actor_of(manager), ref, screen_of(manager), in_order(manager), message_of(manager)
    )
    await _show(manager, intake.id)
    wait_for_the_outcome(manager, intake.state)


async def receive_text(manager: DialogManager, text: str) -> None:
    """Take the customers in the text as a new list, and show it."""
    intake = await intaking(manager).receive_text(
        actor_of(manager),
        text,
        in_order(manager),
        screen=screen_of(manager),
        message=message_of(manager),
    )
    await _show(manager, intake.id)
    wait_for_the_outcome(manager, intake.state)


async def started(start_data: Any, manager: DialogManager) -> None:
    """Take what the dialog was started with. The text of a list is not kept in the dialog's data."""
    given = start_data if isinstance(start_data, dict) else {}
    if INTAKE_ID in given:
        await show_again(manager, given[INTAKE_ID])
    elif "file" in given:
        await receive_file(manager, given.pop("file"))
    elif "text" in given:
        await receive_text(manager, given.pop("text"))


async def show_again(manager: DialogManager, intake_id: int) -> None:
    """Show a list that another window showed before."""
    await intaking(manager).show_on(actor_of(manager), intake_id, screen_of(manager))
    await _show(manager, intake_id)


async def _show(manager: DialogManager, intake_id: int) -> None:
    # Forget what was remembered of another list.
    manager.dialog_data.clear()
    manager.dialog_data[INTAKE_ID] = intake_id
    await manager.switch_to(Intake.list)


def wait_for_the_outcome(manager: DialogManager, state: IntakeState) -> None:
    """Where each window is a new message, show none that will soon be out of date: the job that reads the
    list draws it once it is read."""
    if state is IntakeState.READING and channel_of(manager) in NUMBERED:
        manager.show_mode = ShowMode.NO_UPDATE
        show_busy(manager)
