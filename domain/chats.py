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
"""The letters of the codes under pushed messages. None is mistaken for a digit, as I, L, O, Q, D, Z, S, G and
B are. Except for A, Vietnamese keyboards leave them alone: VNI merges a vowel with the digit after it, Telex
rewrites W. Where several stand together, A is left out."""

CODES_KEPT = 50
"""How many messages pushed last to a chat have codes that may be typed."""

_TOGETHER = PUSH_LETTERS.replace("A", "")
_CODE = re.compile(rf"(?:[{PUSH_LETTERS}]|[{_TOGETHER}]{{2,4}})[1-9]\d?")
_DIGITS = "0123456789"
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


def letters_of(code: str) -> str:
    """The letters of a code under a pushed message, which are those of the message."""
    return code.rstrip(_DIGITS)


def push_letters(pushed: int) -> str:
    """The letters for the next message, given how many were pushed to this chat before. No two messages have
    the same: A to X, then two letters, then three."""
    if pushed < len(PUSH_LETTERS):
        return PUSH_LETTERS[pushed]
    place, base, length = pushed - len(PUSH_LETTERS), len(_TOGETHER), 2
    while place >= base**length:
        place -= base**length
        length += 1
    return "".join(_TOGETHER[place // base**at % base] for at in reversed(range(length)))


def pushed_before(letters: str) -> int:
    """How many messages were pushed to the chat before the one with these letters."""
    if len(letters) < 2:
        return PUSH_LETTERS.index(letters)
    place, base = 0, len(_TOGETHER)
    for letter in letters:
        place = place * base + _TOGETHER.index(letter)
    return len(PUSH_LETTERS) + place + sum(int(base**length) for length in range(2, len(letters)))
