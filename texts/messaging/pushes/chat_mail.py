"""A chat message as a mail, for accountants whom no chat reaches; customers never get one."""

import re

from markupsafe import Markup

from domain.messaging.contents import PushContent
from services.messaging.messages import ChatButton, ChatMessage, InlineImage, Mail
from texts.messaging.pushes import MAYBE_REPEATED, PushTexts
from texts.messaging.pushes.mail_frame import framed
from texts.plain import without_dates, without_tags

WHY = "Em gửi email vì chưa nhắn được cho anh/chị trong khung chat. Mọi việc anh/chị vẫn làm ở đó ạ."
SUBJECT_LIMIT = 120

TEXT = """\
{{ text }}
{% for label, value in extras %}

{{ label }}: {{ value }}
{% endfor %}

--
{{ why }}
"""

HTML = framed(
    "{{ subject }}",
    """\
<tr><td style="padding:24px 20px 8px;">
{{ body }}
{% for label, value in extras %}
<p style="margin:12px 0 0;">{{ label }}: <b>{{ value }}</b></p>
{% endfor %}
</td></tr>
{% if picture %}
<tr><td align="center" style="padding:12px 20px;">
<img src="cid:picture" width="240" alt="" style="display:block;width:240px;">
</td></tr>
{% endif %}
<tr><td style="padding:8px 20px 24px;color:#667085;font-size:14px;line-height:20px;">
{{ why }}
</td></tr>
""",
)


class ChatMails(PushTexts):
    """`services.messaging.messages.Renderer` whose mails say what the chat message would say."""

    def mail(self, content: PushContent, maybe_repeated: bool, link: str = "") -> Mail:
        """The chat message as a mail; its picture stands in it, its workbook is attached."""
        message = self.chat(content, maybe_repeated)
        text = _plain(message.html)
        said = _plain(message.html.removeprefix(MAYBE_REPEATED))
        subject = next(line for line in said.splitlines() if line.strip())[:SUBJECT_LIMIT]
        picture = message.photo if isinstance(message.photo, bytes) else None
        values = {
            "subject": subject,
            "text": text,
            # The message was escaped when it was worded.
            "body": Markup(without_dates(message.html).replace("\n", "<br>\n")),
            "extras": _extras(message, text),
            "picture": picture is not None,
            "why": WHY,
        }
        return Mail(
            subject=subject,
            text=self._words.plain(TEXT, **values) + "\n",
            html=self._words.html(HTML, **values),
            inline=(InlineImage("picture", picture),) if picture else (),
            attachments=(message.workbook,) if message.workbook else (),
        )


def _plain(markup: str) -> str:
    """The text as it is read, without tags and entities; the address of a link stands behind it."""
    return without_tags(markup, r"\2 (\1)")


def _extras(message: ChatMessage, text: str) -> list[tuple[str, str]]:
    """What buttons copy and open, unless the text says it. Other buttons are left out: they work in a chat only."""
    buttons = [button for row in message.buttons for button in row]
    given = [(_label(button), button.copy or button.url or "") for button in buttons]
    return [(label, value) for label, value in given if value and value not in text]


def _label(button: ChatButton) -> str:
    """The text of the button without the sign before the words."""
    return re.sub(r"^\W+", "", button.text)
