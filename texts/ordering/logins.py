"""Words of the doubtful logins of an order."""

from collections import Counter
from collections.abc import Iterable

from domain.logins import LoginDoubt
from services.ordering.login_doubts import DoubtfulLogin

_KINDS = {
    LoginDoubt.NEAR_MISS: "{} email có vẻ gõ nhầm",
    LoginDoubt.LANDLINE: "{} số cố định",
    LoginDoubt.SHARED: "{} khách dùng chung",
}

LOGINS = """\
<b>Đăng nhập cần xem · {{ total }} khách</b>

Email và số di động của người đại diện tạo tài khoản đăng nhập phần mềm.
{% for one in shown %}

• <b>{{ one.name|named(60) }}</b>
{% for said in one.doubts %}
{{ said }}
{% endfor %}
{% endfor %}
{% if total > shown|length %}

… và {{ total - shown|length }} khách nữa
{% endif %}"""
SEE_LOGINS = "⚠️ Đăng nhập cần xem ({doubtful})"
MEND_EMAILS = "⭐ Sửa {near} email theo gợi ý"
ALL_RIGHT = "Đúng cả {total}, giữ nguyên"
MENDED = "✅ Đã sửa {count} email. Anh/chị kiểm tra và xác nhận lại giúp em."
NONE_LEFT = "✅ Không còn đăng nhập nào cần xem."


def logins_line(doubtful: Iterable[DoubtfulLogin]) -> str:
    """How many customers have which doubt; empty for none."""
    counts = Counter(kind for one in doubtful for kind in {doubt.kind for doubt in one.doubts})
    said = [words.format(counts[kind]) for kind, words in _KINDS.items() if counts[kind]]
    return f"⚠️ Đăng nhập: {', '.join(said)}" if said else ""
