"""Makes every window: a notice on top, the text, the buttons, and an answer to unexpected messages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from aiogram.enums import ContentType
from aiogram.fsm.state import State
from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, StartMode, Window
from aiogram_dialog.api.entities import DialogUpdateEvent
from aiogram_dialog.api.internal.widgets import MarkupFactory
from aiogram_dialog.widgets.common import WhenCondition
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, NextPage, PrevPage, Row, Select, Start, StubScroll
from aiogram_dialog.widgets.text import Const, Format, Jinja

from dialogs.anywhere import may_be_list, take_anywhere
from dialogs.bottom import OnlyTheLiveWindow, say_below, to_the_bottom
from dialogs.context import SUPPORT, actor_of, channel_of
from dialogs.desk_states import Desk
from dialogs.numbered.forms import FormedKeyboard, WindowForm, silent_among
from dialogs.states import Menu, Registration
from domain.answers.wishes import is_wish
from domain.answers.words import is_empty_talk, is_talk, says, words_of
from domain.chats import NUMBERED
from domain.choices import Typing
from domain.errors import DomainError
from domain.said_paid import says_paid
from texts import common

_ENTRANCES = (Menu.home, Desk.home, Registration.welcome)
"""Windows that lead nowhere back."""

NOTICE_KEY = "notice"
STANDING_KEY = "standing_notice"
"""Dialog data: the notice to show next, and the one shown now."""

_NOT_UNDERSTOOD = "not_understood"
"""Dialog data: when the text was sent that was last answered so, in seconds since 1970."""
_UNREAD = 3.0
"""Seconds within which nobody has read an answer and written the next text."""


def notify(manager: DialogManager, sentence: str) -> None:
    """Show a line on top of the next window. `sentence` comes from `texts`.

    A dialog about to start takes its first notice in its start data, under `NOTICE_KEY`.
    """
    support = manager.middleware_data.get(SUPPORT) or ""
    manager.dialog_data[NOTICE_KEY] = common.with_support(sentence, support)


async def _pop_notice(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """A notice is shown once, but stays when the program itself draws the window again."""
    to_the_bottom(dialog_manager)
    data, start_data = dialog_manager.dialog_data, dialog_manager.start_data
    notice = data.pop(NOTICE_KEY, None)
    if notice is None and isinstance(start_data, dict):
        notice = start_data.pop(NOTICE_KEY, None)
    standing = data.pop(STANDING_KEY, None)
    if notice is None and isinstance(dialog_manager.event, DialogUpdateEvent):
        notice = standing
    if notice is not None:
        data[STANDING_KEY] = notice
    return {"notice": notice, "numbered": channel_of(dialog_manager) in NUMBERED}


async def _unexpected(message: Message, _: MessageInput, manager: DialogManager) -> None:
    if await take_anywhere(message, manager):
        return
    if message.content_type is ContentType.TEXT:
        await say_not_understood(message, manager)
    elif (
        message.document is not None
        and may_be_list(message.document)
        and manager.current_context().state.group is Registration
    ):
        notify(manager, common.REGISTER_FIRST)
    else:
        notify(manager, common.unexpected(message.content_type, channel_of(manager)))


async def say_not_understood(message: Message, manager: DialogManager) -> None:
    """Answer with one sentence and the way to a person, instead of the same window once more. What follows
    within seconds was written before that was read, and gets no second answer.

    Raises `DomainError("not_registered")` for a stranger in a window that is no stranger's any more."""
    if manager.current_context().state.group is not Registration:
        actor_of(manager)
    data, date = manager.current_context().dialog_data, message.date.timestamp()
    last: Any = data.get(_NOT_UNDERSTOOD)
    if last is not None and 0 <= date - last < _UNREAD:
        manager.show_mode = ShowMode.NO_UPDATE
        return
    data[_NOT_UNDERSTOOD] = date
    support = manager.middleware_data.get(SUPPORT)
    await say_below(message, manager, common.not_understood(message.text or "", channel_of(manager), support))


class Taking(MessageInput):
    """An input that says what it takes, so that a chat without buttons can say so."""

    def __init__(
        self,
        handler: Any,
        content_type: ContentType,
        typing: Typing = Typing.CHOICE,
        beside: bool = False,
    ) -> None:
        super().__init__(handler, content_types=content_type)
        self.content_type = content_type
        self.typing = typing
        self.beside = beside


def text_input(handler: Any, free: bool = False, number: bool = False) -> Taking:
    """Take a typed text as the answer: `handler(message, widget, manager)`. A `DomainError` of the handler is
    shown over the window.

    Talk is no answer, nor is a wish for an order: the question is asked again. `free` takes any sentence,
    such as a reason, except words that say nothing. `number` takes a number as the answer, where it would
    else be a choice.
    """
    is_none = is_empty_talk if free or number else is_talk

    async def take(message: Message, widget: MessageInput, manager: DialogManager) -> None:
        text = message.text or ""
        if is_none(text) or (is_none is is_talk and is_wish(text, asked=True)):
            notify(manager, common.NOT_AN_ANSWER)
        else:
            await handler(message, widget, manager)

    return Taking(take, ContentType.TEXT, Typing.NUMBER if number else Typing.ANSWER)


async def _claims(message: Message, manager: DialogManager) -> bool:
    """Whether a text claimed a transfer; without one that is open, it is a text as any other."""
    try:
        return says_paid(message.text or "") and await take_anywhere(message, manager)
    except DomainError as error:
        if error.code != "nothing_to_claim":
            raise
        return False


