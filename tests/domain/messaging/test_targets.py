"""The data of buttons under pushes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.messaging.targets import (
    Action,
    CardsOf,
    Place,
    Resending,
    RunStop,
    Target,
    button_data,
    read_button,
)

IDS = st.integers(0, 10**15 - 1)
ACTIONS = st.builds(Target, st.sampled_from(Place), IDS) | st.one_of(
    *(st.builds(act, IDS) for act in (RunStop, Resending, CardsOf))
)


@settings(deadline=None)
@given(ACTIONS)
def test_a_button_means_what_it_was_made_of(action: Action) -> None:
    data = button_data(action)
    assert read_button(data) == action
    assert len(data.encode()) <= 64


@pytest.mark.parametrize(
    "data, action",
    [
        ("open:menu", Target(Place.MENU)),
        ("open:notices", Target(Place.NOTICES)),
        ("open:staff", Target(Place.STAFF)),
        ("open:chats", Target(Place.CHATS)),
        ("open:orders", Target(Place.ORDERS)),
        ("open:order:12", Target(Place.ORDER, 12)),
        ("open:payments:12", Target(Place.PAYMENTS, 12)),
        ("open:activation:12", Target(Place.ACTIVATION, 12)),
        ("open:failed:12", Target(Place.FAILED, 12)),
        ("open:firms", Target(Place.FIRMS)),
        ("open:transfer:12", Target(Place.TRANSFER, 12)),
        ("open:claim:12", Target(Place.CLAIM, 12)),
        ("open:byhand", Target(Place.BY_HAND)),
        ("open:deskinv", Target(Place.DESK_INVOICES)),
        ("stop:run:12", RunStop(12)),
        ("resend:order:12", Resending(12)),
        ("cards:order:12", CardsOf(12)),
    ],
)
def test_the_format_never_changes(data: str, action: Action) -> None:
    """Old buttons stay under their messages for years."""
    assert button_data(action) == data
    assert read_button(data) == action


@pytest.mark.parametrize("data, action", [("open:order", Target(Place.ORDER)), ("stop:run", RunStop(0))])
def test_a_button_without_its_id_is_one_about_nothing(data: str, action: Action) -> None:
    assert read_button(data) == action


@pytest.mark.parametrize(
    "data",
    [
        *(
            None,
            "",
            "open",
            "open:",
            "open:moon",
            "open:moon:1",
            "open:order:",
            "open:order:x",
            "open:order:-1",
        ),
        *("open:order:1:2", " open:order:1", "open:order:1\n", "open:order:" + "1" * 16, "OPEN:order:1"),
        *("stop:order:1", "open:run:1", "run:stop:1", "x\x1dplace"),
    ],
)
def test_anything_else_is_no_button_of_a_push(data: str | None) -> None:
    assert read_button(data) is None
