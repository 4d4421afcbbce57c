"""The printed lines of a tax invoice."""

from dataclasses import replace
from datetime import date

from domain.invoices import InvoiceLine, IssuedNumber
from texts.invoices.lines import NAME_LIMIT, line_name, order_notes, replaces

LINE = InvoiceLine(
    order_id=1,
    order_code="KTC2DFFF2",
    position=1,
    package_code="DN-CB",
    package_name="Phần mềm kế toán doanh nghiệp",
    fiscal_year=2026,
    customer_name="Công ty TNHH Hoa Sen",
    customer_tax_code="0101243150",
    amount=1_500_000,
    vat=0,
    vat_rate=None,
)


def test_a_line_names_package_year_and_customer() -> None:
    whole = "Phần mềm kế toán doanh nghiệp năm 2026 cho Công ty TNHH Hoa Sen (MST 0101243150)"
    assert line_name(LINE) == whole
    assert line_name(replace(LINE, partly=True)) == f"{whole} (thanh toán một phần)"
    assert line_name(replace(LINE, customer_tax_code="")).endswith("cho Công ty TNHH Hoa Sen")


def test_a_long_name_is_cut_before_the_tax_code() -> None:
    name = line_name(replace(LINE, customer_name="Rất dài " * 100, partly=True))
    assert len(name) <= NAME_LIMIT
    assert "năm 2026" in name
    assert name.endswith("… (MST 0101243150) (thanh toán một phần)")
    exact = line_name(
        replace(LINE, customer_name="D" * (NAME_LIMIT - len(line_name(replace(LINE, customer_name="")))))
    )
    assert len(exact) == NAME_LIMIT
    assert "…" not in exact


def test_each_order_is_noted_once_on_as_many_lines_as_it_takes() -> None:
    other = replace(LINE, order_code="KTC2DFFF3")
    assert order_notes([LINE, other, LINE]) == ["Đơn hàng KTC2DFFF2, KTC2DFFF3"]
    many = [replace(LINE, order_code=f"KTC{number:06}") for number in range(100)]
    notes = order_notes(many)
    assert all(len(note) <= NAME_LIMIT for note in notes)
    assert [note.split()[-1] for note in notes][-1] == "KTC000099"
    assert sum(note.count("KTC") for note in notes) == 100


def test_who_pays_for_another_is_noted_once() -> None:
    paid = replace(LINE, payer="Kế toán Minh An")
    assert order_notes([paid, paid]) == ["Đơn hàng KTC2DFFF2", "Người thanh toán: Kế toán Minh An"]


def test_a_replacement_says_what_it_replaces() -> None:
    number = IssuedNumber("1", "C26TAA", "12", date(2026, 11, 29))
    assert replaces(number) == "Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26TAA số 12 ngày 29/11/2026"
