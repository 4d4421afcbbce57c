"""Words of a person's two chats."""

from domain.chats import Channel
from texts.apps import APP_NAMES

HOME = """\
📱 <b>{{ apps }}</b>

{% for chat in linked %}
✅ <b>{{ chat.app }}</b>: đã nối từ {{ chat.linked_at | date }}{{ " (anh/chị đang ở đây)" if chat.here else "" }}
{% endfor %}
{% for app in missing %}
▫️ <b>{{ app }}</b>: chưa nối
{% endfor %}

{% if several %}
Em nhắn vào <b>{{ first }}</b>{{ ", nơi anh/chị dùng gần nhất" if not chosen else "" }}. Nơi đó không nhận được thì em nhắn nơi còn lại.
{% else %}
Nối xong, anh/chị dùng chung một tài khoản ở cả hai nơi: khách hàng, đơn hàng và thông báo đều như nhau.
{% endif %}"""

LAST_USED = "chat dùng gần nhất"

CODE = """\
🔗 <b>Nối {{ app }}</b>

{% if code %}
Anh/chị mở {{ app }}, vào khung chat với em{{ " (<b>%s</b>)"|safe|format(name) if name else "" }}, rồi gửi tin này:
<code>{{ code }}</code>
{% if link %}

Hoặc mở liên kết này trên máy có {{ app }}:
{{ link }}
{% endif %}

Mã dùng một lần, trong {{ minutes }} phút. Đừng đưa mã cho ai: người có mã vào được tài khoản của anh/chị.
{% else %}
Mã em đã gửi ở tin trên. Cần mã khác, anh/chị chọn tạo mã mới.
{% endif %}"""
COPY = "📋 Sao chép tin"
ANOTHER = "🔄 Tạo mã mới"

UNLINK = """\
<b>Bỏ nối {{ app }}?</b>

Khung chat {{ app }} không vào được tài khoản này nữa, và em không nhắn vào đó. Muốn dùng lại, anh/chị nối lại bằng mã mới."""
CONFIRM_UNLINK = "✖️ Bỏ nối"


def message(code: str) -> str:
    """The message to send in the other app."""
    return f"NOI {code}"


def channel_button(channel: Channel | None, chosen: Channel | None) -> str:
    name = APP_NAMES[channel] if channel else LAST_USED
    return f"{'🔘' if channel is chosen else '⚪'} Nhắn vào {name}"


def link_button(channel: Channel) -> str:
    return f"🔗 Nối {APP_NAMES[channel]}"


def unlink_button(channel: Channel) -> str:
    return f"✖️ Bỏ nối {APP_NAMES[channel]}"


def unlinked(channel: Channel) -> str:
    return f"✅ Đã bỏ nối {APP_NAMES[channel]}."


def linked(name: str) -> str:
    return f"✅ Đã nối khung chat này vào tài khoản của {name}."
