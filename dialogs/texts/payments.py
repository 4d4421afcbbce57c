"""Words of the payment requests of an order."""

from domain.payments import PaymentState

PAYMENT_MARKS = {
    PaymentState.AWAITING: "⏳",
    PaymentState.PARTLY_PAID: "🟡",
    PaymentState.PAID: "✅",
    PaymentState.OVERPAID: "✅",
    PaymentState.CANCELLED: "✖️",
}

PAYMENT_STATES = {
    PaymentState.AWAITING: "chưa trả",
    PaymentState.PARTLY_PAID: "đã trả một phần",
    PaymentState.PAID: "đã trả đủ",
    PaymentState.OVERPAID: "đã trả, thừa tiền",
    PaymentState.CANCELLED: "đã hủy",
}
