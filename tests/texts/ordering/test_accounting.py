"""What the review says of the start of the books."""

from dataclasses import replace
from datetime import date

import pytest

from domain.accounting import AccountingData
from domain.accounting_overview import overview
from tests.domain.test_orders import DRAFT, line
from texts.ordering.accounting import overview_lines

ORDER = replace(DRAFT, accounting=AccountingData("TT99", "KHAU_TRU"))
EARLIER, WITHIN = date(2025, 3, 1), date(2026, 3, 1)


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        ([EARLIER, EARLIER, EARLIER], []),
        ([EARLIER], ["Ngày bắt đầu dữ liệu theo năm mua: An Bình"]),
        ([EARLIER, WITHIN], ["Ngày bắt đầu dữ liệu theo năm mua: An Bình"]),
        ([EARLIER, EARLIER, None], ["Ngày bắt đầu dữ liệu theo năm mua: 2 khách"]),
        ([WITHIN, WITHIN], []),
        ([None], []),
    ],
)
def test_a_start_that_all_have_alike_is_not_told(starts: list[date | None], told: list[str]) -> None:
    found = overview(ORDER, [(line(data_start=start), 1) for start in starts])
    assert found is not None
    lines = overview_lines(found, 2026)
    assert [one for one in lines if "bắt đầu" in one] == told
