"""What the chat apps are called."""

from domain.chats import Channel

APP_NAMES = {Channel.TELEGRAM: "Telegram", Channel.ZALO: "Zalo"}

*_FIRST, _LAST = APP_NAMES.values()
ALL_APPS = f"{', '.join(_FIRST)} và {_LAST}"
"""All of them, in words."""
