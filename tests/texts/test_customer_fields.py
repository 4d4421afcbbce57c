"""The words for a customer's fields, and the places that loop over them."""

from domain.customer_fields import parse_field
from domain.customers import FIELDS, CustomerData, CustomerField, CustomerKind
from texts.catalogue.customers import MISSING, labelled, needed
from texts.customer_fields import COLUMNS, WORDS, shown


def test_every_field_has_its_words() -> None:
    assert list(WORDS) == list(CustomerField)
    assert all(words.label and words.heading and words.example for words in WORDS.values())


def test_every_example_is_a_right_value() -> None:
    for field, words in WORDS.items():
        kept = parse_field(field, words.example, CustomerKind.ENTERPRISE)
        assert shown(field, kept).replace(" ", "") == words.example.replace(" ", "")


def test_every_field_but_the_kind_is_a_column() -> None:
    assert sorted((*COLUMNS, CustomerField.KIND)) == sorted(FIELDS)


def test_what_an_order_needs_is_shown_even_where_it_is_missing() -> None:
    customer = CustomerData(CustomerKind.ENTERPRISE, "0101243150", "An", phone="+84912345678")

    assert needed(customer) == [
        ("Địa chỉ", MISSING),
        ("Người đại diện", MISSING),
        ("Email", MISSING),
        ("Điện thoại", "0912 345 678"),
    ]


def test_values_are_shown_as_people_read_them() -> None:
    customer = CustomerData(CustomerKind.HOUSEHOLD, "001085012345", own_code="KH1")

    asked = (CustomerField.KIND, CustomerField.OWN_CODE, CustomerField.PHONE)
    assert labelled(customer, asked, "-") == [
        ("Loại khách", "Hộ kinh doanh"),
        ("Mã riêng", "KH1"),
        ("Điện thoại", "-"),
    ]
