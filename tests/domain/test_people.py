import pytest

from domain.errors import DomainError
from domain.people import PERSON_LIMIT, parse_person_name


@pytest.mark.parametrize(
    "text, name", [(" Nguyễn  Thị\nLan ", "Nguyễn Thị Lan"), ("Lan 2", "Lan 2"), ("李", "李")]
)
def test_a_name_is_one_line_with_a_letter(text: str, name: str) -> None:
    assert parse_person_name(text) == name


@pytest.mark.parametrize(
    "text, code",
    [
        ("1", "person_name_without_letters"),
        ("0912 345 678", "person_name_without_letters"),
        ("👋 1", "person_name_without_letters"),
        (" ", "text_empty"),
        ("a" * (PERSON_LIMIT + 1), "text_too_long"),
    ],
)
def test_what_is_no_name(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        parse_person_name(text)
    assert refusal.value.code == code
