"""Pages of the desk: what a browser shows where a chat is too narrow."""

import re
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from texts.back_office.page_style import STYLE
from texts.back_office.page_words import QUEUES
from texts.filters import FILTERS

_FRAME = """\
<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{ title }} · Bàn làm việc</title>
<style>{{ style|safe }}</style>
</head>
<body>
{% if seat %}
<a class="skip" href="#main">Tới nội dung</a>
<header>
<nav aria-label="Bảng">
<ul>
{% for key, name in tables.items() %}
<li><a href="{{ base }}/{{ key }}"{% if key == table %} aria-current="page"{% endif %}>{{ name }}</a></li>
{% endfor %}
</ul>
</nav>
<p>{{ seat.name }}</p>
<form method="post" action="{{ base }}/leave">{{ csrf }}<button>Đóng phiên</button></form>
</header>
{% endif %}
<main id="main" tabindex="-1"{% if narrow %} class="narrow"{% endif %}>
<h1>{{ title }}</h1>
{% if trouble %}
<p class="bad" role="alert" tabindex="-1" autofocus>{{ trouble }}</p>
{% endif %}
{% if done %}
<p class="good" role="status" tabindex="-1" autofocus>{{ done }}</p>
{% endif %}
{% block content %}
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
{% endblock %}
</main>
</body>
</html>
"""

_OPEN = """\
{% extends frame %}
{% block content %}
<p>Trang này chỉ mở được một lần, trên một trình duyệt, và là của riêng anh/chị.</p>
<form method="post"><button class="main">Mở bàn làm việc</button></form>
{% endblock %}
"""

_TABLE = """\
{% extends frame %}
{% block content %}
{% if enter %}
<p><a class="button" href="{{ base }}/payment">✍️ {{ enter }}</a></p>
{% endif %}
{% if states %}
<form method="get" class="box" role="search">
<input type="checkbox" id="more" class="hidden"><label for="more" class="button">🔎 Bộ lọc</label>
<p class="soft">{{ states[wanted.state] }}{% if wanted.text %} · “{{ wanted.text }}”{% endif %}{% if wanted.first %} · từ {{ wanted.first|date }}{% endif %}{% if wanted.last %} · đến {{ wanted.last|date }}{% endif %}</p>
<div class="fields">
<p><label for="state">Trạng thái</label>
<select id="state" name="state">
{% for key, name in states.items() %}
<option value="{{ key }}"{% if key == wanted.state %} selected{% endif %}>{{ name }}</option>
{% endfor %}
</select></p>
<p><label for="first">Từ ngày</label>
<input id="first" type="date" name="first" value="{{ wanted.first or "" }}"></p>
<p><label for="last">Đến ngày</label>
<input id="last" type="date" name="last" value="{{ wanted.last or "" }}"></p>
<p><label for="text">{{ sought }}</label>
<input id="text" type="search" name="text" value="{{ wanted.text }}"></p>
<p><button class="main">Lọc</button></p>
</div>
</form>
{% endif %}
{% if bank %}
<div class="box">
{% for line in bank %}
<p>{{ line }}</p>
{% endfor %}
</div>
{% endif %}
{% if rows %}
{% if acts %}
<form method="post" action="{{ base }}/several">{{ csrf }}
{% endif %}
<table role="table">
<caption>{{ caption }}</caption>
<thead role="rowgroup"><tr role="row">
{% if acts %}
<th scope="col" role="columnheader" class="tick"><span class="hidden">Chọn</span></th>
{% endif %}
{% for name in columns %}
<th scope="col" role="columnheader"{% if loop.first %} class="sum"{% endif %}>{{ name }}</th>
{% endfor %}
</tr></thead>
<tbody role="rowgroup">
{% for row in rows %}
<tr role="row">
{% if acts %}
<td role="cell" class="tick">
{% if row.may %}
<label><span class="hidden">Chọn {{ row.cells[0] }}, {{ row.cells[1] }}</span>
<input type="checkbox" name="id" value="{{ row.id }}"{% if all %} checked{% endif %}></label>
{% endif %}
</td>
{% endif %}
{% for cell in row.cells %}
{% if loop.first %}
<th scope="row" role="rowheader" class="sum"><a href="{{ base }}/{{ table }}/{{ row.key }}">{{ cell }}</a></th>
{% else %}
<td role="cell" class="text" data-label="{{ columns[loop.index0] }}">{{ cell }}</td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>
{% if acts %}
<div class="acts" role="group" aria-label="Làm với các dòng đã chọn">
{% for key, name in acts.items() %}
<button name="act" value="{{ key }}">{{ name }}</button>
{% endfor %}
<a class="button" href="?{{ query }}&amp;page={{ wanted.page + 1 }}{{ "" if all else "&amp;all=1"|safe }}">{{ "Bỏ chọn tất cả" if all else "Chọn cả trang" }}</a>
</div>
</form>
{% endif %}
{% else %}
<p role="status">{{ "Không có dòng nào hợp với bộ lọc." if states else "Không có gì đang chờ." }}</p>
{% endif %}
{% if pages > 1 %}
<nav aria-label="Trang" class="acts">
{% if wanted.page > 0 %}
<a class="button" href="?{{ query }}&amp;page={{ wanted.page }}">‹ Trang trước</a>
{% endif %}
<span>Trang {{ wanted.page + 1 }}/{{ pages }}</span>
{% if wanted.page + 1 < pages %}
<a class="button" href="?{{ query }}&amp;page={{ wanted.page + 2 }}">Trang sau ›</a>
{% endif %}
</nav>
{% endif %}
{% endblock %}
"""

