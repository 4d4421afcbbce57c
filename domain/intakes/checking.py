"""Checks the entries of a list, compares them with the catalogue, mends them, and gives an order its data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date

from domain.accounting import AccountingData, check_accounting, earliest_start
from domain.customers import (
    DECLARED,
    REQUIRED_FOR_ORDER,
    Customer,
    CustomerData,
    CustomerKind,
    kind_of_name,
)
from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.intakes.columns import is_footer, meaning_of
from domain.intakes.entries import Entry, EntryField, Known, Problem, Standing
from domain.intakes.fields import (
    PARSERS,
    parse_email_cell,
    parse_kind_cell,
    parse_name_cell,
    parse_phone_cell,
)
from domain.intakes.parsing import SHOWN_LIMIT, check_texts, fitted, in_order
from domain.logins import own_doubts, with_answered
from domain.recipients import InvoiceRecipient, NoticeRecipient, OtherRecipient, buyer_kinds

LEFT_OPEN = "-"
"""The answer that leaves a field empty."""

_ASKED = {
    **dict.fromkeys((EntryField.NAME, EntryField.INVOICE_NAME), parse_name_cell),
    **dict.fromkeys((EntryField.EMAIL, EntryField.NOTICE_EMAIL, EntryField.INVOICE_EMAIL), parse_email_cell),
    **dict.fromkeys((EntryField.PHONE, EntryField.NOTICE_PHONE), parse_phone_cell),
}
"""Fields of which a doubtful text becomes a question instead of being refused."""
_DOUBTFUL = ("email_doubtful", "phone_landline", "name_doubtful")
_REQUIRED = tuple(EntryField(field.value) for field in REQUIRED_FOR_ORDER)
_ALL_REQUIRED = frozenset(_REQUIRED)
_CUSTOMER_FIELDS = tuple(field.name for field in fields(CustomerData))
_NOT_TEXT = (EntryField.FIRST_MONTH, EntryField.DATA_START)
_KEPT_TEXTS = tuple(
    (field, field.value)
    for field in EntryField
    if field.value in _CUSTOMER_FIELDS and field not in (EntryField.KIND, *_NOT_TEXT)
)

Row = tuple[int, int, Mapping[EntryField, str]]
"""The index of a sheet, the number of a row in it, and the row's texts."""


def check_entries(rows: Iterable[Row]) -> list[Entry]:
    """Check every row of a list; see `checked`."""
    return list(checked(rows))


def checked(rows: Iterable[Row]) -> Iterator[Entry]:
    """The entries of a list one by one, each judged as if the catalogue were empty.

    Rows that say nothing, that repeat the headings or end the list are no entries. A tax code that stood
    before makes an entry `REPEATED`.
    """
    position = 0
    first_at: dict[str, int] = {}
    for sheet, number, texts in rows:
        values, problems, says_kind = check_texts(texts)
        tax_code = values.get(EntryField.TAX_CODE)
        if tax_code is None and _is_no_entry(texts, values, problems):
            continue
        standing, repeats = _standing(values, problems), None
        if tax_code is not None:
            if tax_code in first_at:
                standing, repeats = Standing.REPEATED, first_at[tax_code]
            else:
                first_at[tax_code] = number
        position += 1
        yield Entry(position, number, values, problems, says_kind, sheet, standing, Known.NEW, repeats)


def judged(entry: Entry, known: Customer | None) -> Entry:
    """The entry compared with `known`, the customer that the catalogue has under its tax code.

    What the entry leaves open is not missing when the known customer has it; it is not copied, so that a
    later change of the customer is never taken back. Entries skipped, taken or repeated stay so.
    """
    values, problems = entry.values, entry.problems
    if known and not entry.says_kind and values.get(EntryField.KIND, known.kind) != known.kind:
        values = {**values, EntryField.KIND: known.kind.value}
        problems = in_order(fitted(values, problems, known.kind, entry.values))
    if known and any(problem.error.code == "name_doubtful" for problem in problems):
        # The catalogue's name was asked about when it came in.
        kept = [one for one in problems if one.error.code != "name_doubtful" or known.name not in one.choices]
        if len(kept) < len(problems):
            values, problems = {**values, EntryField.NAME: known.name}, tuple(kept)
    compared = _compared(values, entry.says_kind, known) if known else Known.NEW
    standing = entry.standing
    if standing in (Standing.READY, Standing.LACKING, Standing.WRONG):
        standing = _standing(values, problems, known)
    if values is entry.values and (compared, standing) == (entry.known, entry.standing):
        return entry
    return replace(entry, values=values, problems=problems, known=compared, standing=standing)


