"""Words of putting right what is wrong on an issued invoice."""

from domain.invoice_corrections import Correction, CorrectionKind
from domain.invoices import BuyerKind, Invoice, InvoiceLine
from texts.common import DONE, name_label
from texts.filters import buyer_number, day
from texts.widths import BUTTON, width

CORRECT = "✏️ Sửa sai sót"

WHAT = """\
✏️ <b>Sửa sai sót</b> · số {{ number.number }} ký hiệu {{ number.series }}

Hóa đơn đã có số thì không hủy. Sai gì thì sửa theo cách đó:
• Chỉ sai tên, địa chỉ người mua: thông báo mẫu 04/SS-HĐĐT, hóa đơn giữ nguyên số.
• Sai mã số hoặc thuế suất: lập hóa đơn thay thế, kèm văn bản thỏa thuận với người mua.
• Sai số tiền hoặc thuế suất: lập hóa đơn điều chỉnh phần chênh lệch, cũng kèm thỏa thuận. Hóa đơn đã điều chỉnh thì lần sau cũng phải điều chỉnh.
• Trả lại tiền, hủy đơn: sửa khoản tiền của đơn. Hết ngày em tự lập hóa đơn điều chỉnh theo khoản tiền đó."""
ONLY_NAME = "📨 Chỉ sai tên, địa chỉ"
CODE_OR_RATE = "🔁 Sai mã số, thuế suất"

KEEP = "Giữ nguyên"

ASK_TAX_ID = """\
🔁 <b>Hóa đơn thay thế</b>

Mã số đúng của người mua là gì? Đang ghi: <code>{{ buyer.tax_id }}</code>"""
ASK_KIND = """\
<code>{{ fix.tax_id }}</code> là mã số của ai? Em không đoán, vì hộ kinh doanh và cá nhân có thể dùng chung số."""
ASK_NAME = """\
Tên đúng của người mua, như đã đăng ký? Đang ghi:
<b>{{ buyer.name }}</b>"""
ASK_ADDRESS = """\
Địa chỉ đúng của người mua, như đã đăng ký? Đang ghi:
{{ buyer.address }}"""
ASK_RATE = """\
Thuế suất đúng là gì? Đang ghi: {{ rates }}"""
ASK_BY = """\
📝 <b>Văn bản thỏa thuận</b>

Bên mua thỏa thuận với ai, ví dụ: bà Hoa, giám đốc?"""
ASK_DAY = """\
Văn bản thỏa thuận ký ngày nào? Ví dụ 30/11/2026."""
ASK_FILE = """\
Anh/chị gửi ảnh văn bản thỏa thuận vào đây, hoặc tệp nếu khung chat nhận tệp đó. Em giữ lại cùng hóa đơn."""
TODAY = "Hôm nay"

_CHANGE = """\
Trước: <b>{{ before.name }}</b>
{{ before_id }} <code>{{ before.tax_id }}</code>
{{ before.address }}

Sau: <b>{{ after.name }}</b>
{{ after_id }} <code>{{ after.tax_id }}</code>
{{ after.address }}
"""

CHECK_NOTICE = f"""\
📨 <b>Thông báo sai sót</b> · số {{{{ number.number }}}} ký hiệu {{{{ number.series }}}}

{_CHANGE}
Em sửa thông tin trên hóa đơn và ghi vào danh sách; anh/chị gửi mẫu 04/SS-HĐĐT ở phần mềm hóa đơn."""
NOTICE_FOR_GOOD = "Lập thông báo"
NOTICE_MADE = f"{DONE} Đã ghi thông báo vào danh sách chờ gửi."

CHECK_REPLACE = f"""\
🔁 <b>Hóa đơn thay thế</b> · thay cho số {{{{ number.number }}}} ký hiệu {{{{ number.series }}}}

{_CHANGE}
Tổng: <b>{{{{ amount|vnd }}}}</b>, giữ nguyên
Thuế suất: {{{{ rates_before }}}} → {{{{ rates_after }}}}
Tiền thuế: {{{{ vat_before|vnd }}}} → {{{{ vat_after|vnd }}}}
{{% if agreed %}}

Thỏa thuận: {{{{ agreed }}}}
{{% endif %}}"""
REPLACE_FOR_GOOD = "Lập hóa đơn thay thế"
REPLACED = f"{DONE} Hóa đơn thay thế đang chờ phát hành. Hóa đơn cũ có hiệu lực tới khi hóa đơn này có số."

CHECK_AGREEMENT = """\
📝 <b>Thỏa thuận điều chỉnh</b>

{{ buyer.name|named(120) }}
Số tiền điều chỉnh: <b>{{ amount|vnd }}</b>
Thỏa thuận: {{ agreed }}"""
AGREE = "📝 Ghi thỏa thuận"
AGREE_FOR_GOOD = "Ghi thỏa thuận"
AGREED = f"{DONE} Đã giữ văn bản thỏa thuận cùng hóa đơn này."

NOTICES = """\
📨 <b>Thông báo sai sót chờ gửi</b>

{{ "%d thông báo, cũ nhất ở trên. Anh/chị gửi từng cái ở phần mềm hóa đơn."|format(total) if total else "Không có thông báo nào chờ gửi." }}"""
SEE_NOTICES = "📨 Thông báo sai sót ({count})"

NOTICE = f"""\
📨 <b>Thông báo sai sót</b> · {{{{ state }}}}

Hóa đơn mẫu số {{{{ number.form }}}} · ký hiệu {{{{ number.series }}}} · số <code>{{{{ number.number }}}}</code> · ngày {{{{ number.date|date }}}}

{_CHANGE}"""
SENT = "✅ Đã gửi cơ quan thuế"
MARKED = f"{DONE} Đã ghi là đã gửi."
TO_NOTICES = "‹ Danh sách"

AGREEMENT = "📎 Văn bản thỏa thuận"
UNNAMED = "thoa-thuan.jpg"

RATES: dict[str, int | None] = {"KCT": None, "0%": 0, "5%": 5, "8%": 8, "10%": 10}


def number_name(kind: BuyerKind) -> str:
    return f"{buyer_number(kind)}:"


def rates_of(lines: tuple[InvoiceLine, ...]) -> str:
    """The VAT rates of the lines, each once."""
    words = {rate: word for word, rate in RATES.items()}
    return ", ".join(dict.fromkeys(words.get(line.vat_rate, f"{line.vat_rate}%") for line in lines))


def agreed_words(by: str, on: str) -> str:
    return f"{by}, ngày {on}"


def notice_state(one: Correction) -> str:
    return "chờ gửi" if one.done_on is None else f"đã gửi {day(one.done_on)}"


def notice_button(one: Correction, invoice: Invoice) -> str:
    number = invoice.number.number if invoice.number else ""
    head = f"Số {number} · "
    return f"{head}{name_label(one.after.name, BUTTON - width(head))}"


def correction_line(one: Correction) -> str:
    """One line on the invoice's card."""
    if one.kind is CorrectionKind.NOTICE:
        return f"📨 Thông báo sai tên, địa chỉ ngày {day(one.made_at)}: {notice_state(one)}"
    if one.kind is CorrectionKind.ADJUSTMENT:
        if one.agreed_on is None:
            return f"➕ Lập hóa đơn điều chỉnh ngày {day(one.made_at)}"
        return f"📝 Thỏa thuận điều chỉnh: {agreed_words(one.agreed_by, day(one.agreed_on))}"
    agreed = f", thỏa thuận: {one.agreed_by}" if one.agreed_by else ""
    return f"🔁 Lập hóa đơn thay thế ngày {day(one.made_at)}{agreed}"
