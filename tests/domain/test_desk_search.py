"""What a typed text may be: nothing is guessed away, since back office types what it has at hand."""

import pytest

from domain.desk_search import Sought, read_sought
from domain.errors import DomainError
from tests.support.builders import enterprise_tax_code

TAX_CODE = enterprise_tax_code(7)


@pytest.mark.parametrize(
    "text, what",
    [
        ("ktm7r4q2x", {"code": "KTM7R4Q2X"}),
        (TAX_CODE, {"tax_code": TAX_CODE}),
        (f"{TAX_CODE} - 001", {"tax_code": f"{TAX_CODE}-001"}),
        ("0912 345 678", {"phone": "+84912345678"}),
        ("+84 912.345.678", {"phone": "+84912345678"}),
        ("2.950.000 đ", {"amount": 2_950_000}),
        ("ft26327000111", {"reference": "ft26327000111"}),
        ("MBVCB.3278907687.03", {"reference": "MBVCB.3278907687.03"}),
        ("Kim  Long", {"terms": ("kim", "long")}),
        ("Cty TNHH Gia Bảo", {"terms": ("cty", "tnhh", "gia", "bao")}),
        ("Đông Á 21", {"terms": ("dong", "a", "21")}),
    ],
)
def test_what_a_text_may_be(text: str, what: dict[str, object]) -> None:
    sought = read_sought(text)
    assert {name: getattr(sought, name) for name in what} == what
    if "terms" not in what and "reference" not in what:
        assert sought.terms == ()


@pytest.mark.parametrize("text", ["", "   ", "?!", "😀", "%", "_"])
def test_nothing_to_look_for(text: str) -> None:
    with pytest.raises(DomainError, match="sought_empty"):
        read_sought(text)


def test_a_code_alone_is_looked_for() -> None:
    assert read_sought("đơn KTM7R4Q2X của Hoa Sen") == Sought(code="KTM7R4Q2X")
