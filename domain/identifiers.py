"""The identifiers of a customer: tax code, personal ID, budget code, phone, e-mail.

Each parser takes what people paste and returns the form that is stored, or raises a `DomainError`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import mul

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.vn import mst

from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.near_misses import near_miss
from domain.old_mobiles import mobile_since_2018
from domain.personal_ids import is_likely_personal_id

_APOSTROPHES = "'`\u00b4\u2018\u2019"
_TAX_LABEL = re.compile(
    r"(?:ma so thue|mst|ma so doanh nghiep|msdn|(?:so )?dinh danh(?: ca nhan)?|(?:so )?cccd)[ :.#-]*",
    re.IGNORECASE,
)
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_ZEROS = ord("0") * sum(_WEIGHTS)
_EXCEL_FLOAT = re.compile(r"([0-9]{7,13})[.,]0{1,2}")
_SHORT_BRANCH = re.compile(r"[0-9]{10} ?- ?[0-9]{1,2}")
"""A dependent unit's code that lost digits of its three; together with the others it would be a person's."""
_SEPARATED_DIGITS = re.compile(r"[0-9][0-9 .-]*")
_SHOWN_LIMIT = 40
_EMAIL_LIMIT = 254
# A local part that the validator takes as it is, and a domain in ASCII; 254 characters at most.
_ORDINARY_EMAIL = re.compile(r"(?=.{1,64}@)(?=.{3,254}$)((?:[a-z0-9_+-]+\.)*[a-z0-9_+-]+)@([A-Za-z0-9.-]+)")

_MOBILE = re.compile(r"(?:(?:\+|00)?840?|0)?([35789][0-9]{8})")
# What nearly all cells of a list hold. The rest of a parser takes longer and comes to the same.
_ORDINARY_MOBILE = re.compile(r"0?[35789][0-9]{1,2}[ .]?[0-9]{3}[ .]?[0-9]{3,4}")
_ORDINARY_CODE = re.compile(r"(?:MST ?:? ?)?([0-9]{10}|[0-9]{12})")
LANDLINE = "+842"
"""What landlines begin with in E.164."""
_LANDLINE = re.compile(r"(?:(?:\+|00)?840?|0)?(2[0-9]{9})")
_HOTLINE = re.compile(r"(?:(?:\+|00)?84)?1[89]00[0-9]{4,6}")
_FOREIGN = re.compile(r"(?:\+|00)(?!84)[1-9][0-9]{6,14}")
_PHONE_CHARACTERS = re.compile(r"\(?\+?[0-9 .()-]+")


@dataclass(frozen=True, slots=True)
class TaxCode:
    """`value` as stored: 10 digits, 10 digits, dash and 3 (dependent unit), or 12 digits (household).

    `kind_hint` is the kind that usually has such a code; `warnings` name what is doubtful, though accepted.
    """

    value: str
    kind_hint: CustomerKind | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phone:
    """A Vietnamese mobile number: `e164` (+84912345678) is stored, `national` (0912345678) is shown."""

    e164: str
    national: str


@dataclass(frozen=True, slots=True)
class Email:
    """`value` is stored. `hint` is the address that was probably meant, `None` if nothing looks mistyped."""

    value: str
    hint: str | None


def parse_tax_code(text: str, kind: CustomerKind | None = None) -> TaxCode:
    """The tax code in `text`, for a customer of `kind` if that is known.

    An organisation has 10 digits, the last one a check digit; a dependent unit has 3 more (Circular 90/2026
    art. 5). Since 01/07/2025 a household has its owner's 12-digit personal ID, without a check digit. The
    older 10 or 13 digits of a household are accepted with the warning "household_old_code", and digits that
    do not fit a personal ID with "personal_id_doubtful".

    Raises `DomainError`: "tax_code_check_digit" (value), "tax_code_lost_zero" (value, suggestion),
    "tax_code_kind" (value), "tax_code_format" (value, reason); the reasons are "empty", "characters",
    "length", "branch" (000), "serial" (0000000) and "personal_id" (12 digits from 000).
    """
    digits = _tax_digits(text)
    if len(digits) == 12:
        return _personal_id(digits, kind)
    if len(digits) in (9, 11):
        _refuse_lost_zero(digits, kind)
    if len(digits) not in (10, 13):
        raise DomainError("tax_code_format", value=digits[:_SHOWN_LIMIT], reason="length")
    if digits[10:] == "000":
        raise DomainError("tax_code_format", value=_dashed(digits), reason="branch")
    try:
        if not _is_right(digits):
            mst.validate(digits)
    except InvalidChecksum:
        if kind == CustomerKind.HOUSEHOLD and len(digits) == 10:
            # Personal IDs from 001 to 009 (Hanoi has 001) lose both zeros in a spreadsheet.
            raise DomainError("tax_code_lost_zero", value=digits, suggestion=f"00{digits}") from None
        raise DomainError("tax_code_check_digit", value=_dashed(digits)) from None
    except ValidationError:
        raise DomainError("tax_code_format", value=_dashed(digits), reason="serial") from None
    if kind == CustomerKind.HOUSEHOLD:
        return TaxCode(_dashed(digits), CustomerKind.HOUSEHOLD, ("household_old_code",))
    return TaxCode(_dashed(digits), CustomerKind.ENTERPRISE)


def _is_right(digits: str) -> bool:
    """Whether 10 or 13 digits make a tax code. `mst` is slower; it only has to say what is wrong."""
    total = sum(map(mul, digits.encode(), _WEIGHTS)) - _ZEROS
    return digits[9] == str(10 - total % 11) and digits[2:9] != "0000000"


def parse_budget_or_personal_id(text: str) -> str:
    """The identifier of an invoice's buyer: a tax code, a 12-digit personal ID or a 7-digit budget code.

    Raises what `parse_tax_code` raises, and "tax_id_format" (value) for a wrong number of digits.
    """
    digits = _tax_digits(text)
    if len(digits) == 7:
        return digits
    try:
        return parse_tax_code(digits).value
    except DomainError as error:
        if error.code == "tax_code_format" and error.params["reason"] == "length":
            raise DomainError("tax_id_format", value=error.params["value"]) from None
        raise


def parse_phone(text: str) -> Phone:
    """The Vietnamese mobile number in `text`. It may lack its leading zero or begin with +84, 84 or 0084.

    Raises `DomainError`, each with value: "phone_foreign", "phone_landline" (e164), "phone_not_mobile" (1800,
    1900), "phone_old" (11 digits, given up in 2018; suggestion: what it became), "phone_format".
    """
    if _ORDINARY_MOBILE.fullmatch(text):
        national = text.replace(" ", "").replace(".", "").removeprefix("0")
        if _mobile_ranges().fullmatch(national):
            return Phone(f"+84{national}", f"0{national}")
    plain, shown = _plain(text), _as_typed(text)
    if not _PHONE_CHARACTERS.fullmatch(plain):
        raise DomainError("phone_format", value=shown)
    excel = _EXCEL_FLOAT.fullmatch(plain)
    digits = re.sub(r"[ .()-]", "", excel[1] if excel else plain)
    if mobile := _MOBILE.fullmatch(digits):
        national = mobile[1]
        if _mobile_ranges().fullmatch(national):
            return Phone(f"+84{national}", f"0{national}")
    if (since := mobile_since_2018(digits)) and _mobile_ranges().fullmatch(since[1:]):
        raise DomainError("phone_old", value=shown, suggestion=since)
    if landline := _LANDLINE.fullmatch(digits):
        raise DomainError("phone_landline", value=shown, e164=f"+84{landline[1]}")
    if _HOTLINE.fullmatch(digits):
        raise DomainError("phone_not_mobile", value=shown)
    if _FOREIGN.fullmatch(digits):
        raise DomainError("phone_foreign", value=shown)
    raise DomainError("phone_format", value=shown)


def parse_login_phone(text: str) -> str:
    """The mobile or landline number in `text` in E.164. Raises what `parse_phone` raises for others."""
    try:
        return parse_phone(text).e164
    except DomainError as error:
        if error.code != "phone_landline":
            raise
        return str(error.params["e164"])


def is_landline(e164: str) -> bool:
    """Whether a stored number is a landline, which gets no text messages."""
    return e164.startswith(LANDLINE)


@cache
def _mobile_ranges() -> re.Pattern[str]:
    """The mobile numbers given out so far.

    Only mobile numbers begin as `_MOBILE` does, so `phonenumbers` need not be asked for the kind.
    """
    vietnam = phonenumbers.PhoneMetadata.metadata_for_region("VN")
    assert vietnam is not None
    assert vietnam.mobile is not None
    return re.compile(vietnam.mobile.national_number_pattern or "")


def parse_email(text: str) -> Email:
    """The address in `text`, its domain in lower case; ASCII, at most 254 characters, without asking the DNS.

    A probable typing error (gmail.con) gives a hint. Raises `DomainError("email_format", value)`.
    """
    plain = unicodedata.normalize("NFKC", _visible(text)).strip(" \t\r\n<>;,'").removeprefix("mailto:")
    # A list repeats few domains, and the validator spends its time on the domain.
    ordinary = _ORDINARY_EMAIL.fullmatch(plain)
    try:
        local, domain = (ordinary[1], _ascii_domain(ordinary[2])) if ordinary else _email_parts(plain)
    except EmailNotValidError:
        raise DomainError("email_format", value=plain[:_SHOWN_LIMIT]) from None
    better = near_miss(domain)
    return Email(f"{local}@{domain}", f"{local}@{better}" if better else None)


def _personal_id(digits: str, kind: CustomerKind | None) -> TaxCode:
    # 9 + 3 digits may be a dependent unit's code that lost its zero; personal IDs begin with a zero.
    if kind != CustomerKind.HOUSEHOLD and not digits.startswith("0") and mst.is_valid(f"0{digits}"):
        raise DomainError("tax_code_lost_zero", value=digits, suggestion=_dashed(f"0{digits}"))
    if kind == CustomerKind.ENTERPRISE:
        raise DomainError("tax_code_kind", value=digits)
    if digits.startswith("000"):
        raise DomainError("tax_code_format", value=digits, reason="personal_id")
    warnings = () if is_likely_personal_id(digits) else ("personal_id_doubtful",)
    return TaxCode(digits, CustomerKind.HOUSEHOLD, warnings)


def _refuse_lost_zero(digits: str, kind: CustomerKind | None) -> None:
    restored = f"0{digits}"
    is_personal_id = len(restored) == 12 and kind != CustomerKind.ENTERPRISE
    if is_personal_id or mst.is_valid(restored):
        raise DomainError("tax_code_lost_zero", value=digits, suggestion=restored)


def _dashed(digits: str) -> str:
    return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


def _tax_digits(text: str) -> str:
    if ordinary := _ORDINARY_CODE.fullmatch(text):
        return ordinary[1]
    plain = _plain(text)
    plain = _TAX_LABEL.sub("", plain, count=1) if _TAX_LABEL.match(plain) else plain
    plain = plain.lstrip(_APOSTROPHES + " ").rstrip(" .,;")
    if not plain:
        raise DomainError("tax_code_format", value="", reason="empty")
    if excel := _EXCEL_FLOAT.fullmatch(plain):
        return excel[1]
    if not _SEPARATED_DIGITS.fullmatch(plain):
        raise DomainError("tax_code_format", value=_as_typed(text), reason="characters")
    if _SHORT_BRANCH.fullmatch(plain):
        raise DomainError("tax_code_format", value=_as_typed(text), reason="length")
    return re.sub(r"[ .-]", "", plain)


def _plain(text: str) -> str:
    """`text` with plain dashes and spaces, narrow letters, and no marks or invisible characters.

    Anything else stays, so that no identifier is read from a text that holds none.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", _visible(text)).replace("đ", "d").replace("Đ", "D")
        text = "".join(
            "-" if char == "\u2212" or unicodedata.category(char) == "Pd" else char
            for char in decomposed
            if unicodedata.category(char)[0] != "M"
        )
    return " ".join(text.split()).lstrip(_APOSTROPHES + " ")


def _as_typed(text: str) -> str:
    """The beginning of a text as the person wrote it, with its marks."""
    return " ".join(_visible(text).split())[:_SHOWN_LIMIT]


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    return _email_parts(f"a@{domain}")[1]


def _email_parts(address: str) -> tuple[str, str]:
    """The local part, and the domain in ASCII and lower case. Raises `EmailNotValidError`."""
    # The length is tested first because the validator takes longer for longer texts.
    if len(address) > _EMAIL_LIMIT:
        raise EmailNotValidError
    parsed = validate_email(address, allow_smtputf8=False, check_deliverability=False, strict=True)
    return parsed.local_part, parsed.ascii_domain.lower()


def _visible(text: str) -> str:
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cs"))
