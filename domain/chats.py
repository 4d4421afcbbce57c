"""Chats of all apps: their numbers, by which the conversation knows them, and the codes typed for buttons."""

import hashlib
import re
import unicodedata
from enum import StrEnum


class Channel(StrEnum):
    """`CHAT` is whichever chat its person is reached in, chosen when a message leaves."""

    CHAT = "chat"
    TELEGRAM = "telegram"
    ZALO = "zalo"
    EMAIL = "email"
    SMS = "sms"


CHATS = (Channel.TELEGRAM, Channel.ZALO)
"""The chats that people talk to the bot in."""

PUSH_LETTERS = "ACFHJKMNPRTVX"
"""What the codes of pushed messages begin with, one letter a message in turn. None is taken for a digit, as
I, L, O, Q, D, Z, S, G and B are; and but for the first none is changed by the ways to type Vietnamese: VNI
makes another letter of a vowel and a digit, Telex of a W."""

_CODE = re.compile(rf"[{PUSH_LETTERS}][1-9]\d?")
_BY_VNI = str.maketrans(
    {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5", "\u0302": "6", "\u0306": "8"}
)
"""The mark that VNI puts on a letter for the digit behind it."""

_ZALO = 1 << 62
"""Set in the numbers of Zalo's chats alone: Telegram's have 52 bits at most
(https://core.telegram.org/bots/api#chat)."""


def zalo_chat_id(external_id: str) -> int:
    """The number of a chat that Zalo calls `external_id`, always the same; it fits a signed 64-bit one."""
    digest = hashlib.sha256(external_id.encode()).digest()
    return _ZALO | int.from_bytes(digest[:8], "big") >> 2


def channel_of(chat_id: int) -> Channel:
    """The app that a chat is in."""
    return Channel.ZALO if chat_id >= _ZALO else Channel.TELEGRAM


def push_code(text: str) -> str:
    """The code that somebody typed, such as `A1`, whatever its case, spaces and full stop, also where the
    keyboard made `Á` of it; empty for any other text."""
    typed = unicodedata.normalize("NFD", "".join(text.split()).upper().rstrip(".")).translate(_BY_VNI)
    return typed if _CODE.fullmatch(typed) else ""


def push_letter(pushed: int) -> str:
    """That of the message before which so many went to the same chat."""
    return PUSH_LETTERS[pushed % len(PUSH_LETTERS)]
