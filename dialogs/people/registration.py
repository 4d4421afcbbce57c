"""Registration: a newcomer brings a firm, or accepts a colleague's invitation."""

from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, RequestContact, SwitchTo
from aiogram_dialog.widgets.markup.reply_keyboard import ReplyKeyboardFactory
from aiogram_dialog.widgets.text import Const, Format

from dialogs.apps import other_apps
from dialogs.busy import show_busy
from dialogs.context import ACTOR, channel_of, chat_of, controller_of, operations
from dialogs.forms import Answer, Question, Questionnaire, Unsure, answers_of
from dialogs.offers import OFFER_ROOM
from dialogs.parsers import email_answer, legal_name_of, line_of, phone_answer
from dialogs.states import Menu, Registration
from dialogs.windows import NOTICE_KEY, dialog, notify, say_not_understood, text_input, window
from domain.answers.words import bare
from domain.consents import CONSENT_VERSION
from domain.customers import ADDRESS_LIMIT, NAME_LIMIT
from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.intakes.contacts import read_party
from domain.intakes.looks import without_courtesy
from domain.names import check_name, sounds_like_a_bank
from domain.people import parse_person_name
from domain.text import fold
from services.people.people import PersonDetails
from texts import common
from texts.apps import ALL_APPS, APP_NAMES
from texts.errors import say
from texts.people import registration as texts
from texts.widths import fit

FOUND = "found"
"""Dialog data: the firm's name and address that the registry has under its tax code; empty if it has none."""

ADDRESS = "firm_address"
"""The answer that is never asked for: from the registry, or mended at the end."""

LINE = "line"
"""Start data: what a stranger wrote first, with the answers to several questions."""


async def _name(manager: DialogManager, text: str) -> Answer:
    name = parse_person_name(without_courtesy(text))
    if " " not in name and name != _chat_name(manager):
        raise DomainError("person_name_one_word")
    return Answer(name)


async def _firm_tax_code(manager: DialogManager, text: str) -> Answer:
    tax_code = parse_tax_code(bare(text)).value
    await operations(manager).check_firm_tax_code(tax_code)
    show_busy(manager)
    found = await operations(manager).look_up_firm(tax_code)
    registered = {"firm_name": found.name, "firm_address": found.address} if found else {}
    if registered != _found(manager):
        # Name and address that went with another code are not this firm's.
        if "firm_tax_code" in answers_of(manager):
            for name in ("firm_name", ADDRESS):
                answers_of(manager).pop(name, None)
        manager.dialog_data[FOUND] = registered
    return Answer(tax_code)


_legal_name = legal_name_of(NAME_LIMIT)


async def _firm_name(manager: DialogManager, text: str) -> Answer:
    answer = await _legal_name(manager, text)
    # Payers read it in front of an account number.
    if sounds_like_a_bank(answer.value):
        check_name(answer.value)
    return answer


def _found(manager: DialogManager) -> dict[str, str]:
    found: dict[str, str] = manager.dialog_data.get(FOUND, {})
    return found


def _address(manager: DialogManager) -> str:
    return answers_of(manager).get(ADDRESS) or _found(manager).get(ADDRESS, "")


NAME = Question("name", Registration.name, texts.NAME, _name)
FIRM_NAME = Question("firm_name", Registration.firm_name, texts.FIRM_NAME, _firm_name)
FIRM_TAX_CODE = Question("firm_tax_code", Registration.firm_tax_code, texts.FIRM_TAX_CODE, _firm_tax_code)
PHONE = Question("phone", Registration.phone, texts.PHONE, phone_answer)
EMAIL = Question("email", Registration.email, texts.EMAIL, email_answer)
_address_answer = line_of(ADDRESS_LIMIT)


_TRADES = ("ke toan ", "dai ly thue ", "dich vu ", "tu van ")


def _unsure(name: str) -> str:
    """What may be the firm's name; a firm of this trade is often called by it, without a legal form."""
    return name if fold(name).startswith(_TRADES) else Unsure(name)


