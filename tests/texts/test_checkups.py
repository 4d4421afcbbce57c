"""Every fault that a check may raise has a sentence that says what to do."""

import re
from pathlib import Path

from domain.checkups import Finding, Part
from texts.checkups import GOOD, TO_DO, line

ROOT = Path(__file__).parents[2]
SOURCES = [
    *(ROOT / "gateways" / "checkups").glob("*.py"),
    ROOT / "bot" / "zalo_oa" / "checkups.py",
    ROOT / "bot" / "checkups.py",
    ROOT / "storage" / "checkups.py",
]
NAMED = re.compile(r'"([a-z][a-z_]+)"')


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCES)
    faults = set(re.findall(r'Fault\(\s*"(\w+)"', source))
    goods = set(re.findall(r'Good\(\s*"(\w+)"', source))
    assert faults <= set(TO_DO)
    assert goods <= set(GOOD)
    made = {
        "too_slow",
        "unforeseen",
        "invoices_refused",
        "invoices_login",
        "invoices_quota",
        "invoices_series",
    }
    made |= {"invoices_inactive"}
    assert set(TO_DO) - made <= set(NAMED.findall(source))


def test_a_line_has_a_sign_the_part_and_what_to_do() -> None:
    assert line(Finding(Part.SMS, False, "sms_low", {"balance": 5000})) == (
        "❌ Tin nhắn SMS: tài khoản chỉ còn 5.000 ₫: nạp thêm tiền vào eSMS."
    )
