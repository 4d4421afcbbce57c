"""What a newcomer is asked, and what they prove before they are registered or have their account back."""

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, StartMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from dialogs.busy import show_busy
from dialogs.context import ACTOR, chat_of, operations
from dialogs.forms import Answer, Question, Questionnaire, Unsure, answers_of
from dialogs.parsers import email_answer, legal_name_of, line_of, phone_answer
from dialogs.states import Menu, Registration
from dialogs.windows import NOTICE_KEY, notify
from domain.answers.words import bare
from domain.consents import CONSENT_VERSION
from domain.customers import ADDRESS_LIMIT, NAME_LIMIT
from domain.errors import DomainError
from domain.identifiers import parse_phone, parse_tax_code
from domain.intakes.contacts import read_party
from domain.intakes.looks import is_phone, without_courtesy
from domain.names import check_name, sounds_like_a_bank
from domain.people import Accountant, parse_person_name
from domain.text import fold
from services.people.people import PersonDetails
from services.people.proofs import Proving
from texts.people import registration as texts

FOUND = "found"
"""Dialog data: the firm's name and address that the registry has under its tax code; empty if it has none."""

ADDRESS = "firm_address"
"""The answer that is never asked for: from the registry, or mended at the end."""

LINE = "line"
"""Start data: what a stranger wrote first, with the answers to several questions."""

AGREED, RECOVERING, ANEW = "agreed", "recovering", "anew"
"""Dialog data: whether codes may be sent; whether an account is to come back; whether a new one is wanted
though there is one with this phone and e-mail address."""


async def _name(manager: DialogManager, text: str) -> Answer:
    name = parse_person_name(without_courtesy(text))
    if " " not in name and name != chat_name(manager):
        raise DomainError("person_name_one_word")
    return Answer(name)


async def _firm_tax_code(manager: DialogManager, text: str) -> Answer:
    tax_code = parse_tax_code(bare(text)).value
    show_busy(manager)
    found = await operations(manager).look_up_firm(tax_code, chat_of(manager))
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


def address_of(manager: DialogManager) -> str:
    return answers_of(manager).get(ADDRESS) or _found(manager).get(ADDRESS, "")


NAME = Question("name", Registration.name, texts.NAME, _name)
FIRM_NAME = Question("firm_name", Registration.firm_name, texts.FIRM_NAME, _firm_name)
FIRM_TAX_CODE = Question("firm_tax_code", Registration.firm_tax_code, texts.FIRM_TAX_CODE, _firm_tax_code)


async def _prove_on(manager: DialogManager) -> bool:
    """Mended after the consent, an address is proved at once."""
    if not manager.dialog_data.get(AGREED) or not FORM.complete(manager):
        return False
    await _prove(manager)
    return True


PHONE = Question("phone", Registration.phone, texts.PHONE, phone_answer, then=_prove_on)
EMAIL = Question("email", Registration.email, texts.EMAIL, email_answer, then=_prove_on)
address_answer = line_of(ADDRESS_LIMIT)


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


def is_asked(manager: DialogManager, question: Question) -> bool:
    """Questions about the firm are not asked of somebody who is invited; who wants an account back says its
    phone and e-mail address."""
    if manager.dialog_data.get(RECOVERING):
        return question in (PHONE, EMAIL)
    return "token" not in manager.dialog_data or question not in (FIRM_NAME, FIRM_TAX_CODE)


FORM = Questionnaire(
    (NAME, FIRM_TAX_CODE, FIRM_NAME, PHONE, EMAIL),
    Registration.consent,
    is_asked,
    Registration.welcome,
    found=_found,
    several=_several,
)


def chat_name(manager: DialogManager) -> str:
    """The name in the chat app, if it could be kept as it is."""
    try:
        return parse_person_name(manager.middleware_data["event_from_user"].full_name)
    except DomainError:
        return ""


async def agree(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data[AGREED] = True
    await _prove(manager)


async def _prove(manager: DialogManager, again: bool = False) -> None:
    """Have codes sent for what is not proved yet, and go on once all is."""
    answers = answers_of(manager)
    ask = operations(manager).ask_proofs
    proving = await ask(chat_of(manager), answers["phone"], answers["email"], again)
    await _go_on(manager, proving)


async def _go_on(manager: DialogManager, proving: Proving) -> None:
    if proving.is_done:
        await _proved(manager)
    elif proving.by_contact:
        notify(manager, texts.CONTACT_PROVES)
        await manager.switch_to(Registration.phone)
    else:
        await manager.switch_to(Registration.proof)


async def _proved(manager: DialogManager) -> None:
    """Register, unless there is an account that who speaks may have meant."""
    if not manager.dialog_data.get(ANEW) and await operations(manager).find_own_account(chat_of(manager)):
        await manager.switch_to(Registration.known)
    elif manager.dialog_data.pop(RECOVERING, None):
        notify(manager, texts.NO_ACCOUNT)
        await FORM.advance(manager)
    else:
        await _register(manager)


async def prove_own_contact(message: Message, manager: DialogManager) -> str:
    """Take the contact of who speaks as the proof of its number, which is returned."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id:
        raise DomainError("contact_of_other")
    await operations(manager).prove_contact(chat_of(manager), parse_phone(contact.phone_number).e164)
    return contact.phone_number


async def codes_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    """Codes; or, typed instead, the address that was mistyped."""
    text = bare(message.text or "")
    question = EMAIL if "@" in text else PHONE if is_phone(text) else None
    if question is not None:
        # A doubtful one is asked about in its own window.
        await manager.switch_to(question.state)
        await FORM.take(manager, question, text)
        return
    proving = await operations(manager).enter_codes(chat_of(manager), text)
    if not proving.is_done:
        notify(manager, texts.ONE_MORE)
    await _go_on(manager, proving)


async def send_again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    notify(manager, texts.SENT_AGAIN)
    await _prove(manager, again=True)


async def use_known(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    accountant = await operations(manager).recover_account(chat_of(manager))
    await _show_menu(manager, accountant, texts.back_again(accountant.name))


async def register_anew(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.dialog_data[ANEW] = True
    manager.dialog_data.pop(RECOVERING, None)
    if FORM.complete(manager):
        await _register(manager)
    else:
        await FORM.advance(manager)


async def _register(manager: DialogManager) -> None:
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
            address_of(manager),
        )
    firm = manager.dialog_data.get("firm") or answers["firm_name"]
    await _show_menu(manager, accountant, texts.welcomed(answers["name"], firm))


async def _show_menu(manager: DialogManager, accountant: Accountant, notice: str) -> None:
    # The update began with a stranger; the menu is shown to the accountant this chat now has.
    manager.middleware_data[ACTOR] = accountant.actor
    await manager.start(Menu.home, data={NOTICE_KEY: notice}, mode=StartMode.RESET_STACK)
