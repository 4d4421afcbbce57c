"""Adjusting an issued invoice by a difference: the right sum of a line, the right VAT rate, shown before and
after."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.invoice_agreement import FIX, agreed_words, agreement_of, fix_of, leave
from dialogs.back_office.parts import desk, listed
from dialogs.context import actor_of
from dialogs.desk_states import DeskCorrection
from dialogs.windows import NOTICE_KEY, choices, current_page, pages, text_input, window
from domain.invoices import BuyerKind
from domain.money import parse_amount
from services.invoices.adjusting import Adjustment, NewSum
from services.invoices.correcting import NewRate
from services.paging import PAGE_SIZE
from texts import common, numbered
from texts.back_office import invoice_adjusting as texts
from texts.back_office.invoice_corrections import KEEP, RATES, rates_of

_SCROLL = "adjust_page"


async def begin(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Ask for the line whose sum is wrong; of one line, for its sum."""
    manager.dialog_data[FIX] = {"adjusts": True}
    lines = (await _preview(manager)).before
    await manager.switch_to(DeskCorrection.adjust_line)
    if len(lines) == 1:
        await _choose(manager, 0)


async def _preview(manager: DialogManager) -> Adjustment:
    return await desk(manager).preview_adjustment(actor_of(manager), *_wanted(manager))


def _wanted(manager: DialogManager) -> tuple[int, NewSum | None, NewRate | None]:
    assert isinstance(manager.start_data, dict)
    fix = fix_of(manager)
    new_sum = NewSum(*fix["sum"]) if fix.get("sum") else None
    rate = NewRate(RATES[fix["rate"]]) if fix.get("rate") else None
    return int(manager.start_data["invoice_id"]), new_sum, rate


async def _lines(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    lines = (await _stated(dialog_manager)).before
    page, count = await current_page(dialog_manager, _SCROLL, len(lines), PAGE_SIZE)
    shown = [*enumerate(lines)][page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    return {
        "items": [{"id": at, "label": texts.line_button(line)} for at, line in shown],
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _stated(manager: DialogManager) -> Adjustment:
    """What stands there now."""
    return await desk(manager).preview_adjustment(actor_of(manager), _wanted(manager)[0])


async def _line(_: CallbackQuery, __: Any, manager: DialogManager, at: int) -> None:
    await _choose(manager, at)


async def _choose(manager: DialogManager, at: int) -> None:
    fix_of(manager)["line"] = at
    await manager.switch_to(DeskCorrection.adjust_sum)


async def _of_line(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"line": (await _stated(dialog_manager)).before[fix_of(dialog_manager)["line"]]}


async def _sum_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    amount, fix = parse_amount(message.text or ""), fix_of(manager)
    line = (await _stated(manager)).before[fix["line"]]
    fix["sum"] = [line.order_id, line.position, amount]
    try:
        await _preview(manager)  # What cannot be is said before more is asked.
    except Exception:
        fix.pop("sum")
        raise
    await manager.switch_to(DeskCorrection.adjust_rate)


async def _keep_sum(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    fix_of(manager).pop("sum", None)
    await manager.switch_to(DeskCorrection.adjust_rate)


async def _rates(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    stated = (await _stated(dialog_manager)).before
    return {"stated": rates_of(stated), "items": [{"id": word, "label": word} for word in RATES]}


async def _rate(_: CallbackQuery, __: Any, manager: DialogManager, word: str) -> None:
    fix_of(manager)["rate"] = word
    await _to_agreement(manager)


async def _keep_rate(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    fix_of(manager).pop("rate", None)
    if not fix_of(manager).get("sum"):
        await manager.switch_to(DeskCorrection.what)
        return
    await _to_agreement(manager)


async def _to_agreement(manager: DialogManager) -> None:
    is_person = (await _preview(manager)).invoice.buyer.kind is BuyerKind.PERSON
    await manager.switch_to(DeskCorrection.adjust_check if is_person else DeskCorrection.agreed_by)


async def _check(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {**texts.check(await _preview(dialog_manager)), "agreed": agreed_words(dialog_manager)}


async def _adjust(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    agreement = await agreement_of(manager)
    await desk(manager).adjust_invoice(actor_of(manager), *_wanted(manager), agreement)
    await manager.done({NOTICE_KEY: texts.ADJUSTED})


def windows() -> tuple[Window, ...]:
    return (
        window(
            texts.ASK_LINE,
            listed("adjust_line", _line),
            *pages(_SCROLL),
            Button(Const(texts.KEEP_SUMS), id="keep_sums", on_click=_keep_sum),
            leave("adjust_line"),
            state=DeskCorrection.adjust_line,
            getter=_lines,
        ),
        window(
            texts.ASK_SUM,
            text_input(_sum_typed, number=True),
            Button(Const(KEEP), id="keep_sum", on_click=_keep_sum),
            leave("adjust_sum"),
            state=DeskCorrection.adjust_sum,
            getter=_of_line,
        ),
        window(
            texts.ASK_RATE,
            Button(Const(KEEP), id="keep_adjust_rate", on_click=_keep_rate),
            choices("adjust_rate", _rate),
            leave("adjust_rate"),
            state=DeskCorrection.adjust_rate,
            getter=_rates,
        ),
        window(
            texts.CHECK,
            Button(Const(texts.ADJUST_FOR_GOOD), id="adjust", on_click=_adjust),
            leave("adjust_check"),
            state=DeskCorrection.adjust_check,
            words={"adjust": numbered.RECORD},
            getter=_check,
        ),
    )
