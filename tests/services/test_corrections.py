"""Correcting one field by a short text, and taking the correction back."""

import pytest

from domain.customers import CustomerField
from domain.licences import ActivationFailure, FailureReason
from domain.people import Actor
from domain.recipients import RecipientMode
from services.corrections import Corrected
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, enterprise_tax_code, placed_order

EMAIL, PHONE = CustomerField.EMAIL, CustomerField.PHONE


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("moi@hoasen.vn", EMAIL, "moi@hoasen.vn"),
        ("email: moi@hoasen.vn", EMAIL, "moi@hoasen.vn"),
        ("0987 654 321", PHONE, "+84987654321"),
        ("sđt 0987654321", PHONE, "+84987654321"),
        ("địa chỉ: 5 Hàng Bài, Hà Nội", CustomerField.ADDRESS, "5 Hàng Bài, Hà Nội"),
        ("GĐ Lê Thị Mới", CustomerField.REPRESENTATIVE, "Lê Thị Mới"),
        ("tên: Công ty TNHH Sen Mới", CustomerField.NAME, "Công ty TNHH Sen Mới"),
        (f"MST {enterprise_tax_code(9)}", CustomerField.TAX_CODE, enterprise_tax_code(9)),
    ],
)
async def test_only_what_the_text_says_changes_and_comes_back(
    operations: Operations, owner: Actor, text: str, field: CustomerField, value: str
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    corrected = await operations.correct_customer(owner, customer.id, text)
    before = getattr(customer, field.value)
    assert corrected == Corrected(corrected.customer, field, before, value)
    changed = await operations.get_customer(owner, customer.id)
    assert changed == corrected.customer
    assert {name for name in customer.__slots__ if getattr(customer, name) != getattr(changed, name)} <= {
        field.value
    }
    for _ in range(2):
        undone = await operations.undo_correction(owner, customer.id, field, before, value)
        assert undone == await operations.get_customer(owner, customer.id) == customer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ok em", "correction_unclear"),
        ("", "correction_unclear"),
        ("moi@gmail.con", "email_doubtful"),
        ("sđt 024 3825 1234", "phone_landline"),
        ("giamdoc2@hoasen.vn", "login_shared"),
        ("email: không có", "email_format"),
        ("loại: hộ kinh doanh", "correction_unclear"),
        (f"MST {enterprise_tax_code(2)}", "tax_code_taken"),
    ],
)
async def test_what_is_unclear_doubtful_or_wrong_changes_nothing(
    operations: Operations, owner: Actor, database: Database, text: str, code: str
) -> None:
    customer, _ = await add_customers(operations, owner, 2)
    async with unchanged(database):
        with refusal(code):
            await operations.correct_customer(owner, customer.id, text)


async def test_the_doubtful_is_taken_by_whoever_is_sure(operations: Operations, owner: Actor) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    corrected = await operations.correct_customer(owner, customer.id, "moi@gmail.con", EMAIL, sure=True)
    assert corrected.after == "moi@gmail.con"


async def test_what_was_empty_is_emptied_again(operations: Operations, owner: Actor) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    await operations.clear_field(owner, customer.id, EMAIL)
    corrected = await operations.correct_customer(owner, customer.id, "moi@hoasen.vn")
    assert corrected.before == ""
    undone = await operations.undo_correction(owner, customer.id, EMAIL, "", corrected.after)
    assert undone.email == ""


async def test_nothing_is_undone_that_was_changed_since(
    operations: Operations, owner: Actor, database: Database
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    first = await operations.correct_customer(owner, customer.id, "mot@hoasen.vn")
    await operations.correct_customer(owner, customer.id, "hai@hoasen.vn")
    async with unchanged(database):
        with refusal("correction_outdated"):
            await operations.undo_correction(owner, customer.id, EMAIL, first.before, first.after)


A, B, STRANGE = enterprise_tax_code(1), enterprise_tax_code(2), enterprise_tax_code(3)


@pytest.mark.parametrize(
    ("told", "text", "meant"),
    [
        (f"Khách Hoa Sen\nMã số thuế: {A}", "moi@a.vn", (A, "moi@a.vn")),
        (f"Đơn KT123: {STRANGE}, {A}, {A}", "moi@a.vn", (A, "moi@a.vn")),
        (f"{A}\n{B}", f"{B} email moi@b.vn", (B, "email moi@b.vn")),
        (f"{A}\n{B}", f"MST {B}: moi@b.vn", (B, "moi@b.vn")),
        (f"{A}\n{B}", f"{B[:4]} {B[4:]} moi@b.vn", (B, "moi@b.vn")),
        (A, STRANGE, (A, STRANGE)),
        (A, A, None),
        (A, f"{STRANGE} Công ty Lạ 0912345678", None),
        ("Chào anh/chị", "moi@a.vn", None),
        (STRANGE, "moi@a.vn", None),
    ],
)
async def test_whom_a_reply_means(
    operations: Operations, owner: Actor, told: str, text: str, meant: tuple[str, str] | None
) -> None:
    await add_customers(operations, owner, 2)
    found = await operations.find_corrected(owner, told, text)
    assert (found and (found.customer.tax_code, found.text)) == meant


async def test_a_reply_to_several_has_to_say_which(
    operations: Operations, owner: Actor, stranger: Actor
) -> None:
    await add_customers(operations, owner, 2)
    with refusal("correction_several", tax_code=B):
        await operations.find_corrected(owner, f"{B}, {A}", "moi@a.vn")
    assert await operations.find_corrected(stranger, A, "moi@a.vn") is None


async def test_what_failed_with_the_old_value_is_tried_again_with_the_new(
    operations: Operations, owner: Actor, colleague: Actor, bank: Bank
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    failure = ActivationFailure(FailureReason.INVALID, EMAIL)
    vendor = bank.working.vendor
    vendor.refuses[customer.tax_code] = failure
    order = await placed_order(operations, owner, [customer], RecipientMode.ACCOUNTANT)
    run = await operations.open_activation(owner, order.id)
    await operations.start_run(owner, run.id)
    await bank.working.work()

    async def emails() -> tuple[str, str]:
        line = (await operations.list_order_lines(owner, order.id)).lines[0].line
        return (await operations.get_customer(owner, customer.id)).email, line.email

    # A person who may not see the order does not change it.
    told = await operations.correct_customer(colleague, customer.id, "mot@hoasen.vn")
    assert (told.mended, await emails()) == (0, ("mot@hoasen.vn", customer.email))
    await operations.undo_correction(colleague, customer.id, EMAIL, told.before, told.after)
    corrected = await operations.correct_customer(owner, customer.id, "moi@hoasen.vn")
    assert (corrected.mended, await emails()) == (1, ("moi@hoasen.vn", "moi@hoasen.vn"))
    await operations.undo_correction(owner, customer.id, EMAIL, customer.email, "moi@hoasen.vn")
    assert await emails() == (customer.email, customer.email)
    await operations.correct_customer(owner, customer.id, "moi@hoasen.vn")
    vendor.refuses.clear()
    await operations.retry_failed(owner, run.id)
    await bank.working.work()
    assert vendor.asked[-1].line.email == "moi@hoasen.vn"
    # An active licence stays as it was activated.
    assert (await operations.correct_customer(owner, customer.id, "ba@hoasen.vn")).mended == 0
    assert await emails() == ("ba@hoasen.vn", "moi@hoasen.vn")
