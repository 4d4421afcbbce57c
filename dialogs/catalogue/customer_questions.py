"""The questions about a new customer, in the order they are asked."""

from typing import Any

from aiogram_dialog import DialogManager

from dialogs.busy import show_busy
from dialogs.context import actor_of, operations
from dialogs.forms import Answer, Parse, Question, Questionnaire, Unsure, answers_of
from dialogs.logins import read_login
from dialogs.parsers import legal_name_of, line_of, name_of
from dialogs.states import NewCustomer
from domain.answers.words import bare
from domain.customers import (
    ADDRESS_LIMIT,
    NAME_LIMIT,
    CustomerField,
    CustomerKind,
    check_name,
    kind_of_name,
    told_otherwise,
)
from domain.errors import DomainError
from domain.identifiers import TaxCode, parse_tax_code
from domain.intakes.contacts import read_party
from domain.logins import with_answered
from texts.catalogue import new_customer as texts

KNOWN_ID = "known_id"
FOUND = "found"
"""Questions that the registry of taxpayers can answer."""


def _start(manager: DialogManager) -> dict[str, Any]:
    return manager.start_data if isinstance(manager.start_data, dict) else {}


def wanted_kind(manager: DialogManager) -> CustomerKind | None:
    """The kind that the order's package asks of every customer; `None` outside an order."""
    kind = _start(manager).get("kind")
    return CustomerKind(kind) if kind else None


def in_order(manager: DialogManager) -> bool:
    return bool(_start(manager).get("in_order"))


def _warned(tax_code: TaxCode) -> str:
    """The warnings about an accepted but doubtful tax code, in words."""
    return " ".join(texts.WARNINGS[warning] for warning in tax_code.warnings)


async def _tax_code(manager: DialogManager, text: str) -> Answer:
    wanted = wanted_kind(manager)
    tax_code = parse_tax_code(bare(text), wanted)
    known = await operations(manager).find_by_tax_code(actor_of(manager), tax_code.value)
    found = {} if known is not None else await _look_up(manager, tax_code.value)
    told = kind_of_name(found.get("name", ""))
    if wanted and told not in (None, wanted):
        raise DomainError("kind_registered", value=tax_code.value, name=found["name"], kind=wanted, told=told)
    manager.dialog_data[KNOWN_ID] = known.id if known is not None else None
    manager.dialog_data[FOUND] = found
    kind = wanted or told or tax_code.kind_hint
    if kind is not tax_code.kind_hint and wanted is None:
        # A household's old code is one like an enterprise's: the accountant says what it is.
        answers_of(manager).pop("kind", None)
        kind = None
    remark = _warned(tax_code) if known is None else ""
    return Answer(tax_code.value, also={"kind": kind.value} if kind else {}, remark=remark)


async def _look_up(manager: DialogManager, tax_code: str) -> dict[str, str]:
    show_busy(manager)
    found = await operations(manager).look_up_tax_code(actor_of(manager), tax_code)
    answers = {"name": found.name, "address": found.address} if found is not None else {}
    return {name: value for name, value in answers.items() if value}


def found_for(manager: DialogManager) -> dict[str, str]:
    found: dict[str, str] = manager.dialog_data.get(FOUND, {})
    return found


async def _show_known(manager: DialogManager) -> bool:
    if manager.dialog_data.get(KNOWN_ID) is None:
        return False
    for name in ("tax_code", "kind"):
        answers_of(manager).pop(name, None)
    await manager.switch_to(NewCustomer.known)
    return True


async def _kind_answer(manager: DialogManager, text: str) -> Answer:
    kind = CustomerKind(text)
    answers = answers_of(manager)
    tax_code = parse_tax_code(answers["tax_code"], kind)
    registered = found_for(manager).get("name", "")
    if told := told_otherwise(kind, registered):
        raise DomainError("kind_of_name", value=registered, kind=kind, told=told)
    if told_otherwise(kind, answers.get("name", "")):
        # The kind was chosen with the name in sight, so the name is what has to be asked again.
        name = answers.pop("name")
        return Answer(kind.value, remark=texts.NAME_AGAIN.format(name=name))
    return Answer(kind.value, remark=_warned(tax_code))


async def _name(manager: DialogManager, text: str) -> Answer:
    """The name. Where it tells another kind than was chosen or only fits, it is refused."""
    named, answers = await _legal_name(manager, text), answers_of(manager)
    if _kind_is_sure(manager):
        check_name(CustomerKind(answers["kind"]), named.value)
    return named


_legal_name = legal_name_of(NAME_LIMIT)


def _kind_is_sure(manager: DialogManager) -> bool:
    """Whether the kind does not just follow from how long the tax code is."""
    return wanted_kind(manager) is not None or len(answers_of(manager)["tax_code"]) == 12


async def _settle_kind(manager: DialogManager) -> bool:
    """Ask for the kind again where the name tells another one than the tax code."""
    answers = answers_of(manager)
    if "kind" in answers and told_otherwise(CustomerKind(answers["kind"]), answers["name"]):
        answers.pop("kind")
    return False


def _login(field: CustomerField) -> Parse:
    async def parse(manager: DialogManager, text: str) -> Answer:
        login = await read_login(manager, field, text)
        sure_of = with_answered("", login.doubts)
        return Answer(login.value, login.offer if login.doubts else None, sure_of)

    return parse


TAX_CODE = Question("tax_code", NewCustomer.tax_code, texts.TAX_CODE, _tax_code, then=_show_known)
KIND = Question("kind", NewCustomer.kind, texts.KIND, _kind_answer)
NAME = Question("name", NewCustomer.name, texts.NAME, _name, then=_settle_kind)
OPTIONAL = (
    Question("address", NewCustomer.address, texts.ADDRESS, line_of(ADDRESS_LIMIT), optional=True),
    Question(
        "representative",
        NewCustomer.representative,
        texts.REPRESENTATIVE,
        name_of(NAME_LIMIT),
        optional=True,
    ),
    Question("email", NewCustomer.email, texts.EMAIL, _login(CustomerField.EMAIL), optional=True),
    Question("phone", NewCustomer.phone, texts.PHONE, _login(CustomerField.PHONE), optional=True),
)


def _asked(manager: DialogManager, question: Question) -> bool:
    """Ask for the kind only if the tax code does not tell it."""
    answers = answers_of(manager)
    return question is not KIND or ("tax_code" in answers and "kind" not in answers)


def _several(text: str) -> dict[str, str]:
    party = read_party(text)
    return {
        "tax_code": party.tax_code,
        "name": party.business or Unsure(party.unsure),
        "address": party.address,
        "representative": party.person,
        "email": party.email,
        "phone": party.phone,
    }


FORM = Questionnaire(
    (TAX_CODE, KIND, NAME, *OPTIONAL), NewCustomer.check, _asked, found=found_for, several=_several
)
