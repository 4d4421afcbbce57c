"""Tax invoices: what waits, the workbook of those issued by hand, and any invoice by what is typed."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Cancel, Row, Start, SwitchTo
from aiogram_dialog.widgets.kbd.button import OnClick
from aiogram_dialog.widgets.text import Const, Format

from dialogs.back_office import invoice_numbers
from dialogs.back_office.parts import desk, desk_button, listed, read_page
from dialogs.back_office.payments import show_result
from dialogs.context import actor_of
from dialogs.desk_states import DeskCorrection, DeskInvoices, DeskNotices
from dialogs.documents import send_document, send_workbook
from dialogs.invoices.resending import address_window, asks_for_address
from dialogs.windows import choices, dialog, file_input, notify, pages, text_input, window
from domain.invoices import HANDED_OVER
from services.ports import InvoiceGroup
from texts import common
from texts.back_office import invoice_corrections as corrections
from texts.back_office import invoices as texts
from texts.invoices import by_hand, card
from texts.invoices.words import file_name

BACK_TO = "back_to"
"""Dialog data: the list from which a card was opened, by its state's name."""

_LISTS = (DeskInvoices.group, DeskInvoices.found)


async def _board(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await desk(dialog_manager).show_invoices(actor_of(dialog_manager))
    shown = [(group, found.counts[group]) for group in InvoiceGroup if found.counts[group]]
    items = [{"id": str(group), "label": texts.group_button(group, count)} for group, count in shown]
    return {**texts.board(found), "items": items}


async def _take(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    queue = await desk(manager).take_invoice_queue(actor_of(manager))
    if not queue:
        notify(manager, texts.NOTHING_TO_TAKE)
        return
    rows = sum(len(one.lines) for one in queue)
    caption = texts.take_caption(len(queue), rows)
    await send_workbook(manager, [by_hand.table(queue)], texts.FILE_NAME, caption)


async def _see_group(_: CallbackQuery, __: Any, manager: DialogManager, group: str) -> None:
    manager.dialog_data["group"] = group
    await _first_page(manager, "group_page")
    await manager.switch_to(DeskInvoices.group)


async def _group(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).list_invoice_group
    group = InvoiceGroup(dialog_manager.dialog_data["group"])
    found, page = await read_page(dialog_manager, "group_page", lambda at: read(actor, group, at))
    return {**page, "title": texts.GROUPS[group], "items": _items(found.items)}


async def _asked(message: Message, _: MessageInput, manager: DialogManager) -> None:
    text = (message.text or "")[:200]
    found = await desk(manager).find_invoices(actor_of(manager), text)
    manager.dialog_data["asked"] = text
    await _first_page(manager, "found_page")
    if found.total == 1:
        await _show(manager, found.items[0].id, DeskInvoices.found)
    else:
        await manager.switch_to(DeskInvoices.found)


async def _found(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, read = actor_of(dialog_manager), desk(dialog_manager).find_invoices
    asked = dialog_manager.dialog_data["asked"]
    found, page = await read_page(dialog_manager, "found_page", lambda at: read(actor, asked, at))
    of_order = dialog_manager.start_data is not None
    return {**page, "asked": asked, "of_order": of_order, "items": _items(found.items)}


async def _opened(_: CallbackQuery, __: Any, manager: DialogManager, invoice_id: int) -> None:
    await _show(manager, invoice_id, manager.current_context().state)


async def _show(manager: DialogManager, invoice_id: int, back_to: Any) -> None:
    await desk(manager).open_invoice(actor_of(manager), invoice_id)
    manager.dialog_data.update({"invoice_id": invoice_id, BACK_TO: back_to.state})
    await manager.switch_to(DeskInvoices.card)


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await desk(dialog_manager).view_invoice(actor_of(dialog_manager), _invoice_id(dialog_manager))
    return {
        **card.shown(view.invoice, view.lines, view.original),
        **texts.about(view),
        "handed_over": view.invoice.state in HANDED_OVER,
        "mailed": view.invoice.state in HANDED_OVER and view.invoice.email,
        "pdf": view.kept.pdf,
        "xml": view.kept.xml,
    }


async def _resend(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    address = await desk(manager).resend_invoice(actor_of(manager), _invoice_id(manager))
    notify(manager, card.resent(address))


async def _address(manager: DialogManager) -> str:
    return (await desk(manager).view_invoice(actor_of(manager), _invoice_id(manager))).invoice.email


async def _send(manager: DialogManager, address: str) -> str:
    return await desk(manager).resend_invoice(actor_of(manager), _invoice_id(manager), address)


def _sends(ending: str) -> OnClick:
    """Send the file of this ending."""

    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        invoice, files = await desk(manager).take_invoice_files(actor_of(manager), _invoice_id(manager))
        assert invoice.number is not None
        content = files.pdf if ending == "pdf" else files.xml
        await send_document(manager, content, file_name(invoice.number, ending))

    return tapped


async def _correct(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.start(DeskCorrection.what, data={"invoice_id": _invoice_id(manager)})


async def _agree(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = {"invoice_id": _invoice_id(manager), "alone": True}
    await manager.start(DeskCorrection.agreed_by, data=data)


async def _agreement(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Send the written agreement on what corrects this invoice, or on this adjustment."""
    view = await desk(manager).view_invoice(actor_of(manager), _invoice_id(manager))
    agreed = [one.id for one in view.corrections if one.agreed_on is not None]
    if agreed:
        name, content = await desk(manager).take_agreement(actor_of(manager), agreed[-1])
        await send_document(manager, content, name)


async def _back(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    wanted = manager.dialog_data.get(BACK_TO)
    await manager.switch_to(next((one for one in _LISTS if one.state == wanted), DeskInvoices.board))


async def _started(start_data: Any, manager: DialogManager) -> None:
    if isinstance(start_data, dict) and start_data.get("asked"):
        manager.dialog_data["asked"] = start_data["asked"]


def _invoice_id(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("invoice_id", 0))


def _items(invoices: Any) -> list[dict[str, Any]]:
    return [{"id": one.id, "label": texts.invoice_button(one)} for one in invoices]


async def _first_page(manager: DialogManager, scroll_id: str) -> None:
    scroll: Any = manager.find(scroll_id)
    await scroll.set_page(0)


def invoices_dialog() -> Dialog:
    """May be started with `{"asked": str}`, for the list of what that finds."""
    return dialog(
        window(
            texts.BOARD,
            file_input(invoice_numbers.document),
            Button(Const(texts.TAKE), id="take", on_click=_take, when="to_take"),
            choices("see_group", _see_group),
            Start(Format(corrections.SEE_NOTICES), id="notices", state=DeskNotices.list, when="count"),
            Row(
                SwitchTo(Const(texts.FIND), id="find", state=DeskInvoices.find),
                desk_button(),
            ),
            state=DeskInvoices.board,
            getter=_board,
        ),
        window(
            texts.GROUP,
            listed("of_group", _opened),
            *pages("group_page"),
            SwitchTo(Const(texts.TO_BOARD), id="group_to_board", state=DeskInvoices.board),
            state=DeskInvoices.group,
            getter=_group,
        ),
        window(
            texts.ASK,
            text_input(_asked, number=True),
            SwitchTo(Const(texts.TO_BOARD), id="find_to_board", state=DeskInvoices.board),
            state=DeskInvoices.find,
        ),
        window(
            texts.FOUND,
            text_input(_asked, number=True),
            listed("of_found", _opened),
            *pages("found_page"),
            Cancel(Const(texts.TO_ORDER), id="found_to_order", when="of_order"),
            SwitchTo(Const(texts.TO_BOARD), id="found_to_board", state=DeskInvoices.board),
            state=DeskInvoices.found,
            getter=_found,
        ),
        window(
            card.CARD + texts.ABOUT,
            Button(Const(card.RESEND), id="resend", on_click=_resend, when="mailed"),
            Button(
                Const(card.OTHER_ADDRESS),
                id="other_address",
                on_click=asks_for_address(DeskInvoices.address),
                when="handed_over",
            ),
            Row(
                Button(Const(card.PDF), id="pdf", on_click=_sends("pdf"), when="pdf"),
                Button(Const(card.XML), id="xml", on_click=_sends("xml"), when="xml"),
            ),
            Button(Const(corrections.AGREEMENT), id="agreement", on_click=_agreement, when="agreement"),
            Button(Const(corrections.AGREE), id="agree", on_click=_agree, when="adjusts"),
            Button(Const(corrections.CORRECT), id="correct", on_click=_correct, when="correctable"),
            Button(Const(common.BACK), id="card_back", on_click=_back),
            state=DeskInvoices.card,
            getter=_card,
        ),
        address_window(DeskInvoices.address, DeskInvoices.card, _address, _send),
        *invoice_numbers.windows(),
        on_process_result=show_result,
        on_start=_started,
    )
