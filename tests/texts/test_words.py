"""One word for one thing, one meaning for each sign, in every sentence and label."""

import re
from pathlib import Path

import pytest

TEXTS = Path(__file__).parents[2] / "texts"
RETIRED = {
    r"đơn (đang )?làm dở|đơn dở|đơn đang làm\b": "a draft is “đơn nháp”",
    r"[Tt]ích xác nhận": "nobody says so: “Tôi đã kiểm tra”",
    r"(?<!Sao )\bChép\b": "“Sao chép”, or only what is copied: “Số tiền”",
    r"Tin gửi chưa tới": "it may never come: “Tin không gửi được”",
    r"‹ Về đơn hàng|Xem đơn hàng|Mở đơn hàng": "“📦 Mở đơn” leads to an order, “‹ Về đơn” back to it",
    r"gõ nội dung đúng": "a phone number has no content: “gõ lại”",
    r"✖️ Thôi|>Thôi<": "one step back is “‹ Quay lại”",
    r"(☑️|⬜️) (Chọn|Bỏ|\{again)": "what ticks several is an act, beside what is ticked: no box",
    r"⏭ Bỏ qua: 0": "a zero says nothing",
}
SHORT = re.compile(r'(?<=")MST\b|(?<=· )MST (?=<code>|\{)|(?<=\()MST[) ]|^MST: ')
"""Where “mã số thuế” may be short: a label or column, or beside the code itself."""
ACT = re.compile(r'= f?"✅ (?!Đã|Em|Không còn|Xong rồi|Anh/chị đang|Đang|Khách này|Khách đã|Đơn vị đã|\{)')
"""A constant that begins as something done, but is a button."""


def lines() -> list[tuple[str, int, str]]:
    return [
        (str(path.relative_to(TEXTS)), number, line)
        for path in sorted(TEXTS.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]


@pytest.mark.parametrize(("word", "instead"), RETIRED.items())
def test_a_retired_word_stays_retired(word: str, instead: str) -> None:
    found = [f"{name}:{number}: {line}" for name, number, line in lines() if re.search(word, line)]
    assert not found, instead


def test_what_is_done_bears_the_check_mark_and_no_act_does() -> None:
    """✅ done, ☑️ and ⬜️ ticked or not, 🔘 the chosen one, ⭐ what the bot proposes (GLOSSARY)."""
    found = [f"{name}:{number}: {line}" for name, number, line in lines() if ACT.search(line)]
    assert not found


def test_a_sentence_says_ma_so_thue_and_only_a_label_or_a_row_of_facts_is_short() -> None:
    found = [f"{name}:{number}: {line}" for name, number, line in lines() if "MST" in SHORT.sub("", line)]
    assert not found
