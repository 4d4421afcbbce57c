"""The table of a customer's fields, and how each is read."""

from dataclasses import fields

import pytest

from domain.customer_fields import parse_field, parse_kind
from domain.customers import (
    CLEARABLE,
    FIELDS,
    REQUIRED_FOR_ORDER,
    SEARCHED,
    Customer,
    CustomerData,
    CustomerField,
    CustomerKind,
    filled_from,
)
from domain.errors import DomainError
from domain.intakes.entries import EntryField
from domain.intakes.fields import PARSERS

ENTERPRISE, HOUSEHOLD = CustomerKind.ENTERPRISE, CustomerKind.HOUSEHOLD
LINES = [field for field, rule in FIELDS.items() if rule.limit]


def refused(field: CustomerField, text: str, kind: CustomerKind | None = None) -> DomainError:
    with pytest.raises(DomainError) as caught:
        parse_field(field, text, kind)
    return caught.value


def test_every_field_has_a_rule_a_value_and_a_place_in_lists() -> None:
    assert list(FIELDS) == list(CustomerField)
    assert {field.value for field in FIELDS} <= {field.name for field in fields(CustomerData)}
    assert {field.value for field in FIELDS} <= {field.value for field in EntryField}


def test_every_field_of_a_list_has_a_parser_but_the_two_that_are_read_together() -> None:
    assert set(EntryField) - set(PARSERS) == {EntryField.TAX_CODE, EntryField.KIND}


def test_what_an_order_needs_is_asked_for_in_this_order() -> None:
    assert REQUIRED_FOR_ORDER == (
        CustomerField.NAME,
        CustomerField.ADDRESS,
        CustomerField.REPRESENTATIVE,
        CustomerField.EMAIL,
        CustomerField.PHONE,
    )
    bare = CustomerData(ENTERPRISE, "0101243150")
    assert bare.missing == REQUIRED_FOR_ORDER
    assert CustomerData(ENTERPRISE, "0101243150", "A", "B", "C", "d@e.vn", "").missing == (
        CustomerField.PHONE,
    )
    assert CustomerData(ENTERPRISE, "0101243150", "A", "B", "C", "d@e.vn", "+84912345678").missing == ()


def test_what_finds_a_customer_is_never_emptied() -> None:
    assert not {CustomerField.KIND, CustomerField.TAX_CODE, CustomerField.NAME} & set(CLEARABLE)
    assert set(SEARCHED) <= set(CLEARABLE)


@pytest.mark.parametrize("field", LINES)
def test_a_line_of_text_is_cleaned_and_bounded(field: CustomerField) -> None:
    limit = FIELDS[field].limit

    assert parse_field(field, "  An \n Bình ", None) == "An Bình"
    assert parse_field(field, "x" * limit, None) == "x" * limit
    assert refused(field, "x" * (limit + 1)).params == {"limit": limit, "length": limit + 1}
    assert refused(field, " \u200b ").code == "text_empty"


@pytest.mark.parametrize("field", LINES)
def test_a_list_takes_a_line_of_the_same_length(field: CustomerField) -> None:
    limit, parse = FIELDS[field].limit, PARSERS[EntryField(field)]

    assert parse("x" * limit) == "x" * limit
    with pytest.raises(DomainError) as caught:
        parse("x" * (limit + 1))
    assert caught.value.code == "text_too_long"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (CustomerField.KIND, "Hộ kinh doanh", "household"),
        (CustomerField.TAX_CODE, "MST: 0101243150", "0101243150"),
        (CustomerField.EMAIL, " Binh@HoaSen.vn ", "Binh@hoasen.vn"),
        (CustomerField.PHONE, "0912 345 678", "+84912345678"),
    ],
)
def test_other_fields_have_their_own_form(field: CustomerField, typed: str, kept: str) -> None:
    assert parse_field(field, typed, None).casefold() == kept.casefold()


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (CustomerField.KIND, "cá nhân", "kind_unknown"),
        (CustomerField.EMAIL, "binh tại hoasen", "email_format"),
        (CustomerField.PHONE, "12", "phone_format"),
    ],
)
def test_other_fields_refuse_what_has_not_their_form(field: CustomerField, typed: str, code: str) -> None:
    assert refused(field, typed).code == code


def test_a_tax_code_is_read_for_the_kind_that_is_known() -> None:
    assert parse_field(CustomerField.TAX_CODE, "001085012345", HOUSEHOLD) == "001085012345"
    assert refused(CustomerField.TAX_CODE, "001085012345", ENTERPRISE).code == "tax_code_kind"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("enterprise", ENTERPRISE),
        ("Doanh nghiệp", ENTERPRISE),
        ("DN", ENTERPRISE),
        ("công ty", ENTERPRISE),
        ("household", HOUSEHOLD),
        ("HỘ KINH DOANH", HOUSEHOLD),
        ("hkd", HOUSEHOLD),
    ],
)
def test_the_words_of_the_two_kinds(text: str, kind: CustomerKind) -> None:
    assert parse_kind(text) is kind


def test_an_unknown_kind_is_shown_shortened() -> None:
    with pytest.raises(DomainError) as caught:
        parse_kind("x" * 80)
    assert (caught.value.code, caught.value.params) == ("kind_unknown", {"value": "x" * 50})


def test_a_merge_fills_only_what_is_open() -> None:
    keep = Customer(ENTERPRISE, "0101243150", name="An", first_month=None)
    drop = Customer(ENTERPRISE, "0101243151", name="Bình", own_code="KH1", first_month=4, assignee_id=7)

    assert filled_from(keep, drop) == {"own_code": "KH1", "first_month": 4, "assignee_id": 7}


def test_a_merge_of_two_kinds_leaves_the_accounting_data() -> None:
    keep = Customer(HOUSEHOLD, "001085012345", name="An")
    drop = Customer(ENTERPRISE, "0101243150", address="Hà Nội", regime="TT133", vat_method="KHAU_TRU")

    assert filled_from(keep, drop) == {"address": "Hà Nội"}


def test_a_customer_without_a_name_is_called_by_its_tax_code() -> None:
    assert CustomerData(ENTERPRISE, "0101243150").called == "0101243150"
    assert CustomerData(ENTERPRISE, "0101243150", name="An").called == "An"
