import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.text import (
    MAX_SEARCH_TERMS,
    clean_line,
    flat,
    fold,
    nfc,
    search_key,
    search_terms,
    tidy,
    without_diacritics,
)

GSM7_ASCII = set("\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
any_text = st.text(alphabet=st.characters(), max_size=60)
vietnamese = st.text(
    alphabet="aăâeêioôơuưyđAĂÂĐÔƠƯ áàảãạắằẵậếềểễệốồổỗộớờởỡợứừửữựỳỷỹỵ0123456789-.&", max_size=40
)


def found(query: str, name: str, tax_code: str = "", own_code: str = "") -> bool:
    key = search_key(name, tax_code, own_code)
    return all(term in key for term in search_terms(query))


def test_nfc_composes_decomposed_vietnamese() -> None:
    assert nfc(unicodedata.normalize("NFD", "Nguyễn Thị Ánh")) == "Nguyễn Thị Ánh"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Công ty\tTNHH \n An\u00a0Phát ", "Công ty TNHH An Phát"),
        ("An\u200b Ph\u00adát\ufeff", "An Phát"),
        ("\u202eevil\u202c name\u2066x\u2069", "evil namex"),
        ("a\x00b\x07c", "abc"),
        ("lone \ud800 surrogate\ufffe", "lone surrogate"),
        ("cha 👨\u200d👩\u200d👧 con", "cha 👨\u200d👩\u200d👧 con"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("a\u200db \u200d", "ab"),
        ("\u3164An\u3164Phát\u3164", "An Phát"),
        ("Công\u2028ty\x85X", "Công ty X"),
    ],
)
def test_clean_line_removes_what_harms_and_keeps_the_rest(raw: str, clean: str) -> None:
    assert clean_line(raw, 200) == clean


@pytest.mark.parametrize("blank", ["", "  \n", "\u200b\u200d", "\u3164", "\ufe0f", "\u202e\u202c", "\u0301"])
def test_what_shows_nothing_is_empty(blank: str) -> None:
    with pytest.raises(DomainError) as caught:
        clean_line(blank, 10)
    assert caught.value.code == "text_empty"


def test_limit_counts_composed_characters() -> None:
    decomposed = unicodedata.normalize("NFD", "ễ" * 200)
    assert clean_line(decomposed, 200) == "ễ" * 200
    with pytest.raises(DomainError) as caught:
        clean_line(decomposed + "x", 200)
    assert (caught.value.code, caught.value.params) == ("text_too_long", {"limit": 200, "length": 201})


@settings(deadline=None)
@given(any_text)
def test_clean_line_is_stable_and_storable(text: str) -> None:
    try:
        line = clean_line(text, 500)
    except DomainError as error:
        line, refused = "a", error.code
    else:
        refused = "text_empty"
    assert refused == "text_empty"
    assert clean_line(line, 500) == line
    assert line == nfc(line)
    line.encode("utf-8")
    assert not {"\u202e", "\u2066", "\x00", "\u200b", "\n"} & set(line)


def test_fold_of_vietnamese() -> None:
    assert fold("ĐẶNG Thị Ánh-Đào, ÐÀ NẴNG ð") == "dang thi anh dao da nang d"
    assert fold("ＣÔＮＧ　ＴＹ １２") == "cong ty 12"
    assert fold("100%_x'\"; DROP") == "100 x drop"


