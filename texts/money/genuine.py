"""The page on which whoever got a payment instruction checks or reports it."""

from domain.genuine import ReportReason, Verdict
from texts.pages import Page, said

TITLE = "Kiểm tra hướng dẫn thanh toán"

_ASK = Page("""\
{% extends frame %}
{% block content %}
<h1>{{ title }}</h1>
{% if trouble %}
<p class="bad" role="alert">{{ trouble }}</p>
{% endif %}
<p>Quý khách nhận được tin hướng dẫn chuyển khoản mua phần mềm kế toán? Ghi lại đúng ba dòng trong tin.</p>
<form method="post">
<label for="code">Nội dung chuyển khoản</label>
<input id="code" name="code" value="{{ code }}" autocomplete="off" maxlength="40" required>
<label for="amount">Số tiền</label>
<input id="amount" name="amount" value="{{ amount }}" inputmode="numeric" autocomplete="off" maxlength="20" required>
<label for="account">Số tài khoản nhận tiền</label>
<input id="account" name="account" value="{{ account }}" autocomplete="off" maxlength="30" required>
<button>Kiểm tra</button>
</form>
{% endblock %}
""")

_ANSWER = Page("""\
{% extends frame %}
{% block content %}
<p class="sign" aria-hidden="true">{{ sign }}</p>
<h1>{{ title }}</h1>
{% for line in lines %}
<p>{{ line }}</p>
{% endfor %}
{% if reasons %}
<form method="post" action="{{ report }}">
<input type="hidden" name="code" value="{{ code }}">
<input type="hidden" name="amount" value="{{ amount }}">
{% for reason, words in reasons.items() %}
<button class="quiet" name="reason" value="{{ reason }}">{{ words }}</button>
{% endfor %}
</form>
{% endif %}
{% if support %}
<p class="soft">Bên bán phần mềm: {{ support }}</p>
{% endif %}
{% endblock %}
""")

REASONS = {
    ReportReason.NOT_ORDERED: "Tôi không nhờ ai mua",
    ReportReason.WRONG_PERSON: "Tin này gửi nhầm cho tôi",
}

_ANSWERS = {
    Verdict.GENUINE: (
        "✅",
        "Hướng dẫn này là thật",
        "Nội dung, số tiền và số tài khoản đều đúng.",
        "Nếu tin không phải của quý khách, xin báo cho chúng tôi:",
    ),
    Verdict.OTHER_ACCOUNT: (
        "⛔",
        "Sai số tài khoản, xin đừng chuyển tiền",
        "Số tài khoản quý khách ghi không phải của chúng tôi. Chúng tôi đã báo bộ phận phụ trách.",
        "Quý khách xem lại số tài khoản trong tin, hoặc hỏi đơn vị kế toán của mình.",
    ),
    Verdict.UNKNOWN: (
        "⛔",
        "Không đúng, xin đừng chuyển tiền",
        "Chúng tôi không chờ khoản tiền nào với nội dung và số tiền này.",
        "Quý khách xem lại hai dòng đó trong tin, hoặc hỏi đơn vị kế toán của mình.",
    ),
}


def ask(code: str = "", amount: str = "", account: str = "", trouble: str = "") -> str:
    """The form, filled in with what is known; `trouble` says why the last one was not understood."""
    return _ASK.render(TITLE, code=code, amount=amount, account=account, trouble=trouble)


def answer(verdict: Verdict, code: str, amount: str, report: str, support: str) -> str:
    """What comes of a check. `report` is the address that a report goes to."""
    sign, title, *lines = _ANSWERS[verdict]
    reasons = REASONS if verdict is Verdict.GENUINE else {}
    facts = {"code": code, "amount": amount, "report": report, "support": support}
    return _ANSWER.render(title, sign=sign, lines=lines, reasons=reasons, **facts)


REPORTED = said("🚩", "Cảm ơn quý khách", "Chúng tôi đã chuyển lời báo này đến bộ phận phụ trách.")

NOT_REPORTED = said(
    "⛔",
    "Không đúng, xin đừng chuyển tiền",
    "Chúng tôi không chờ khoản tiền nào với nội dung và số tiền này.",
)

FAILED = said("⚠️", "Chưa kiểm tra được", "Chúng tôi đang gặp trục trặc. Quý khách thử lại sau ít phút.")