def with_entry(known: Customer | None, entry: Entry) -> CustomerData:
    """The customer after the entry is taken; fields that the entry leaves open stay as they are.

    A change of the kind drops the accounting data declared for the old kind. A doubtful e-mail or phone was
    answered, else it would be a problem. The entry's tax code must be right.
    """
    said: dict[str, object] = {
        field.value: value for field, value in entry.values.items() if field.value in _CUSTOMER_FIELDS
    }
    if first_month := entry.get(EntryField.FIRST_MONTH):
        said["first_month"] = int(first_month)
    if data_start := entry.get(EntryField.DATA_START):
        said["data_start"] = date.fromisoformat(data_start)
    kind = CustomerKind(entry.get(EntryField.KIND))
    answered = own_doubts(entry.get(EntryField.EMAIL), entry.get(EntryField.PHONE))
    said["sure_of"] = with_answered(known.sure_of if known else "", answered)
    if known is None:
        return CustomerData(**{**said, "kind": kind})  # type: ignore[arg-type]
    kept = known.data
    if not entry.says_kind:
        kind = known.kind
    if kind is not known.kind:
        kept = replace(kept, **dict.fromkeys(DECLARED))  # type: ignore[arg-type]
    return replace(kept, **{**said, "kind": kind})  # type: ignore[arg-type]


def open_fields(entry: Entry, known: Customer | None) -> tuple[EntryField, ...]:
    """The fields to ask about, each once: those with a problem, then what an order needs and lacks."""
    wrong = dict.fromkeys(problem.field for problem in entry.problems)
    missing = (field for field in _REQUIRED if field not in wrong and not _has(entry.values, known, field))
    return (*wrong, *missing)


def with_answer(entry: Entry, field: EntryField, text: str) -> Entry:
    """The entry with a person's answer for one field, judged as a new entry.

    `LEFT_OPEN` leaves any field but the tax code empty. A doubtful e-mail, phone or name becomes a problem
    again unless it answers that same doubt. A 12-digit tax code given to an enterprise makes it a household.
    Raises `DomainError` for what cannot be taken; the entry is then as before.
    """
    values = dict(entry.values)
    problems = [problem for problem in entry.problems if problem.field is not field]
    says_kind = entry.says_kind
    before = [problem for problem in entry.problems if problem.field is field]
    if text.strip() == LEFT_OPEN and field is not EntryField.TAX_CODE:
        values.pop(field, None)
    elif field is EntryField.TAX_CODE:
        said = values.get(EntryField.KIND) if says_kind else None
        values[field], values[EntryField.KIND] = _answered_code(text, said, values.get(EntryField.NAME, ""))
    elif field is EntryField.KIND:
        values[field], says_kind = parse_kind_cell(text), True
        if code := values.get(EntryField.TAX_CODE):
            parse_tax_code(code, CustomerKind(values[field]))
    elif parse := _ASKED.get(field):
        # A tap may come twice: what was kept is not asked about again.
        accepted = (entry.get(field), *(choice for problem in before for choice in problem.choices))
        try:
            values[field] = parse(text, accepted)
        except DomainError as error:
            if error.code not in _DOUBTFUL:
                raise
            problems.append(Problem(field, text.strip()[:SHOWN_LIMIT], error))
    else:
        try:
            values[field] = PARSERS[field](text)
        except DomainError as error:
            problems.append(Problem(field, text, error))
    if kind_value := values.get(EntryField.KIND):
        problems = fitted(values, problems, CustomerKind(kind_value), {field: text})
    for problem in problems:
        if problem.field is field and problem.error.code not in _DOUBTFUL:
            raise problem.error
    ordered = in_order(problems)
    return replace(
        entry, values=values, problems=ordered, says_kind=says_kind, standing=_standing(values, ordered)
    )


def own_accounting(
    entry: Entry, common: AccountingData, kind: CustomerKind, fiscal_year: int
) -> AccountingData | None:
    """The accounting data of this customer; `None` if the list says nothing other than the `common` data.

    A start of data before `fiscal_year` counts as its first day, unless the period up to it is short enough
    to join the year. Raises what `check_accounting` raises for data not offered to `kind` in `fiscal_year`.
    """
    month = int(entry.get(EntryField.FIRST_MONTH) or common.first_month)
    start = entry.get(EntryField.DATA_START)
    # The common start lies in the common fiscal year, so another first month has no use for it.
    common_start = common.data_start if month == common.first_month else None
    said_start = date.fromisoformat(start) if start else None
    if said_start and said_start < earliest_start(fiscal_year, month):
        said_start = common_start = None
    own = AccountingData(
        regime=entry.get(EntryField.REGIME) or common.regime,
        vat_method=entry.get(EntryField.VAT_METHOD) or common.vat_method,
        first_month=month,
        data_start=said_start or common_start,
        currency=common.currency,
        costing=entry.get(EntryField.COSTING) or common.costing,
        income_method=entry.get(EntryField.INCOME_METHOD) or common.income_method,
    )
    if own == common:
        return None
    check_accounting(kind, fiscal_year, own)
    return own


