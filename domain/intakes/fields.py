"""Reads a text of a list as the value of a field; refuses a doubtful one with what was probably meant.

Every refusal is a `DomainError`; its `choices`, if it has any, are values as a customer keeps them.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from domain.accounting import (
    income_methods_of,
    offered_costings,
    offered_first_months,
    recognise_costing,
    recognise_regime,
    recognise_vat_method,
    regimes_of,
    vat_methods_of,
)
from domain.customer_fields import parse_kind
from domain.customers import ADDRESS_LIMIT, FIELDS, LABEL_LIMIT, NAME_LIMIT, CustomerKind
from domain.errors import DomainError
from domain.identifiers import parse_budget_or_personal_id, parse_email, parse_phone
from domain.income_methods import recognise_income_method
from domain.intakes.entries import EntryField
from domain.intakes.proposals import phones_meant
from domain.intakes.words import parse_person, parse_words
from domain.names import check_legal_name, check_name, is_doubtful_name
from domain.text import clean_line, fold, without_diacritics

_SHOWN_LIMIT = 60
_LOOKED_AT = 300
_CHOICES = 6
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{3,190}")
_EMAIL_LABEL = re.compile(r"\s*(?:e-?mail|mail|thu dien tu)\s*[:=]\s*", re.IGNORECASE)
_PHONE_LABEL = re.compile(
    r"\s*(?:(?:so )?(?:sdt|dtdd|dt|dien thoai)|di dong|tel|phone|mobile|mob|hp|zalo)\b\s*[:.]?\s*",
    re.IGNORECASE,
)
_PHONES_APART = re.compile(r"[/,;&\n()]| - |\s(?=(?:\+84|0)\d{2})|hoac|va", re.IGNORECASE)
_LABELS_APART = re.compile(r"[;,|\n\r\t]")
_MONTH = re.compile(r"(?:thang|t|month)?\s*0?(\d{1,2})(?:\.0)?")
_MONTH_OF_DATE = re.compile(r"0?1[/.-]0?(\d{1,2})(?:[/.-](?:19|20)?\d{2})?|0?(\d{1,2})[/.-](?:19|20)\d{2}")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_IN_WORDS = re.compile(r"ngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_MONTH_OF_YEAR = re.compile(r"(?:thang\s*)?(\d{1,2})\s*[/.-]\s*(20\d{2})")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?: ?[AP]M)?Z?$", re.IGNORECASE)
_DIRECT = re.compile(r"^tt$|^(?!.*khau tru).*\btruc tiep\b")
_AVERAGE = re.compile(r"\b(?:binh quan|bq|bqgq)\b")
_EXCEL_EPOCH = date(1899, 12, 30)
_YEARS = range(2000, 2100)

DIRECT = ("TT_DOANH_THU", "TT_GTGT")
"""The two VAT methods that people call direct."""


def parse_phone_cell(text: str, accepted: tuple[str, ...] = ()) -> str:
    """The number in E.164. A landline is taken only if it is among the `accepted`.

    Raises what `parse_phone` raises, with choices if a number stands among other words or is a landline, and
    "phone_several" (value, choices) for more than one number.
    """
    try:
        return parse_phone(text).e164
    except DomainError as error:
        if landline := str(error.params.get("e164", "")):
            if landline in accepted:
                return landline
            raise DomainError(error.code, **error.params, choices=(landline,)) from None
        refusal = error
    plain = _PHONE_LABEL.sub("", without_diacritics(text[:_LOOKED_AT]), count=1)
    pieces = _PHONES_APART.split(plain)
    phones = list(dict.fromkeys(phone for piece in pieces if (phone := _phone(piece))))
    numbers = [piece for piece in pieces if sum(char.isdigit() for char in piece) >= 8]
    if len(numbers) > 1 and phones:
        raise DomainError("phone_several", value=text[:_SHOWN_LIMIT], choices=tuple(phones[:_CHOICES]))
    if phones and phones == [_phone(plain)]:
        return phones[0]
    phones = phones or list(phones_meant(text))
    if phones:
        raise DomainError(refusal.code, **refusal.params, choices=tuple(phones))
    raise refusal


def parse_email_cell(text: str, accepted: tuple[str, ...] = ()) -> str:
    """The address, normalised. A doubtful one is taken only if it is among the `accepted`.

    Raises "email_doubtful" (value, suggestion, choices: the suggestion, and the address as it stands),
    "email_several" (value, choices), and what `parse_email` raises.
    """
    try:
        email = parse_email(text)
    except DomainError as error:
        refusal = error
    else:
        if email.hint and email.value not in accepted:
            raise DomainError(
                "email_doubtful",
                value=email.value,
                suggestion=email.hint,
                choices=(email.hint, email.value),
            )
        return email.value
    plain = without_diacritics(text[:_LOOKED_AT])
    label = _EMAIL_LABEL.match(plain)
    if label and label.end() < len(plain):
        return parse_email_cell(plain[label.end() :], accepted)
    found = list(dict.fromkeys(match[0].strip(".-") for match in _EMAIL.finditer(plain)))
    right = [email for email in found if _email(email)]
    if len(right) > 1:
        raise DomainError("email_several", value=text[:_SHOWN_LIMIT], choices=tuple(right[:_CHOICES]))
    if not right and (mended := _email(re.sub(r"\s+", "", plain).replace(",", "."))):
        right = [mended]
    if right:
        raise DomainError(refusal.code, **refusal.params, choices=tuple(right))
    raise refusal


@lru_cache(maxsize=1024)
def parse_kind_cell(text: str) -> str:
    """The kind of customer, also from its legal form. Raises "kind_unknown" (value, choices)."""
    try:
        return parse_kind(text).value
    except DomainError:
        words = f" {fold(text[:_LOOKED_AT])} "
    household = any(f" {word} " in words for word in _HOUSEHOLD_WORDS)
    enterprise = any(f" {word} " in words for word in _ENTERPRISE_WORDS)
    if household is enterprise:
        raise DomainError("kind_unknown", value=text[:50], choices=tuple(kind.value for kind in CustomerKind))
    return (CustomerKind.HOUSEHOLD if household else CustomerKind.ENTERPRISE).value


_HOUSEHOLD_WORDS = ("ho", "hkd", "household", "ca nhan", "cnkd")
_ENTERPRISE_WORDS = (
    "dn", "doanh nghiep", "cong ty", "cty", "tnhh", "cp", "co phan", "dntn", "htx", "hop tac xa", "to chuc",
    "enterprise", "company", "llc", "jsc",
)  # fmt: skip


@lru_cache(maxsize=1024)
def parse_first_month(text: str) -> str:
    """A month, "1" to "12". Raises "first_month_unknown" (value, choices)."""
    words = _without_marks(text)
    if match := _MONTH_OF_DATE.fullmatch(words) or _MONTH.fullmatch(words):
        month = int(next(group for group in match.groups() if group))
        if 1 <= month <= 12:
            return str(month)
    months = dict.fromkeys(month for kind in CustomerKind for month in offered_first_months(kind))
    raise DomainError("first_month_unknown", value=text[:_SHOWN_LIMIT], choices=tuple(map(str, months)))


@lru_cache(maxsize=1024)
def parse_data_start(text: str) -> str:
    """A day of this century in ISO 8601. Raises "data_start_unknown" (value, choices)."""
    words = _TIME.sub("", _without_marks(text)).strip()
    if match := _DAY_FIRST.fullmatch(words):
        day, month, year = (int(number) for number in match.groups())
        found = _day(year + 2000 if year < 100 else year, month, day)
        # A month above 12 means that the day was written second.
        meant = found or _day(year + 2000 if year < 100 else year, day, month)
    elif match := _ISO.fullmatch(words):
        found = meant = _day(int(match[1]), int(match[2]), int(match[3]))
    elif match := _IN_WORDS.fullmatch(words):
        found = meant = _day(int(match[3]), int(match[2]), int(match[1]))
    else:
        found, meant = None, _probable_day(words)
    if found:
        return found
    raise DomainError("data_start_unknown", value=text[:_SHOWN_LIMIT], choices=(meant,) if meant else ())


def _probable_day(words: str) -> str | None:
    if match := _MONTH_OF_YEAR.fullmatch(words):
        return _day(int(match[2]), int(match[1]), 1)
    if re.fullmatch(r"(?:nam )?20\d\d", words):
        return _day(int(words[-4:]), 1, 1)
    if re.fullmatch(r"[3-7]\d{4}(?:\.0)?", words):
        return (_EXCEL_EPOCH + timedelta(days=int(words[:5]))).isoformat()
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if year in _YEARS else None
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def parse_labels(text: str) -> str:
    """Labels separated by ";", each once. Raises what `clean_line` raises."""
    labels: dict[str, str] = {}
    for piece in _LABELS_APART.split(text):
        if piece.strip():
            label = clean_line(piece, LABEL_LIMIT)
            labels.setdefault(fold(label) or label, label)
    if not labels:
        raise DomainError("text_empty")
    return ";".join(labels.values())


def _chosen(
    recognise: Callable[[str], str | None], field: EntryField, choices: Callable[[str], tuple[str, ...]]
) -> Callable[[str], str]:
    """A parser of a field with a few choices.

    It raises "<field>_unknown" (value, choices: those that the text still allows).
    """

    @lru_cache(maxsize=1024)
    def parse(text: str) -> str:
        if found := recognise(text[:_LOOKED_AT]):
            return found
        left = choices(fold(text[:_LOOKED_AT]))
        raise DomainError(f"{field.value}_unknown", value=text[:_SHOWN_LIMIT], choices=left)

    return parse


def _possible_vat_methods(words: str) -> tuple[str, ...]:
    methods = vat_methods_of(None)
    return tuple(method for method in methods if method in DIRECT) if _DIRECT.search(words) else methods


def _possible_costings(words: str) -> tuple[str, ...]:
    costings = tuple(option.id for option in offered_costings())
    return tuple(one for one in costings if one.startswith("average")) if _AVERAGE.search(words) else costings


def _line(limit: int) -> Callable[[str], str]:
    """A parser of one line of at most `limit` characters."""
    return lambda text: parse_words(text, limit)


def parse_name_cell(text: str, accepted: tuple[str, ...] = ()) -> str:
    """The name of a business. A doubtful one is taken only if it is among the `accepted`.

    Raises "name_doubtful" (value, choices: the name as it stands) and what `check_legal_name` raises.
    """
    check_legal_name(name := parse_words(text, NAME_LIMIT))
    if is_doubtful_name(name) and name not in accepted:
        raise DomainError("name_doubtful", value=name, choices=(name,))
    return name


def _person(text: str) -> str:
    """A name, see `check_name`."""
    check_name(name := parse_words(text, NAME_LIMIT))
    return name


PARSERS: dict[EntryField, Callable[[str], str]] = {
    **{EntryField(field): _line(rule.limit) for field, rule in FIELDS.items() if rule.limit},
    EntryField.NAME: parse_name_cell,
    EntryField.REPRESENTATIVE: parse_person,
    EntryField.EMAIL: parse_email_cell,
    EntryField.PHONE: parse_phone_cell,
    EntryField.LABELS: parse_labels,
    EntryField.ASSIGNEE: _line(NAME_LIMIT),
    EntryField.REGIME: _chosen(recognise_regime, EntryField.REGIME, lambda _: regimes_of(None)),
    EntryField.VAT_METHOD: _chosen(recognise_vat_method, EntryField.VAT_METHOD, _possible_vat_methods),
    EntryField.INCOME_METHOD: _chosen(
        recognise_income_method,
        EntryField.INCOME_METHOD,
        lambda _: income_methods_of(CustomerKind.ENTERPRISE),
    ),
    EntryField.FIRST_MONTH: parse_first_month,
    EntryField.DATA_START: parse_data_start,
    EntryField.COSTING: _chosen(recognise_costing, EntryField.COSTING, _possible_costings),
    EntryField.NOTICE_NAME: _person,
    EntryField.NOTICE_EMAIL: parse_email_cell,
    EntryField.NOTICE_PHONE: parse_phone_cell,
    EntryField.INVOICE_NAME: parse_name_cell,
    EntryField.INVOICE_TAX_ID: parse_budget_or_personal_id,
    EntryField.INVOICE_ADDRESS: _line(ADDRESS_LIMIT),
    EntryField.INVOICE_EMAIL: parse_email_cell,
}
"""Every field but the tax code and the kind, which are read together."""


def _phone(text: str) -> str | None:
    try:
        return parse_phone(text).e164
    except DomainError:
        return None


def _email(text: str) -> str | None:
    try:
        return parse_email(text).value
    except DomainError:
        return None


def _without_marks(text: str) -> str:
    return without_diacritics(text[:_LOOKED_AT]).casefold().strip()
