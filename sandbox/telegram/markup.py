"""Keyboards, checked as Telegram checks them (https://core.telegram.org/bots/api#inlinekeyboardmarkup)."""

import json
import re
from typing import Any

from sandbox.telegram.errors import ApiError

MAX_BUTTONS = 100
MAX_BYTES = 10_000  # Measured by others: github.com/tginfo/Telegram-Limits/issues/187
_URL = re.compile(r"(https?://[^\s/]+|tg://[^\s]+|mailto:[^\s]+|[\w-]+(\.[\w-]+)+)(/[^\s]*)?(\?[^\s]*)?$")
_UNUSED = ("web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "pay")

_STYLES = (None, "primary", "success", "danger")

Markup = dict[str, Any]


def inline_keyboard(value: Any) -> Markup | None:
    """An inline keyboard for an edit; any other keyboard is refused there. None if it has no button."""
    if not isinstance(value, dict) or "inline_keyboard" not in value:
        if value in (None, {}):
            return None
        raise ApiError("inline keyboard expected")
    rows = [[_inline_button(button) for button in row] for row in _rows(value["inline_keyboard"])]
    return {"inline_keyboard": rows} if rows else None


def split(value: Any) -> tuple[Markup | None, Markup | None]:
    """A new message's inline keyboard, and its reply keyboard or the removal of one: at most one is set."""
    if value is None or value == {}:
        return None, None
    if not isinstance(value, dict):
        raise ApiError("object expected as reply markup")
    if "inline_keyboard" in value:
        return inline_keyboard(value), None
    if "keyboard" in value:
        rows = [[_reply_button(button) for button in row] for row in _rows(value["keyboard"], 300)]
        return None, value | {"keyboard": rows}
    if value.get("remove_keyboard") or value.get("force_reply"):
        return None, value
    raise ApiError("object expected as reply markup")


def _rows(rows: Any, most: int = MAX_BUTTONS) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ApiError("can't parse reply keyboard markup JSON object")
    kept = [row for row in rows if row]
    size = len(json.dumps(kept, ensure_ascii=False).encode())
    if sum(len(row) for row in kept) > most or size > MAX_BYTES:
        raise ApiError("reply markup is too long")
    return kept


def _inline_button(button: Any) -> Markup:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise ApiError('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise ApiError("BUTTON_TEXT_INVALID")
    kept: Markup = {"text": button["text"]}
    for key in ("style", "icon_custom_emoji_id"):
        if button.get(key):
            kept[key] = button[key]
    if kept.get("style") not in _STYLES:
        raise ApiError("BUTTON_STYLE_INVALID")
    if isinstance(data := button.get("callback_data"), str):
        if not 1 <= len(data.encode()) <= 64:
            raise ApiError("BUTTON_DATA_INVALID")
        return kept | {"callback_data": data}
    if url := button.get("url"):
        if not isinstance(url, str) or not _URL.match(url):
            raise ApiError(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        return kept | {"url": url}
    if (copy := button.get("copy_text")) is not None:
        text = copy.get("text") if isinstance(copy, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= 256:
            raise ApiError("BUTTON_COPY_TEXT_INVALID")
        return kept | {"copy_text": {"text": text}}
    if any(button.get(key) is not None for key in _UNUSED):
        raise ApiError("BUTTON_TYPE_INVALID")
    raise ApiError("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _reply_button(button: Any) -> Markup:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise ApiError('can\'t parse keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise ApiError("can't parse keyboard button: Text must be non-empty")
    return {key: value for key, value in button.items() if value is not None}