def other_recipient(entry: Entry, customer: CustomerData) -> OtherRecipient | None:
    """Who else gets this customer's notice and invoice according to the list; `None` if it names nobody.

    The customer's own data stand for what the list leaves open. No list says what twelve digits are.
    """
    said_notice = [entry.get(field) for field in _NOTICE]
    said_invoice = [entry.get(field) for field in _INVOICE]
    if not any((*said_notice, *said_invoice)):
        return None
    own_notice = (customer.representative, customer.email, customer.phone)
    own_invoice = (customer.name, customer.tax_code, customer.address, said_notice[1] or customer.email)
    notice = NoticeRecipient(*(said or own for said, own in zip(said_notice, own_notice, strict=True)))
    if not any(said_invoice):
        return OtherRecipient(0, notice, None, notice.email)
    name, number, address, email = (said or own for said, own in zip(said_invoice, own_invoice, strict=True))
    kinds = buyer_kinds(number, name, customer)
    invoice = InvoiceRecipient(name, number, address, email, kinds[0])
    return OtherRecipient(0, notice, invoice, kind_open=len(kinds) > 1)


_NOTICE = (EntryField.NOTICE_NAME, EntryField.NOTICE_EMAIL, EntryField.NOTICE_PHONE)
_INVOICE = (
    EntryField.INVOICE_NAME,
    EntryField.INVOICE_TAX_ID,
    EntryField.INVOICE_ADDRESS,
    EntryField.INVOICE_EMAIL,
)


def _answered_code(text: str, said: str | None, name: str) -> tuple[str, str]:
    """The tax code and the kind; 12 digits make it a household, whatever the list said."""
    kind = CustomerKind(said) if said else kind_of_name(name)
    try:
        code = parse_tax_code(text, kind)
    except DomainError as error:
        if error.code != "tax_code_kind":
            raise
        code, kind = parse_tax_code(text, CustomerKind.HOUSEHOLD), CustomerKind.HOUSEHOLD
    return code.value, (kind or CustomerKind(code.kind_hint or CustomerKind.ENTERPRISE)).value


def _standing(
    values: Mapping[EntryField, str], problems: tuple[Problem, ...], known: Customer | None = None
) -> Standing:
    if problems:
        return Standing.WRONG
    has_all = values.keys() >= _ALL_REQUIRED or all(_has(values, known, field) for field in _REQUIRED)
    return Standing.READY if has_all else Standing.LACKING


def _has(values: Mapping[EntryField, str], known: Customer | None, field: EntryField) -> bool:
    return bool(values.get(field) or (known and getattr(known, field.value)))


def _compared(values: Mapping[EntryField, str], says_kind: bool, known: Customer) -> Known:
    """Whether `with_entry` would change the customer. Kept fast: thousands are compared at once."""
    if known.archived or (says_kind and values.get(EntryField.KIND) != known.kind):
        return Known.CHANGED
    for field in _NOT_TEXT:
        kept = str(getattr(known, field.value))
        if values.get(field, kept) != kept:
            return Known.CHANGED
    same = all(field not in values or values[field] == getattr(known, name) for field, name in _KEPT_TEXTS)
    return Known.SAME if same else Known.CHANGED


def _is_no_entry(
    texts: Mapping[EntryField, str], values: Mapping[EntryField, str], problems: Iterable[Problem]
) -> bool:
    """Whether a row without a right tax code is blank, a repeated heading, or the end of the list."""
    said = {*values, *(problem.field for problem in problems if problem.text.strip())} - {EntryField.KIND}
    if len(said) < 2 and all(is_footer(texts[field]) for field in said):
        return True
    enough = 0.0 if EntryField.TAX_CODE in said else 1.0
    return bool(said) and all(_is_heading_again(texts[field], enough) for field in said)


def _is_heading_again(text: str, enough: float) -> bool:
    meaning = None if any(map(str.isdigit, text)) else meaning_of(text)
    return meaning is not None and meaning.field is not None and meaning.fit >= enough
