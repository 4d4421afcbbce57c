"""Labels of buttons: short enough for a phone, with what matters."""

import pytest

from tests.support.labels import check_labels
from texts.ordering.line import line_button
from texts.ordering.picking import pick_button

NAME = "Công ty TNHH MTV Xây dựng Thiên Ân Phú Quốc 02"


@pytest.mark.parametrize(
    "gaps, label",
    [
        ([], "✅ Xây dựng Thiên Ân Phú Quốc 02"),
        (["email"], "⚠️ Thiên Ân Phú Quốc 02 · thiếu email"),
        (["email", "địa chỉ"], "⚠️ Thiên Ân Phú Quốc 02 · thiếu 2 mục"),
    ],
)
def test_a_line_names_one_gap_and_counts_several(gaps: list[str], label: str) -> None:
    assert line_button(NAME, gaps) == label


@pytest.mark.parametrize("picked", [True, False])
@pytest.mark.parametrize("missing", [True, False])
def test_a_customer_to_pick_fits_a_phone(picked: bool, missing: bool) -> None:
    label = pick_button(NAME, "0101243150", picked, missing)
    assert label.startswith("☑️" if picked else "⬜️")
    assert ("⚠️" in label) == missing
    check_labels([[label]])
