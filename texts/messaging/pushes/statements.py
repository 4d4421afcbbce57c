"""Words of a statement of account that is mailed each month, and of a bank's that was booked."""

from domain.messaging.statement_contents import AccountStatementContent, StatementLeftContent
from domain.messaging.targets import Place
from domain.money import vnd
from services.messaging.messages import ChatMessage, Mail, Workbook
from texts.common import TO_DESK
from texts.messaging.pushes.mail_frame import framed
from texts.messaging.pushes.words import Wording, Wordings, Words, opens
from texts.money.account_statements import AGES, file_name, table

SUBJECT = "Sao kê công nợ đến {{ statement.day|date }}"

_BODY = (
    "Công nợ của {{ statement.whose }} với bên cung cấp phần mềm, đến {{ statement.day|date }}:",
    "Phải trả {{ statement.asked|vnd }}, đã trả {{ statement.paid|vnd }}.",
    "Còn lại: {{ statement.rest|vnd }}.",
)
_END = (
    "Chi tiết ở tệp gửi kèm. Sao kê này do đơn vị kế toán {{ statement.firm.name }} "
    "(anh/chị {{ accountant.name }}, {{ accountant.phone|phone }}) đặt gửi ngày 01 hằng tháng; "
    "không muốn nhận nữa, xin báo theo số điện thoại trên."
)

LEFT = """\
🏦 <b>{{ title }}</b>

Trong sổ phụ vừa ghi có khoản em chưa biết của ai, hoặc khách chuyển thừa."""

TEXT = "\n".join(_BODY) + "\n{% for line in ages %}\n- {{ line }}\n{% endfor %}\n\n" + _END
HTML = framed(
    SUBJECT,
    '<tr><td style="padding:24px 20px 8px;">\n'
    + "".join(f'<p style="margin:0 0 12px;">{line}</p>\n' for line in _BODY)
    + "{% for line in ages %}\n"
    + '<p style="margin:0 0 8px;">{{ line }}</p>\n{% endfor %}\n</td></tr>\n'
    + '<tr><td style="padding:8px 20px 24px;color:#667085;font-size:14px;line-height:20px;">\n'
    + f"{_END}\n</td></tr>\n",
)


def _mail(words: Words, content: AccountStatementContent) -> Mail:
    statement = content.statement
    ages = [f"{AGES[age]}: {vnd(amount)}" for age, amount in sorted(statement.ages.items()) if amount]
    values = {"statement": statement, "accountant": content.accountant, "ages": ages}
    return Mail(
        subject=words.plain(SUBJECT, **values),
        text=words.plain(TEXT, **values) + "\n",
        html=words.html(HTML, **values),
        attachments=(Workbook(file_name(statement), (table(statement),)),),
    )


def _left_title(content: StatementLeftContent) -> str:
    return f"{content.count} chuyển khoản cần xử lý"


def _left(words: Words, content: StatementLeftContent) -> ChatMessage:
    html = words.html(LEFT, title=_left_title(content))
    return ChatMessage(html, buttons=((opens(TO_DESK, Place.MENU),),))


WORDINGS: Wordings = {
    AccountStatementContent: Wording(title=lambda it: "📄 Sao kê công nợ hằng tháng", mail=_mail),
    StatementLeftContent: Wording(_left, lambda it: f"🏦 {_left_title(it)}"),
}
