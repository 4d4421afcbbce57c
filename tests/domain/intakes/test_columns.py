"""Columns are recognised by their headings, however worded, and without headings by their contents."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.intakes.columns import HEADING_ROWS, find_heading_row, is_footer, meaning_of, recognise_columns
from domain.intakes.entries import EntryField as F
from domain.text import without_diacritics
from gateways.workbooks.layout import COLUMNS

WORDINGS: dict[F | None, list[str]] = {
    F.TAX_CODE: ["MST", "Mã số thuế", "Mã số thuế (*)", "Mã số DN", "MSDN", "Tax code", "Tax ID",
                 "Mã số\nthuế *",
                 "MST khách hàng", "Mã số thuế/CCCD", "CCCD", "TIN", "MST công ty", "Mã số doanh nghiệp"],
    F.NAME: ["Tên công ty", "Tên cty", "Tên NNT", "Khách hàng", "Tên khách hàng", "Tên đơn vị",
             "Company name", "Name",
             "Tên", "Tên người nộp thuế", "Tên hộ kinh doanh", "Doanh nghiệp", "Tên DN (đầy đủ)", "Tên KH",
             "Customer"],
    F.ADDRESS: ["Địa chỉ", "Đ/c", "ĐC", "Address", "Địa chỉ công ty", "Trụ sở chính", "Địa chỉ trụ sở",
                "dia chi"],
    F.REPRESENTATIVE: ["Người đại diện pháp luật", "Giám đốc", "GĐ", "Người ĐD", "ĐDPL", "Chủ hộ",
                       "Representative",
                       "Tên người đại diện", "Tên giám đốc", "Họ và tên", "Legal representative",
                       "Chủ hộ kinh doanh",
                       "Đại diện", "Tên chủ hộ", "Director"],
    F.PHONE: ["SĐT", "ĐT", "Mobile", "Tel", "Điện thoại", "Số điện thoại", "Phone number", "SĐT giám đốc",
              "Số ĐT",
              "Điện thoại di động", "ĐTDĐ", "Điện thoại liên hệ", "Representative's phone",
              "Điện thoại (*)", "Zalo"],
    F.EMAIL: ["Email", "E-mail", "Thư điện tử", "Địa chỉ email", "Mail", "Email người đại diện",
              "Email address"],
    F.VAT_METHOD: ["PP tính thuế", "PPTT", "VAT", "Phương pháp tính thuế GTGT", "Phương pháp", "Thuế GTGT",
                   "VAT method"],
    F.INCOME_METHOD: ["Cách tính thuế thu nhập", "PP tính thuế TNDN", "Phương pháp tính thuế TNCN",
                      "Income tax method"],
    F.REGIME: ["Chế độ kế toán", "Chế độ KT", "Thông tư", "CĐKT", "Accounting regime", "Chế độ"],
    F.FIRST_MONTH: ["Tháng bắt đầu năm TC", "Tháng bắt đầu năm tài chính", "First month", "Niên độ kế toán"],
    F.DATA_START: ["Ngày bắt đầu dữ liệu", "Ngày BĐ", "Start date", "Bắt đầu dữ liệu kế toán"],
    F.COSTING: ["Giá xuất kho", "PP tính giá xuất kho", "Costing", "Phương pháp xuất kho"],
    F.OWN_CODE: ["Mã KH", "Mã khách hàng", "Mã riêng", "Customer code", "Mã khách"],
    F.KIND: ["Loại khách hàng", "Loại", "Loại hình", "Customer type"],
    F.LABELS: ["Nhãn", "Nhóm", "Tags", "Nhóm khách hàng", "Phân loại"],
    F.ASSIGNEE: ["Phụ trách", "NV phụ trách", "Kế toán phụ trách", "Nhân viên phụ trách", "Assignee",
                 "Nhân viên"],
    F.NOTICE_NAME: ["Người nhận", "Người nhận thông báo", "Tên người nhận", "Recipient"],
    F.NOTICE_EMAIL: ["Email nhận thông báo", "Email người nhận"],
    F.NOTICE_PHONE: ["SĐT người nhận", "Điện thoại nhận thông báo"],
    F.INVOICE_NAME: ["Tên đơn vị xuất hóa đơn", "Tên trên hóa đơn", "Đơn vị nhận hóa đơn"],
    F.INVOICE_TAX_ID: ["MST xuất hóa đơn", "Mã số thuế trên hóa đơn"],
    F.INVOICE_ADDRESS: ["Địa chỉ xuất hóa đơn", "Địa chỉ hóa đơn"],
    F.INVOICE_EMAIL: ["Email nhận hóa đơn", "Email xuất hóa đơn", "Email hoá đơn"],
    None: ["STT", "TT", "No.", "Ghi chú", "Số điện thoại kế toán", "email kế toán", "Cần sửa", "Lý do",
           "Mật khẩu email",
           "Số tài khoản", "Thuế suất GTGT", "Tên viết tắt", "Fax", "Số hóa đơn", "Ngày cấp MST",
           "SĐT người phụ trách",
           "Thông tin khác", "Thuế TNDN",
           "Thuế thu nhập phải nộp", "Doanh thu", "Số lượng", "Kế toán trưởng", "", "   ",
           "DANH SÁCH KHÁCH HÀNG NĂM 2026"],
}  # fmt: skip


def field_of(heading: str) -> F | None:
    meaning = meaning_of(heading)
    return meaning.field if meaning else None


@pytest.mark.parametrize(
    ("field", "heading"), [(field, heading) for field, headings in WORDINGS.items() for heading in headings]
)
def test_headings_are_known_in_any_wording(field: F | None, heading: str) -> None:
    for written in (heading, heading.upper(), without_diacritics(heading), f" {heading}\n(*) "):
        assert field_of(written) is field, written


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: str(column.key))
def test_the_templates_own_headings_are_known(column: object) -> None:
    assert field_of(column.heading) == column.key  # type: ignore[attr-defined]


TAX_CODES = ["0101243150", "0100109106", "0101248141", "0300588569", "0100112437"]
NAMES = [
    "Công ty TNHH Minh Khôi",
    "Cty CP Việt Đức",
    "Hộ kinh doanh Hồ Gươm",
    "DNTN An Phát",
    "Công ty TNHH Sao Mai",
]
PEOPLE = ["Nguyễn Thị Lan", "Trần Văn Hùng", "Hồ Minh Long", "Trương Mỹ Hoa", "Lê An"]
PHONES = ["0912345678", "0987 654 321", "", "84912345679", "912345670"]
EMAILS = ["a@congty.vn", "b@congty.vn", "", "c@gmail.com", "d@gmail.com"]
ADDRESSES = ["Số 1 đường Lê Lợi, Hà Nội", "12 Nguyễn Trãi, phường 5, TP. HCM",
             "Lô A2 KCN Sóng Thần, Bình Dương",
             "Thôn 3, xã Hòa Bình, Đắk Lắk", "Số 65 đường Việt Đức, Hải Phòng"]  # fmt: skip
NUMBERS = ["1", "2", "3", "4", "5"]
VAT = ["Khấu trừ", "KT", "Trực tiếp trên doanh thu", "Khấu trừ", ""]


def columns(*cells: list[str]) -> list[list[str]]:
    return [list(row) for row in zip(*cells, strict=True)]


CONTENTS = {
    F.TAX_CODE: TAX_CODES, F.NAME: NAMES, F.REPRESENTATIVE: PEOPLE, F.PHONE: PHONES, F.EMAIL: EMAILS,
    F.ADDRESS: ADDRESSES, None: NUMBERS, F.VAT_METHOD: VAT,
}  # fmt: skip


@given(st.permutations(list(CONTENTS.items())))
def test_columns_without_headings_are_known_by_what_stands_in_them(
    order: list[tuple[F | None, list[str]]],
) -> None:
    rows = columns(*(cells for _, cells in order))
    assert recognise_columns([], rows) == [field for field, _ in order]
    assert recognise_columns([""] * len(order), rows) == [field for field, _ in order]


@settings(deadline=None)
@given(st.data())
def test_shuffled_headings_are_known(data: st.DataObject) -> None:
    order = data.draw(st.permutations([field for field in WORDINGS if field is not F.KIND]))
    ways: list[Callable[[str], str]] = [str, str.upper, str.lower, without_diacritics]
    spelled = st.sampled_from(ways)
    headings = [data.draw(spelled)(data.draw(st.sampled_from(WORDINGS[field]))) for field in order]
    assert recognise_columns(headings, []) == order


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        # Beside a representative, a bare "Tên" is the company's name.
        (["MST", "Tên",
        "Người đại diện"], [TAX_CODES, NAMES, PEOPLE], [F.TAX_CODE, F.NAME, F.REPRESENTATIVE]),
        # Others' phones and e-mails do not displace the representative's, wherever they stand.
        (["SĐT kế toán", "Email kế toán", "SĐT", "Email"], [PHONES, EMAILS, PHONES, EMAILS],
         [None, None, F.PHONE, F.EMAIL]),
        (["Điện thoại liên hệ", "Điện thoại"], [PHONES, PHONES], [None, F.PHONE]),
        # The filled one of two equal columns is taken, or else the first.
        (["Email", "Email"], [[""] * 5, EMAILS], [None, F.EMAIL]),
        (["SĐT 1", "SĐT 2"], [PHONES, PHONES], [F.PHONE, None]),
        # An unknown heading does not hide values of an unmistakable shape, but a person may be anybody.
        (["Mã", "Liên hệ ngay", "Giới thiệu bởi"], [TAX_CODES, PHONES, PEOPLE], [F.TAX_CODE, F.PHONE, None]),
        # Legal forms say the kind; a column of this heading with other values is left alone.
        (["Loại hình", "MST"], [["TNHH", "CP", "HKD", "TNHH", "DNTN"], TAX_CODES], [F.KIND, F.TAX_CODE]),
        (["Loại hình", "MST"], [["xây dựng", "vận tải", "du lịch", "y tế",
        "in"], TAX_CODES], [None, F.TAX_CODE]),
        # Wrong codes and lost zeros do not hide the column of tax codes.
        (["", ""], [["0101243150", "101243150", "0101243151", "0300588569", "0100112437"], PEOPLE],
         [F.TAX_CODE, F.REPRESENTATIVE]),
        (["", ""], [["001169434023", "031070560744", "", "079188779122", "048181150433"], PHONES],
         [F.TAX_CODE, F.PHONE]),
    ],
)  # fmt: skip
def test_of_several_columns_the_fitting_one_is_taken(
    headings: list[str], cells: list[list[str]], expected: list[F | None]
) -> None:
    assert recognise_columns(headings, columns(*cells)) == expected


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        (
            [
                ["DANH SÁCH KHÁCH HÀNG"],
                [],
                ["STT", "MST", "Tên công ty", "Email"],
                ["1", "0101243150", "A", ""],
            ],
            2,
        ),
        ([["MST"], ["0101243150"]], 0),
        ([["0101243150", "Công ty A"], ["0300588569", "Công ty B"]], None),
        (
            [
                ["Đơn vị: Đại lý thuế An Phát"],
                ["Địa chỉ: 12 Lê Lợi", "MST: 0101243150"],
                ["MST", "Khách hàng"],
            ],
            2,
        ),
        ([["Công ty TNHH Minh Khôi", "Khấu trừ"]], None),
        ([[]] * HEADING_ROWS + [["MST", "Tên"]], None),
        ([], None),
    ],
)
def test_the_row_of_headings_is_found(rows: list[list[str]], place: int | None) -> None:
    assert find_heading_row(rows) == place


def test_ends_of_lists_are_known() -> None:
    assert all(map(is_footer, ["Tổng cộng: 22", "TỔNG", "Người lập biểu", "Cộng"]))
    assert not any(map(is_footer, ["Tổng công ty Sông Đà", "Công ty A", "0101243150", ""]))


@settings(deadline=None)
@given(
    st.lists(st.text(max_size=20), max_size=6),
    st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=6),
)
def test_any_table_gets_each_field_once(headings: list[str], rows: list[list[str]]) -> None:
    found = [field for field in recognise_columns(headings, rows) if field]
    assert len(found) == len(set(found))
    find_heading_row(rows)
