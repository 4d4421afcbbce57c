"""Words of the codes by which people prove a phone or an e-mail address."""

from domain.messaging.proof_contents import ProofCodeContent
from services.messaging.messages import Mail
from texts.messaging.pushes.mail_frame import framed
from texts.messaging.pushes.words import Wording, Wordings, Words

SUBJECT = "Mã xác nhận email"

_BODY = (
    "Mã xác nhận của anh/chị: {{ code }}",
    "Anh/chị gõ mã này vào khung chat đang đăng ký hoặc lấy lại tài khoản. Mã dùng trong {{ minutes }} phút.",
)
_END = "Không phải anh/chị yêu cầu? Anh/chị bỏ qua email này; không đưa mã cho ai, kể cả người tự xưng là nhân viên hỗ trợ."

TEXT = "\n".join(_BODY) + "\n\n" + _END
HTML = framed(
    SUBJECT,
    '<tr><td style="padding:24px 20px 8px;">\n'
    '<p style="margin:0 0 12px;">Mã xác nhận của anh/chị:</p>\n'
    '<p style="margin:0 0 12px;font-size:28px;letter-spacing:4px;"><b>{{ code }}</b></p>\n'
    f'<p style="margin:0 0 12px;">{_BODY[1]}</p>\n</td></tr>\n'
    '<tr><td style="padding:8px 20px 24px;color:#667085;font-size:14px;line-height:20px;">\n'
    f"{_END}\n</td></tr>\n",
)

SMS = "{{ code }} la ma xac nhan so dien thoai cua anh/chi, dung trong {{ minutes }} phut. Khong dua ma nay cho ai."


def _mail(words: Words, content: ProofCodeContent) -> Mail:
    values = {"code": content.code, "minutes": content.minutes}
    return Mail(SUBJECT, words.plain(TEXT, **values) + "\n", words.html(HTML, **values))


def _sms(words: Words, content: ProofCodeContent) -> str:
    return words.plain(SMS, code=content.code, minutes=content.minutes)


WORDINGS: Wordings = {ProofCodeContent: Wording(mail=_mail, sms=_sms)}
