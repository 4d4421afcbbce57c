"""Checking the texts of one entry: right values, and a problem for each that is wrong or doubtful."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from domain.accounting import offered_first_months, regimes_of, vat_methods_of
from domain.customers import CustomerKind, kind_of_name, told_otherwise
from domain.errors import DomainError
from domain.identifiers import TaxCode, parse_tax_code
from domain.income_methods import income_method_for
from domain.intakes.contacts import with_parted_texts
from domain.intakes.entries import APART, EntryField, Problem
from domain.intakes.fields import DIRECT, PARSERS, parse_kind_cell
from domain.intakes.looks import is_person
from domain.intakes.proposals import phones_meant, tax_codes_meant
from domain.intakes.stamps import is_stamp
from domain.personal_ids import with_lost_zeros

SHOWN_LIMIT = 200
"""A problem keeps at most this many characters of a text."""

_KINDS = {kind.value: kind for kind in CustomerKind}
_PLACES = {field: place for place, field in enumerate(EntryField)}


def check_texts(texts: Mapping[EntryField, str]) -> tuple[dict[EntryField, str], tuple[Problem, ...], bool]:
    """The right values, a problem for every other text, and whether the list says the kind.

    A blank text leaves its field open; a tax code is required.
    """
    values: dict[EntryField, str] = {}
    problems: list[Problem] = []
    texts = with_parted_texts(texts)
    for field, text in texts.items():
        parse = PARSERS.get(field)
        if parse is None or not text or text.isspace():
            continue
        try:
            values[field] = _one_of(text.split(APART), parse) if APART in text else parse(text)
        except DomainError as error:
            # A cell of invisible characters is as empty as it looks.
            if error.code != "text_empty" and any(
                unicodedata.category(char)[0] in "LNPS" for char in text[:SHOWN_LIMIT]
            ):
                problems.append(Problem(field, _shown(text), error))
    said = _said_kind(texts, problems)
    _take_tax_code(texts, values, said, problems)
    if said:
        values[EntryField.KIND] = said
    if kind := values.get(EntryField.KIND):
        problems = fitted(values, problems, _KINDS[kind], texts)
    return values, in_order(problems), said is not None


def fitted(
    values: dict[EntryField, str],
    problems: Iterable[Problem],
    kind: CustomerKind,
    texts: Mapping[EntryField, str],
) -> list[Problem]:
    """The problems of a customer of this kind; the kind itself is one if the name tells the other kind.

    A value that the kind does not allow is taken out of `values` and becomes a problem. Choices are only what
    the kind allows. "Direct" VAT names two methods: where the kind allows one of them, that is the value.
    """
    found = _kind_told(values, kind)
    if method := values.get(EntryField.INCOME_METHOD):
        values[EntryField.INCOME_METHOD] = income_method_for(kind, method)
    for problem in problems:
        if problem.error.code == "kind_of_name":
            continue
        offered = _OFFERS[problem.field](kind) if problem.field in _OFFERS else problem.choices
        choices = tuple(choice for choice in problem.choices if choice in offered) or offered
        if problem.choices == DIRECT and len(choices) == 1:
            values[problem.field] = choices[0]
        elif choices == problem.choices:
            found.append(problem)
        else:
            error = DomainError(problem.error.code, **{**problem.error.params, "choices": choices})
            found.append(Problem(problem.field, problem.text, error))
    for field, offered_to in _OFFERS.items():
        value = values.get(field)
        if value is None or value in (offered := offered_to(kind)):
            continue
        said = {field.value: value, "offered": offered, "choices": offered}
        error = DomainError(f"accounting_{field.value}_not_offered", **said)
        found.append(Problem(field, texts.get(field, value)[:SHOWN_LIMIT], error))
        del values[field]
    return found


_OFFERS: dict[EntryField, Callable[[CustomerKind], tuple[str, ...]]] = {
    EntryField.REGIME: regimes_of,
    EntryField.VAT_METHOD: vat_methods_of,
    EntryField.FIRST_MONTH: lambda kind: tuple(map(str, offered_first_months(kind))),
}


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of `EntryField`: what names the customer comes first."""
    return tuple(sorted(problems, key=lambda problem: _PLACES[problem.field]))


def _kind_told(values: Mapping[EntryField, str], kind: CustomerKind) -> list[Problem]:
    """A problem where the name and the kind differ: of the name, if the tax code bears the kind out."""
    name, code = values.get(EntryField.NAME, ""), values.get(EntryField.TAX_CODE, "")
    told = told_otherwise(kind, name)
    if told is None:
        return []
    borne_out = len(code) == 12
    field, choices = (EntryField.NAME, ()) if borne_out else (EntryField.KIND, (told.value,))
    error = DomainError("kind_of_name", value=name, kind=kind, told=told, choices=choices)
    return [Problem(field, name if borne_out else kind.value, error)]


