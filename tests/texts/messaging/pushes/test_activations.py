"""The words of a run: what nobody has to read is left out, and a stopped run says so."""

from dataclasses import replace

import pytest

from domain.activations import Outcome, RunCounts
from domain.messaging.contents import ActivationProgressContent, ActivationResultContent
from tests.dialogs.harness import plain
from tests.texts.messaging.pushes.samples import CONTENTS
from texts.messaging.pushes import PushTexts, title
from texts.widths import BUTTON, width

TEXTS = PushTexts(lambda payment: b"qr")


@pytest.fixture
def result() -> ActivationResultContent:
    (found,) = [one for one in CONTENTS if isinstance(one, ActivationResultContent)]
    return found


def test_counts_of_nothing_are_left_out(result: ActivationResultContent) -> None:
    all_done = replace(result, counts=RunCounts(picked=22, done=22, failed=0, skipped=0), items=())
    said = plain(TEXTS.chat(all_done, False).html)
    assert "Xong: 22" in said
    assert not {"Lỗi", "Bỏ qua"} & set(said.replace(":", "").split())
    assert ": 0" not in said
    begun = ActivationProgressContent(result.order, result.run, RunCounts(22, 0, 0, 0))
    assert ": 0" not in plain(TEXTS.chat(begun, False).html)


@pytest.mark.parametrize("paid", [False, True])
def test_a_result_leads_on_to_who_pays_while_somebody_owes(
    paid: bool, result: ActivationResultContent
) -> None:
    items = tuple(
        replace(item, failure=None, outcome=Outcome.DONE, licence=replace(item.licence, paid=paid))
        for item in result.items
    )
    rows = TEXTS.chat(replace(result, items=items), False).buttons
    labels = [button.text for button in rows[-1]]
    assert labels == (["📦 Mở đơn"] if paid else ["💳 Xem thanh toán", "📦 Mở đơn"])


@pytest.mark.parametrize(
    "done, said", [(20, "đã dừng, kích hoạt được 20/22 khách"), (0, "đã dừng, chưa kích hoạt khách nào")]
)
def test_a_stopped_run_says_so(done: int, said: str, result: ActivationResultContent) -> None:
    counts = RunCounts(picked=22, done=done, failed=0, skipped=22 - done)
    stopped = replace(result, run=replace(result.run, stopped=True), counts=counts, items=())
    message = plain(TEXTS.chat(stopped, False).html)
    assert message.startswith(f"⏹ Đơn {result.order.code}: {said}")
    assert "✅ Đã kích hoạt" not in message
    assert title(stopped).endswith(f"đã dừng ở {done}/22")
    assert width(f"01/12 {title(stopped)}") <= BUTTON


def test_a_row_of_the_list_of_notices_says_all_counts(result: ActivationResultContent) -> None:
    some = replace(result, counts=RunCounts(picked=231, done=202, failed=29, skipped=0))
    assert title(some) == f"⚠️ {result.order.code}: 29 lỗi, 202 xong"
    whole = replace(result, counts=RunCounts(picked=231, done=231, failed=0, skipped=0))
    assert title(whole) == f"⚡ {result.order.code}: 231 xong"
    for one in (some, whole):
        assert width(f"01/12 {title(one)}") <= BUTTON
