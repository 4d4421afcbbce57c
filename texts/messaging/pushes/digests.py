"""Of what was held back."""

from domain.messaging.contents import DailyDigestContent
from services.messaging.messages import ChatButton, ChatMessage
from texts.common import short
from texts.messaging.notices import title
from texts.messaging.pushes.words import Chats, Words

OPEN_NOTICES = "🔔 Mở danh sách thông báo"
LINE_LIMIT = 80

DIGEST = """🗞 <b>{{ "%d tin"|format(count) if count > 1 else "Tin" }} em gom lại cho anh/chị</b>

{% for line in lines %}
{{ line }}
{% endfor %}
{% if count > lines|length %}
… và {{ count - lines|length }} tin nữa
{% endif %}"""


def _digest(words: Words, content: DailyDigestContent) -> ChatMessage:
    lines = [short(title(one), LINE_LIMIT) for one in content.held]
    html = words.html(DIGEST, lines=lines, count=content.count)
    return ChatMessage(html, buttons=((ChatButton(OPEN_NOTICES, data="open:notices"),),))


CHATS: Chats = {DailyDigestContent: _digest}
