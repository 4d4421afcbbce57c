"""Pages of the bot's own web: the upload page, and the page of a link that opens nothing."""

from datetime import datetime

from jinja2 import Environment

from texts.filters import FILTERS

STYLE = """
:root { color-scheme: light dark; --ground: #f2f4f7; --card: #fff; --ink: #1d2939; --soft: #475467;
  --line: #98a2b3; --act: #0b5cd6; --on-act: #fff; --bad: #b42318; --bad-ground: #fef3f2; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10141b; --card: #1b212b; --ink: #f2f4f7; --soft: #b4bcc9; --line: #667085;
    --act: #6aa5ff; --on-act: #0b1626; --bad: #ffa89f; --bad-ground: #3a1d1c; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 24px 16px; background: var(--ground); color: var(--ink);
  font: 17px/1.5 system-ui, -apple-system, Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
main { max-width: 480px; margin: 0 auto; padding: 24px 20px; border-radius: 16px; background: var(--card); }
h1 { margin: 0 0 12px; font-size: 24px; line-height: 1.3; }
p, ul { margin: 0 0 16px; }
ul { padding-left: 22px; color: var(--soft); }
main > :last-child { margin-bottom: 0; }
.sign { margin: 0 0 8px; font-size: 40px; line-height: 1; }
.soft { color: var(--soft); font-size: 15px; }
.bad { padding: 12px 14px; border-radius: 12px; background: var(--bad-ground); color: var(--bad); }
form { margin: 0 0 16px; }
label { display: block; margin: 0 0 6px; font-weight: 600; }
input { display: block; width: 100%; margin: 0 0 16px; padding: 10px; border: 2px dashed var(--line);
  border-radius: 12px; background: transparent; color: var(--ink); font: inherit; font-size: 16px; }
input::file-selector-button { display: block; width: 100%; min-height: 48px; margin: 0 0 8px; padding: 8px 16px;
  border: 0; border-radius: 8px; background: var(--ground); color: var(--ink); font: inherit; font-weight: 600; }
button { display: block; width: 100%; min-height: 56px; padding: 12px 16px; border: 0; border-radius: 12px;
  background: var(--act); color: var(--on-act); font: inherit; font-size: 19px; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
"""
"""The only style of each page, which may load nothing and run no script."""

UNNAMED = "tep"
"""The name under which a file is saved that has no name that can be shown."""

NO_FILE = "Anh/chị chưa chọn tệp nào. Anh/chị chọn tệp rồi bấm Gửi tệp ạ."
TOO_MUCH_TODAY = "Hôm nay đơn vị của anh/chị gửi nhiều tệp quá mức em nhận được. Ngày mai em nhận tiếp ạ."
NOT_WHOLE = "Tệp chưa đến đủ, có thể do mạng chập chờn. Anh/chị chọn lại tệp rồi gửi giúp em ạ."

_FRAME = """\
<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{ title }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<main>
{% block content %}
{% endblock %}
</main>
</body>
</html>
"""

_FORM = """\
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
"""

_NOTE = """\
{% extends frame %}
{% block content %}
<p class="sign" aria-hidden="true">{{ sign }}</p>
<h1>{{ title }}</h1>
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
{% endblock %}
"""

_environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_environment.filters.update(FILTERS)
_frame, _form, _note = map(_environment.from_string, (_FRAME, _FORM, _NOTE))


def form(until: datetime, limit_mb: int, trouble: str = "") -> str:
    """The page where a file is chosen and sent; `trouble` says why the last one was not taken."""
    values = {"until": until, "limit_mb": limit_mb, "trouble": trouble}
    return _form.render(frame=_frame, style=STYLE, title="Gửi tệp cho em", **values)


def _said(sign: str, title: str, *lines: str) -> str:
    return _note.render(frame=_frame, style=STYLE, sign=sign, title=title, lines=lines)


RECEIVED = _said("✅", "Em đã nhận tệp", "Anh/chị quay lại Zalo nhé, em trả lời ở đó ạ.")

USED = _said(
    "📥",
    "Em đã nhận tệp từ trang này rồi",
    "Anh/chị quay lại Zalo xem giúp em nhé.",
    "Trang này chỉ nhận một tệp. Muốn gửi thêm tệp, anh/chị nhắn em trên Zalo để lấy đường dẫn mới ạ.",
)

EXPIRED = _said(
    "⏳",
    "Trang gửi tệp đã hết hạn",
    "Em chưa nhận tệp nào từ trang này.",
    "Anh/chị quay lại Zalo lấy đường dẫn mới giúp em ạ.",
)

NO_UPLOAD = _said(
    "🔗",
    "Đường dẫn này không dùng được",
    "Có thể đường dẫn bị chép thiếu, hoặc đã quá cũ.",
    "Anh/chị quay lại Zalo lấy đường dẫn mới giúp em ạ.",
)

BUSY = _said(
    "⌛",
    "Em đang nhận tệp",
    "Anh/chị chờ một phút rồi tải lại trang này giúp em ạ.",
)

FAILED = _said(
    "⚠️",
    "Em gặp trục trặc",
    "Em chưa làm được việc này. Anh/chị tải lại trang rồi thử lại giúp em ạ.",
)

NO_FILE_HERE = _said(
    "🔗",
    "Tệp này không còn mở được",
    "Đường dẫn đã hết hạn, hoặc bị chép thiếu.",
    "Anh/chị quay lại cuộc trò chuyện để lấy tệp mới giúp em ạ.",
)
