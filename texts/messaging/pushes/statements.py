"""Words of a statement of account that is mailed each month."""

from domain.messaging.statement_contents import AccountStatementContent
from domain.money import vnd
from services.messaging.messages import Mail, Workbook
from texts.messaging.pushes.mail_frame import framed
from texts.messaging.pushes.words import Wording, Wordings, Words
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


WORDINGS: Wordings = {
    AccountStatementContent: Wording(title=lambda it: "📄 Sao kê công nợ hằng tháng", mail=_mail)
}