def _several(text: str) -> dict[str, str]:
    party = read_party(text)
    return {
        "name": party.person,
        "firm_tax_code": party.tax_code,
        "firm_name": party.business or _unsure(party.unsure),
        "phone": party.phone,
        "email": party.email,
    }


def _asked(manager: DialogManager, question: Question) -> bool:
    """Questions about the firm are not asked of somebody who is invited."""
    return "token" not in manager.dialog_data or question not in (FIRM_NAME, FIRM_TAX_CODE)


FORM = Questionnaire(
    (NAME, FIRM_TAX_CODE, FIRM_NAME, PHONE, EMAIL),
    Registration.consent,
    _asked,
    Registration.welcome,
    found=_found,
    several=_several,
)


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
    return {"firm": data.get("firm"), "start": start, **apps}


async def _line_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    if not await FORM.take_line(manager, message.text or ""):
        await say_not_understood(message, manager)


async def _corrected(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Take what is typed at the end instead of the answers that it corrects."""
    if not await FORM.take_line(manager, message.text or "", over=True):
        await say_not_understood(message, manager)


async def _begin(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await FORM.advance(manager)


def _chat_name(manager: DialogManager) -> str:
    """The name in the chat app, if it could be kept as it is."""
    try:
        return parse_person_name(manager.middleware_data["event_from_user"].full_name)
    except DomainError:
        return ""


async def _name_offer(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    answered = "name" in answers_of(dialog_manager)
    return {"chat_name": "" if answered else fit(_chat_name(dialog_manager), OFFER_ROOM)}


async def _use_chat_name(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await FORM.take(manager, NAME, _chat_name(manager))


async def _contact(message: Message, _: MessageInput, manager: DialogManager) -> None:
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id:
        raise DomainError("contact_of_other")
    await FORM.take(manager, PHONE, contact.phone_number)


def _edit(question: Question) -> Button:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        await manager.switch_to(question.state)

    def asked(_: dict[str, Any], __: Any, manager: DialogManager) -> bool:
        return _asked(manager, question)

    return Button(Const(texts.EDIT[question.name]), id=f"edit_{question.name}", on_click=tapped, when=asked)


async def _address_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    answers_of(manager)[ADDRESS] = (await _address_answer(manager, message.text or "")).value
    await manager.switch_to(Registration.consent)


async def _summary(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {
        "answers": answers_of(dialog_manager),
        "firm": dialog_manager.dialog_data.get("firm"),
        "address": _address(dialog_manager),
        "steps": len(FORM.asked(dialog_manager)) + 1,
        "controller": controller_of(dialog_manager),
    }


async def _agree(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    answers, token = answers_of(manager), manager.dialog_data.get("token")
    person = PersonDetails(answers["name"], answers["phone"], answers["email"], CONSENT_VERSION)
    if token:
        accountant = await operations(manager).join_firm(chat_of(manager), person, token)
    else:
        accountant = await operations(manager).register_firm(
            chat_of(manager),
            person,
            answers["firm_name"],
            answers["firm_tax_code"],
            _address(manager),
        )
    # The update began with a stranger; the menu is shown to the accountant this chat now has.
    manager.middleware_data[ACTOR] = accountant.actor
    firm = manager.dialog_data.get("firm") or answers["firm_name"]
    notice = {NOTICE_KEY: texts.welcomed(answers["name"], firm)}
    await manager.start(Menu.home, data=notice, mode=StartMode.RESET_STACK)


def _brings_firm(_: dict[str, Any], __: Any, manager: DialogManager) -> bool:
    return _asked(manager, FIRM_NAME)


def registration_dialog() -> Dialog:
    return dialog(
        window(
            texts.WELCOME,
            Button(Format("{start}"), id="begin", on_click=_begin),
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
            Button(Const(texts.AGREE), id="agree", on_click=_agree),
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
        on_start=_started,
    )
