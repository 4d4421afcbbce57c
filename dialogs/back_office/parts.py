"""What the back office's windows share: lists, and actions that are typed, shown and confirmed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, StartMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Start, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import operations
from dialogs.desk_states import Desk
from dialogs.windows import choices, current_page, pages, text_input, window
from domain.text import NOTE_LIMIT, clean_line
from services.back_office.operations import Desk as DeskOperations
from services.paging import PAGE_SIZE
from texts import common, numbered
from texts.back_office.menu import TO_DESK

TYPED = "typed"

KEPT_PROBLEMS = 60
"""How many problems of a workbook a dialog remembers at most."""
_PROBLEM_PAGE = 6

Getter = Callable[..., Awaitable[dict[str, Any]]]


class Page(Protocol):
    @property
    def total(self) -> int: ...


P = TypeVar("P", bound=Page)


def desk(manager: DialogManager) -> DeskOperations:
    return operations(manager).desk


async def _problems(scroll_id: str, dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    problems = data["problems"]
    page, count = await current_page(dialog_manager, scroll_id, len(problems), _PROBLEM_PAGE)
    return {
        "rows": problems[page * _PROBLEM_PAGE : (page + 1) * _PROBLEM_PAGE],
        "total": data["summary"]["bad"],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


def problems_window(text: str, taken: MessageInput, state: State, checked: State, of: str = "") -> Window:
    """The rows of a workbook that cannot be taken: `problems` and `summary["bad"]` of what the dialog
    remembers. A mended workbook may be sent here; `checked` leads back to the whole; `of` tells
    the windows of one dialog apart."""
    return window(
        text,
        taken,
        *pages(f"{of}bad_page"),
        SwitchTo(Const(common.BACK), id=f"{of}to_checked", state=checked),
        state=state,
        getter=partial(_problems, f"{of}bad_page"),
    )


def desk_button(of: str = "") -> Start:
    """Back to the menu of the back office; `of` tells the windows of one dialog apart."""
    return Start(Const(TO_DESK), id=f"{of}to_desk", state=Desk.home, mode=StartMode.RESET_STACK)


def listed(widget_id: str, on_click: Any) -> Column:
    """A button for each of `items`, which are dictionaries with `id` and `label`."""
    return choices(widget_id, on_click, type_factory=int)


async def read_page(
    manager: DialogManager, scroll_id: str, read: Callable[[int], Awaitable[P]]
) -> tuple[P, dict[str, Any]]:
    """The page of a list to show, and the data that `pages` needs."""
    scroll: Any = manager.find(scroll_id)
    asked = await scroll.get_page()
    found = await read(asked)
    page, count = await current_page(manager, scroll_id, found.total, PAGE_SIZE)
    if page != asked:
        found = await read(page)
    return found, {"total": found.total, "pages": count, "page_label": common.page_label(page, count)}


def opens(key: str, state: State) -> Any:
    """The handler of a tap in a list: show the tapped item."""

    async def tapped(_: CallbackQuery, __: Any, manager: DialogManager, item: int) -> None:
        manager.dialog_data[key] = item
        await manager.switch_to(state)

    return tapped


def started_with(key: str, card: State) -> Any:
    """The start handler of a dialog that may be started with the id of what its card shows."""

    async def started(start_data: Any, manager: DialogManager) -> None:
        if isinstance(start_data, dict) and start_data.get(key):
            manager.dialog_data[key] = int(start_data[key])
            await manager.switch_to(card)

    return started


def typed_of(manager: DialogManager) -> str:
    return str(manager.dialog_data.get(TYPED, ""))


async def as_line(_: DialogManager, text: str) -> str:
    return clean_line(text, NOTE_LIMIT)


@dataclass(frozen=True, slots=True)
class TypedAction:
    """An action with a typed text, which is shown once more before it is carried out.

    `about` gives both windows their data; the second has the text as `typed`. `read` turns the text into what
    is kept, or raises `DomainError`. `do` carries the action out and switches to the next window.
    """

    name: str
    ask: State
    check: State
    back: State
    ask_text: str
    check_text: str
    label: str
    do: Callable[[DialogManager, str], Awaitable[None]]
    about: Getter
    read: Callable[[DialogManager, str], Awaitable[str]] = as_line
    more: tuple[Any, ...] = field(default=())
    """Further widgets of the second window."""
    when: str | None = None
    """The name of a value without which it cannot be carried out."""

    def windows(self) -> tuple[Window, Window]:
        async def typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
            manager.dialog_data[TYPED] = await self.read(manager, message.text or "")
            await manager.switch_to(self.check)

        async def confirmed(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
            await self.do(manager, typed_of(manager))

        async def data(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
            return {TYPED: typed_of(dialog_manager)}

        return (
            window(
                self.ask_text,
                text_input(typed, free=True),
                SwitchTo(Const(common.BACK), id=f"{self.name}_leave", state=self.back),
                state=self.ask,
                getter=self.about,
            ),
            window(
                self.check_text,
                text_input(typed, free=True),
                Button(Const(self.label), id=f"{self.name}_do", on_click=confirmed, when=self.when),
                *self.more,
                SwitchTo(Const(common.BACK), id=f"{self.name}_not", state=self.back),
                state=self.check,
                words={f"{self.name}_do": numbered.RECORD},
                getter=[self.about, data],
            ),
        )
