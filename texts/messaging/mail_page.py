"""The page on which whoever got a mail reports it, or wants no more."""

from domain.messaging.mail_stops import MailWish
from texts.pages import Page, said

TITLE = "Thư quý khách nhận được"

_PAGE = Page("""\
{% extends frame %}
{% block content %}
<h1>{{ title }}</h1>
{% if done %}
<p role="status"><b>{{ done }}</b></p>
{% endif %}
<p>Thư này do đơn vị kế toán <b>{{ firm }}</b> nhờ chúng tôi gửi.</p>
<p>{{ state }}</p>
<form method="post">
{% for wish, words in wishes.items() %}
<button class="quiet" name="do" value="{{ wish }}">{{ words }}</button>
{% endfor %}
</form>
{% if support %}
<p class="soft">Bên bán phần mềm: {{ support }}</p>
{% endif %}
{% endblock %}
""")

WISHES = {
    MailWish.STOP: "Không nhận thư nhắc của đơn vị này nữa",
    MailWish.NOT_ORDERED: "Tôi không nhờ ai mua",
    MailWish.WRONG_PERSON: "Thư này gửi nhầm cho tôi",
    MailWish.AGAIN: "Nhận lại thư như trước",
}

_DONE = {
    MailWish.STOP: "Chúng tôi đã ghi nhận.",
    MailWish.AGAIN: "Chúng tôi đã ghi nhận.",
    MailWish.NOT_ORDERED: "Cảm ơn quý khách. Chúng tôi đã báo bộ phận phụ trách và đơn vị kế toán.",
    MailWish.WRONG_PERSON: "Cảm ơn quý khách. Chúng tôi đã báo bộ phận phụ trách và đơn vị kế toán.",
}

_STATES = {
    None: "Nếu thư không phải của quý khách, hoặc quý khách không muốn nhận thư nhắc nữa, xin chọn:",
    False: "Chúng tôi không gửi thư nhắc và sao kê của đơn vị này tới quý khách nữa. "
    "Hướng dẫn của đơn mới, biên nhận và hóa đơn thì vẫn gửi.",
    True: "Chúng tôi không gửi thư đề nghị thanh toán của đơn vị này tới quý khách nữa. "
    "Biên nhận, hóa đơn, và thư xin đừng chuyển khoản thì vẫn gửi.",
}


def mail_page(firm: str, everything: bool | None, support: str, done: MailWish | None = None) -> str:
    """What a receiver may wish. `everything` is what they have wished so far, as `MailStops` has it."""
    hidden = {MailWish.AGAIN} if everything is None else {MailWish.STOP}
    wishes = {wish: words for wish, words in WISHES.items() if wish not in hidden}
    said_done = _DONE[done] if done else ""
    facts = {"firm": firm, "state": _STATES[everything], "wishes": wishes, "support": support}
    return _PAGE.render(TITLE, done=said_done, **facts)


UNKNOWN = said("⌛", "Liên kết này không dùng được", "Quý khách mở lại liên kết ở cuối thư.")

PAUSE = said(
    "⏳", "Quý khách thử lại vào ngày mai", "Hôm nay có quá nhiều liên kết sai từ chỗ của quý khách."
)

FAILED = said("⚠️", "Chưa ghi nhận được", "Chúng tôi đang gặp trục trặc. Quý khách thử lại sau ít phút.")
