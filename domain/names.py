"""Names of people, firms and customers stand in mails to strangers: none may lead anybody elsewhere."""

import re

from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.text import clean_line, fold

_SHOWN = 60

# Endings that names of companies do not end words with.
_WEB = re.compile(
    r"https?:|www\.|\bt\.me\b|bit\.ly"
    r"|[a-z0-9-]{2,}\.(?:vn|com|net|org|info|biz|xyz|top|site|online|shop|store|club|link|app|cc|ru|cn)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")
# As `fold` writes them.
_BANKS = re.compile(
    r"vietcombank|vietinbank|techcombank|agribank|sacombank|tpbank|vpbank|mbbank|\bbidv\b"
    r"|\botp\b|mat khau|khoa tai khoan|(?:tai khoan|tk) (?:cua ban|bi khoa)"
)
_BANK_SIGNS = ("bank", "bidv", "otp", "mat khau", "tai khoan", "tk ")


def parse_name(text: str, limit: int) -> str:
    """A name on one line of at most `limit` characters. Raises what `clean_line` and `check_name` raise."""
    name = clean_line(text, limit)
    check_name(name)
    return name


def check_name(name: str) -> None:
    """Raise `DomainError("name_leads_elsewhere")` (value) for a name with a web address, a phone number, or
    words as banks write them. A tax code may stand in a name."""
    # Nearly all names have none of these signs, and a list has thousands of names.
    folded = fold(name)
    is_web = ("." in name or ":" in name) and _WEB.search(name)
    if is_web or _has_phone(name) or (any(map(folded.__contains__, _BANK_SIGNS)) and _BANKS.search(folded)):
        raise DomainError("name_leads_elsewhere", value=name[:_SHOWN])


def _has_phone(name: str) -> bool:
    return any(map(str.isdigit, name)) and not all(_is_tax_code(one[0]) for one in _NUMBER.finditer(name))


def _is_tax_code(text: str) -> bool:
    try:
        parse_tax_code(text)
    except DomainError:
        return False
    return True
