"""Words of the digest of what was held back."""

from domain.messaging.contents import DailyDigestContent
from domain.messaging.targets import Place
from services.messaging.messages import ChatMessage
from texts.common import short
from texts.messaging.pushes.words import Wording, Wordings, Words, opens

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
    lines = [short(words.title(one), LINE_LIMIT) for one in content.held]
    html = words.html(DIGEST, lines=lines, count=content.count)
    return ChatMessage(html, buttons=((opens(OPEN_NOTICES, Place.NOTICES),),))


WORDINGS: Wordings = {DailyDigestContent: Wording(_digest)}
