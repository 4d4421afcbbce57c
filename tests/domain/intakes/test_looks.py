import pytest

from domain.intakes.looks import is_meant_as_tax_code, without_courtesy

RIGHT = ("0101243150", "MST: 0101 243 150", "0101243150-001", "079085012345")
WRONG = ("0101243151", "101243150", "01012431501", "0101243150000", "0000000000", "01012431501234")
PHONES = ("0912345678", "+84 912 345 678", "912345678")
ELSE = (
    "",
    "1.500.000",
    "2027",
    "KT1234567",
    "0101243150 Sen",
    "0101243150\n0312345678",
    "1" * 20,
    "x" * 5000,
)


@pytest.mark.parametrize("text", [*RIGHT, *WRONG])
def test_right_or_wrong_it_is_meant_as_a_tax_code(text: str) -> None:
    assert is_meant_as_tax_code(text)


@pytest.mark.parametrize("text", [*PHONES, *ELSE])
def test_something_else_is_not(text: str) -> None:
    assert not is_meant_as_tax_code(text)


def test_courtesy_goes_and_blanks_without_end_cost_nothing() -> None:
    assert without_courtesy("Lê An, nhé em  ") == without_courtesy("Lê An ạ") == "Lê An"
    # A search from every blank to the next word took a minute.
    assert len(without_courtesy(" " * 20_000 + "x")) == 20_001
