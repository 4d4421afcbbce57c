"""Of people and firms."""

from dialogs.texts.pushes.words import Chats, Words
from domain.push_contents import StaffJoinedContent
from services.messages import ChatMessage

STAFF_JOINED = """👤 <b>{{ accountant.name }}</b> đã vào đơn vị của anh/chị.
{{ accountant.phone|phone }} · {{ accountant.email }}"""


def _staff_joined(words: Words, content: StaffJoinedContent) -> ChatMessage:
    return ChatMessage(words.html(STAFF_JOINED, accountant=content.accountant))


CHATS: Chats = {StaffJoinedContent: _staff_joined}
