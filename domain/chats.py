"""The chats of all apps: the numbers that identify them, and the codes typed instead of buttons."""

import hashlib
import re
import unicodedata
from enum import StrEnum


class Channel(StrEnum):
    """`CHAT` is whichever chat the person is reached in; it is chosen when a message leaves."""

    CHAT = "chat"
    TELEGRAM = "telegram"
    ZALO = "zalo"
    EMAIL = "email"
    SMS = "sms"


CHATS = (Channel.TELEGRAM, Channel.ZALO)
"""The channels in which people talk to the bot."""

PUSH_LETTERS = "ACFHJKMNPRTVX"
"""The first letters of the codes under pushed messages; each message takes the next one. None is mistaken for
a digit, as I, L, O, Q, D, Z, S, G and B are. Except for A, Vietnamese keyboards leave them alone: VNI merges
a vowel with the digit after it, Telex rewrites W."""

_CODE = re.compile(rf"[{PUSH_LETTERS}][1-9]\d?")
_BY_VNI = str.maketrans(
    {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5", "\u0302": "6", "\u0306": "8"}
)
"""The digit that makes VNI put each mark on the letter before it."""

_ZALO = 1 << 62
"""This bit is set only in the numbers of Zalo's chats; Telegram's have at most 52 bits
(https://core.telegram.org/bots/api#chat)."""


def zalo_chat_id(external_id: str) -> int:
    """The number of the chat that Zalo calls `external_id`: always the same, and a signed 64-bit integer."""
    digest = hashlib.sha256(external_id.encode()).digest()
    return _ZALO | int.from_bytes(digest[:8], "big") >> 2


def channel_of(chat_id: int) -> Channel:
    """The app that a chat is in."""
    return Channel.ZALO if chat_id >= _ZALO else Channel.TELEGRAM


def push_code(text: str) -> str:
    """The typed code, such as `A1`; empty for any other text. Case, spaces and a full stop do not matter, and
    `Á` counts as `A1`, since a keyboard may write it so."""
    typed = unicodedata.normalize("NFD", "".join(text.split()).upper().rstrip(".")).translate(_BY_VNI)
    return typed if _CODE.fullmatch(typed) else ""


def push_letter(pushed: int) -> str:
    """The letter for the next message, given how many were pushed to this chat before."""
    return PUSH_LETTERS[pushed % len(PUSH_LETTERS)]
