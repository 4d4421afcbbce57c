"""Words of refunds: giving money back that is booked."""

from collections.abc import Sequence

from domain.messaging.contents import PaidPart
from domain.money import vnd
from texts.back_office.transfers import ABOUT
from texts.common import name_label
from texts.messaging.pushes.transfers import part_words

REFUND = "↩️ Hoàn tiền đã ghi"

PICK = (
    """↩️ <b>Hoàn tiền đã ghi</b>

"""
    + ABOUT
    + """
Hoàn phần của khách nào? Anh/chị chọn, hoặc gõ mã thanh toán của khách (gõ mã đơn: hoàn cả phần của đơn)."""
)

ASK = (
    """↩️ <b>Hoàn tiền đã ghi</b>

"""
    + ABOUT
    + """
Anh/chị gõ lý do; kế toán của đơn đọc được khi tiền đã hoàn."""
)

CHECK = """\
Mở hồ sơ hoàn tiền?

<b>{{ whose }}</b>

Lý do: {{ typed }}

Tiền vẫn ghi cho khách đến khi anh/chị chuyển trả ở ngân hàng rồi chọn “Đã trả lại tiền”."""
FOR_GOOD = "↩️ Mở hồ sơ"
OPENED = "✅ Đã mở hồ sơ hoàn tiền, anh/chị đang làm."


WHOSE = "Hoàn phần của"
WHOLE = "Cả đơn {code} · {amount}"


def picks(parts: Sequence[PaidPart]) -> dict[str, str]:
    """What may be refunded, by code: what each request has, and each order."""
    sums: dict[str, int] = {}
    for part in parts:
        sums[part.order.code] = sums.get(part.order.code, 0) + part.amount
    found = {
        part.payment.code: f"{part_words(part)['name']} · {vnd(part.amount)} · {part.payment.code}"
        for part in parts
    }
    whole = {code: WHOLE.format(code=code, amount=vnd(sums[code])) for code in sums}
    return found | {code: words for code, words in whole.items() if code not in found}


def part_button(part: PaidPart) -> str:
    return f"{name_label(str(part_words(part)['name']), 14)} · {vnd(part.amount)}"
