import pytest

from texts.common import name_label, own_label, short


@pytest.mark.parametrize(
    "text, limit, cut",
    [
        ("Công ty", 7, "Công ty"),
        ("Công ty ABC", 7, "Công t…"),
        ("Công ty ABC", 9, "Công ty…"),
        ("👩‍👩‍👧 nhà", 5, "👩‍👩…"),
    ],
)
def test_short(text: str, limit: int, cut: str) -> None:
    assert short(text, limit) == cut
    assert len(short(text, limit)) <= limit


@pytest.mark.parametrize(
    "name, label",
    [
        ("Công ty TNHH Hoa Sen", "Công ty TNHH Hoa Sen"),
        ("Công ty TNHH MTV Xây dựng Thiên Ân 02", "Cty TNHH MTV Xây dựng Thiên Ân 02"),
        ("Hộ kinh doanh Đại Phát", "Hộ kinh doanh Đại Phát"),
        ("Hộ kinh doanh Tạp hóa Trường Sơn Đỏ 114", "HKD Tạp hóa Trường Sơn Đỏ 114"),
        ("Công ty Trách nhiệm hữu hạn một thành viên Hoa Sen", "Cty TNHH một thành viên Hoa Sen"),
        ("Công ty Cổ phần Đầu tư Phát triển Thương mại Hoa Sen", "Cty CP Đầu tư Phát triển Thương m…"),
    ],
)
def test_a_long_name_keeps_what_tells_it_from_others(name: str, label: str) -> None:
    assert name_label(name) == label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Hoa Sen 102", "Hoa Sen 102"),
        ("Công ty TNHH Hoa Sen 102", "Hoa Sen 102"),
        ("Công ty Cổ phần Nông sản Trường Sơn Đỏ", "Nông sản Trường…"),
        ("Hộ kinh doanh Trần Thị Mai", "Trần Thị Mai"),
        ("Trường Mầm non Họa Mi số 12", "Trường Mầm non…"),
    ],
)
def test_many_names_on_short_buttons_are_told_apart(name: str, label: str) -> None:
    assert own_label(name, 16) == label
