"""Entries of lists: what is right, what is doubtful, and how they compare with the catalogue."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.vn import mst

from domain.accounting import default_accounting
from domain.customers import Customer, CustomerData, CustomerKind
from domain.errors import DomainError
from domain.intakes.checking import (
    check_entries,
    judged,
    open_fields,
    other_recipient,
    own_accounting,
    with_answer,
    with_entry,
)
from domain.intakes.columns import find_heading_row, recognise_columns
from domain.intakes.entries import Entry, Known, Standing
from domain.intakes.entries import EntryField as F
from domain.intakes.parsing import check_texts
from domain.invoices import BuyerKind
from domain.recipients import InvoiceRecipient, NoticeRecipient, OtherRecipient

SAMPLES = Path(__file__).parents[2] / "samples"
ENTERPRISE, HOUSEHOLD = CustomerKind.ENTERPRISE, CustomerKind.HOUSEHOLD
READY, LACKING, WRONG, REPEATED = Standing.READY, Standing.LACKING, Standing.WRONG, Standing.REPEATED
A, B, OWNER = "0101243150", "0100109106", "001169434023"
FULL = {
    F.TAX_CODE: A, F.NAME: "Công ty TNHH Minh Khôi", F.ADDRESS: "12 Lê Lợi, Hà Nội",
    F.REPRESENTATIVE: "Lê Thị An",
    F.EMAIL: "an@minhkhoi.vn", F.PHONE: "0912345678",
}  # fmt: skip
KNOWN = Customer(
    ENTERPRISE, A, "Công ty TNHH Minh Khôi", "12 Lê Lợi, Hà Nội", "Lê Thị An", "an@minhkhoi.vn",
    "+84912345678",
    regime="TT133", vat_method="KHAU_TRU", first_month=1, id=5, firm_id=1,
)  # fmt: skip


def entries_of(name: str) -> list[Entry]:
    """The entries of all sheets of a sample."""
    rows = []
    for sheet in openpyxl.load_workbook(SAMPLES / name, data_only=True):
        texts = [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        headings = find_heading_row(texts)
        assert headings is not None
        columns = recognise_columns(texts[headings], texts[headings + 1 :])
        for number, row in enumerate(texts[headings + 1 :], headings + 2):
            rows.append((0, number, {field: text for field, text in zip(columns, row, strict=True) if field}))
    return check_entries(rows)


def entry(texts: dict[F, str]) -> Entry:
    (only,) = check_entries([(0, 1, texts)])
    return only


def problems(texts: dict[F, str]) -> dict[F, tuple[str, tuple[str, ...]]]:
    return {problem.field: (problem.error.code, problem.choices) for problem in check_texts(texts)[1]}


def test_the_messy_sample_stands_as_it_should() -> None:
    """Counted and read by hand. The row in the sheet is the number in its first column plus three."""
    entries = {entry.number - 3: entry for entry in entries_of("danh-sach-lon-xon.xlsx")}
    assert sorted(entries) == list(range(1, 41))
    odd = {3: WRONG, 6: WRONG, 7: LACKING, 11: REPEATED, 12: WRONG, 13: LACKING}
    assert {number: entry.standing for number, entry in entries.items()} == {
        number: odd.get(number, READY) for number in range(1, 41)
    }
    households = {5, 10, 15, 20, 25, 30, 35, 40}
    assert {number for number, entry in entries.items() if entry.get(F.KIND) == "household"} == households
    assert [entry.position for entry in entries.values()] == list(range(1, 41))

    assert entries[1].get(F.TAX_CODE) == "9930393741"  # a number in the sheet
    assert entries[2].get(F.TAX_CODE) == "9940415521"  # "MST: 9940415521"
    assert _faults(entries[3]) == [(F.TAX_CODE, "tax_code_check_digit", ())]
    assert entries[4].get(F.PHONE) == "+84912345678"  # a number that lost its zero
    assert _faults(entries[6]) == [
        (F.EMAIL, "email_doubtful", ("khach0206@gmail.com", "khach0206@gmail.con"))
    ]
    assert open_fields(entries[7], None) == (F.EMAIL, F.PHONE)
    assert entries[8].get(F.NAME) == "Công ty TNHH MTV Vận tải Ý Tưởng Xanh 208"  # spaces, one unbreakable
    assert entries[11].repeats == 12
    assert entries[11].get(F.NAME) != entries[9].get(F.NAME)
    assert _faults(entries[12]) == [(F.PHONE, "phone_several", ("+84912345679", "+84987654321"))]
    assert open_fields(entries[13], None) == (F.NAME,)  # a formula
    assert entries[14].get(F.VAT_METHOD) == "KHAU_TRU"  # "KT"
    assert not any(entry.says_kind for entry in entries.values())


@pytest.mark.parametrize(
    ("name", "count", "kind"),
    [
        ("khach-hang-doanh-nghiep-30.xlsx", 30, "enterprise"),
        ("khach-hang-ho-kinh-doanh-20.xlsx", 20, "household"),
    ],
)
def test_the_clean_samples_are_ready(name: str, count: int, kind: str) -> None:
    entries = entries_of(name)
    assert len(entries) == count
    assert {(entry.standing, entry.get(F.KIND), entry.get(F.DATA_START)) for entry in entries} == {
        (READY, kind, "2026-01-01")
    }


def _faults(entry: Entry) -> list[tuple[F, str, tuple[str, ...]]]:
    return [(problem.field, problem.error.code, problem.choices) for problem in entry.problems]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (F.PHONE, "912345678", "+84912345678"),
        (F.PHONE, "ĐT: 0912.345.678", "+84912345678"),
        (F.EMAIL, "Email: An@GMAIL.com", "An@gmail.com"),
        (F.VAT_METHOD, "KT", "KHAU_TRU"),
        (F.VAT_METHOD, "TT trên DT", "TT_DOANH_THU"),
        (F.REGIME, "Thông tư 133", "TT133"),
        (F.FIRST_MONTH, "4", "4"),
        (F.FIRST_MONTH, "Tháng 4", "4"),
        (F.FIRST_MONTH, "01/04", "4"),
        (F.FIRST_MONTH, "01/04/2026", "4"),
        (F.FIRST_MONTH, "T10", "10"),
        (F.FIRST_MONTH, "4.0", "4"),
        (F.DATA_START, "01/04/2026", "2026-04-01"),
        (F.DATA_START, "1-4-26", "2026-04-01"),
        (F.DATA_START, "1.4.2026", "2026-04-01"),
        (F.DATA_START, "2026-04-01", "2026-04-01"),
        (F.DATA_START, "2026-04-01 00:00:00", "2026-04-01"),
        (F.DATA_START, "Ngày 1 tháng 4 năm 2026", "2026-04-01"),
        (F.COSTING, "FIFO", "fifo"),
        (F.COSTING, "Bình quân gia quyền cuối kỳ", "average_period_end"),
        (F.COSTING, "Đích danh", "specific"),
        (F.LABELS, "VIP, Hà Nội; vip\nmới", "VIP;Hà Nội;mới"),
        (F.ASSIGNEE, " Lê  An ", "Lê An"),
        (F.KIND, "Cty TNHH", "enterprise"),
        (F.NOTICE_PHONE, "0912345678", "+84912345678"),
        (F.INVOICE_TAX_ID, "1234567", "1234567"),
        (F.OWN_CODE, "KH01", "KH01"),
    ],
)
def test_texts_become_values(field: F, text: str, value: str) -> None:
    values, faults, says_kind = check_texts({F.TAX_CODE: A, field: text})
    assert values == {F.TAX_CODE: A, F.KIND: "enterprise", field: value}
    assert not faults
    assert says_kind is (field is F.KIND)


@pytest.mark.parametrize(
    ("field", "text", "code", "choices"),
    [
        (F.PHONE, "0912345678 / 0987654321", "phone_several", ("+84912345678", "+84987654321")),
        (F.PHONE, "0912345678 0987654321", "phone_several", ("+84912345678", "+84987654321")),
        (F.PHONE, "024 3825 1234 - 0912345678", "phone_several", ("+84912345678",)),
        (F.PHONE, "0912345678 (A. Nam)", "phone_format", ("+84912345678",)),
        (F.PHONE, "o912345678", "phone_format", ("+84912345678",)),
        (F.PHONE, "02438251234", "phone_landline", ("+842438251234",)),
        (F.PHONE, "1900 1234", "phone_not_mobile", ()),
        (F.EMAIL, "a@gmail.con", "email_doubtful", ("a@gmail.com", "a@gmail.con")),
        (F.EMAIL, "a@b.vn; c@d.vn", "email_several", ("a@b.vn", "c@d.vn")),
        (F.EMAIL, "a@b.vn (kế toán)", "email_format", ("a@b.vn",)),
        (F.EMAIL, "a @ gmail,com", "email_format", ("a@gmail.com",)),
        (F.REPRESENTATIVE, "Lê An - 0912.345.678 - 0987.654.321", "person_with_contact", ("Lê An",)),
        (F.REPRESENTATIVE, "a@b.vn", "person_with_contact", ()),
        (F.EMAIL, "không có", "email_format", ()),
        (F.TAX_CODE, "0101243151", "tax_code_check_digit", ()),
        (F.TAX_CODE, "101243150", "tax_code_lost_zero", ("0101243150",)),
        (F.TAX_CODE, f"{A} (cũ {B})", "tax_code_format", (A, B)),
        (F.VAT_METHOD, "Trực tiếp", "vat_method_unknown", ("TT_DOANH_THU", "TT_GTGT")),
        (F.VAT_METHOD, "gì đó", "vat_method_unknown", ("KHAU_TRU", "TT_DOANH_THU", "TT_GTGT")),
        (F.VAT_METHOD, "KCT", "accounting_vat_method_not_offered", ("KHAU_TRU", "TT_DOANH_THU", "TT_GTGT")),
        (F.REGIME, "TT152", "accounting_regime_not_offered", ("TT99", "TT133", "TT58", "TT200", "TT132")),
        (F.REGIME, "TT48", "regime_unknown", ("TT99", "TT133", "TT58", "TT200", "TT132")),
        (F.FIRST_MONTH, "3", "accounting_first_month_not_offered", ("1", "4", "7", "10")),
        (F.FIRST_MONTH, "quý 2", "first_month_unknown", ("1", "4", "7", "10")),
        (F.DATA_START, "12/31/2026", "data_start_unknown", ("2026-12-31",)),
        (F.DATA_START, "30/02/2026", "data_start_unknown", ()),
        (F.DATA_START, "01/2026", "data_start_unknown", ("2026-01-01",)),
        (F.DATA_START, "46023", "data_start_unknown", ("2026-01-01",)),
        (F.DATA_START, "01/01/1899", "data_start_unknown", ()),
        (F.COSTING, "Bình quân", "costing_unknown", ("average_period_end", "average_moving")),
        (F.KIND, "khách quen", "kind_unknown", ("enterprise", "household")),
        (F.LABELS, "x" * 31, "text_too_long", ()),
        (F.INVOICE_TAX_ID, "0101243151", "tax_code_check_digit", ()),
        (F.NAME, "x" * 201, "text_too_long", ()),
    ],
)
def test_what_is_wrong_or_doubtful_is_a_problem_with_its_choices(
    field: F, text: str, code: str, choices: tuple[str, ...]
) -> None:
    texts = {F.TAX_CODE: A, field: text}
    assert problems(texts) == {field: (code, choices)}
    assert field is F.KIND or field not in check_texts(texts)[0]
    assert entry(texts).standing is WRONG
    for choice in choices:
        mended = with_answer(entry(texts), field, choice)
        assert not mended.problems
        assert mended.get(field)


@pytest.mark.parametrize(
    ("texts", "kind", "fault"),
    [
        ({F.TAX_CODE: A}, "enterprise", None),
        ({F.TAX_CODE: OWNER}, "household", None),
        # The name tells the kind if the code does not; an old code of a household stays a household's.
        ({F.TAX_CODE: A, F.NAME: "Hộ kinh doanh Sao Mai"}, "household", None),
        ({F.TAX_CODE: A, F.NAME: "Hộ Nguyễn Văn An"}, "household", None),
        ({F.TAX_CODE: A, F.NAME: "Hồ Gươm Plaza"}, "enterprise", None),
        ({F.TAX_CODE: A, F.KIND: "HKD"}, "household", None),
        ({F.TAX_CODE: "1169434023", F.NAME: "HKD Sao Mai"}, "household", "tax_code_lost_zero"),
        # A company has no 12 digits: the code or the kind is wrong, and a person has to say which.
        ({F.TAX_CODE: OWNER, F.KIND: "DN"}, "enterprise", "tax_code_kind"),
        ({F.TAX_CODE: OWNER, F.NAME: "Công ty TNHH A"}, "enterprise", "tax_code_kind"),
    ],
)
def test_the_kind_is_said_or_told_by_name_and_code(texts: dict[F, str], kind: str, fault: str | None) -> None:
    values, faults, _ = check_texts(texts)
    assert values[F.KIND] == kind
    assert [problem.error.code for problem in faults] == ([fault] if fault else [])


def test_a_household_is_not_given_a_companys_method() -> None:
    texts = {**FULL, F.TAX_CODE: OWNER, F.NAME: "Hộ kinh doanh Sao Mai", F.VAT_METHOD: "Khấu trừ"}
    assert problems(texts) == {
        F.VAT_METHOD: ("accounting_vat_method_not_offered", ("TT_DOANH_THU", "KHONG_CHIU"))
    }
    # A household has only one direct method.
    assert check_texts({**texts, F.VAT_METHOD: "Trực tiếp"})[0][F.VAT_METHOD] == "TT_DOANH_THU"


def test_repeated_codes_are_found_in_any_form() -> None:
    forms = [f"{A}-001", "0101243150001", f"mst {A}-001", OWNER, "'001 169 434 023", A]
    entries = check_entries((0, number, {F.TAX_CODE: form}) for number, form in enumerate(forms, 5))
    assert [(entry.standing, entry.repeats) for entry in entries] == [
        (LACKING, None), (REPEATED, 5), (REPEATED, 5), (LACKING, None), (REPEATED, 8), (LACKING, None),
    ]  # fmt: skip


def test_rows_that_are_no_customers_are_left_out() -> None:
    rows: list[dict[F, str]] = [
        FULL,
        {},
        {F.NAME: " ", F.PHONE: "\u200b"},
        {F.TAX_CODE: "MST", F.NAME: "Tên công ty", F.EMAIL: "E-mail"},
        {F.NAME: "Tổng cộng: 2"},
        {F.NAME: "Công ty Không Mã"},
        {F.TAX_CODE: "", F.EMAIL: "a@b.vn"},
    ]
    entries = check_entries((0, number, texts) for number, texts in enumerate(rows, 1))
    assert [(entry.number, entry.position, entry.standing) for entry in entries] == [
        (1, 1, READY), (6, 2, WRONG), (7, 3, WRONG),
    ]  # fmt: skip


def test_an_entry_is_judged_beside_the_known_customer() -> None:
    bare = entry({F.TAX_CODE: A})
    assert (bare.standing, bare.known) == (LACKING, Known.NEW)
    same = judged(bare, KNOWN)
    assert (same.standing, same.known, same.values) == (READY, Known.SAME, bare.values)
    assert judged(bare, replace(KNOWN, email="")).standing is LACKING
    assert open_fields(bare, replace(KNOWN, email="")) == (F.EMAIL,)
    assert open_fields(bare, KNOWN) == ()
    assert open_fields(bare, None)[0] is F.NAME
    changed = judged(entry({F.TAX_CODE: A, F.PHONE: "0987654321"}), KNOWN)
    assert (changed.standing, changed.known) == (READY, Known.CHANGED)
    assert with_entry(KNOWN, changed) == replace(KNOWN.data, phone="+84987654321")
    assert judged(bare, replace(KNOWN, archived=True)).known is Known.CHANGED
    assert judged(replace(bare, standing=REPEATED), KNOWN).standing is REPEATED


@given(
    st.fixed_dictionaries(
        {F.TAX_CODE: st.just(A)},
        optional={
            F.NAME: st.sampled_from([FULL[F.NAME], "Công ty TNHH Khác"]),
            F.ADDRESS: st.sampled_from([FULL[F.ADDRESS], "Số 1, Huế"]),
            F.EMAIL: st.sampled_from([FULL[F.EMAIL], "khac@minhkhoi.vn"]),
            F.KIND: st.sampled_from(["Doanh nghiệp", "HKD"]),
            F.REGIME: st.sampled_from(["TT133", "TT152"]),
            F.FIRST_MONTH: st.sampled_from(["1", "4"]),
            F.LABELS: st.just("VIP"),
        },
    ),
    st.sampled_from(
        [KNOWN, replace(KNOWN, kind=HOUSEHOLD, regime="TT152", vat_method=None, first_month=None)]
    ),
    st.booleans(),
)
def test_same_is_what_changes_nothing(texts: dict[F, str], customer: Customer, archived: bool) -> None:
    known = replace(customer, archived=archived)
    told = judged(entry(texts), known)
    same = with_entry(known, told) == known.data and not archived
    assert told.known is (Known.SAME if same else Known.CHANGED)


def test_a_known_customer_keeps_its_kind_unless_the_list_says_another() -> None:
    household = replace(KNOWN, kind=HOUSEHOLD, regime="TT152", vat_method="TT_DOANH_THU")
    told = judged(entry({F.TAX_CODE: A}), household)
    assert (told.known, told.get(F.KIND), with_entry(household, told)) == (
        Known.SAME,
        "household",
        household.data,
    )
    refused = judged(entry({F.TAX_CODE: A, F.VAT_METHOD: "KT"}), household)
    assert (refused.standing, open_fields(refused, household)) == (WRONG, (F.VAT_METHOD,))
    said = judged(entry({F.TAX_CODE: A, F.KIND: "Doanh nghiệp"}), household)
    assert with_entry(household, said) == replace(
        household.data, kind=ENTERPRISE, regime=None, vat_method=None, first_month=None
    )


def test_a_new_customer_is_what_the_entry_says() -> None:
    texts = {**FULL, F.REGIME: "TT133", F.FIRST_MONTH: "4", F.LABELS: "VIP"}
    assert with_entry(None, entry(texts)) == CustomerData(
        ENTERPRISE, A, "Công ty TNHH Minh Khôi", "12 Lê Lợi, Hà Nội", "Lê Thị An", "an@minhkhoi.vn",
        "+84912345678", regime="TT133", first_month=4,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["chưa có", "Không có.", "KHONG CO", "n/a", "bổ sung sau…"])
@pytest.mark.parametrize("field", [F.ADDRESS, F.REPRESENTATIVE, F.NAME])
def test_words_that_nothing_is_known_are_no_value(field: F, text: str) -> None:
    lacking = entry({**FULL, field: text})
    assert (lacking.standing, open_fields(lacking, None)) == (LACKING, (field,))
    with pytest.raises(DomainError, match="text_empty"):
        with_answer(lacking, field, text)


def test_answers_mend_an_entry() -> None:
    wrong = entry({**FULL, F.TAX_CODE: "0101243151", F.PHONE: "123", F.EMAIL: "a@gmail.con"})
    assert open_fields(wrong, None)[0] is F.TAX_CODE
    with pytest.raises(DomainError, match="tax_code_check_digit"):
        with_answer(wrong, F.TAX_CODE, "0101243152")
    mended = with_answer(wrong, F.TAX_CODE, A)
    assert [problem.field for problem in mended.problems] == [F.EMAIL, F.PHONE]
    # Repeating the doubtful value is an answer; a different doubtful value is asked about again.
    doubted = with_answer(mended, F.EMAIL, "b@gmial.com")
    assert _faults(doubted)[0] == (F.EMAIL, "email_doubtful", ("b@gmail.com", "b@gmial.com"))
    assert with_answer(doubted, F.EMAIL, "b@gmial.com").get(F.EMAIL) == "b@gmial.com"
    kept = with_answer(mended, F.EMAIL, "a@gmail.con")
    assert kept.get(F.EMAIL) == "a@gmail.con"
    assert with_answer(kept, F.PHONE, "0912345678").standing is READY
    left_open = with_answer(kept, F.PHONE, "-")
    assert (left_open.standing, open_fields(left_open, None)) == (LACKING, (F.PHONE,))


def test_an_answer_may_change_the_kind() -> None:
    wrong = entry({**FULL, F.TAX_CODE: OWNER, F.VAT_METHOD: "Khấu trừ"})
    mended = with_answer(wrong, F.TAX_CODE, OWNER)
    assert (mended.get(F.KIND), mended.get(F.TAX_CODE)) == ("household", OWNER)
    assert [problem.field for problem in mended.problems] == [F.NAME, F.VAT_METHOD]
    with pytest.raises(DomainError, match="accounting_vat_method_not_offered"):
        with_answer(mended, F.VAT_METHOD, "KHAU_TRU")
    with pytest.raises(DomainError, match="tax_code_kind"):
        with_answer(mended, F.KIND, "enterprise")
    # The name still tells an enterprise.
    mended = with_answer(mended, F.VAT_METHOD, "KHONG_CHIU")
    with pytest.raises(DomainError, match="kind_of_name"):
        with_answer(mended, F.NAME, "Cty Hoa Sen")
    assert with_answer(mended, F.NAME, "Hộ kinh doanh Hoa Sen").standing is READY


@pytest.mark.parametrize("kind", [ENTERPRISE, HOUSEHOLD])
def test_a_name_that_tells_another_kind_than_the_list_says_is_a_question(kind: CustomerKind) -> None:
    other = HOUSEHOLD if kind is ENTERPRISE else ENTERPRISE
    name = {ENTERPRISE: "Công ty TNHH Hoa Sen", HOUSEHOLD: "HKD Hoa Sen"}[other]
    said = entry({**FULL, F.NAME: name, F.KIND: kind.value})
    assert [(problem.field, problem.choices) for problem in said.problems] == [(F.KIND, (other.value,))]
    assert said.standing is WRONG
    with pytest.raises(DomainError, match="kind_of_name"):
        with_answer(said, F.KIND, kind.value)
    settled = with_answer(said, F.KIND, other.value)
    assert (settled.standing, settled.get(F.KIND)) == (READY, other)
    # The name may be what is wrong.
    assert with_answer(said, F.NAME, "Hoa Sen").standing is READY


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Trên thu nhập tính thuế", "INCOME"),
        ("Theo tỷ lệ trên doanh thu", "RATE"),
        ("thuế TNDN tính theo tỷ lệ % trên doanh thu", "RATE"),
        ("doanh thu trừ chi phí", "INCOME"),
    ],
)
def test_income_tax_is_worked_out_as_the_kind_does_it(text: str, meant: str) -> None:
    of_household = {F.TAX_CODE: "001195039855", F.NAME: "Hộ kinh doanh Cúc", F.INCOME_METHOD: text}
    assert entry({**FULL, F.INCOME_METHOD: text}).get(F.INCOME_METHOD) == f"CIT_{meant}"
    assert entry({**FULL, **of_household}).get(F.INCOME_METHOD) == f"PIT_{meant}"


def test_own_accounting_data_differ_from_the_common_ones() -> None:
    common = default_accounting(ENTERPRISE, 2027)
    assert own_accounting(entry(FULL), common, ENTERPRISE, 2027) is None
    assert own_accounting(entry({**FULL, F.REGIME: "TT99"}), common, ENTERPRISE, 2027) is None
    texts = {**FULL, F.REGIME: "TT133", F.FIRST_MONTH: "4", F.DATA_START: "01/05/2027", F.COSTING: "FIFO"}
    own = own_accounting(entry(texts), common, ENTERPRISE, 2027)
    assert own == replace(common, regime="TT133", first_month=4, data_start=date(2027, 5, 1), costing="fifo")
    with pytest.raises(DomainError, match="accounting_regime_not_offered"):
        own_accounting(entry({**FULL, F.REGIME: "TT200"}), common, ENTERPRISE, 2027)
    # A list from an earlier year says when its books began.
    assert own_accounting(entry({**FULL, F.DATA_START: "01/01/2026"}), common, ENTERPRISE, 2027) is None
    with pytest.raises(DomainError, match="accounting_data_start_outside"):
        own_accounting(entry({**FULL, F.DATA_START: "01/01/2028"}), common, ENTERPRISE, 2027)
    # A first period of 61 days joins the next year.
    founded = own_accounting(entry({**FULL, F.DATA_START: "01/11/2026"}), common, ENTERPRISE, 2027)
    assert founded == replace(common, data_start=date(2026, 11, 1))
    # The common first day holds only for the common fiscal year.
    shifted = own_accounting(
        entry({**FULL, F.FIRST_MONTH: "7"}), replace(common, data_start=date(2027, 2, 1)), ENTERPRISE, 2027
    )
    assert shifted is not None
    assert shifted.data_start is None


def test_another_recipient_is_what_the_list_says_and_else_the_customer() -> None:
    assert other_recipient(entry(FULL), KNOWN) is None
    notice_only = other_recipient(entry({**FULL, F.NOTICE_EMAIL: "kt@b.vn"}), KNOWN)
    assert notice_only == OtherRecipient(
        0, NoticeRecipient("Lê Thị An", "kt@b.vn", "+84912345678"), None, "kt@b.vn"
    )
    invoice = other_recipient(entry({**FULL, F.INVOICE_NAME: "Tập đoàn B", F.INVOICE_TAX_ID: B}), KNOWN)
    assert invoice == OtherRecipient(
        0,
        NoticeRecipient("Lê Thị An", "an@minhkhoi.vn", "+84912345678"),
        InvoiceRecipient("Tập đoàn B", B, "12 Lê Lợi, Hà Nội", "an@minhkhoi.vn", BuyerKind.COMPANY),
    )


def test_a_list_does_not_say_what_twelve_digits_of_a_buyer_are() -> None:
    """Unless they are the customer's own tax code."""

    def declared(name: str, number: str, customer: CustomerData = KNOWN) -> tuple[BuyerKind, bool]:
        said = {**FULL, F.INVOICE_NAME: name, F.INVOICE_TAX_ID: number}
        other = other_recipient(entry(said), customer)
        assert other is not None
        assert other.invoice is not None
        return other.invoice.kind, other.kind_open

    assert declared("Trần Thị Mai", "001090012345") == (BuyerKind.PERSON, True)
    assert declared("Hộ kinh doanh Cô Ba", "001090012345") == (BuyerKind.HOUSEHOLD, True)
    assert declared("Sở Tài chính", "1054321") == (BuyerKind.BUDGET_UNIT, False)
    household = replace(KNOWN, kind=CustomerKind.HOUSEHOLD, tax_code="001090012345")
    assert declared("Trần Thị Mai", "001090012345", household) == (BuyerKind.HOUSEHOLD, False)
    assert declared("Công ty B", B, household) == (BuyerKind.COMPANY, False)


