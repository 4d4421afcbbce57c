import pytest

from tests.support.labels import pixels
from texts.common import name_label, named, short
from texts.widths import BUTTON


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


OF_64 = "Công ty Trách nhiệm hữu hạn Một thành viên Đông Á Xanh Miền Nam 119"


@pytest.mark.parametrize(
    "name, shown",
    [
        ("Công ty TNHH Hoa Sen 2", "Công ty TNHH Hoa Sen 2"),
        (OF_64, "Đông Á Xanh Miền Nam 119"),
        (
            "Hợp tác xã " + "Đông Á Xanh " * 5 + "số 12",
            "Hợp tác xã Đông Á Xanh Đông Á Xanh Đông Á…Đông Á Xanh số 12",
        ),
        ("Chi nhánh " * 6 + "a" * 30, "Chi nhánh Chi nhánh Chi nhánh Chi nhánh…aaaaaaaaaaaaaaaaaaaa"),
    ],
)
def test_a_sentence_shows_the_end_of_a_name_however_long_it_is(name: str, shown: str) -> None:
    assert named(name, 60) == shown
    for limit in (24, 60, 120):
        assert len(named(name, limit)) <= limit
        assert named(name, limit)[-3:] == name[-3:]


@pytest.mark.parametrize(
    "name, label",
    [
        ("Công ty TNHH Hoa Sen", "Hoa Sen"),
        ("Hộ kinh doanh Tạp hóa Trường Sơn Đỏ 114", "Tạp hóa Trường Sơn Đỏ 114"),
        ("Công ty Trách nhiệm hữu hạn một thành viên Hoa Sen", "Hoa Sen"),
        ("CÔNG TY CỔ PHẦN ĐẦU TƯ PHÁT TRIỂN THƯƠNG MẠI HOA SEN", "HOA SEN"),
        ("Trường Mầm non Họa Mi số 12", "Trường Mầm non Họa Mi số 12"),
        ("Công ty TNHH", "Công ty TNHH"),
    ],
)
def test_a_button_shows_what_tells_a_name_from_others(name: str, label: str) -> None:
    assert name_label(name) == label


def test_a_button_shows_the_tax_code_where_there_is_room() -> None:
    assert name_label("Công ty TNHH Hoa Sen 2", code="0300000219") == "Hoa Sen 2 · 0300000219"
    assert name_label("Công ty TNHH Hoa Sen 2", 18, "0300000219") == "Hoa Sen 2 ·\u00a0…0219"


def test_where_room_is_short_the_trade_gives_way_to_the_own_name() -> None:
    long = "Công ty TNHH Thương mại Dịch vụ Đông Á Xanh 002"
    assert name_label(long, code="0300000219") == "Đông Á Xanh 002 · 0300000219"
    assert name_label("Công ty CP Xây dựng Hoa") == "Xây dựng Hoa"


LONG = (
    "Công ty TNHH Một thành viên Xuất nhập khẩu Thương mại và Dịch vụ Hương Sen Việt Nam",
    "CÔNG TY CỔ PHẦN ĐẦU TƯ XÂY DỰNG VÀ THƯƠNG MẠI QUỐC TẾ HOÀNG GIA VIỆT NAM",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm",
    "Ẵ" * 200,
    "🏠" * 200,
    "0123456789" * 9,
)


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("room", [BUTTON, 31.0, 20.0, 15.0])
def test_what_is_shortened_fits_a_button_as_phones_measure_it(name: str, room: float) -> None:
    label = name_label(name, room, "0101243150")
    assert pixels(label) <= 310 * room / BUTTON
    assert pixels(label) > 310 * room / BUTTON * 0.55, "room is wasted"
