"""Words of bulk activation."""

from domain.activations import Outcome, RunState
from domain.messaging.contents import (
    AccessByHandContent,
    ActivationProgressContent,
    ActivationResultContent,
    RunNeedsHelpContent,
)
from domain.messaging.targets import Place, RunStop, button_data
from services.messaging.messages import ChatButton, ChatMessage, Workbook
from services.ports import Table
from texts.activation.activations import failure_words
from texts.messaging.pushes.words import Wording, Wordings, Words, open_order, open_payments, opens

SHOWN_FAILURES = 10

LONG_RESULT = 20
"""How many licences a run must have for its result to come as a workbook, too."""

OUTCOMES = {Outcome.DONE: "Xong", Outcome.FAILED: "Lỗi", Outcome.SKIPPED: "Bỏ qua", None: ""}
RESULT_HEADINGS = ("Mã số thuế", "Tên khách hàng", "Kết quả", "Lý do lỗi", "Tài khoản đăng nhập", "Dùng đến")

STOP = "⏹ Dừng lại"
MEND = "🔧 Sửa và thử lại (%d)"
SEE_BY_HAND = "🖐 Xem việc làm tay"
SEE_FAILED = "⚠️ Xem kích hoạt lỗi"

PROGRESS = """\
{% if over and run.stopped %}
⏹ <b>Kích hoạt đơn {{ order.code }}: đã dừng</b>
{% elif over %}
⚡ <b>Kích hoạt đơn {{ order.code }}: đã xong</b>
{% elif run.stopped %}
⏹ <b>Kích hoạt đơn {{ order.code }}: đang dừng…</b>
{% else %}
⚡ <b>Đang kích hoạt đơn {{ order.code }}…</b>
{% endif %}

{{ bar }} {{ counts.picked - counts.left }}/{{ counts.picked }}
{% if not over %}

{% if counts.done %}
✅ Xong: {{ counts.done }}
{% endif %}
{% if counts.failed %}
⚠️ Lỗi: {{ counts.failed }}
{% endif %}
{% if counts.skipped %}
⏭ Bỏ qua: {{ counts.skipped }}
{% endif %}
⏳ Còn lại: {{ counts.left }}
{% endif %}"""

RESULT = """\
{% if run.stopped and counts.skipped %}
⏹ <b>Đơn {{ order.code }}: đã dừng, {{ "kích hoạt được %d/%d khách"|format(counts.done, counts.picked) if counts.done else "chưa kích hoạt khách nào" }}</b>
{% elif counts.failed %}
⚠️ <b>Kích hoạt đơn {{ order.code }}: {{ counts.failed }} khách bị lỗi</b>
{% elif counts.done %}
✅ <b>Đã kích hoạt đơn {{ order.code }}</b>
{% else %}
⏹ <b>Đơn {{ order.code }}: chưa kích hoạt khách nào</b>
{% endif %}

Đã chọn: <b>{{ counts.picked }}</b> khách
{% if counts.done %}
✅ Xong: {{ counts.done }}
{% endif %}
{% if counts.failed %}
⚠️ Lỗi: {{ counts.failed }}
{% endif %}
{% if counts.skipped %}
⏭ Bỏ qua: {{ counts.skipped }}
{% endif %}
{% if failures %}

{% for failure in failures %}
• <b>{{ failure.name }}</b> · <code>{{ failure.tax_code }}</code>
   {{ failure.why }}
{% endfor %}
{% if counts.failed > failures|length %}
• và {{ counts.failed - failures|length }} khách khác
{% endif %}
{% endif %}
{% if unpaid %}

Khách đã kích hoạt dùng được ngay. Chưa thanh toán thì được dùng 7 ngày, tính từ lúc kích hoạt.
{% if reordered %}
Khách của đơn đã hủy được mở lại phần mềm cũ; những ngày đã dùng ở đơn đó vẫn tính.
{% endif %}
{% endif %}"""

NEEDS_HELP = """\
{% if by_hand %}
🖐 <b>{{ by_hand }} phần mềm chờ kích hoạt tay</b>
{% else %}
⚠️ <b>{{ counts.failed }} phần mềm kích hoạt không được</b>
{% endif %}

Đơn {{ order.code }} · {{ firm.name }}
{{ order.package_name }} · năm {{ order.fiscal_year }}"""