@given(st.text(alphabet="0123456789 .-'", max_size=20), st.sampled_from(["", "Công ty A", "Hộ kinh doanh A"]))
def test_no_wrong_check_digit_is_taken_out_of_a_cell(text: str, name: str) -> None:
    values, faults, _ = check_texts({F.TAX_CODE: text, F.NAME: name})
    code = values.get(F.TAX_CODE)
    assert (code is None) is any(problem.field is F.TAX_CODE for problem in faults)
    assert code is None or len(code) == 12 or mst.is_valid(code)


@given(st.dictionaries(st.sampled_from(F), st.text(max_size=40)))
def test_any_row_is_either_right_or_has_its_problem(texts: dict[F, str]) -> None:
    values, faults, _ = check_texts(texts)
    wrong = {problem.field for problem in faults}
    assert not wrong & (values.keys() - {F.KIND})
    assert (F.TAX_CODE in values) is not (F.TAX_CODE in wrong)
    again, no_faults, _ = check_texts(values)
    assert F.TAX_CODE not in values or (again == values and not no_faults)


def test_ten_thousand_messy_rows_are_checked_at_once() -> None:
    """Only a change of method can break this bound: the measured time is less than a third of it."""
    rows = [
        dict(entry.values) | {p.field: p.text for p in entry.problems}
        for entry in entries_of("danh-sach-lon-xon.xlsx")
    ]
    numbered = [
        (0, number, {**rows[number % 40], F.EMAIL: f"k{number}@example.com"}) for number in range(10_000)
    ]
    start = time.process_time()
    assert len(check_entries(numbered)) == 10_000
    assert time.process_time() - start < 3
