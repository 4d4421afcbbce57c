"""Opens what a typed text names in any window: an order by its code, customers by their name."""

from dataclasses import replace

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, operations
from dialogs.opening import open_over
from dialogs.states import Customers, Orders
from dialogs.typed_codes import open_timeline
from domain.answers.line import stand_in
from domain.answers.words import FILLERS, is_talk, words_of
from domain.codes import LENGTH, find_codes
from domain.people import RIGHTS, Right
from domain.text import fold
from services.catalogue.customers import EVERYONE

QUERY = "query"
"""Start data of the catalogue: the words to search it for."""

_LONGEST_NAME = 80
_SHORTEST_WORD = 2


async def take_order_code(manager: DialogManager, text: str) -> bool:
    """Open the order whose code the text is; false for any other text, and for a code of no order."""
    actor = actor_of(manager)
    codes = find_codes(text) if len(text) <= _LONGEST_NAME else []
    if len(codes) != 1 or Right.PLACE_ORDERS not in RIGHTS[actor.role]:
        return False
    # A letter that stands there three times is one in a word, as in "okkk".
    written = (fold(codes[0]), "".join(word.folded for word in words_of(codes[0])))
    rest = [word for word in words_of(text) if not any(word.folded in code for code in written)]
    if not FILLERS.covers([word for word in rest if word.folded not in ("don", "ma", "hang")]):
        return False
    found = await operations(manager).list_orders(actor, 0, codes[0])
    if found.total != 1 or len(codes[0]) != LENGTH:
        return False
    await open_over(manager, Orders.card, {"order_id": found.items[0].id})
    return True


async def take_name(manager: DialogManager, text: str) -> bool:
    """Open the customer whose name the text is a part of, or the list of those; false if there is none."""
    words = words_of(text)
    if not words or len(text) > _LONGEST_NAME or is_talk(text) or "\n" in text.strip():
        return False
    if max(len(word.folded) for word in words) < _SHORTEST_WORD + 1:
        return False
    found = await operations(manager).find_customers(actor_of(manager), replace(EVERYONE, query=text))
    alike = [one for one in found.items if stand_in(words_of(one.name), words)]
    if not alike:
        return False
    if len(alike) == 1 and found.total == len(found.items):
        await open_timeline(manager, alike[0].id)
    else:
        await open_over(manager, Customers.list, {QUERY: " ".join(text.split())})
    return True
