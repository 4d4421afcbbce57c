"""What the windows of acts share that a second person may have to approve."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import desk
from dialogs.context import actor_of
from dialogs.desk_states import DeskAsk
from dialogs.windows import NOTICE_KEY
from domain.sign_offs import AskedAct
from domain.transfers import VND
from texts.back_office.sign_offs import SEND


async def second_person(manager: DialogManager, amount: int, currency: str = VND) -> dict[str, Any]:
    """What `NEEDED` says, and `alone` or `asks` for the buttons."""
    second = await desk(manager).show_second_person(actor_of(manager), amount, currency)
    return {"second": second, "alone": not second.needed, "asks": second.needed}


def ask_button(widget_id: str, asked: Callable[[DialogManager], Awaitable[tuple[AskedAct, str]]]) -> Button:
    """Leads to the window where the reason is typed. `asked` gives what is asked for, and its currency."""

    async def ask(_: Any, __: Any, manager: DialogManager) -> None:
        act, currency = await asked(manager)
        await manager.start(DeskAsk.why, data={**asdict(act), "act": act.act.value, "currency": currency})

    return Button(Const(SEND), id=widget_id, on_click=ask, when="asks")


def was_asked(result: Any) -> str:
    """The notice of an asking dialog that was carried out; empty for one that was left."""
    return str(result.get(NOTICE_KEY, "")) if isinstance(result, dict) else ""
