"""Domains of e-mail addresses that were probably mistyped."""

from functools import lru_cache

_COMMON_DOMAINS = (
    "gmail.com",
    "yahoo.com",
    "yahoo.com.vn",
    "hotmail.com",
    "outlook.com",
    "outlook.com.vn",
    "icloud.com",
    "viettel.com.vn",
)
# Real domains one letter away from a common one.
_REAL_DOMAINS = frozenset({"mail.com", "ymail.com", "email.com"})
_WRONG_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "vom", "xom", "cpm", "cim", "cm", "c0m"), "com"),
    **dict.fromkeys(("vm", "nv", "vnn", "vnm", "vb"), "vn"),
    **dict.fromkeys(("con.vn", "com.vm", "con.vm", "comvn", "cmo.vn", "com.vnn", "com.nv"), "com.vn"),
}
_CONFUSED = {"gmail.com.vn": "gmail.com", "gmail.vn": "gmail.com", "icloud.com.vn": "icloud.com"}


def _shortened(domain: str) -> set[str]:
    """`domain` and all its forms that lack one character.

    Two words that share a form differ by one insertion, deletion, substitution or transposition.
    """
    return {domain, *(domain[:at] + domain[at + 1 :] for at in range(len(domain)))}


_NEAR = {form: domain for domain in reversed(_COMMON_DOMAINS) for form in _shortened(domain)}


@lru_cache(maxsize=4096)
def near_miss(domain: str) -> str | None:
    """The domain that was probably meant, `None` when nothing in `domain` looks mistyped."""
    if domain in _COMMON_DOMAINS or domain in _REAL_DOMAINS:
        return None
    fixed = _CONFUSED.get(domain) or _with_right_ending(domain)
    if fixed not in _COMMON_DOMAINS and fixed not in _REAL_DOMAINS:
        fixed = next((_NEAR[form] for form in sorted(_shortened(fixed)) if form in _NEAR), fixed)
    return fixed if fixed != domain else None


def _with_right_ending(domain: str) -> str:
    labels = domain.split(".")
    for taken in (2, 1):
        ending = ".".join(labels[-taken:])
        if len(labels) > taken and ending in _WRONG_ENDINGS:
            return ".".join([*labels[:-taken], _WRONG_ENDINGS[ending]])
    return domain
