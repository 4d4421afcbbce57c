"""A day typed where a day is asked for."""

import pytest

from domain.answers.days import typed_day
from domain.errors import DomainError


@pytest.mark.parametrize(
    "text",
    [
        "1/3/2027", "01.03.2027", "1-3-27", "01032027", "20270301", "2027-03-01", "1 3 2027", "ngày 1/3/2027",
        "ngày 1 tháng 3 năm 2027", "mùng 1 tháng ba 2027", "đầu tháng 3/2027", "tháng 3 năm 2027", "3/2027",
        "từ 1/3/2027 nhé em", "bat dau tu 1/3/2027",
    ],
)  # fmt: skip
def test_days_as_people_type_them(text: str) -> None:
    assert typed_day(text).isoformat() == "2027-03-01"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1/3", "2027-03-01"),
        ("đầu tháng 3", "2027-03-01"),
        ("dạ đầu năm ạ", "2027-01-01"),
        ("15/2", "2027-02-15"),
    ],
)
def test_the_year_asked_about_need_not_be_typed(text: str, day: str) -> None:
    assert typed_day(text, 2027).isoformat() == day
    with pytest.raises(DomainError, match="data_start_unknown"):
        typed_day(text)


@pytest.mark.parametrize(
    "text",
    ["", "1", "hôm qua", "năm", "31/02/2027", "12/31/2027", "tháng 13", "cuối tháng 3", "0101243150",
     "0912345678", "01/01/1899", "010327", "ok"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(DomainError, match="data_start_unknown"):
        typed_day(text, 2027)
