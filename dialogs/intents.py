"""Ids of opened dialogs that do not collide."""

import secrets
import string

from aiogram_dialog.api.entities import stack

_SYMBOLS = string.digits + string.ascii_letters
_LENGTH = 6
"""As long as the library's own ids, since every button carries one."""


def _new_id() -> str:
    return "".join(secrets.choice(_SYMBOLS) for _ in range(_LENGTH))


def draw_unique_ids() -> None:
    """Have aiogram-dialog draw ids at random.

    Its own ids have a hundred values a second. If one chat opens two dialogs within a second, one time in a
    hundred the second overwrites the first, and what was typed there is lost.
    """
    stack.new_id = _new_id