def _said_kind(texts: Mapping[EntryField, str], problems: list[Problem]) -> str | None:
    text = texts.get(EntryField.KIND)
    if not text or text.isspace():
        return None
    try:
        return parse_kind_cell(text)
    except DomainError as error:
        problems.append(Problem(EntryField.KIND, text[:SHOWN_LIMIT], error))
        return None


def _take_tax_code(
    texts: Mapping[EntryField, str],
    values: dict[EntryField, str],
    said: str | None,
    problems: list[Problem],
) -> None:
    """Read the tax code for the kind that the list says, else for the kind that the name tells."""
    name = values.get(EntryField.NAME, "")
    kind = _KINDS[said] if said else kind_of_name(name)
    text = texts.get(EntryField.TAX_CODE, "")
    try:
        code = (
            _code_of_several(text.split(APART), kind, name) if APART in text else parse_tax_code(text, kind)
        )
        _refuse_doubtful(code, kind, name)
    except DomainError as error:
        if error.code == "tax_code_kind":
            # The code may be right and the kind wrong. If the person chooses the code, it decides the kind.
            error = DomainError(error.code, **error.params, choices=(error.params["value"],))
        elif error.code == "tax_code_format":
            lost = with_lost_zeros(str(error.params["value"])) if kind is CustomerKind.HOUSEHOLD else None
            choices = (lost,) if lost else _codes_offered(text)
            error = DomainError(error.code, **error.params, choices=choices)
        problems.append(Problem(EntryField.TAX_CODE, _shown(text), error))
        if kind:
            values[EntryField.KIND] = kind.value
        return
    values[EntryField.TAX_CODE] = code.value
    values[EntryField.KIND] = (kind or code.kind_hint or CustomerKind.ENTERPRISE).value


def _refuse_doubtful(code: TaxCode, kind: CustomerKind | None, name: str) -> None:
    """Refuse a right code of a list that is probably another number, or a household's without its zeros."""
    if "personal_id_doubtful" in code.warnings or is_stamp(code.value):
        raise DomainError("personal_id_doubtful", value=code.value, choices=(code.value,))
    is_household = kind is CustomerKind.HOUSEHOLD or (kind is None and is_person(name))
    # By chance, one such number in eleven has the check digit of a firm's code.
    if is_household and (restored := with_lost_zeros(code.value)):
        choices = (restored, code.value)
        raise DomainError("tax_code_lost_zero", value=code.value, suggestion=restored, choices=choices)


def _code_of_several(texts: Sequence[str], kind: CustomerKind | None, name: str) -> TaxCode:
    """The code that fits the kind: a household's has twelve digits. Raises "text_several" for others, and
    "tax_code_of_whom" behind an empty text."""
    if not texts[0]:
        value = _code_of_several(texts[1:], kind, name).value
        raise DomainError("tax_code_of_whom", value=value, choices=(value,))
    if kind is None and is_person(name):
        kind = CustomerKind.HOUSEHOLD
    found: dict[str, TaxCode] = {}
    errors = []
    for text in texts:
        try:
            code = parse_tax_code(text, kind)
        except DomainError as error:
            errors.append(error)
        else:
            found[code.value] = code
    fitting = [code for code in found.values() if kind is None or len(code.value) != 12]
    if kind is CustomerKind.HOUSEHOLD:
        fitting = [code for code in found.values() if len(code.value) == 12 and not code.warnings]
    if len(fitting) == 1 and (kind or len(found) == 1):
        return fitting[0]
    if len(found) == 1:
        return next(iter(found.values()))
    if not found:
        raise errors[0]
    raise DomainError("text_several", value=" / ".join(texts)[:SHOWN_LIMIT], choices=tuple(found))


def _one_of(texts: Sequence[str], parse: Callable[[str], str]) -> str:
    """The one right value of several columns. Raises "text_several" (value, choices) where they differ, and
    "contact_of_whom" behind an empty text."""
    if not texts[0]:
        value = _one_of(texts[1:], parse)
        raise DomainError("contact_of_whom", value=texts[1], choices=(value,))
    found: dict[str, None] = {}
    errors = []
    for text in texts:
        try:
            found[parse(text)] = None
        except DomainError as error:
            errors.append(error)
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise errors[0]
    raise DomainError("text_several", value=" / ".join(texts)[:SHOWN_LIMIT], choices=tuple(found))


def _codes_offered(text: str) -> tuple[str, ...]:
    """The right codes in a text, but no mobile that is right by chance beside a mistyped code."""
    codes = tax_codes_meant(text)
    if len(codes) == 1 and " / " in text and phones_meant(codes[0]):
        return ()
    return codes


def _shown(text: str) -> str:
    return text.removeprefix(APART).replace(APART, " / ")[:SHOWN_LIMIT]
