"""Notices of wrong names and addresses (form 04/SS-HĐĐT) that wait to be sent by hand."""

from dataclasses import asdict
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button, Cancel, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import desk, listed, opens, read_page
from dialogs.context import actor_of
from dialogs.desk_states import DeskNotices
from dialogs.windows import dialog, notify, pages, window
from domain.invoices import Buyer
from texts import common, numbered
from texts.back_office import invoice_corrections as texts


def change(before: Buyer, after: Buyer) -> dict[str, Any]:
    """What the words of a correction need of a buyer, before and after."""
    return {
        "before": asdict(before),
        "after": asdict(after),
        "before_id": texts.number_name(before.kind),
        "after_id": texts.number_name(after.kind),
    }


async def _notices(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_notices
    found, page = await read_page(dialog_manager, "notice_page", lambda at: read(actor, at))
    return {
        **page,
        "items": [{"id": one.id, "label": texts.notice_button(one, of)} for one, of in found.items],
    }


def _notice_id(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("notice_id", 0))


async def _notice(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    one, invoice = await desk(dialog_manager).view_correction(
        actor_of(dialog_manager), _notice_id(dialog_manager)
    )
    waits = one.done_on is None
    state = texts.notice_state(one)
    return {**change(one.before, one.after), "number": invoice.number, "state": state, "waits": waits}


async def _sent(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await desk(manager).mark_notice_sent(actor_of(manager), _notice_id(manager))
    notify(manager, texts.MARKED)
    await manager.switch_to(DeskNotices.list)


def notices_dialog() -> Dialog:
    """This dialog lies over the board of invoices."""
    return dialog(
        window(
            texts.NOTICES,
            listed("notice", opens("notice_id", DeskNotices.card)),
            *pages("notice_page"),
            Cancel(Const(common.BACK), id="leave_notices"),
            state=DeskNotices.list,
            getter=_notices,
        ),
        window(
            texts.NOTICE,
            Button(Const(texts.SENT), id="sent", on_click=_sent, when="waits"),
            SwitchTo(Const(texts.TO_NOTICES), id="to_notices", state=DeskNotices.list),
            state=DeskNotices.card,
            words={"sent": numbered.RECORD},
            getter=_notice,
        ),
    )
