"""Rules for all dialogs together."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from aiogram_dialog import Dialog

from dialogs.router import build_router

SHARED = {"__pager__", "to_menu"}
"""Ids that several windows may share: a list's arrows name their page, the menu is always the same."""

DIALOGS = [router for router in build_router().sub_routers if isinstance(router, Dialog)]


def widgets_of(widget: Any) -> Iterator[Any]:
    yield widget
    for inside in (*getattr(widget, "buttons", ()), *getattr(widget, "widgets", ())):
        yield from widgets_of(inside)


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.name)
def test_widget_ids_are_unique_within_a_dialog(dialog: Dialog) -> None:
    ids = Counter(
        widget.widget_id
        for window in dialog.windows.values()
        for widget in widgets_of(window.keyboard)  # type: ignore[attr-defined]
        if widget.widget_id and widget.widget_id not in SHARED
    )
    assert ids, "no buttons found"
    assert [widget_id for widget_id, count in ids.items() if count > 1] == []


def test_a_router_is_built_fresh_each_time() -> None:
    assert not {id(one) for one in DIALOGS} & {id(one) for one in build_router().sub_routers}
