"""What each answer to a message does, kept until the next message takes its place."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from dialogs.numbered.forms import Typing


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` is what is typed: a number, a code, or a word with a code. The choice taps the button with the
    callback `data`, or is answered by a message that `says` just that. `label` is the button's, folded."""

    key: str
    data: str = ""
    says: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """The choices under one message."""

    choices: tuple[Choice, ...]
    message_id: int = 0
    typing: Typing = Typing.CHOICE
    shown_at: datetime | None = None

    def find(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)


def written(menu: Menu) -> str:
    """The choices as they are stored."""
    body = {"typing": menu.typing, "choices": [_short(choice) for choice in menu.choices]}
    return json.dumps(body, ensure_ascii=False)


def read_menu(body: str, message_id: int, shown_at: datetime) -> Menu:
    """What `written` made, or a list of choices alone."""
    found = json.loads(body)
    if isinstance(found, list):
        found = {"choices": found}
    return Menu(_choices(found["choices"]), message_id, Typing(found.get("typing", Typing.CHOICE)), shown_at)


def _short(choice: Choice) -> dict[str, str]:
    return {name: value for name, value in asdict(choice).items() if value}


def _choices(found: Iterable[dict[str, str]]) -> tuple[Choice, ...]:
    # Those of a push say `copy` for what is answered by itself.
    return tuple(
        Choice(one["key"], one.get("data", ""), one.get("says") or one.get("copy", ""), one.get("label", ""))
        for one in found
    )
