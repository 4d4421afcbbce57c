"""What the chat apps are called."""

from domain.chats import Channel

APP_NAMES = {Channel.TELEGRAM: "Telegram", Channel.ZALO: "Zalo"}
