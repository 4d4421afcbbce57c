"""Registration: a newcomer brings a firm, accepts a colleague's invitation, or gets an account back."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, RequestContact, Row, SwitchTo
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const, Format

from dialogs.apps import other_apps
from dialogs.context import channel_of, chat_of, controller_of, operations
from dialogs.forms import Question, answers_of
from dialogs.offers import OFFER_ROOM
from dialogs.people.newcomers import (
    ADDRESS,
    EMAIL,
    FIRM_NAME,
    FIRM_TAX_CODE,
    FORM,
    LINE,
    NAME,
    PHONE,
    RECOVERING,
    address_answer,
    address_of,
    agree,
    chat_name,
    codes_typed,
    is_asked,
    prove_own_contact,
    register_anew,
    send_again,
    use_known,
)
from dialogs.states import Registration
from dialogs.windows import dialog, notify, say_not_understood, text_input, window
from domain.errors import DomainError
from domain.proofs import ProofKind
from texts import common
from texts.apps import ALL_APPS, APP_NAMES
from texts.errors import say
from texts.people import registration as texts
from texts.widths import fit


async def _started(start_data: Any, manager: DialogManager) -> None:
    given = start_data if isinstance(start_data, dict) else {}
    token = given.get("token")
    if LINE in given:
        await FORM.take_line(manager, given.pop(LINE))
    if not token:
        return
    try:
        firm = await operations(manager).read_invitation(token)
    except DomainError as refusal:
        # A newcomer whose invitation does not hold may still bring a firm of their own.
        notify(manager, say(refusal))
        manager.dialog_data["refused"] = True
    else:
        manager.dialog_data.update(token=token, firm=firm.name)


async def _welcome(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    data = dialog_manager.dialog_data
    start = texts.JOIN if "token" in data else texts.NEW_FIRM if "refused" in data else texts.START
    apps = {
        "apps": ALL_APPS,
        "here": APP_NAMES[channel_of(dialog_manager)],
        "others": [APP_NAMES[app] for app in other_apps(dialog_manager)],
    }
    ways = await operations(dialog_manager).ways_to_prove(chat_of(dialog_manager))
    recovers = ways == frozenset(ProofKind) and "token" not in data
    return {"firm": data.get("firm"), "start": start, "recovers": recovers, **apps}


async def _line_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    if not await FORM.take_line(manager, message.text or ""):
        await say_not_understood(message, manager)


async def _corrected(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Take what is typed at the end instead of the answers that it corrects."""
    if not await FORM.take_line(manager, message.text or "", over=True):
        await say_not_understood(message, manager)


async def _begin(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data.pop(RECOVERING, None)
    await FORM.advance(manager)


async def _recover(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data[RECOVERING] = True
    await FORM.advance(manager)


async def _name_offer(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    answered = "name" in answers_of(dialog_manager)
    return {"chat_name": "" if answered else fit(chat_name(dialog_manager), OFFER_ROOM)}


async def _use_chat_name(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await FORM.take(manager, NAME, chat_name(manager))


async def _contact(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await FORM.take(manager, PHONE, await prove_own_contact(message, manager))


def _edit(question: Question, where: str = "edit") -> Button:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await manager.switch_to(question.state)

    def asked(_: dict[str, Any], __: Any, manager: DialogManager) -> bool:
        return is_asked(manager, question)

    return Button(
        Const(texts.EDIT[question.name]), id=f"{where}_{question.name}", on_click=tapped, when=asked
    )


async def _address_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    answers_of(manager)[ADDRESS] = (await address_answer(manager, message.text or "")).value
    await manager.switch_to(Registration.consent)


async def _summary(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {
        "answers": answers_of(dialog_manager),
        "firm": dialog_manager.dialog_data.get("firm"),
        "address": address_of(dialog_manager),
        "steps": len(FORM.asked(dialog_manager)) + 1,
        "agree": texts.SEND_CODES if dialog_manager.dialog_data.get(RECOVERING) else texts.AGREE,
        "recovering": dialog_manager.dialog_data.get(RECOVERING, False),
        "controller": controller_of(dialog_manager),
    }


async def _proof(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    answers = answers_of(dialog_manager)
    view = operations(dialog_manager).view_proofs
    proving = await view(chat_of(dialog_manager), answers["phone"], answers["email"])
    return {
        "answers": answers,
        "phone": texts.standing(proving, ProofKind.PHONE),
        "email": texts.standing(proving, ProofKind.EMAIL),
        "codes": len(proving.open),
    }


async def _known(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    own = await operations(dialog_manager).find_own_account(chat_of(dialog_manager))
    return {"own": own, "app": APP_NAMES[channel_of(dialog_manager)]}


def _brings_firm(_: dict[str, Any], __: Any, manager: DialogManager) -> bool:
    return is_asked(manager, FIRM_NAME)


def registration_dialog() -> Dialog:
    return dialog(
        window(
            texts.WELCOME,
            Button(Format("{start}"), id="begin", on_click=_begin),
            Button(Const(texts.RECOVER), id="recover", on_click=_recover, when="recovers"),
            MessageInput(_line_typed, content_types=ContentType.TEXT),
            state=Registration.welcome,
            getter=_welcome,
        ),
        FORM.window(
            NAME,
            Button(Format(texts.USE_NAME), id="use_name", on_click=_use_chat_name, when="chat_name"),
            getter=_name_offer,
        ),
        FORM.window(FIRM_TAX_CODE),
        FORM.window(FIRM_NAME),
        FORM.window(
            PHONE,
            MessageInput(_contact, content_types=ContentType.CONTACT),
            RequestContact(Const(texts.SEND_MY_PHONE)),
            markup_factory=ReplyKeyboardFactory(resize_keyboard=True, one_time_keyboard=True),
        ),
        FORM.window(EMAIL),
        window(
            texts.CONSENT,
            MessageInput(_corrected, content_types=ContentType.TEXT),
            Button(Format("{agree}"), id="agree", on_click=agree),
            Group(
                *(_edit(question) for question in (NAME, FIRM_TAX_CODE, FIRM_NAME)),
                SwitchTo(
                    Const(texts.EDIT[ADDRESS]),
                    id="edit_firm_address",
                    state=Registration.firm_address,
                    when=_brings_firm,
                ),
                *(_edit(question) for question in (PHONE, EMAIL)),
                SwitchTo(Const(common.BACK), id="to_email", state=Registration.email),
                width=2,
            ),
            state=Registration.consent,
            getter=_summary,
        ),
        window(
            texts.FIRM_ADDRESS,
            text_input(_address_typed),
            SwitchTo(Const(common.BACK), id="address_back", state=Registration.consent),
            state=Registration.firm_address,
            getter=_summary,
        ),
        window(
            texts.PROOF,
            text_input(codes_typed, number=True),
            Button(Const(texts.SEND_AGAIN), id="send_again", on_click=send_again),
            Row(*(_edit(question, "unproved") for question in (PHONE, EMAIL))),
            state=Registration.proof,
            getter=_proof,
        ),
        window(
            texts.KNOWN,
            Button(Const(texts.USE_KNOWN), id="use_known", on_click=use_known),
            Button(Const(texts.ANEW), id="anew", on_click=register_anew),
            state=Registration.known,
            getter=_known,
        ),
        on_start=_started,
    )
