"""The menu of the back office: every kind of work, with how much of it waits."""

from typing import Any

from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Row, Start, Url
from aiogram_dialog.widgets.text import Const, Format

from dialogs.apps import CONNECT_ZALO
from dialogs.back_office.page import has_page
from dialogs.back_office.parts import desk
from dialogs.context import actor_of
from dialogs.desk_states import (
    Desk,
    DeskActivations,
    DeskCases,
    DeskClaims,
    DeskFirms,
    DeskInvoices,
    DeskLookup,
    DeskPage,
    DeskPrices,
    DeskSignOffs,
    DeskTotals,
    DeskTransfers,
)
from dialogs.states import Notices
from dialogs.windows import dialog, window
from texts.back_office import menu as texts


async def _home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    waiting = await desk(dialog_manager).show_waiting(actor_of(dialog_manager))
    connect = dialog_manager.middleware_data.get(CONNECT_ZALO)
    return {
        "waiting": waiting,
        "has_page": has_page(dialog_manager),
        "connect": texts.CONNECT_ZALO,
        "zalo_link": connect() if connect and not waiting.zalo_connected else "",
        **texts.labels(waiting),
    }


def desk_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            Start(Format("{firms_label}"), id="firms", state=DeskFirms.waiting),
            Start(Format("{transfers_label}"), id="transfers", state=DeskTransfers.list),
            Start(Format("{claims_label}"), id="claims", state=DeskClaims.list),
            Row(
                Start(Format("{cases_label}"), id="cases", state=DeskCases.list),
                Start(Format("{sign_offs_label}"), id="sign_offs", state=DeskSignOffs.list),
            ),
            Row(
                Start(Format("{activations_label}"), id="activations", state=DeskActivations.by_hand),
                Start(Format("{invoices_label}"), id="invoices", state=DeskInvoices.board),
            ),
            Row(
                Start(Const(texts.LOOKUP), id="lookup", state=DeskLookup.code),
                Start(Const(texts.PRICES), id="prices", state=DeskPrices.list),
            ),
            Row(
                Start(Const(texts.TOTALS), id="totals", state=DeskTotals.day),
                Start(Format("{notices_label}"), id="notices", state=Notices.list),
            ),
            Url(Const(texts.CONNECT_ZALO), Format("{zalo_link}"), id="zalo", when="zalo_link"),
            Start(Const(texts.PAGE), id="page", state=DeskPage.link, when="has_page"),
            state=Desk.home,
            getter=_home,
        ),
    )
