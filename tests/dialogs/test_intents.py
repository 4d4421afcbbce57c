"""Ids of opened dialogs."""

from aiogram_dialog.api.entities import Stack

from dialogs.router import build_router
from dialogs.states import Customers


def test_dialogs_opened_in_one_second_have_ids_of_their_own() -> None:
    build_router()
    ids = {Stack().push(Customers.list, None).id for _ in range(2000)}
    assert len(ids) == 2000
    assert {len(one) for one in ids} == {6}
