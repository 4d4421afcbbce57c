"""Pushes in an app without buttons and files."""

import re

import pytest

from domain.messaging.contents import PaymentCardContent, PaymentContent, PushContent
from services.messaging.messages import ChatButton
from tests.dialogs.harness import plain
from tests.texts.messaging.pushes.samples import CONTENTS
from tests.texts.messaging.pushes.test_rooms import worded
from texts.messaging.pushes import PushTexts

TEXTS = PushTexts(lambda payment: b"qr")
BY_TYPE = {type(content): content for content in CONTENTS}


def named(content: PushContent) -> str:
    return type(content).__name__


def test_there_is_a_sample_of_every_push() -> None:
    assert set(BY_TYPE) == worded("chat")


@pytest.mark.parametrize("content", CONTENTS, ids=named)
def test_every_push_says_as_plain_text_what_it_says_in_html(content: PushContent) -> None:
    message, coded = TEXTS.chat(content, True), TEXTS.coded(content, "A", True)
    assert coded.text.startswith(plain(message.html).strip())
    for tag in ("<b>", "<i>", "<code>", "</", "&lt;", "&amp;"):
        assert tag not in coded.text
    assert "\n\n\n" not in coded.text
    assert not re.search(r"[ \t]\n|\s$", coded.text)
    assert (coded.photo, coded.workbook) == (message.photo, message.workbook)


@pytest.mark.parametrize("content", CONTENTS, ids=named)
def test_every_button_has_a_code_in_the_last_paragraph(content: PushContent) -> None:
    buttons = [button for row in TEXTS.chat(content, False).buttons for button in row]
    coded = TEXTS.coded(content, "C", False)
    assert list(coded.codes) == [f"C{number}" for number in range(1, len(buttons) + 1)]
    assert list(coded.codes.values()) == buttons
    lines = coded.text.rpartition("\n\n")[2].splitlines()
    if not buttons:
        assert "C1" not in coded.text
        return
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        f"{code}. {button.text}" for code, button in coded.codes.items()
    ]
    assert lines[-1] == ("Trả lời C1… để chọn." if len(buttons) > 1 else "Trả lời C1 để chọn.")


def test_what_a_button_copies_is_seen() -> None:
    lines = TEXTS.coded(BY_TYPE[PaymentContent], "A", False).text.splitlines()
    assert lines[-5:] == [
        "",
        "A1. 📋 Số tiền: 1000000",
        "A2. 📋 Nội dung: KTC2C2222",
        "A3. 📦 Mở đơn",
        "Trả lời A1… để chọn.",
    ]


def test_what_is_forwarded_has_no_codes() -> None:
    card = TEXTS.coded(BY_TYPE[PaymentCardContent], "A", True)
    assert card.codes == {}
    assert card.text.endswith("Phạm An · 0987 654 321")


def test_files_stand_before_the_codes() -> None:
    links = {"ket-qua.xlsx": "https://bot.example/f/1"}
    (content,) = (one for one in CONTENTS if TEXTS.chat(one, False).workbook)
    without, coded = TEXTS.coded(content, "A", False), TEXTS.coded(content, "A", False, links)
    said, file, codes = coded.text.rsplit("\n\n", 2)
    assert file == "📄 ket-qua.xlsx: https://bot.example/f/1"
    assert f"{said}\n\n{codes}" == without.text


def test_a_button_that_leads_elsewhere_is_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    content = BY_TYPE[PaymentCardContent]
    message = TEXTS.chat(content, False)
    rows = (
        (ChatButton("Trang", url="https://example.com/7"), ChatButton("Mở", data="open:menu")),
        (ChatButton("Chép", copy="KT1"),),
    )
    for shown, end in (
        (rows, "\n\nTrang: https://example.com/7\nA1. Mở\nA2. Chép: KT1\nTrả lời A1… để chọn."),
        (rows[:1], "\n\nTrang: https://example.com/7\nA1. Mở\nTrả lời A1 để chọn."),
        ((rows[0][:1],), "\n\nTrang: https://example.com/7"),
    ):
        given = type(message)(message.html, buttons=shown)
        monkeypatch.setattr(PushTexts, "chat", lambda *_, given=given: given)
        assert TEXTS.coded(content, "A", False).text.endswith(f"0987 654 321{end}")