_DETAILS = """\
{% extends frame %}
{% block content %}
{% if card %}
<div class="box said">{{ card }}</div>
{% endif %}
{% if picture %}
<p><a href="{{ base }}/{{ picture }}"><img class="sent" src="{{ base }}/{{ picture }}" alt="Ảnh kế toán gửi; không hiện thì anh/chị xem trong cuộc trò chuyện"></a></p>
{% endif %}
{% if lines %}
<h2>Gần đây</h2>
<ul class="box">
{% for line in lines %}
<li>{{ line }}</li>
{% endfor %}
</ul>
{% endif %}
{% if candidates %}
<h2>Có thể là của</h2>
<form method="post" class="box">{{ csrf }}<input type="hidden" name="act" value="assign">
{% for one in candidates %}
<p><button name="text" value="{{ one.codes }}">{{ one.label }}</button></p>
{% endfor %}
</form>
{% endif %}
{% for form in forms %}
<form method="post" class="box">{{ csrf }}
{% if form.picks %}
<p><label for="{{ form.act }}-pick">{{ form.pick }}</label>
<select id="{{ form.act }}-pick" class="wide" name="code">
{% for code, words in form.picks %}
<option value="{{ code }}">{{ words }}</option>
{% endfor %}
</select></p>
{% endif %}
{% for name, label in form.more %}
<p><label for="{{ form.act }}-{{ name }}">{{ label }}</label>
<input id="{{ form.act }}-{{ name }}" class="wide" name="{{ name|replace("*", "") }}"{% if "*" not in name %} required{% endif %} maxlength="60"></p>
{% endfor %}
{% if form.label %}
<p><label for="{{ form.act }}">{{ form.label }}</label>
<input id="{{ form.act }}" class="wide" name="text" required maxlength="{{ form.limit }}"></p>
{% endif %}
<button name="act" value="{{ form.act }}">{{ form.button }}</button>
</form>
{% endfor %}
<p>{% if settle %}<a href="{{ base }}/transfers/{{ settle }}">Xử lý khoản này</a> · {% endif %}
<a href="{{ base }}/{{ table }}">‹ Về bảng</a></p>
{% endblock %}
"""

_CHECK = """\
{% extends frame %}
{% block content %}
{% if card %}
<div class="box said">{{ card }}</div>
{% endif %}
{% if rows %}
<p><strong>{{ sums }}</strong></p>
<ul class="box">
{% for line in rows %}
<li>{{ line }}</li>
{% endfor %}
</ul>
{% endif %}
<form method="post" class="box">{{ csrf }}
<input type="hidden" name="sure" value="1">
{% for name, value in fields %}
<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}
{% if reason %}
<p><label for="reason">{{ reason }}</label>
<input id="reason" class="wide" name="reason" required maxlength="{{ limit }}" value="{{ typed }}"></p>
{% endif %}
{% if button %}
<button class="main" name="act" value="{{ act }}">{{ button }}</button>
{% endif %}
<a class="button" href="{{ back }}">‹ Quay lại</a>
</form>
{% endblock %}
"""

_RESULT = """\
{% extends frame %}
{% block content %}
<ul class="box">
{% for line in rows %}
<li>{{ line }}</li>
{% endfor %}
</ul>
<p><a href="{{ base }}/{{ table }}">‹ Về bảng</a></p>
{% endblock %}
"""

TABLES = {"transfers": "Chuyển khoản", "cases": "Trả lại", "orders": "Đơn hàng"}
"""The tables with filters."""

NAVIGATION = {**TABLES, **QUEUES}

_environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_environment.filters.update(FILTERS)
_frame = _environment.from_string(_FRAME)
_PAGES = {
    name: _environment.from_string(text)
    for name, text in (
        *(("open", _OPEN), ("table", _TABLE), ("details", _DETAILS), ("check", _CHECK)),
        *(("result", _RESULT), ("note", "{% extends frame %}")),
    )
}


def render(name: str, base: str, title: str, csrf: str = "", **values: Any) -> str:
    """One page. `base` is the path of the desk's page, `csrf` the token of the session's forms."""
    hidden = Markup('<input type="hidden" name="csrf" value="{}">').format(csrf)
    shown = {"narrow": name != "table", "tables": NAVIGATION, "seat": None, **values}
    return _PAGES[name].render(frame=_frame, style=STYLE, base=base, title=title, csrf=hidden, **shown)


def said(template: str, **values: Any) -> Markup:
    """What a window of the chat says, for a page: its sentences stand in one place."""
    text = _environment.from_string(template).render(**values).strip()
    return Markup(re.sub(r"\n{3,}", "\n\n", text))


def note(base: str, title: str, *lines: str) -> str:
    """A page that only says something."""
    return render("note", base, title, lines=lines)
