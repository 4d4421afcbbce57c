"""Correcting what is kept of a person; a phone or an e-mail address counts once it is proved."""

from collections.abc import Sequence
from typing import Any

from aiogram.enums import ContentType
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, RequestContact, SwitchTo
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const

from dialogs.context import actor_of, chat_of, operations
from dialogs.people.newcomers import prove_own_contact
from dialogs.states import Account
from dialogs.windows import notify, text_input, window
from domain.answers.words import bare
from domain.errors import DomainError
from domain.proofs import ProofKind
from services.people.accounts import AccountField, parsed
from texts import common
from texts.filters import phone
from texts.people import accounts as texts
from texts.people import registration

_FIELD, _GIVEN = "field", "given"
"""Dialog data: what is corrected, and how."""


def edit_button(field: AccountField) -> Button:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        manager.dialog_data[_FIELD] = field.value
        await manager.switch_to(_window_of(field))

    return Button(Const(texts.EDIT[field]), id=f"edit_{field}", on_click=tapped)


def _window_of(field: AccountField) -> State:
    return Account.phone if field is AccountField.PHONE else Account.field


def _asked(manager: DialogManager) -> AccountField:
    if _FIELD not in manager.dialog_data:
        raise DomainError("choice_gone")
    return AccountField(manager.dialog_data[_FIELD])


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    field = _asked(dialog_manager)
    me = (await operations(dialog_manager).view_account(actor_of(dialog_manager))).accountant
    return {"ask": texts.asking(field), "value": getattr(me, field.value)}


async def _phone(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    me = (await operations(dialog_manager).view_account(actor_of(dialog_manager))).accountant
    return {"value": phone(me.phone)}


async def _contact(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data[_GIVEN] = await prove_own_contact(message, manager)
    await _save(manager)


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    field, text = _asked(manager), message.text or ""
    manager.dialog_data[_GIVEN] = text if field is AccountField.NAME else bare(text)
    await _save(manager)


async def _save(manager: DialogManager) -> None:
    """Correct the account; what is to be proved first gets its code."""
    field, given = _asked(manager), _given(manager)
    try:
        await operations(manager).change_account(actor_of(manager), field, given, chat_of(manager))
    except DomainError as refusal:
        if refusal.code != "proof_missing":
            raise
        proving = await operations(manager).ask_proofs(chat_of(manager), *_to_prove(manager))
        if proving.by_contact:
            notify(manager, registration.CONTACT_PROVES)
        await manager.switch_to(Account.phone if proving.by_contact else Account.proof)
    else:
        notify(manager, texts.SAVED)
        await manager.switch_to(Account.home)


def _given(manager: DialogManager) -> str:
    if _GIVEN not in manager.dialog_data:
        raise DomainError("choice_gone")
    return str(manager.dialog_data[_GIVEN])


def _to_prove(manager: DialogManager) -> tuple[str, str]:
    """The phone and the e-mail address to prove, one of which is empty."""
    value = parsed(_asked(manager), _given(manager))
    return (value, "") if _asked(manager) is AccountField.PHONE else ("", value)


async def _proof(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    field, kind = _asked(dialog_manager), ProofKind(_asked(dialog_manager))
    me = (await operations(dialog_manager).view_account(actor_of(dialog_manager))).accountant
    view = operations(dialog_manager).view_proofs
    proving = await view(chat_of(dialog_manager), *_to_prove(dialog_manager))
    new, old = proving.addresses[kind], getattr(me, field.value)
    shown = (phone(new), phone(old)) if field is AccountField.PHONE else (new, old)
    return {"new": shown[0], "old": shown[1], "standing": registration.standing(proving, kind)}


async def _code_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await operations(manager).enter_codes(chat_of(manager), message.text or "")
    await _save(manager)


async def _send_again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).ask_proofs(chat_of(manager), *_to_prove(manager), again=True)
    notify(manager, registration.SENT_AGAIN)


async def _type_again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await manager.switch_to(_window_of(_asked(manager)))


def back_button(widget_id: str) -> SwitchTo:
    return SwitchTo(Const(common.BACK), id=widget_id, state=Account.home)


def correcting_windows() -> Sequence[Window]:
    return (
        window(
            texts.FIELD,
            text_input(_typed),
            back_button("field_back"),
            state=Account.field,
            getter=_field,
        ),
        window(
            texts.PHONE,
            text_input(_typed),
            MessageInput(_contact, content_types=ContentType.CONTACT),
            RequestContact(Const(registration.SEND_MY_PHONE)),
            back_button("phone_back"),
            state=Account.phone,
            getter=_phone,
            markup_factory=ReplyKeyboardFactory(resize_keyboard=True, one_time_keyboard=True),
        ),
        window(
            texts.PROOF,
            text_input(_code_typed, number=True),
            Button(Const(registration.SEND_AGAIN), id="send_again", on_click=_send_again),
            Button(Const(texts.ANOTHER), id="another", on_click=_type_again),
            back_button("proof_back"),
            state=Account.proof,
            getter=_proof,
        ),
    )