@settings(deadline=None)
@given(any_text)
def test_fold_is_stable_and_safe_in_like(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert all(char.isalnum() or char == " " for char in folded)
    assert folded == " ".join(folded.split())


@settings(deadline=None)
@given(vietnamese)
def test_fold_ignores_case_form_and_marks(text: str) -> None:
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == fold(text.upper())
    assert fold(text) == fold(without_diacritics(text))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("cty tnhh anh duong", "Công ty Trách nhiệm hữu hạn Ánh Dương"),
        ("công ty trách nhiệm hữu hạn", "Cty TNHH Ánh Dương"),
        ("ctcp hòa bình", "Công ty cổ phần Hòa Bình"),
        ("cổ phần", "CTCP Hoà Bình"),
        ("HKD lan", "Hộ kinh doanh Nguyễn Thị Lan"),
        ("ho kinh doanh lan", "HKD Nguyễn Thị Lan"),
        ("tnhh một thành viên", "TNHHMTV Phú Quý"),
        ("mtv", "Công ty TNHH 1 thành viên Phú Quý"),
        ("1 thành viên", "Công ty TNHH một thành viên Phú Quý"),
        ("tmdv sx", "Thương mại - Dịch vụ & Sản xuất Đại Lợi"),
        ("thuong mai dich vu", "TM&DV Đại Lợi"),
        ("thương mại", "TMDV Đại Lợi"),
        ("xnk xd", "Xuất nhập khẩu Xây dựng Bình Minh"),
        ("dntn", "Doanh nghiệp tư nhân Hồng Phúc"),
        ("chi nhánh", "CN Hà Nội - CTCP Hòa Bình"),
        ("ĐÀ NẴNG", "Đà Nẵng"),
        ("phat an", "An Phát"),
    ],
)
def test_company_forms_are_found_short_and_long(query: str, name: str) -> None:
    assert found(query, name)


def test_a_company_form_does_not_find_every_company() -> None:
    assert not found("công nghệ", "Chi nhánh Hà Nội")
    assert not found("cty cp an phát", "Công ty TNHH An Phát")


@pytest.mark.parametrize(
    "query",
    [
        "0101243150",
        "0101.243.150",
        "0101243150-001",
        "0101243150001",
        "mst: 0101243150",
        "101243150",
        "kh-07",
        "KH07",
        "０１０１",
    ],
)
def test_codes_are_found_as_typed(query: str) -> None:
    assert found(query, "An Phát", "0101243150-001", "KH-07")


@settings(deadline=None)
@given(vietnamese, vietnamese)
def test_every_customer_is_found_by_its_own_name_and_code(name: str, own_code: str) -> None:
    assert found(name, name, "0101243150", own_code) or len(search_terms(name)) == MAX_SEARCH_TERMS
    assert found(fold(name).upper(), name)
    assert found(own_code, name, "0101243150", own_code)


def test_search_terms_are_few_and_none_for_punctuation() -> None:
    assert search_terms(" % _ ' 😀 ") == []
    assert len(search_terms(" ".join(str(number) for number in range(1000)))) == MAX_SEARCH_TERMS
    assert search_terms("an An AN") == ["an"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đặng Thị Ánh Đào", "Dang Thi Anh Dao"),
        ("“Sao” – [1] {2} 50% ~ a|b\\c `x´ ^", "\"Sao\" - (1) (2) 50% - a/b/c 'x' "),
        ("1.500.000 ₫", "1.500.000 d"),
        ("An 🎉 Phát 株式会社 \u202eКТ", "An Phat "),
        ("ＡＢ［１］…", "AB(1)..."),
        ("dòng 1\ndòng 2\t3", "dong 1\ndong 2 3"),
    ],
)
def test_without_diacritics(text: str, plain: str) -> None:
    assert without_diacritics(text) == plain


@settings(deadline=None)
@given(any_text)
def test_plain_text_is_one_septet_a_character(text: str) -> None:
    plain = without_diacritics(text)
    assert set(plain) <= GSM7_ASCII
    assert without_diacritics(plain) == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("０１２　ＡＢ：", "012 AB:"),
        ("a\u00a0b\u200bc\u2212d\u2028e", "a bc-d\ne"),
        ("Nguye\u0302\u0303n\tAn\n", "Nguyễn\tAn\n"),
        ("MST: 0101243150\t", "MST: 0101243150\t"),
    ],
)
def test_a_pasted_text_is_tidied_and_keeps_its_lines_and_tabs(text: str, expected: str) -> None:
    assert tidy(text) == expected


@settings(deadline=None)
@given(any_text)
def test_a_flat_text_is_plain_and_as_long_as_before(text: str) -> None:
    assert len(flat(text)) == len(text)
    assert flat(text).isascii()
    assert flat("Đ/C: Số 12, Lê Lợi") == "d/c: so 12, le loi"
