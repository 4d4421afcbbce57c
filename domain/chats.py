"""Numbers of chats: the conversation knows every chat by one, whichever app it is in."""

import hashlib

from domain.pushes import Channel

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
