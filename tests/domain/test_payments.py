"""The state of a request follows from the amounts asked and received."""

from dataclasses import replace

import pytest

from domain.payments import PaymentRequest, PaymentState, state_after
from domain.recipients import NoticeRecipient, RecipientMode
from tests.support.builders import PAYEE
from tests.support.clock import NOON_OF_JUNE_15


@pytest.mark.parametrize(
    "amount, received, state, left",
    [
        (10, 0, PaymentState.AWAITING, 10),
        (10, 1, PaymentState.PARTLY_PAID, 9),
        (10, 9, PaymentState.PARTLY_PAID, 1),
        (10, 10, PaymentState.PAID, 0),
        (10, 11, PaymentState.OVERPAID, 0),
        (0, 0, PaymentState.PAID, 0),
        (0, 1, PaymentState.OVERPAID, 0),
    ],
)
def test_state_and_what_is_left(amount: int, received: int, state: PaymentState, left: int) -> None:
    assert state_after(amount, received) is state
    notice = NoticeRecipient("A", "a@b.vn", "+84912345678")
    request = PaymentRequest(
        *("KTC2C2222", 1, amount, state, RecipientMode.CUSTOMER, notice, PAYEE, 1, NOON_OF_JUNE_15),
        received=received,
    )
    assert request.left == left
    assert replace(request, state=PaymentState.CANCELLED).left == 0
