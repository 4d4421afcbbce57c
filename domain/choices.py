"""The choices under a message in an app without buttons: what may be typed, and how that is stored."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

WINDOW = ""
"""The letter of the menu of a chat's window; the menus of pushes have letters of their own."""


BACK_KEY = "0"
"""What is typed to go back."""


_TAP = re.compile(r"#[0-9a-f]{16}")


class Typing(StrEnum):
    """What a typed text is taken for.

    CHOICE: a choice. SEARCH: numbers are a choice, other texts are searched for. PASTE: numbers are a choice,
    other texts are a list of customers. ANSWER: the answer to the window's question; a number alone is a
    choice. NUMBER: the answer, which may be a number; a `#` marks a choice.
    """

    CHOICE = "choice"
    SEARCH = "search"
    PASTE = "paste"
    ANSWER = "answer"
    NUMBER = "number"


class Role(StrEnum):
    """What a choice says to the question of its window: it takes what is proposed, keeps what was typed,
    skips the question, ticks all items or takes all ticks off."""

    OTHER = ""
    YES = "yes"
    AS_TYPED = "as_typed"
    SKIP = "skip"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` is what is typed: a number, a code, or a word with a code. The choice taps the button with the
    callback `data`, or the bot answers with the text `says`. `label` is the button's label without signs. An
    `item` is one of several that may be ticked at once."""

    key: str
    data: str = ""
    says: str = ""
    label: str = ""
    role: Role = Role.OTHER
    item: bool = False
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class QuickButton:
    """A button that says a text for the person who taps it, or opens a `url`."""

    label: str
    says: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceMenu:
    """The choices under one message. `shown_at` is when they were stored; `after` is the text that they
    answered."""

    choices: tuple[Choice, ...]
    message_id: int = 0
    typing: Typing = Typing.CHOICE
    shown_at: datetime | None = None
    after: str = ""

    def find(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)

    def tapped(self, text: str) -> Choice | None:
        """The choice whose button says `text`."""
        return next((choice for choice in self.choices if tap_of(choice) == text), None)


def tap_of(choice: Choice) -> str:
    """What the button of a choice says. It is made of what the choice does: under an old message it means the
    same or nothing, whatever is offered now."""
    done = choice.data or choice.says
    return f"#{hashlib.sha256(done.encode()).hexdigest()[:16]}"


def is_tap(text: str) -> bool:
    """Whether a text is of the form that `tap_of` makes. Anybody can type one: it proves nothing."""
    return _TAP.fullmatch(text) is not None


def menu_json(menu: ChoiceMenu) -> str:
    """The choices and how they are typed; `message_id` and `shown_at` are stored beside this."""
    choices = [{name: value for name, value in asdict(one).items() if value} for one in menu.choices]
    after = {"after": menu.after} if menu.after else {}
    return json.dumps({"typing": menu.typing, "choices": choices, **after}, ensure_ascii=False)


def menu_of_json(body: str, message_id: int, shown_at: datetime) -> ChoiceMenu:
    """The menu that `menu_json` wrote."""
    found = json.loads(body)
    choices = tuple(Choice(**{**one, "role": Role(one.get("role", Role.OTHER))}) for one in found["choices"])
    return ChoiceMenu(choices, message_id, Typing(found["typing"]), shown_at, found.get("after", ""))