ACCESS_BY_HAND = """🖐 <b>Phần mềm chờ làm tay: đơn {{ order.code }}</b>

{{ firm.name }}
{{ order.package_name }} · năm {{ order.fiscal_year }}
{% if suspend %}
Tạm dừng: <b>{{ suspend }}</b>
{% endif %}
{% if restore %}
Mở lại: <b>{{ restore }}</b>
{% endif %}"""

_BAR = 10


def _bar(done: int, total: int) -> str:
    filled = _BAR * done // total if total else _BAR
    return "▓" * filled + "░" * (_BAR - filled)


def _progress(words: Words, content: ActivationProgressContent) -> ChatMessage:
    run, counts = content.run, content.counts
    over = run.state is RunState.FINISHED
    html = words.html(
        PROGRESS,
        order=content.order,
        run=run,
        counts=counts,
        over=over,
        bar=_bar(counts.picked - counts.left, counts.picked),
    )
    stop = () if over or run.stopped else ((ChatButton(STOP, data=button_data(RunStop(run.id))),),)
    return ChatMessage(html, buttons=stop)


def _result(words: Words, content: ActivationResultContent) -> ChatMessage:
    counts = content.counts
    failed = [item for item in content.items if item.outcome is Outcome.FAILED and item.failure]
    unpaid = any(item.outcome is Outcome.DONE and not item.licence.paid for item in content.items)
    html = words.html(
        RESULT,
        order=content.order,
        run=content.run,
        counts=counts,
        failures=[
            {"name": item.line.name, "tax_code": item.line.tax_code, "why": failure_words(item.failure)}
            for item in failed[:SHOWN_FAILURES]
            if item.failure
        ],
        unpaid=unpaid,
        reordered=any(item.outcome is Outcome.DONE and item.licence.trial_from for item in content.items),
    )
    table = _table(content) if len(content.items) >= LONG_RESULT else None
    mend = ((opens(MEND % len(failed), Place.FAILED, content.run.id),),) if failed else ()
    onward = open_order(content.order.id)
    if unpaid:
        onward = (*open_payments(content.order.id), *onward)
    return ChatMessage(html, buttons=(*mend, onward), workbook=table)


def _table(content: ActivationResultContent) -> Workbook:
    rows = [
        (
            item.line.tax_code,
            item.line.name,
            OUTCOMES[item.outcome],
            failure_words(item.failure) if item.failure else "",
            item.licence.login,
            # A paid licence has no deadline to show.
            item.licence.deadline if item.licence.deadline and not item.licence.paid else "",
        )
        for item in content.items
    ]
    return Workbook(f"kich-hoat-{content.order.code}.xlsx", (Table("Kích hoạt", RESULT_HEADINGS, rows),))


def _needs_help(words: Words, content: RunNeedsHelpContent) -> ChatMessage:
    html = words.html(
        NEEDS_HELP, order=content.order, firm=content.firm, counts=content.counts, by_hand=content.by_hand
    )
    label = SEE_BY_HAND if content.by_hand else SEE_FAILED
    return ChatMessage(html, buttons=((opens(label, Place.BY_HAND),),))


def _access_by_hand(words: Words, content: AccessByHandContent) -> ChatMessage:
    html = words.html(
        ACCESS_BY_HAND,
        order=content.order,
        firm=content.firm,
        suspend=content.suspend,
        restore=content.restore,
    )
    return ChatMessage(html, buttons=((opens(SEE_BY_HAND, Place.BY_HAND),),))


def _result_title(content: ActivationResultContent) -> str:
    counts = content.counts
    if content.run.stopped and counts.skipped:
        return f"⏹ {content.order.code}: đã dừng ở {counts.done}/{counts.picked}"
    if counts.failed:
        return f"⚠️ {content.order.code}: {counts.failed} lỗi, {counts.done} xong"
    return f"⚡ {content.order.code}: {counts.done} xong"


def _needs_help_title(content: RunNeedsHelpContent) -> str:
    if content.by_hand:
        return f"🖐 {content.by_hand} phần mềm chờ kích hoạt tay"
    return f"⚠️ {content.counts.failed} khách kích hoạt lỗi, đơn {content.order.code}"


def _access_title(content: AccessByHandContent) -> str:
    return f"🖐 Đơn {content.order.code}: {content.suspend + content.restore} phần mềm chờ làm tay"


WORDINGS: Wordings = {
    ActivationProgressContent: Wording(_progress),
    ActivationResultContent: Wording(_result, _result_title),
    RunNeedsHelpContent: Wording(_needs_help, _needs_help_title),
    AccessByHandContent: Wording(_access_by_hand, _access_title),
}