def search_input(handler: Any) -> Taking:
    """Take a typed text as words to search a list for; talk, and words that claim a transfer, are answered
    instead."""

    async def take(message: Message, widget: MessageInput, manager: DialogManager) -> None:
        if await _claims(message, manager):
            return
        if words_of(message.text or "") and says(message.text or "") is not None:
            await say_not_understood(message, manager)
        else:
            await handler(message, widget, manager)

    return Taking(take, ContentType.TEXT, Typing.SEARCH)


def beside_input(handler: Any) -> Taking:
    """Offer a typed text of one line to `handler(text, manager)`, in a window that asks for none. Talk, and
    what the handler does not take (it says so), are answered as everywhere."""

    async def take(message: Message, widget: MessageInput, manager: DialogManager) -> None:
        text = (message.text or "").strip()
        other = is_talk(text) or says(text) is not None or is_wish(text, asked=True) or says_paid(text)
        if other or "\n" in text or not await handler(text, manager):
            await _unexpected(message, widget, manager)

    return Taking(take, ContentType.TEXT)


def paste_input(handler: Any) -> Taking:
    """Take a pasted list."""
    return Taking(handler, ContentType.TEXT, Typing.PASTE)


def file_input(handler: Any, beside: bool = False) -> Taking:
    """Take a file; `beside` says that the window itself asks for something else."""
    return Taking(handler, ContentType.DOCUMENT, beside=beside)


def photo_input(handler: Any) -> Taking:
    return Taking(handler, ContentType.PHOTO)


def window(
    text: str,
    *widgets: Any,
    state: State,
    several: Sequence[str] = (),
    words: Mapping[str, str] | None = None,
    proposes: Sequence[str] = (),
    ninth: str = "",
    markup_factory: MarkupFactory | None = None,
    **options: Any,
) -> Window:
    """A window whose text is a Jinja template of `texts`.

    A message that the window does not ask for (a sticker, a file, a text) is answered by a notice. In an app
    without buttons, several items of the widgets `several` may be ticked at once, and each widget in `words`,
    which cannot be undone, is confirmed by its word. "OK" takes what a widget in `proposes` proposes;
    `ninth` has the number 9.
    """
    form = replace(
        _form(widgets, frozenset(several), words or {}),
        proposes=frozenset(proposes),
        ninth=ninth,
        leads_home=state not in _ENTRANCES,
    )
    return Window(
        Jinja(common.NOTICE + text),
        *widgets,
        MessageInput(_unexpected, content_types=ContentType.ANY),
        state=state,
        markup_factory=FormedKeyboard(form, markup_factory),
        **options,
    )


def _form(widgets: Sequence[Any], several: frozenset[str], words: Mapping[str, str]) -> WindowForm:
    taking = [widget for widget in widgets if isinstance(widget, Taking)]
    types = {one.content_type for one in taking if not one.beside}
    typing = next((one.typing for one in taking if one.content_type is ContentType.TEXT), Typing.CHOICE)
    return WindowForm(
        typing,
        takes_file=ContentType.DOCUMENT in types,
        file_by_word=any(one.beside for one in taking),
        takes_photo=ContentType.PHOTO in types,
        several=several,
        words=words,
        silent=silent_among(widgets),
    )


def dialog(*windows: Window, **options: Any) -> Dialog:
    made = Dialog(*windows, getter=_pop_notice, **options)
    made.callback_query.middleware(OnlyTheLiveWindow())
    return made


def menu_button(when: WhenCondition = None, keeps: bool = False) -> Start:
    """A button to the menu. `keeps` leaves the window in the chat, as a message."""
    return Start(
        Const(common.TO_MENU),
        id="to_menu",
        state=Menu.home,
        mode=StartMode.RESET_STACK,
        show_mode=ShowMode.SEND if keeps else None,
        when=when,
    )


def choices(
    widget_id: str, chosen: Any, items: str = "items", type_factory: Callable[[str], Any] = str
) -> Column:
    """A row with a button for each of the getter's `items` (`id`, `label`). `chosen` gets the id of the
    tapped one, read by `type_factory`."""
    return Column(
        Select(
            Format("{item[label]}"),
            id=widget_id,
            item_id_getter=lambda item: item["id"],
            items=items,
            type_factory=type_factory,
            on_click=chosen,
        )
    )


def pages(scroll_id: str) -> tuple[StubScroll, Row]:
    """`‹ 2/5 ›` under a list; hidden when there is one page. The getter gives `pages` (a count)."""
    return (
        StubScroll(id=scroll_id, pages="pages"),
        Row(
            PrevPage(scroll=scroll_id, text=Const("‹")),
            Button(Format(common.PAGE_OF), id=f"{scroll_id}_at"),
            NextPage(scroll=scroll_id, text=Const("›")),
            when=_several_pages,
        ),
    )


def _several_pages(data: dict[str, Any], *_: Any) -> bool:
    return bool(data.get("pages", 0) > 1)


async def current_page(manager: DialogManager, scroll_id: str, total: int, size: int) -> tuple[int, int]:
    """The page to show and the page count; an earlier page if the list has become shorter."""
    count = max(1, -(-total // size))
    scroll: Any = manager.find(scroll_id)
    asked = await scroll.get_page()
    page = min(asked, count - 1)
    if page != asked:
        await scroll.set_page(page)
    return page, count
