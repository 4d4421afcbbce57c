"""The corpus of answers (`tests/corpora/answers/`): what people type in a window, and what it has to mean.

`windows.json` holds the windows: how they are answered, and their choices as they are shown. A sign or a word
in front says what a choice is: ☐ and ☑ items to tick, `0` the way back, a role, a word with its code. Every
other file is named after its window, and says for each text which keys it taps, or

    /mua      a command            wish    an order wished for in plain words
    order     an order's code      tax     a tax code
    already   nothing to change    absent  a number that is not offered
    one       several choices where only one can be taken
    again     talk: no answer, no search, no choice
    talk      talk only where a search finds nothing
    text      the window's own to judge: an answer, words to search for, or not understood
"""

import json
import re
from pathlib import Path

from dialogs.numbered.reading import Tapped, read_typed
from domain.answers.line import Absent, Already, Command, OneOnly
from domain.answers.reading import read_answer
from domain.answers.wishes import is_wish
from domain.answers.words import bare, is_empty_talk, is_talk, says
from domain.choices import BACK_KEY, WINDOW, Choice, ChoiceMenu, Role, Typing
from domain.codes import find_codes
from domain.intakes.looks import is_meant_as_tax_code

FOLDER = Path(__file__).parents[1] / "corpora" / "answers"
_WORDED = re.compile(r"([A-Z]+ [A-Z]\d) (.*)")


def windows() -> dict[str, tuple[ChoiceMenu, bool]]:
    """The menu of each window, and whether it takes any sentence as its answer."""
    found = json.loads((FOLDER / "windows.json").read_text("utf-8"))
    return {name: (_menu(one), bool(one.get("free"))) for name, one in found.items()}


def corpus() -> list[tuple[str, str, str]]:
    """Window, text and meaning of each entry."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        if path.stem != "windows":
            found += [(path.stem, *entry) for entry in json.loads(path.read_text("utf-8")).items()]
    return found


def _menu(window: dict[str, object]) -> ChoiceMenu:
    choices, number = [], 0
    labels = window["choices"]
    assert isinstance(labels, list)
    for label in labels:
        first, _, rest = label.partition(" ")
        if worded := _WORDED.fullmatch(label):
            choices.append(Choice(worded[1], "d"))
            continue
        if first == BACK_KEY:
            choices.append(Choice(BACK_KEY, "d0", label=rest))
            continue
        number += 1
        key, data = str(number), f"d{number}"
        if first in ("☐", "☑"):
            choices.append(Choice(key, data, label=rest, item=True, ticked=first == "☑"))
        elif first in Role.__members__:
            choices.append(Choice(key, data, label=rest, role=Role[first]))
        else:
            choices.append(Choice(key, data, label=label))
    return ChoiceMenu(tuple(choices), 1, Typing(str(window["typing"])))


def meaning(text: str, menu: ChoiceMenu, free: bool) -> str:
    """What the bot makes of the text, in the words of the corpus."""
    read = read_typed(text, {WINDOW: menu})
    if isinstance(read, Tapped):
        return " ".join(choice.key for choice in menu.choices if choice.data in read.data)
    meant = read_answer(text, menu)
    if isinstance(meant, Already):
        return "already"
    if isinstance(meant, Absent):
        return "absent"
    if isinstance(meant, OneOnly):
        return "one"
    asked = menu.typing in (Typing.ANSWER, Typing.NUMBER)
    if is_wish(text, asked):
        return "wish"
    if isinstance(meant, Command):
        return f"/{meant.name}"
    if asked:
        return "again" if (is_empty_talk if free else is_talk)(text) else "text"
    if menu.typing is Typing.SEARCH and says(text) is not None:
        return "again"
    if find_codes(text):
        return "order"
    if is_meant_as_tax_code(bare(text)):
        return "tax"
    if menu.typing is Typing.SEARCH:
        return "talk" if is_talk(text) else "text"
    return "again" if is_talk(text) else "text"
