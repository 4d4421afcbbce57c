"""Statements of account that are mailed on the first of each month."""

import re
from dataclasses import dataclass

from domain.errors import DomainError
from domain.identifiers import parse_email, parse_tax_code

MOST = 30
"""How many addresses one accountant keeps at most."""


@dataclass(frozen=True, slots=True)
class MonthlyStatement:
    """Where an accountant has a statement mailed to: that of the firm, or of one of its customers."""

    id: int
    accountant_id: int
    customer_id: int | None
    address: str


def parse_wish(text: str) -> tuple[str, str]:
    """The tax code, empty for the firm, and the address of a typed line such as `0101243150 mai@congty.vn`.

    Raises `DomainError`: `email_format`, `email_doubtful` (value, suggestion), and those of `parse_tax_code`.
    """
    words = re.split(r"[\s,;:]+", text.strip())
    typed = next((word for word in words if "@" in word), text.strip())
    email = parse_email(typed)
    if email.hint:
        raise DomainError("email_doubtful", value=email.value, suggestion=email.hint)
    code = "".join(word for word in words if word != typed)
    return (parse_tax_code(code).value if code else ""), email.value
