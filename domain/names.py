"""Names of people, firms and customers stand in mails to strangers: none may lead anybody elsewhere."""

import re
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.text import clean_line, flat, fold

_SHOWN = 60

_ENDINGS = (
    "vn|com|net|org|info|biz|xyz|top|site|online|shop|store|club|link|click|website|space|icu|fun|win|page"
    "|live|vip|pro|dev|app|io|co|me|cc|ru|cn|tk|us|uk|asia|mobi|cloud|support|work|ly|gg"
)
# Endings that names of companies do not end words with, unless they are called as their web site.
_WEB = re.compile(rf"(?<![\w.-])(?:[\w-]+\.)*[\w-]{{2,}}\.(?:{_ENDINGS})\b", re.IGNORECASE)
_LINK = re.compile(rf"://|https?:|www\.|\bt\.me\b|bit\.ly|[\w-]\.(?:{_ENDINGS})/\w", re.IGNORECASE)
# A phone, also a short one of a company, or an account.
_NUMBER = re.compile(
    r"(?<!\d)(?:(?:\+?84|0)(?:[ .,/()_–-]{0,2}\d){8,10}|1[89]00[ .-]?\d{2,3}[ .-]?\d{2,3}|\d{9,19})(?!\d)"
)
# As `fold` writes them; those of the first pattern without spaces.
_BANKS = re.compile(
    "viet(?:com|in|a|capital)bank|techcombank|agribank|sacombank|eximbank|maritimebank|seabank|namabank"
    "|bacabank|kienlongbank|pvcombank|baovietbank|(?:tp|vp|mb|hd|lp|ab|oc|vib|acb|shb|ocb|msb|ncb)bank"
)
_BANK_WORDS = re.compile(
    r"\bbidv\b|\bngan hang (?:tmcp|tm cp|ngoai thuong|nha nuoc|quan doi|nong nghiep va)\b"
)
_BANK_SIGNS = ("bank", "bidv", "ngan hang")
_ACCOUNT = re.compile(
    r"\botp\b|mat khau|khoa tai khoan|(?:tai khoan|tk) (?:cua ban|bi khoa)"
    r"|\b(?:stk|so tk|so tai khoan|chuyen khoan|chuyen tien (?:vao|den|ve|toi|qua))\b"
    r"|\b(?:goi ngay|goi so|lien he|hotline|truy cap|bam vao|nhan vao)\b"
)
_ACCOUNT_SIGNS = (
    "otp", "mat khau", "tai khoan", "tk", "chuyen ", "goi ", "lien he", "hotline", "truy cap", "vao",
)  # fmt: skip
_NAMES = frozenset(("name", "unit_name", "representative"))


def parse_name(text: str, limit: int) -> str:
    """The name of a person, on one line of at most `limit` characters. Raises what `clean_line` and
    `check_name` raise."""
    name = clean_line(text, limit)
    check_name(name)
    return name


def parse_legal_name(text: str, limit: int) -> str:
    """`parse_name` of a firm or business; whether a doubtful one is meant is for the caller to ask."""
    name = clean_line(text, limit)
    check_legal_name(name)
    return name


@lru_cache(maxsize=16)
def _folded(name: str) -> str:
    """A name is looked at in several ways, one right after the other."""
    return fold(name)


def check_name(name: str) -> None:
    """Raise `DomainError("name_leads_elsewhere")` (value) for a name with a web address, a phone number, or
    words as banks write them. A tax code may stand in a name."""
    if is_doubtful_name(name):
        raise DomainError("name_leads_elsewhere", value=name[:_SHOWN])
    check_legal_name(name)


def check_legal_name(name: str) -> None:
    """Raise `DomainError("name_leads_elsewhere")` (value) for what no business is called: a link with a path
    or a scheme, or what somebody should do with an account or a phone."""
    # Nearly all names have none of these signs, and a list has thousands of names.
    folded = _folded(name)
    is_link = ("." in name or ":" in name) and _LINK.search(name)
    if is_link or (any(map(folded.__contains__, _ACCOUNT_SIGNS)) and _ACCOUNT.search(folded)):
        raise DomainError("name_leads_elsewhere", value=name[:_SHOWN])


def is_doubtful_name(name: str) -> bool:
    """Whether a name has what leads elsewhere, though a business may be called so: a web address, a phone
    number, a bank."""
    return ("." in name and _WEB.search(name) is not None) or sounds_like_a_bank(name)


def sounds_like_a_bank(name: str) -> bool:
    """Whether a name has a number to call or to pay to, or the name of a bank."""
    folded = _folded(name)
    is_bank = any(map(folded.__contains__, _BANK_SIGNS)) and (
        _BANK_WORDS.search(folded) or _BANKS.search(folded.replace(" ", "").replace("0", "o"))
    )
    return bool(is_bank) or _has_number(name)


def without_links(content: Any) -> Any:
    """The same data with no name in it that programs make a link of: "Tiki.vn" becomes "Tiki. vn", and
    a phone number its first digits."""
    if isinstance(content, tuple):
        return tuple(map(without_links, content))
    if not is_dataclass(content) or isinstance(content, type):
        return content
    changed = {}
    for field in fields(content):
        value = getattr(content, field.name)
        plain = _unlinked(value) if isinstance(value, str) and field.name in _NAMES else without_links(value)
        if plain != value:
            changed[field.name] = plain
    return replace(content, **changed) if changed else content


def _unlinked(name: str) -> str:
    # An SMS leaves out the marks: "evil.vń" would be a link there.
    for found in reversed(list(_WEB.finditer(flat(name)))):
        name = name[: found.start()] + name[slice(*found.span())].replace(".", ". ") + name[found.end() :]
    return _NUMBER.sub(lambda found: found[0] if _is_tax_code(found[0]) else f"{found[0][:4]}…", name)


def _has_number(name: str) -> bool:
    return not all(_is_tax_code(one[0]) for one in _NUMBER.finditer(name))


def _is_tax_code(text: str) -> bool:
    try:
        parse_tax_code(text)
    except DomainError:
        return False
    return True
