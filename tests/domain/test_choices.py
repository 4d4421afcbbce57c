"""A stored menu is read back unchanged."""

from datetime import UTC, datetime

import pytest

from domain.choices import Choice, ChoiceMenu, Typing, menu_json, menu_of_json

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize("typing", Typing)
def test_a_menu_is_read_back_as_it_was_written(typing: Typing) -> None:
    choices = (Choice("1", "d1", label="hoa đơn"), Choice("A2", says="KT123"), Choice("DAT K7", "place"))
    menu = ChoiceMenu(choices, 5, typing, NOW)
    assert menu_of_json(menu_json(menu), 5, NOW) == menu


def test_what_a_choice_lacks_takes_no_room() -> None:
    menu = ChoiceMenu((Choice("A1", "open:menu"), Choice("A2", says="chữ")))
    assert menu_json(menu) == (
        '{"typing": "choice", "choices": [{"key": "A1", "data": "open:menu"}, {"key": "A2", "says": "chữ"}]}'
    )
