"""Pages of the bot's own web: the upload page, and the page of a link that opens nothing."""

from datetime import datetime

from texts.pages import Page, said

UNNAMED = "tep"
"""The name under which a file is saved that has no name that can be shown."""

NO_FILE = "Anh/chị chưa chọn tệp nào. Anh/chị chọn tệp rồi bấm Gửi tệp ạ."
TOO_MUCH_TODAY = "Hôm nay đơn vị của anh/chị gửi nhiều tệp quá mức em nhận được. Ngày mai em nhận tiếp ạ."
NOT_WHOLE = "Tệp chưa đến đủ, có thể do mạng chập chờn. Anh/chị chọn lại tệp rồi gửi giúp em ạ."

_form = Page("""\
{% extends frame %}
{% block content %}
<h1>{{ title }}</h1>
{% if trouble %}
<p class="bad" role="alert">{{ trouble }}</p>
{% endif %}
<ul>
<li>Excel: .xlsx, .xls, .xlsm, .xlsb, .ods</li>
<li>Hoặc tệp .csv, .txt</li>
<li>Mỗi lần một tệp, nặng nhất {{ limit_mb }} MB</li>
</ul>
<form method="post" enctype="multipart/form-data">
<label for="file">Tệp của anh/chị</label>
<input id="file" type="file" name="file" required>
<button>Gửi tệp</button>
</form>
<p class="soft">Trang này nhận một tệp, đến {{ until|moment }}. Tệp vào thẳng cuộc trò chuyện của anh/chị với em trên Zalo, anh/chị đừng chuyển trang này cho người khác nhé.</p>
{% endblock %}
""")


def form(until: datetime, limit_mb: int, trouble: str = "") -> str:
    """The page where a file is chosen and sent; `trouble` says why the last one was not taken."""
    values = {"until": until, "limit_mb": limit_mb, "trouble": trouble}
    return _form.render("Gửi tệp cho em", **values)


RECEIVED = said("✅", "Em đã nhận tệp", "Anh/chị quay lại Zalo nhé, em trả lời ở đó ạ.")

USED = said(
    "📥",
    "Em đã nhận tệp từ trang này rồi",
    "Anh/chị quay lại Zalo xem giúp em nhé.",
    "Trang này chỉ nhận một tệp. Muốn gửi thêm tệp, anh/chị nhắn em trên Zalo để lấy đường dẫn mới ạ.",
)

EXPIRED = said(
    "⏳",
    "Trang gửi tệp đã hết hạn",
    "Em chưa nhận tệp nào từ trang này.",
    "Anh/chị quay lại Zalo lấy đường dẫn mới giúp em ạ.",
)

NO_UPLOAD = said(
    "🔗",
    "Đường dẫn này không dùng được",
    "Có thể đường dẫn bị chép thiếu, hoặc đã quá cũ.",
    "Anh/chị quay lại Zalo lấy đường dẫn mới giúp em ạ.",
)

BUSY = said(
    "⌛",
    "Em đang nhận tệp",
    "Anh/chị chờ một phút rồi tải lại trang này giúp em ạ.",
)

FAILED = said(
    "⚠️",
    "Em gặp trục trặc",
    "Em chưa làm được việc này. Anh/chị tải lại trang rồi thử lại giúp em ạ.",
)

NO_FILE_HERE = said(
    "🔗",
    "Tệp này không còn mở được",
    "Đường dẫn đã hết hạn, hoặc bị chép thiếu.",
    "Anh/chị quay lại cuộc trò chuyện để lấy tệp mới giúp em ạ.",
)
