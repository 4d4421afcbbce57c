"""Questions about the entries of a list, one at a time, until none is left to fix."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of
from dialogs.lists import intake_id_of, intaking
from dialogs.states import Intake
from dialogs.windows import choices, notify, text_input, window
from domain.errors import DomainError
from domain.intakes.alike import Alike, in_ranges, of_ranges
from domain.intakes.checking import LEFT_OPEN
from domain.intakes.entries import Entry, EntryField, Problem, Standing
from services.intakes.viewing import EntryView
from texts.intakes import entries as texts
from texts.intakes.fields import EXAMPLES

POSITION = "position"
"""Dialog data: the entry that is asked about."""

_FIELD = "field"
"""Dialog data: the field asked about. An answer that comes again must not answer the next question."""

CHANGED = "changed"
"""Dialog data: the entry that was changed last, or as "3-7,9" those that one answer changed; that change can
be undone."""

_CHOICES_SHOWN = 3


async def fix_next(manager: DialogManager, after: int = 0) -> None:
    """Ask about the next entry to fix; when there is none, say so over the list."""
    found = await intaking(manager).next_entry(actor_of(manager), intake_id_of(manager), after)
    if found is None:
        notify(manager, texts.FIXED)
        await manager.switch_to(Intake.list)
    else:
        await show_entry(manager, found.entry.position)


async def show_entry(manager: DialogManager, position: int) -> None:
    """Show this entry and what is asked about it."""
    manager.dialog_data[POSITION] = position
    await manager.switch_to(Intake.row)


async def fix(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await fix_next(manager)


async def _viewed(manager: DialogManager) -> EntryView:
    position = manager.dialog_data.get(POSITION)
    if position is None:
        raise DomainError("choice_gone")
    return await intaking(manager).view_entry(actor_of(manager), intake_id_of(manager), position)


def _asked(view: EntryView) -> EntryField | None:
    """The field that is asked about. An entry that repeats another may have a mistyped tax code."""
    return EntryField.TAX_CODE if view.entry.standing is Standing.REPEATED else view.question


def _offered(view: EntryView) -> list[tuple[Problem, str]]:
    """What was probably meant in the field that is asked about."""
    problems = (problem for problem in view.entry.problems if problem.field is view.question)
    return [(problem, choice) for problem in problems for choice in problem.choices[:_CHOICES_SHOWN]]


def _may_leave(view: EntryView) -> bool:
    """Whether the field may stay empty instead."""
    return bool(view.entry.problems) and view.question is not EntryField.TAX_CODE


def _asked_in(view: EntryView) -> str:
    """The question, as it stands in the buttons that answer it."""
    return f"{view.entry.position}-{view.question}"


async def _entry(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    intake = (
        await intaking(dialog_manager).view_intake(actor_of(dialog_manager), intake_id_of(dialog_manager))
    ).intake
    view = await _viewed(dialog_manager)
    entry, field = view.entry, _asked(view)
    dialog_manager.dialog_data[_FIELD] = field
    alike = await _alike_of(dialog_manager, view)
    return {
        "sign": texts.sign(entry.standing),
        "name": texts.name(entry),
        "where": texts.where(intake, entry),
        "tax_code": entry.get(EntryField.TAX_CODE),
        "said": texts.known_values(entry),
        "question": texts.question(intake, entry, field),
        "nothing": texts.nothing(entry.standing),
        "example": EXAMPLES[field] if field else "",
        # The entry and the field are in the buttons, so that a second tap does nothing to what comes next.
        "items": [
            {"id": f"{_asked_in(view)}-{at}", "label": texts.choice_label(problem, choice)}
            for at, (problem, choice) in enumerate(_offered(view))
        ],
        "acts": [
            {"id": f"{_asked_in(view)}-{act}", "label": label}
            for act, label in texts.acts(_may_leave(view)).items()
            if view.question is not None
        ],
        "alike": [
            {"id": f"{_asked_in(view)}-{answer}", "label": texts.alike_label(alike, answer)}
            for answer in (texts.in_order(alike) if alike else ())
        ],
        "may_undo": entry.standing is Standing.SKIPPED or CHANGED in dialog_manager.dialog_data,
    }


async def _alike_of(manager: DialogManager, view: EntryView) -> Alike | None:
    """The fault that is asked about, if other entries have it too."""
    if view.question is None or not view.entry.problems:
        return None
    actor, intake_id, position = actor_of(manager), intake_id_of(manager), view.entry.position
    return await intaking(manager).find_alike(actor, intake_id, position, view.question)


async def _answer_alike(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    view = await _viewed(manager)
    asked, answer = item.rsplit("-", 1)
    if not await _still_asked(manager, view, asked) or not (alike := await _alike_of(manager, view)):
        return
    positions = await intaking(manager).answer_alike(
        actor_of(manager), intake_id_of(manager), alike.field, alike.code, answer
    )
    manager.dialog_data[CHANGED] = in_ranges(positions)
    notify(manager, texts.answered_alike(len(positions), alike.count))
    await fix_next(manager, view.entry.position - 1)


async def _answer(manager: DialogManager, view: EntryView, field: EntryField, text: str) -> None:
    """Take an answer and ask the next question: about this entry, else about the next one."""
    position = view.entry.position
    mended = await intaking(manager).mend_entry(
        actor_of(manager), intake_id_of(manager), position, field, text
    )
    manager.dialog_data[CHANGED] = position
    notify(manager, texts.mended(field))
    if mended.question is None:
        await fix_next(manager, position)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    view = await _viewed(manager)
    field = manager.dialog_data.get(_FIELD)
    if field is None:
        notify(manager, texts.nothing(view.entry.standing))
        return
    await _answer(manager, view, EntryField(field), message.text or "")


async def _still_asked(manager: DialogManager, view: EntryView, asked: str) -> bool:
    """Whether a button belongs to the question that stands.

    Where only its entry does, the tap was taken before, but the process ended before the dialog was saved:
    the next question is asked.
    """
    if view.question is not None and asked == _asked_in(view):
        return True
    if view.question is None and asked.startswith(f"{view.entry.position}-"):
        manager.dialog_data[CHANGED] = view.entry.position
        await fix_next(manager, view.entry.position)
    return False


async def _choice(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    view = await _viewed(manager)
    asked, at = item.rsplit("-", 1)
    offered = _offered(view)
    if await _still_asked(manager, view, asked) and int(at) < len(offered):
        problem, choice = offered[int(at)]
        await _answer(manager, view, problem.field, choice)


async def _act(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    view = await _viewed(manager)
    asked, act = item.rsplit("-", 1)
    if not await _still_asked(manager, view, asked):
        return
    assert view.question is not None
    match act:
        case "leave":
            await _answer(manager, view, view.question, LEFT_OPEN)
        case "skip":
            await _skip(manager, view.entry)
        case "later":
            await _later(manager, view.entry)


async def _skip(manager: DialogManager, entry: Entry) -> None:
    await intaking(manager).skip_entry(actor_of(manager), intake_id_of(manager), entry.position)
    manager.dialog_data[CHANGED] = entry.position
    notify(manager, texts.SKIPPED.format(name=texts.name(entry)))
    await fix_next(manager, entry.position)


async def undo(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Bring back the entry that is shown if it was left out, else the one changed last, and show it."""
    position = manager.dialog_data.pop(CHANGED, None)
    if manager.current_context().state == Intake.row:
        shown = (await _viewed(manager)).entry
        position = shown.position if shown.standing is Standing.SKIPPED else position
    if position is None:
        notify(manager, texts.NOTHING_TO_UNDO)
        return
    if isinstance(position, str):
        positions = of_ranges(position)
        await intaking(manager).undo_alike(actor_of(manager), intake_id_of(manager), positions)
        notify(manager, texts.UNDONE)
        await show_entry(manager, positions[0])
        return
    # Where nothing is left to undo, this tap was taken before: the entry is shown as it stands.
    await intaking(manager).undo_entry(actor_of(manager), intake_id_of(manager), position)
    notify(manager, texts.UNDONE)
    await show_entry(manager, position)


async def _later(manager: DialogManager, entry: Entry) -> None:
    await fix_next(manager, entry.position)
    if manager.dialog_data.get(POSITION) == entry.position:
        notify(manager, texts.ONLY_ONE)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.ENTRY,
            text_input(_typed, number=True),
            choices("choice", _choice),
            choices("alike", _answer_alike, "alike"),
            choices("act", _act, "acts"),
            Button(Const(texts.UNDO), id="undo", on_click=undo, when="may_undo"),
            SwitchTo(Const(texts.ALL), id="all_rows", state=Intake.to_fix),
            state=Intake.row,
            proposes=("choice",),
            getter=_entry,
        ),
    )
