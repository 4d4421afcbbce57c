"""Changing a placed order: what may be changed, another package, another recipient."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, operations
from dialogs.orders.changes_dropping import begin_dropping, dropping_windows, order_button
from dialogs.orders.changes_of_line import accounting_chosen, line_windows
from dialogs.orders.changes_shown import show_change, shown_windows
from dialogs.orders.opening import order_id_of
from dialogs.states import Changing
from dialogs.windows import (
    choices,
    dialog,
    notify,
    text_input,
    window,
)
from domain.customers import FIELDS, CustomerField
from domain.identifiers import parse_email, parse_phone
from domain.intakes.contacts import read_contact
from domain.names import parse_name
from domain.recipients import NoticeRecipient, RecipientMode
from texts import common
from texts.ordering.words import RECIPIENTS
from texts.orders import changes as texts


async def _home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    order = (
        await operations(dialog_manager).view_order(actor_of(dialog_manager), order_id_of(dialog_manager))
    ).order
    return {"order": order, "recipient": RECIPIENTS[order.recipient]}


# Another package.


async def _packages(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    order, packages = await operations(dialog_manager).offer_other_packages(
        actor_of(dialog_manager), order_id_of(dialog_manager)
    )
    items = [{"id": one.id, "label": texts.package_button(one)} for one in packages]
    return {"order": order, "items": items}


async def _package_chosen(_: CallbackQuery, __: Any, manager: DialogManager, package_id: int) -> None:
    ops, actor, order_id = operations(manager), actor_of(manager), order_id_of(manager)
    found = await ops.preview_package(actor, order_id, package_id)
    before, after = found.change.before, found.change.after
    others = found.elsewhere
    notes = [texts.told_of_sum(found.change.told)]
    if others:
        one = others[0]
        notes.append(texts.elsewhere(one.name, one.package_name, one.order_code, len(others) - 1))
    sold = (await ops.offer_packages(actor)).packages
    was = next((one for one in sold if one.code == before.package_code), None)
    back = {"kind": "package", "package_id": was and was.id, "before": after.total, "after": before.total}
    await show_change(
        manager,
        texts.PACKAGE,
        [
            (texts.PACKAGE_LABEL, before.package_name, after.package_name),
            texts.totals(before.total, after.total),
        ],
        notes,
        {"kind": "package", "package_id": package_id, "before": before.total, "after": after.total},
        back if was else None,
    )


# Another recipient.


async def _payers(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await _home(dialog_manager)
    items = [
        {"id": mode.value, "label": texts.payer_button(mode)}
        for mode in RecipientMode
        if mode is not found["order"].recipient or mode is RecipientMode.OTHER
    ]
    return {**found, "items": items}


async def _payer_chosen(_: CallbackQuery, __: Any, manager: DialogManager, value: str) -> None:
    mode = RecipientMode(value)
    if mode is RecipientMode.OTHER:
        await manager.switch_to(Changing.payer_form)
    else:
        await _show_payer(manager, mode, None)


async def _payer_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    said = read_contact(message.text or "")
    if not (said.name and said.email and said.phone):
        notify(manager, texts.PAYER_MISSING)
        return
    email = parse_email(said.email)
    name = parse_name(said.name, FIELDS[CustomerField.REPRESENTATIVE].limit)
    notice = NoticeRecipient(name, email.value, parse_phone(said.phone).e164)
    await _show_payer(
        manager, RecipientMode.OTHER, notice, texts.maybe_meant(email.hint) if email.hint else ""
    )


async def _show_payer(
    manager: DialogManager, mode: RecipientMode, notice: NoticeRecipient | None, hint: str = ""
) -> None:
    ops, actor, order_id = operations(manager), actor_of(manager), order_id_of(manager)
    found = await ops.preview_recipient(actor, order_id, mode, notice)
    old, order = found.order.recipient, found.order
    notes = [texts.told_to_stop(found.told), texts.told_anew(found.new, found.held), hint]
    if old is RecipientMode.ACCOUNTANT:
        notes.append(texts.CODE_OF_ACCOUNTANT.format(code=order.code))
    was, will = found.before, found.after
    told = (await ops.view_order(actor, order_id)).receivers.notices
    several = old is RecipientMode.OTHER and len(told) > 1
    back = None
    if not several:
        other = was.notice if old is RecipientMode.OTHER else None
        back = {"kind": "payer", "mode": old.value, "notice": _stored(other)}
    changes = [(texts.WHO_PAYS, texts.who(old, was.notice), texts.who(mode, will.notice))]
    if was.invoice != will.invoice:
        changes.append((texts.BUYER, texts.buyer(was), texts.buyer(will)))
    act = {"kind": "payer", "mode": mode.value, "notice": _stored(notice), "shown": found.shown}
    await show_change(manager, texts.PAYER, changes, notes, act, back)


def _stored(notice: NoticeRecipient | None) -> list[str] | None:
    return None if notice is None else [notice.name, notice.email, notice.phone]


def changing_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            Group(
                Button(Const(texts.DROP), id="drop", on_click=begin_dropping),
                SwitchTo(Const(texts.MEND), id="mend", state=Changing.lines),
                SwitchTo(Const(texts.PACKAGE), id="package", state=Changing.packages),
                SwitchTo(Const(texts.PAYER), id="payer", state=Changing.payers),
                width=2,
            ),
            order_button("changing_to_order"),
            state=Changing.home,
            getter=_home,
        ),
        *dropping_windows(),
        window(
            texts.PACKAGES,
            choices("other_package", _package_chosen, type_factory=int),
            SwitchTo(Const(common.BACK), id="package_back", state=Changing.home),
            state=Changing.packages,
            getter=_packages,
        ),
        window(
            texts.PAYERS,
            choices("payer_mode", _payer_chosen),
            SwitchTo(Const(common.BACK), id="payer_back", state=Changing.home),
            state=Changing.payers,
            getter=_payers,
        ),
        window(
            texts.PAYER_FORM,
            text_input(_payer_typed),
            SwitchTo(Const(common.BACK), id="payer_form_back", state=Changing.payers),
            state=Changing.payer_form,
            getter=_home,
        ),
        *line_windows(),
        *shown_windows(order_button("done_to_order")),
        on_process_result=accounting_chosen,
    )
