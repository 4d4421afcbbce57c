"""Names and addresses beside the registered ones."""

import pytest

from domain.as_registered import same_address, same_name


@pytest.mark.parametrize(
    "said",
    [
        "CÔNG TY TNHH MỘT THÀNH VIÊN THƯƠNG MẠI HOÀ BÌNH",
        "Cty TNHH MTV TM Hòa Bình",
        "Công ty Trách nhiệm hữu hạn 1 thành viên Thương mại Hoà-Bình.",
    ],
)
def test_usual_shortenings_are_the_same_name(said: str) -> None:
    assert same_name(said, "Công ty TNHH một thành viên Thương mại Hòa Bình")


@pytest.mark.parametrize(
    "said",
    [
        "Công ty TNHH một thành viên Thương mại Hoa Bình",
        "Cong ty TNHH mot thanh vien Thuong mai Hoa Binh",
        "Công ty TNHH Thương mại Hòa Bình",
        "Công ty TNHH một thành viên Thương mại Hòa Bình 2",
        "",
    ],
)
def test_other_words_and_lost_marks_are_not(said: str) -> None:
    assert not same_name(said, "Công ty TNHH một thành viên Thương mại Hòa Bình")


def test_usual_shortenings_are_the_same_address() -> None:
    registered = "Số 12 đường Lê Lợi, Phường Bến Thành, Thành phố Hồ Chí Minh, Việt Nam"
    for said in ("12 Lê Lợi, P. Bến Thành, TP.HCM", "12 Đ. Lê Lợi, phường Bến Thành, Tp. Hồ Chí Minh"):
        assert same_address(said, registered)
    for said in ("21 Lê Lợi, P. Bến Thành, TP.HCM", "12 Lê Lợi, TP.HCM", ""):
        assert not same_address(said, registered)
    assert same_address("5 Nam Kỳ, Q1, Hà Nội", "số 5, Nam Kỳ, Quận 1, HN")
    assert not same_address("5 Nam Kỳ", "5 Kỳ")
