"""Messages about people and firms."""

from dataclasses import replace

import pytest

from domain.messaging.claim_contents import ClaimSettledContent
from domain.messaging.contents import FirmDecidedContent, FirmWaitingContent
from domain.payments import ClaimState
from domain.people import Accountant, Firm, FirmState, Role
from tests.dialogs.harness import plain
from tests.texts.messaging.pushes.samples import CONTENTS
from texts.messaging.pushes import PushTexts

TEXTS = PushTexts(lambda payment: b"")
FIRM = Firm(1, "Thuế <Mai> & Em", "0101243150", FirmState.WAITING)
OWNER = Accountant(1, 1, Role.OWNER, "Lan", "+84912345678", "lan@mai.vn")


@pytest.mark.parametrize(
    "state, said", [(FirmState.APPROVED, "đã được duyệt"), (FirmState.REFUSED, "Lý do: Sai mã số")]
)
def test_the_owner_is_told_what_was_decided(state: FirmState, said: str) -> None:
    firm = Firm(1, FIRM.name, FIRM.tax_code, state, "Sai mã số")
    message = TEXTS.chat(FirmDecidedContent(firm), maybe_repeated=False)
    assert "Thuế <Mai> & Em" in plain(message.html)
    assert said in message.html


def test_back_office_finds_the_firm_and_whom_to_ask() -> None:
    message = TEXTS.chat(FirmWaitingContent(FIRM, OWNER), maybe_repeated=False)
    for said in ("Thuế <Mai> & Em", "0101243150", "Lan", "0912 345 678", "lan@mai.vn"):
        assert said in plain(message.html)
    assert [button.data for row in message.buttons for button in row] == ["open:firms"]


def test_a_refusal_names_whom_to_ask() -> None:
    """A firm that was refused, and a claim of which no money was found."""
    (claimed,) = [one for one in CONTENTS if isinstance(one, ClaimSettledContent)]
    claim = replace(claimed.about.claim, state=ClaimState.REFUSED)
    told = (
        FirmDecidedContent(Firm(1, FIRM.name, FIRM.tax_code, FirmState.REFUSED, "Sai mã số")),
        replace(claimed, about=replace(claimed.about, claim=claim)),
    )
    texts = PushTexts(lambda payment: b"", support="1900 <1234>")
    for one in told:
        said = plain(texts.chat(one, maybe_repeated=False).html)
        assert "liên hệ nhân viên hỗ trợ (1900 <1234>)" in said
        assert "/trogiup" not in said
        assert "/trogiup" in plain(TEXTS.chat(one, maybe_repeated=False).html)
