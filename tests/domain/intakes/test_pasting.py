"""Customers, answers and corrections, read from what people write in a chat."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.intakes.answers import AskedEntry, FieldAnswer, read_answers
from domain.intakes.checking import check_entries
from domain.intakes.entries import EntryField as F
from domain.intakes.pasting import TEXT_LIMIT, looks_like_list, read_correction, read_lines, tax_codes_in
from domain.text import without_diacritics
from tests.support.builders import enterprise_tax_code, household_tax_code

SAMPLES = Path(__file__).parents[2] / "samples"
A, B, C, D = "0101243150", "0100109106", "0300588569", "0100112437"
HOUSEHOLD = "001169434023"
COMPANY = "Công ty TNHH Minh Khôi"
EITHER = "0321052163"
"""A mobile number."""


def said(text: str) -> list[dict[F, str]]:
    return [texts for _, texts in read_lines(text)]


def test_the_sample_gives_its_twelve_customers() -> None:
    """Counted and read by hand."""
    company = "Công ty TNHH"
    expected = [
        (2, "9969436387", f"{company} May mặc Đông Á Xanh 301", "0982528003", "", "Nguyễn Thị Châu"),
        (3, "9925064847", f"{company} MTV Dược phẩm Đông Á Xanh 302", "", "khach0302@example.com", ""),
        (
            4,
            "9974120477",
            f"{company} MTV Thương mại Thiên Ân 303",
            "0321052163",
            "khach0303@example.com",
            "",
        ),
        (5, "9942905828", "Công ty CP Du lịch Việt Đức 304", "0861152385", "", "Ngô Đức Nam"),
        (6, "9943306506", f"{company} MTV Xây dựng Lộc Phát 305", "", "khach0305@example.com", ""),
        (7, "9952139428", f"{company} Điện lạnh Việt Đức 306", "0709703745", "khach0306@example.com", ""),
        (8, "9977190440", f"{company} MTV Cơ khí Minh Khôi 307", "0988847300", "", "Trần Thùy Trang"),
        (9, "9900324765", f"{company} Nông sản Phú Quý 308", "", "khach0308@example.com", ""),
        (10, "9963138793", "Công ty CP Xây dựng Quang Vinh 309", "0707747179", "khach0309@example.com", ""),
        (11, "9942125754", f"{company} MTV Thương mại Quang Vinh 310", "0325884000", "", "Đỗ Văn Long"),
        (12, "9955508835", f"{company} MTV Thực phẩm Sao Mai 311", "", "khach0311@example.com", ""),
        (13, "9908342808", "Công ty CP In ấn Ý Tưởng Xanh 312", "0912961931", "khach0312@example.com", ""),
    ]
    fields = (F.TAX_CODE, F.NAME, F.PHONE, F.EMAIL, F.REPRESENTATIVE)
    read = read_lines((SAMPLES / "tin-nhan-dan.txt").read_text("utf-8"))
    assert [(line, *(texts.get(field, "") for field in fields)) for line, texts in read] == expected
    assert all(texts.keys() <= set(fields) for _, texts in read)


MINH = {F.TAX_CODE: A, F.NAME: COMPANY}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"1. {COMPANY} - MST {A} - Nguyễn Thị Châu 0982528003",
         {**MINH, F.REPRESENTATIVE: "Nguyễn Thị Châu", F.PHONE: "0982528003"}),
        (f"{A}\t{COMPANY}\ta@b.vn", {**MINH, F.EMAIL: "a@b.vn"}),
        (f"a@b.vn | {COMPANY} | 0982 528 003 | {A}", {**MINH, F.EMAIL: "a@b.vn", F.PHONE: "0982 528 003"}),
        (f"• {COMPANY}; mst: {A}; GĐ: Lê An; sđt: 098.252.8003; đc: 12 Lê Lợi, Hà Nội",
         {**MINH, F.REPRESENTATIVE: "Lê An", F.PHONE: "098.252.8003", F.ADDRESS: "12 Lê Lợi, Hà Nội"}),
        (f"{COMPANY}, {A}, Số 271 đường Việt Đức, Đắk Lắk, Lý Thanh Uyên, 0986041128",
         {**MINH, F.ADDRESS: "Số 271 đường Việt Đức, Đắk Lắk", F.REPRESENTATIVE: "Lý Thanh Uyên",
          F.PHONE: "0986041128"}),
        (f"{COMPANY} mst {A} đ/c 12 Lê Lợi, phường 5, Hà Nội gđ Trần Văn B sđt 0982528003",
         {**MINH, F.ADDRESS: "12 Lê Lợi, phường 5, Hà Nội", F.REPRESENTATIVE: "Trần Văn B",
          F.PHONE: "0982528003"}),
        (f"2) {COMPANY} ({A})", MINH),
        (f"3/ Mã số thuế: {A} Tên công ty: {COMPANY}", MINH),
        (f"24 {A} {COMPANY}", MINH),
        (f"1.{A} {COMPANY}", MINH),
        ("０１０１２４３１５０　Công ty TNHH Minh Khôi", {**MINH}),
        (f"em ơi thêm {COMPANY.lower()} mst {A} nhé", {F.TAX_CODE: A, F.NAME: COMPANY.lower()}),
        (f"em ơi thêm mst {A} nhé", {F.TAX_CODE: A}),
        (f"MST {A}-001 {COMPANY}", {F.TAX_CODE: f"{A}-001", F.NAME: COMPANY}),
        ("MST 0101.243.150 Minh Khôi", {F.TAX_CODE: "0101.243.150", F.NAME: "Minh Khôi"}),
        (f"{HOUSEHOLD} Hộ kinh doanh Kim Long - Nguyễn Văn An - khấu trừ",
         {F.TAX_CODE: HOUSEHOLD, F.NAME: "Hộ kinh doanh Kim Long", F.REPRESENTATIVE: "Nguyễn Văn An",
          F.VAT_METHOD: "khấu trừ"}),
        (f"{HOUSEHOLD} Nguyễn Văn An 0982528003",
         {F.TAX_CODE: HOUSEHOLD, F.REPRESENTATIVE: "Nguyễn Văn An", F.PHONE: "0982528003"}),
        (f"{COMPANY} - MST {A} - GĐ Nguyễn Văn An - CCCD {HOUSEHOLD}",
        {**MINH, F.REPRESENTATIVE: "Nguyễn Văn An"}),
        (f"{COMPANY} - {A} - STK 19033344455566 - fax 02438251234", MINH),
        (f"{COMPANY} MST: {A} TT133, email: a@b.vn",
         {**MINH, F.REGIME: "TT133", F.EMAIL: "a@b.vn"}),
        (f"{COMPANY} - {A} - 0982528003 - 0912345679", {**MINH, F.PHONE: "0982528003 / 0912345679"}),
        (f"{COMPANY} - 0982528003", {F.NAME: COMPANY, F.PHONE: "0982528003"}),
        (f"{COMPANY} {A} VAT: KT, TT133", {**MINH, F.VAT_METHOD: "KT", F.REGIME: "TT133"}),
        (f"{A}{COMPANY}", MINH),
        # A number in a code's place that comes again as a phone is both.
        (f"{COMPANY} - 02438251234 - 0700100017 - 02438251234",
         {F.NAME: COMPANY, F.TAX_CODE: "02438251234 / 0700100017", F.PHONE: "02438251234"}),
        # A repeated value counts once; a text that fits no field is left alone.
        (f"{COMPANY} {A} a@b.vn 0982528003 a@b.vn 0982528003",
         {**MINH, F.EMAIL: "a@b.vn", F.PHONE: "0982528003"}),
        (f"MST: {A} Tên: Minh Khôi, Sao Mai, 0982528003",
         {F.TAX_CODE: A, F.NAME: "Minh Khôi, Sao Mai", F.PHONE: "0982528003"}),
        (f"{A} Minh Khôi - Âu Văn Bình - Đắk Lắk",
         {F.TAX_CODE: A, F.NAME: "Minh Khôi", F.REPRESENTATIVE: "Âu Văn Bình", F.ADDRESS: "Đắk Lắk"}),
        (f"{A} Minh Khôi - gấp gấp", {F.TAX_CODE: A, F.NAME: "Minh Khôi"}),
        (f"{A} hkd", {F.TAX_CODE: A, F.KIND: "hkd"}),
        # For a mobile number that is also a valid tax code, the rest of the line decides.
        (f"0700100017 {COMPANY} 0982528003", {F.NAME: COMPANY, F.TAX_CODE: "0700100017",
        F.PHONE: "0982528003"}),
    ],
)  # fmt: skip
def test_a_line_is_read_in_any_order_and_parting(line: str, expected: dict[F, str]) -> None:
    assert said(line) == [expected]
    assert said(f"chào em, gửi em ds nhé:\n\n{line}\n\ncảm ơn em") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Nothing but tax codes, one or several a line.
        (f"{A}\n{B}\n{HOUSEHOLD}", [{F.TAX_CODE: A}, {F.TAX_CODE: B}, {F.TAX_CODE: HOUSEHOLD}]),
        (f"mua cho {A}, {B} và {C} nhé", [{F.TAX_CODE: A}, {F.TAX_CODE: B}, {F.TAX_CODE: C}]),
        (f"{A} {B} {C}", [{F.TAX_CODE: A}, {F.TAX_CODE: B}, {F.TAX_CODE: C}]),
        (f"1. {A}\n2. {B}", [{F.TAX_CODE: A}, {F.TAX_CODE: B}]),
        (f"{A}, 0700100017, {B}", [{F.TAX_CODE: A}, {F.TAX_CODE: "0700100017"}, {F.TAX_CODE: B}]),
        # Several customers on a line, each named before or after its code.
        (f"{A} Cty Việt Đức, {B} Cty An Phát",
         [{F.TAX_CODE: A, F.NAME: "Cty Việt Đức"}, {F.TAX_CODE: B, F.NAME: "Cty An Phát"}]),
        (f"Cty Việt Đức {A}, Cty An Phát {B}",
         [{F.TAX_CODE: A, F.NAME: "Cty Việt Đức"}, {F.TAX_CODE: B, F.NAME: "Cty An Phát"}]),
        (f"Cty A mst {A} sdt 0982528003 email a@b.vn, Cty B mst {B} sdt 0982528004",
         [{F.TAX_CODE: A, F.NAME: "Cty A", F.PHONE: "0982528003", F.EMAIL: "a@b.vn"},
          {F.TAX_CODE: B, F.NAME: "Cty B", F.PHONE: "0982528004"}]),
        # Copied out of another messenger, with times and senders.
        (f"[10:15, 20/11/2026] Chị Lan: {A} {COMPANY}\n[10:16, 20/11/2026] Chị Lan: {B} Cty Việt Đức",
         [MINH, {F.TAX_CODE: B, F.NAME: "Cty Việt Đức"}]),
        # One customer over several lines, the code first or last.
        (f"{COMPANY}\nMST: {A}\nĐ/c: 12 Lê Lợi, Hà Nội\nGĐ: Lê Thị An\nSĐT: 0982528003\n"
         f"\nCty Việt Đức\nMST: {B}",
         [{**MINH, F.ADDRESS: "12 Lê Lợi, Hà Nội", F.REPRESENTATIVE: "Lê Thị An", F.PHONE: "0982528003"},
          {F.TAX_CODE: B, F.NAME: "Cty Việt Đức"}]),
        (f"{A}\n{COMPANY}\n0982528003\na@b.vn\n{B}\nCty Việt Đức\nTrần Thị Bình",
         [{**MINH, F.PHONE: "0982528003", F.EMAIL: "a@b.vn"},
          {F.TAX_CODE: B, F.NAME: "Cty Việt Đức", F.REPRESENTATIVE: "Trần Thị Bình"}]),
        # In a pasted table the headings decide, whatever the cells look like.
        (f"STT\tTên\tMST\tNgười đại diện\tPP\n1\tMinh Khôi\t{A}\tKim Ngân\tKT\n2\tLê An\t{B}\tAn Lê\t",
         [{F.NAME: "Minh Khôi", F.TAX_CODE: A, F.REPRESENTATIVE: "Kim Ngân", F.VAT_METHOD: "KT"},
          {F.NAME: "Lê An", F.TAX_CODE: B, F.REPRESENTATIVE: "An Lê"}]),
        (f"gửi em\nMST | Tên cty | SĐT kế toán\n{A} | {COMPANY} | 0982528003\n\nhết rồi nhé", [MINH]),
        (f"MST, tên khách hàng, sđt\n{A}, {COMPANY}, 0982528003", [{**MINH, F.PHONE: "0982528003"}]),
        # A table ends at a line of another width; a count that has no heading is passed over.
        (f"MST | Tên\n1. | {A} | {COMPANY}\n{B} | Cty Việt Đức | Hà Nội | x",
         [MINH, {F.TAX_CODE: B, F.NAME: "Cty Việt Đức", F.ADDRESS: "Hà Nội"}]),
        ("MST | Tên\nhết rồi nhé em", []),
        ("Họ tên | SĐT\nLê An | 0982528003", []),
        # A line with much content, and a line below one, does not continue the customer above.
        (f"{A} | {COMPANY}\nGĐ: Lê An; 0982528003; a@b.vn", [MINH]),
        (f"{A} | {COMPANY} | a@b.vn\nGĐ: Lê An", [{**MINH, F.EMAIL: "a@b.vn"}]),
        # Customers without a code are kept if they are clearly customers.
        ("1. Công ty An Phát\n2. Hộ kinh doanh Sao Mai",
         [{F.NAME: "Công ty An Phát"}, {F.NAME: "Hộ kinh doanh Sao Mai"}]),
    ],
)  # fmt: skip
def test_lists_are_read_however_they_are_laid_out(text: str, expected: list[dict[F, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "talk",
    [
        "",
        "chào em",
        "Công ty em cần mua phần mềm năm 2026",
        "anh gửi em ds mua pm năm 2026 nhé:\n\nhết rồi e, thiếu gì nhắn a",
        "Nguyễn Văn An\nKế toán trưởng",
        "Giá bao nhiêu vậy em? 1.500.000đ hay 15.000.000.000?",
        "hẹn 10:30 ngày 01/01/2026, đơn DH000123",
        "https://example.com/0?x=1",
        "Họp lúc 8h - phòng 302 - tầng 5",
    ],
)
def test_talk_is_no_customer(talk: str) -> None:
    assert said(talk) == []
    assert not looks_like_list(talk)
    assert tax_codes_in(talk) == []


@pytest.mark.parametrize(
    "text",
    [
        "0101243151",
        f"{COMPANY} - MST 0101243151 - 0982528003",
        f"0101.243.151 {COMPANY}",
        f"{A}\n0312345671\n{B}",
        f"MST: 101243150 {COMPANY}",
        f"{COMPANY} MST 01012431501",
        f"{A} Công ty A\n0312345671\n",
        f"MST 0982528003 {COMPANY}",
        f"0700100017 {COMPANY} 0912345604",
        f"0300000019 {COMPANY} 0982000000",
        f"{A} {COMPANY}, 0101243151 Công ty B",
    ],
)
def test_a_doubtful_code_is_a_problem_and_not_silence(text: str) -> None:
    entries = check_entries((0, line, texts) for line, texts in read_lines(text))
    wrong = [entry for entry in entries if any(problem.field is F.TAX_CODE for problem in entry.problems)]
    assert len(wrong) == 1
    assert F.TAX_CODE not in wrong[0].values


def test_two_numbers_that_may_both_be_the_code_are_offered() -> None:
    (entry,) = check_entries(
        (0, line, texts) for line, texts in read_lines(f"0700100017 {COMPANY} 0912345604")
    )
    assert [problem.choices for problem in entry.problems] == [("0700100017", "0912345604")]


def test_tax_codes_are_found_in_any_text() -> None:
    text = f"mst {A}, {B}-001; {HOUSEHOLD} và 0101.243.150 nữa, sđt 0912345604, sai: 0101243151"
    assert tax_codes_in(text) == [A, f"{B}-001", HOUSEHOLD]


@pytest.mark.parametrize(
    ("text", "is_list"),
    [
        (A, False),
        (f"mst {A} của ai vậy em", False),
        ("0982528003", False),
        ("a@b.vn", False),
        (f"{A} {B}", True),
        (f"{A}\t{COMPANY}", True),
        (f"{COMPANY}\n{A}", True),
    ],
)
def test_a_list_is_told_from_a_question(text: str, is_list: bool) -> None:
    assert looks_like_list(text) is is_list


GAPS = (
    AskedEntry(3, A, (F.ADDRESS, F.REPRESENTATIVE, F.EMAIL, F.PHONE)),
    AskedEntry(7, B, (F.EMAIL,)),
    AskedEntry(12, C, (F.NAME, F.PHONE, F.VAT_METHOD)),
)


@pytest.mark.parametrize(
    ("text", "answers", "unread"),
    [
        ("3. 12 Lê Lợi, Hà Nội; Lê Thị An; a@b.vn; 0982528003\n7: b@c.vn",
         [(3, F.EMAIL, "a@b.vn"), (3, F.PHONE, "0982528003"), (3, F.ADDRESS, "12 Lê Lợi, Hà Nội"),
          (3, F.REPRESENTATIVE, "Lê Thị An"), (7, F.EMAIL, "b@c.vn")], []),
        (f"{B} b@c.vn\n{A} 0982528003", [(7, F.EMAIL, "b@c.vn"), (3, F.PHONE, "0982528003")], []),
        ("3. GĐ: Kim Ngân | đc: Sao Mai", [(3, F.REPRESENTATIVE, "Kim Ngân"), (3, F.ADDRESS, "Sao Mai")], []),
        ("3. chỗ nào đó; ai đó", [(3, F.ADDRESS, "chỗ nào đó"), (3, F.REPRESENTATIVE, "ai đó")], []),
        ("3. 12 Lê Lợi, Hà Nội, Lê Thị An, 0982528003",
         [(3, F.PHONE, "0982528003"), (3, F.ADDRESS, "12 Lê Lợi, Hà Nội"),
          (3, F.REPRESENTATIVE, "Lê Thị An")], []),
        ("12. Công ty A - B; khấu trừ\n0982528003",
         [(12, F.NAME, "Công ty A - B"), (12, F.VAT_METHOD, "khấu trừ"), (12, F.PHONE, "0982528003")], []),
        ("7. 0982528003", [], ["0982528003"]),
        ("b@c.vn", [], ["b@c.vn"]),
        ("9. b@c.vn", [], ["9. b@c.vn"]),
        ("3. a@b.vn\n9. b@c.vn", [(3, F.EMAIL, "a@b.vn")], ["9. b@c.vn"]),
        ("7. a@b.vn; b@c.vn", [(7, F.EMAIL, "a@b.vn")], ["b@c.vn"]),
        ("7 a@b.vn\n12 ; Công ty A ; 0982 528 003",
         [(7, F.EMAIL, "a@b.vn"), (12, F.NAME, "Công ty A"), (12, F.PHONE, "0982 528 003")], []),
        # Also a phone whose digits are a valid tax code.
        ("3. Vũ Thị Chín - 0912345604",
         [(3, F.REPRESENTATIVE, "Vũ Thị Chín"), (3, F.PHONE, "0912345604")], []),
        # Small talk is neither an answer nor a part of one.
        ("Anh gửi em nhé:\n3. a@b.vn\nxin cảm ơn em", [(3, F.EMAIL, "a@b.vn")], []),
        ("12. 0982528003 em nhé\n3. Lê Thị An ạ; 0982528003 nhé\nthế nhé em",
         [(12, F.PHONE, "0982528003"), (3, F.REPRESENTATIVE, "Lê Thị An"), (3, F.PHONE, "0982528003")], []),
        ("3. GĐ: Lê Thị An nhé em; đc 5 Lê Lợi, Huế ạ",
         [(3, F.REPRESENTATIVE, "Lê Thị An"), (3, F.ADDRESS, "5 Lê Lợi, Huế")], []),
        ("12. cái này không có ạ", [], ["12. cái này không có ạ"]),
        ("3. 1 Lê Lợi, Huế; trần văn em",
         [(3, F.ADDRESS, "1 Lê Lợi, Huế"), (3, F.REPRESENTATIVE, "trần văn em")], []),
        ("3.\n0912345604\n7\na@b.vn", [(3, F.PHONE, "0912345604"), (7, F.EMAIL, "a@b.vn")], []),
        ("3. a@b.vn\n\n  \n7. b@c.vn\n", [(3, F.EMAIL, "a@b.vn"), (7, F.EMAIL, "b@c.vn")], []),
        ("3. 02438251234", [(3, F.PHONE, "02438251234")], []),
        ("3. STK: 19033344455566", [], ["19033344455566"]),
    ],
)  # fmt: skip
def test_the_form_of_all_gaps_is_answered(
    text: str, answers: list[tuple[int, F, str]], unread: list[str]
) -> None:
    read = read_answers(text, GAPS)
    assert sorted(read.answers, key=str) == sorted((FieldAnswer(*answer) for answer in answers), key=str)
    assert list(read.unread) == unread


@pytest.mark.parametrize(
    "further",
    [
        f"{D} Công ty TNHH Sao Mai",
        f"1. Công ty TNHH Sao Mai - MST {D}",
        f"3. Công ty TNHH Sao Mai - MST {D}",
        D,
    ],
)
def test_customers_that_nobody_asked_about_are_no_answers(further: str) -> None:
    read = read_answers(f"7. a@b.vn\n{further}\nb@c.vn", GAPS)
    assert read.answers == (FieldAnswer(7, F.EMAIL, "a@b.vn"),)
    assert (read.further, read.unread) == (further, ("b@c.vn",))


@pytest.mark.parametrize("code", [A, HOUSEHOLD, "0101243151"])
def test_a_tax_code_answers_where_one_is_asked_for(code: str) -> None:
    asked = [AskedEntry(1, "", (F.NAME, F.TAX_CODE)), AskedEntry(2, "", (F.TAX_CODE,))]
    assert read_answers(f"2. {code}", asked).answers == (FieldAnswer(2, F.TAX_CODE, code),)


@pytest.mark.parametrize("talk", ["ok em", "bổ sung sau nhé", "Anh Minh gửi:", "dạ vâng ạ"])
def test_talk_does_not_fill_the_only_gap(talk: str) -> None:
    assert read_answers(talk, [AskedEntry(3, A, (F.REPRESENTATIVE, F.EMAIL))]).answers == ()


@pytest.mark.parametrize("talk", ["mai anh gửi", "giá bao nhiêu vậy", "Không cần địa chỉ", "không có email"])
def test_talk_is_no_answer_even_to_the_only_gap(talk: str) -> None:
    gap = AskedEntry(3, A, (F.ADDRESS, F.EMAIL))
    assert read_answers(talk, [gap]).answers == ()
    assert read_answers("3. chỗ nào đó", [gap]).answers == (FieldAnswer(3, F.ADDRESS, "chỗ nào đó"),)


def test_the_only_gap_need_not_be_named() -> None:
    gap = AskedEntry(3, A, (F.ADDRESS, F.PHONE))
    read = read_answers("12. Lê Lợi - Hà Nội\n0982528003", [gap])
    assert read.answers == (
        FieldAnswer(3, F.ADDRESS, "12. Lê Lợi - Hà Nội"),
        FieldAnswer(3, F.PHONE, "0982528003"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0982528003", (F.PHONE, "0982528003")),
        ("sđt 0982 528 003", (F.PHONE, "0982 528 003")),
        ("a@b.vn", (F.EMAIL, "a@b.vn")),
        ("email: a@b.vn", (F.EMAIL, "a@b.vn")),
        ("GĐ: Lê Thị An nhé em", (F.REPRESENTATIVE, "Lê Thị An")),
        ("Lê Thị An ạ", (F.REPRESENTATIVE, "Lê Thị An")),
        ("đc: 12 Lê Lợi - phường 5, Hà Nội", (F.ADDRESS, "12 Lê Lợi - phường 5, Hà Nội")),
        ("Địa chỉ 12 Lê Lợi, Hà Nội", (F.ADDRESS, "12 Lê Lợi, Hà Nội")),
        ("12 Lê Lợi, phường 5, Hà Nội", (F.ADDRESS, "12 Lê Lợi, phường 5, Hà Nội")),
        ("gđ Kim Ngân", (F.REPRESENTATIVE, "Kim Ngân")),
        ("Nguyễn Thị Lan", (F.REPRESENTATIVE, "Nguyễn Thị Lan")),
        ("Tên: Minh Khôi", (F.NAME, "Minh Khôi")),
        (COMPANY, (F.NAME, COMPANY)),
        (A, (F.TAX_CODE, A)),
        ("0101243151", (F.TAX_CODE, "0101243151")),
        ("MST: 0101243151", (F.TAX_CODE, "0101243151")),
        ("0700100017", None),
        ("khấu trừ", (F.VAT_METHOD, "khấu trừ")),
        ("nhóm: VIP", (F.LABELS, "VIP")),
        ("ok em", None),
        ("STK: 19033344455566", None),
        ("GĐ: Lê An; SĐT: 0982528003", None),
        ("a@b.vn 0982528003", None),
        ("", None),
    ],
)
def test_a_correction_says_its_field(text: str, expected: tuple[F, str] | None) -> None:
    assert read_correction(text) == expected


TRADES = ("Du lịch", "Cơ khí", "May mặc", "Nông sản", "Vận tải", "In ấn")
PROPER = ("Hưng Thịnh", "Việt Đức", "Sao Mai", "Minh Khôi", "Thiên Ân", "Đông Á Xanh", "Lộc Phát", "Hồ Gươm")
PEOPLE = ("Lý Thanh Uyên", "Phạm Bích Hiếu", "Hồ Minh Long", "Trương Mỹ Hoa", "Đỗ Thị Khánh", "Trần Quốc Yến")
PLACES = ("Hà Nội", "TP. Hồ Chí Minh", "Đắk Lắk", "Cần Thơ", "Lâm Đồng", "Hải Phòng")
LABELS = {
    F.TAX_CODE: ("MST: ", "MST ", "Mã số thuế: ", ""),
    F.NAME: ("Tên công ty: ", ""),
    F.ADDRESS: ("Đ/c: ", "Địa chỉ: ", "đc: ", ""),
    F.REPRESENTATIVE: ("GĐ: ", "Giám đốc: ", "Đại diện: ", "Người đại diện: ", ""),
    F.PHONE: ("SĐT: ", "ĐT ", "Điện thoại: ", ""),
    F.EMAIL: ("Email: ", "Mail ", ""),
}
HEADINGS = {
    F.TAX_CODE: ("MST", "Mã số thuế", "Tax code"),
    F.NAME: ("Tên công ty", "Khách hàng", "Tên NNT"),
    F.ADDRESS: ("Địa chỉ", "Đ/c"),
    F.REPRESENTATIVE: ("Người đại diện", "Giám đốc", "ĐDPL"),
    F.PHONE: ("SĐT", "Điện thoại"),
    F.EMAIL: ("Email", "E-mail"),
}
TALK = (
    "gửi em nhé",
    "anh gửi em ds mua pm năm 2026 nhé:",
    "hết rồi e, thiếu gì nhắn a",
    "cảm ơn em",
    "--------",
)


@st.composite
def customers(draw: st.DrawFn) -> dict[F, str]:
    """A customer with a tax code of its kind and any of the other fields."""
    number = draw(st.integers(0, 99_999))
    household = draw(st.booleans())
    proper = draw(st.sampled_from(PROPER))
    kept = draw(st.sets(st.sampled_from([F.ADDRESS, F.REPRESENTATIVE, F.PHONE, F.EMAIL])))
    said = {
        F.TAX_CODE: household_tax_code(number) if household else enterprise_tax_code(number),
        F.NAME: f"Hộ kinh doanh {proper} {number}"
        if household
        else f"Công ty TNHH {draw(st.sampled_from(TRADES))} {proper} {number}",
        F.ADDRESS: f"Số {number % 300 + 1} đường {proper}, {draw(st.sampled_from(PLACES))}",
        F.REPRESENTATIVE: draw(st.sampled_from(PEOPLE)),
        F.PHONE: f"0982{number:06}",
        F.EMAIL: f"khach{number}@example.com",
    }
    return {field: text for field, text in said.items() if field in kept or field in (F.TAX_CODE, F.NAME)}


lists = st.lists(customers(), min_size=1, max_size=6, unique_by=lambda one: one[F.TAX_CODE])


def with_talk(draw: st.DrawFn, lines: list[str]) -> str:
    """The list with small talk and blank lines around it, and blank lines within."""
    before = draw(st.lists(st.sampled_from(TALK), max_size=2))
    after = draw(st.lists(st.sampled_from(TALK), max_size=2))
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    return "\n".join([*before, "", gap.join(lines), "", *after])


@st.composite
def written_lists(draw: st.DrawFn) -> tuple[str, list[dict[F, str]]]:
    """A list, and the same list as chat lines: any order, separators, labels and numbering."""
    expected = draw(lists)
    parting = draw(st.sampled_from([" - ", "\t", " | ", "; ", ", ", "   "]))
    numbering = draw(st.sampled_from(["", "{}. ", "{}) ", "- ", "• ", "{}/ ", "STT {}: "]))
    lines = []
    for place, customer in enumerate(expected, 1):
        fields = draw(st.permutations(list(customer)))
        if parting == ", " and F.ADDRESS in customer:
            # Among commas, only another label or an identifier shows where an address ends.
            fields = [*(field for field in fields if field is not F.ADDRESS), F.ADDRESS]
        pieces = [draw(st.sampled_from(LABELS[field])) + customer[field] for field in fields]
        if not pieces[0][0].isdigit() or "{}" in numbering:
            pieces[0] = numbering.format(place) + pieces[0]
        lines.append(parting.join(pieces))
    return with_talk(draw, lines), expected


@st.composite
def written_tables(draw: st.DrawFn) -> tuple[str, list[dict[F, str]]]:
    """A list, and the same list as a pasted table with headings in any order, with or without diacritics."""
    expected = draw(lists)
    fields = draw(st.permutations(list(LABELS)))
    parting = draw(st.sampled_from(["\t", " | ", ";"]))
    marks: list[Callable[[str], str]] = [str, str.upper, without_diacritics]
    mark = draw(st.sampled_from(marks))
    headings = [mark(draw(st.sampled_from(HEADINGS[field]))) for field in fields]
    counted = draw(st.booleans())
    lines = [parting.join([*(["STT"] if counted else []), *headings])]
    for place, customer in enumerate(expected, 1):
        cells = [customer.get(field, "") for field in fields]
        lines.append(parting.join([*([str(place)] if counted else []), *cells]))
    return "\n".join(lines), expected


@settings(deadline=None)
@given(written_lists())
@example(
    (
        "1. MST: 0300000018 - Số 1 đường Hưng Thịnh, Hà Nội - Công ty TNHH Du lịch Hưng Thịnh",
        [
            {
                F.TAX_CODE: "0300000018",
                F.NAME: "Công ty TNHH Du lịch Hưng Thịnh",
                F.ADDRESS: "Số 1 đường Hưng Thịnh, Hà Nội",
            }
        ],
    )
)
def test_a_list_written_line_by_line_is_read_back(written: tuple[str, list[dict[F, str]]]) -> None:
    text, expected = written
    assert said(text) == expected
    assert looks_like_list(text)


@settings(deadline=None)
@given(written_tables())
@example(
    (
        "TÊN CÔNG TY;MST;ĐỊA CHỈ;EMAIL\nHưng Thịnh;0300000018;;",
        [{F.TAX_CODE: "0300000018", F.NAME: "Hưng Thịnh"}],
    )
)
def test_a_list_pasted_as_a_table_is_read_back(written: tuple[str, list[dict[F, str]]]) -> None:
    text, expected = written
    assert said(text) == expected


@settings(deadline=None)
@given(lists)
def test_a_list_written_in_blocks_is_read_back(expected: list[dict[F, str]]) -> None:
    blocks = ["\n".join(LABELS[field][0] + text for field, text in customer.items()) for customer in expected]
    assert said("\n\n".join(blocks)) == expected
    assert said("\n".join(blocks)) == expected


@settings(deadline=None)
@given(lists, st.data())
def test_nothing_but_the_codes_is_enough(expected: list[dict[F, str]], data: st.DataObject) -> None:
    codes = [customer[F.TAX_CODE] for customer in expected]
    parting = data.draw(st.sampled_from(["\n", " ", ", ", "; ", "\n\n", "\n- "]))
    assert tax_codes_in(parting.join(codes)) == codes
    assert said(parting.join(codes)) == [{F.TAX_CODE: code} for code in codes]


def wrong(code: str, digit: int) -> str:
    """The code with another check digit."""
    return f"{code[:9]}{(int(code[9]) + digit) % 10}"


@pytest.mark.parametrize(
    "first",
    ["- Hộ kinh doanh Thiên Ân - MST: 079000014308", "079000014308, Tên công ty: Hộ kinh doanh Thiên Ân"],
)
def test_what_stands_before_a_label_with_a_colon_is_not_lost(first: str) -> None:
    second = "- Tên công ty: Công ty TNHH Sao Mai - 0982002818 - 0300281827"
    assert [(one[F.NAME], one[F.TAX_CODE]) for one in said(f"{first}\n{second}")] == [
        ("Hộ kinh doanh Thiên Ân", "079000014308"),
        ("Công ty TNHH Sao Mai", "0300281827"),
    ]


@pytest.mark.long
@settings(deadline=None)
@given(written_lists(), st.integers(1, 9), st.data())
def test_no_wrong_check_digit_is_ever_taken(
    written: tuple[str, list[dict[F, str]]], digit: int, data: st.DataObject
) -> None:
    text, customers_of_it = written
    codes = [customer[F.TAX_CODE] for customer in customers_of_it if len(customer[F.TAX_CODE]) == 10]
    assume(codes)
    right = data.draw(st.sampled_from(codes))
    text = text.replace(right, wrong(right, digit))
    assert wrong(right, digit) not in tax_codes_in(text)
    entries = check_entries((0, line, texts) for line, texts in read_lines(text))
    taken = {entry.get(F.TAX_CODE) for entry in entries}
    assert not taken & {right, wrong(right, digit)}
    assert any(problem.field is F.TAX_CODE for entry in entries for problem in entry.problems)


@settings(deadline=None)
@given(st.integers(0, 99_999), st.integers(1, 9), st.booleans())
def test_no_wrong_check_digit_is_an_answer(number: int, digit: int, labelled: bool) -> None:
    code = wrong(enterprise_tax_code(number), digit)
    gap = AskedEntry(1, "", (F.TAX_CODE, F.NAME, F.ADDRESS))
    for answer in read_answers(f"1. {'MST: ' if labelled else ''}{code}", [gap]).answers:
        assert answer.field is F.TAX_CODE
        with pytest.raises(DomainError):
            parse_tax_code(answer.text)
    correction = read_correction(code)
    assert correction is not None
    assert correction[0] in (F.TAX_CODE, F.PHONE)


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["\n", "\t", " - ", ";"]))
def test_any_text_may_be_written(text: str, parting: str) -> None:
    for written in (text, text.replace(" ", parting)):
        check_entries((0, line, texts) for line, texts in read_lines(written))
        tax_codes_in(written)
        looks_like_list(written)
        read_answers(written, GAPS)
        read_correction(written)


def test_a_text_without_end_is_refused_at_once() -> None:
    with pytest.raises(DomainError, match="text_too_long"):
        read_lines("1" * (TEXT_LIMIT + 1))
    for piece in ("1 ", "0912.", "a@", "a:", "(", "- ", "1.", "Công ty ", "địa chỉ ", ", ", "|", "mst\t"):
        long = (piece * TEXT_LIMIT)[:TEXT_LIMIT]
        start = time.process_time()
        read_lines(long)
        looks_like_list(long * 20)
        # Only work that grows faster than the text can break this bound.
        assert time.process_time() - start < 3, piece
