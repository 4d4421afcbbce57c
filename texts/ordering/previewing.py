"""Words of the preview: what each message that placing the order sends will say."""

from collections.abc import Iterator

from markupsafe import Markup

from domain.chats import Channel
from domain.codes import LATER
from services.messaging.messages import Renderer
from services.ordering.previewing import NUMBER_LATER, Preview
from texts.common import named, short
from texts.filters import phone
from texts.ordering.words import CHANNELS

PREVIEW = """\
👁 <b>Tin sẽ gửi khi đặt hàng</b>

{% for said in heads %}
{{ said }}
{% endfor %}
{% for title, body in messages %}

<b>{{ title }}</b>
{{ body }}
{% endfor %}

Gõ tên khách hoặc mã số thuế để xem tin của khách khác."""
SEE_MESSAGES = "👁 Xem trước tin"
BEFORE, NEXT = "Khách trước", "Khách sau"
_MAIL_LIMIT = 2300


def heads(preview: Preview) -> Iterator[Markup]:
    """How many leave and wait, and about which customer the messages below are."""
    counted = [f"{count} {CHANNELS[channel]}" for channel, count in preview.counts.items()]
    yield Markup("Gửi ngay: {}").format(" · ".join([*counted, "tin cho anh/chị"]))
    if preview.held_count:
        yield Markup("✋ Em giữ lại tin của {} người nhận").format(preview.held_count)
    if preview.later_count:
        yield Markup("⏳ Gửi lúc 7 giờ sáng hôm sau: tin của {} người nhận").format(preview.later_count)
    yield Markup("{}: mã có sau khi đặt").format(LATER)
    if preview.instruction is not None and preview.instruction.payment.payee.account == NUMBER_LATER:
        yield Markup("{}: số tài khoản riêng, có sau khi đặt").format(NUMBER_LATER)
    yield Markup("")
    at = f" {preview.place}/{preview.customers}" if preview.customers > 1 else ""
    yield Markup("Khách{}: <b>{}</b>").format(at, short(preview.customer.called, 60))
    if preview.instruction is not None and preview.channels:
        notice = preview.instruction.payment.notice
        yield Markup("Người nhận: {}").format(named(notice.name, 60))
    if preview.held:
        yield Markup("✋ Tin của khách này em giữ lại, gửi khi đơn vị có khoản trả đầu tiên hoặc được duyệt.")
    elif preview.later:
        yield Markup(
            "⏳ Hôm nay khách này đã hai lần được báo không cần trả, nên tin gửi lúc 7 giờ sáng hôm sau."
        )
    elif preview.instruction is None:
        yield Markup("Không có khoản phải trả, nên không có hướng dẫn thanh toán.")


def messages(preview: Preview, renderer: Renderer) -> Iterator[tuple[str, Markup]]:
    """Each message with its title, as its receiver reads it."""
    content = preview.instruction
    if content is not None and Channel.SMS in preview.channels:
        yield f"SMS tới {phone(content.payment.notice.phone)}", Markup.escape(renderer.sms(content))
    if content is not None and Channel.EMAIL in preview.channels:
        mail = renderer.mail(content, maybe_repeated=False, link=LATER)
        body = short(mail.text.strip(), _MAIL_LIMIT)
        yield f"Email tới {content.payment.notice.email}", Markup("<i>{}</i>\n{}").format(mail.subject, body)
    yield "Tin cho anh/chị", Markup(renderer.chat(preview.placed, maybe_repeated=False).html)
    if content is not None and not preview.channels:
        yield "Tin cho anh/chị, kèm mã QR", Markup(renderer.chat(content, maybe_repeated=False).html)
