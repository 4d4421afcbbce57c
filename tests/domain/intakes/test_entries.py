"""How an entry of a list is called while its name is wrong or missing."""

import pytest

from domain.errors import DomainError
from domain.intakes.entries import Entry, Problem
from domain.intakes.entries import EntryField as F


@pytest.mark.parametrize(
    ("values", "wrong", "name"),
    [
        ({F.NAME: "Cty An Phát", F.TAX_CODE: "0101243150"}, {}, "Cty An Phát"),
        ({F.TAX_CODE: "0101243150"}, {F.NAME: "Cty …"}, "Cty …"),
        ({F.TAX_CODE: "0101243150"}, {}, "0101243150"),
        ({}, {F.TAX_CODE: "0101243151"}, "0101243151"),
        ({F.ADDRESS: "Huế"}, {}, ""),
    ],
)
def test_a_customer_is_called_by_the_best_that_is_known(
    values: dict[F, str], wrong: dict[F, str], name: str
) -> None:
    problems = tuple(Problem(field, text, DomainError("text_empty")) for field, text in wrong.items())
    assert Entry(1, 1, values, problems).name == name


def test_what_was_probably_meant_comes_from_the_error() -> None:
    def choices(**params: object) -> tuple[str, ...]:
        return Problem(F.EMAIL, "a@b", DomainError("email_doubtful", **params)).choices

    assert choices(choices=["a", "b"], suggestion="c") == ("a", "b")
    assert choices(suggestion="c") == ("c",)
    assert choices() == ()
