"""The chats of all apps: the numbers that identify them, and the codes typed instead of buttons."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
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

NUMBERED = (Channel.ZALO,)
"""The apps without buttons and edits: people type numbers of choices, and each window is a new message."""

PUSH_LETTERS = "ACFHJKMNPRTVX"
"""The first letters of the codes under pushed messages; each message takes the next one. None is mistaken for
a digit, as I, L, O, Q, D, Z, S, G and B are. Except for A, Vietnamese keyboards leave them alone: VNI merges
a vowel with the digit after it, Telex rewrites W."""

_CODE = re.compile(rf"[{PUSH_LETTERS}][1-9]\d?")
_BY_VNI = str.maketrans(
    {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5", "\u0302": "6", "\u0306": "8"}
)
"""The digit that makes VNI put each mark on the letter before it."""

CHAT_BITS: Mapping[Channel, int] = {Channel.ZALO: 63}
"""The apps whose chats have no numbers, with how many bits the numbers made for them have: another count for
each, above the 52 that Telegram's have at most (https://core.telegram.org/bots/api#chat), 63 at most."""

_BY_BITS = {bits: channel for channel, bits in CHAT_BITS.items()}


def made_chat_id(channel: Channel, external_id: str) -> int:
    """The number of the chat that an app of `CHAT_BITS` calls `external_id`: always the same."""
    bits = CHAT_BITS[channel]
    digest = hashlib.sha256(external_id.encode()).digest()
    return 1 << bits - 1 | int.from_bytes(digest[:8], "big") >> 65 - bits


def zalo_chat_id(external_id: str) -> int:
    """`made_chat_id` for Zalo."""
    return made_chat_id(Channel.ZALO, external_id)


def channel_of(chat_id: int) -> Channel:
    """The app that a chat is in."""
    return _BY_BITS.get(chat_id.bit_length(), Channel.TELEGRAM)


def push_code(text: str) -> str:
    """The typed code, such as `A1`; empty for any other text. Case, spaces and a full stop do not matter, and
    `Á` counts as `A1`, since a keyboard may write it so."""
    typed = unicodedata.normalize("NFD", "".join(text.split()).upper().rstrip(".")).translate(_BY_VNI)
    return typed if _CODE.fullmatch(typed) else ""


def push_letter(pushed: int) -> str:
    """The letter for the next message, given how many were pushed to this chat before."""
    return PUSH_LETTERS[pushed % len(PUSH_LETTERS)]
