"""Tax invoices of an order, put into the database as they are wanted."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.invoices import Buyer, BuyerKind, Invoice, InvoiceKind, InvoiceLine, InvoiceState, IssuedNumber
from domain.orders import Order
from services.ports import InvoiceFiles, NewInvoice
from storage.database import Database
from tests.support.clock import NOON_OF_JUNE_15

DAY = NOON_OF_JUNE_15.date()
BUYER = Buyer(BuyerKind.COMPANY, "Công ty TNHH Hoa Sen", "0100109106", "1 Lê Lợi")
EMAIL = "hoadon@hoasen.vn"
FILES = InvoiceFiles(b"%PDF-1.4 hoa don", "<hóa-đơn/>".encode())


def number_of(at: int, day: date = DAY) -> IssuedNumber:
    return IssuedNumber("1", "C26TAA", f"{at:08}", day, f"00BD{at}", f"2QTB{at}")


async def add_document(database: Database, order: Order, at: int = 1, **changes: Any) -> Invoice:
    """A document for the line at this position, issued under the number `at` unless `changes` say otherwise;
    `lines` puts it for several lines, `files` are its files; another `group` makes a second one."""
    files, several = changes.pop("files", None), changes.pop("lines", 1)
    kind, original_id = changes.pop("kind", InvoiceKind.ORIGINAL), changes.pop("original_id", None)
    key = f"{order.code}-{changes.pop('group', at)}-{kind}"
    new = NewInvoice(
        key, order.firm_id, order.accountant_id, kind, DAY, BUYER, EMAIL, key, original_id=original_id
    )
    amount = order.total // order.line_count
    async with database.write() as uow:
        (made,) = await uow.invoices.gather([new])
        ordered = await uow.orders.lines(order.id, at - 1, several)
        lines = [
            InvoiceLine(
                order_id=order.id,
                order_code=order.code,
                position=line.position,
                package_code=order.package_code,
                package_name=order.package_name,
                fiscal_year=order.fiscal_year,
                customer_name=line.name,
                customer_tax_code=line.tax_code,
                amount=amount,
                vat=0,
                vat_rate=None,
            )
            for line in ordered
        ]
        await uow.invoices.add_lines([(made.id, line) for line in lines])
        found = await uow.invoices.get(made.id)
        assert found is not None
        if "state" not in changes:
            found = replace(found, state=InvoiceState.DELIVERED, number=number_of(at))
        await uow.invoices.save(replace(found, **changes))
        if files is not None:
            await uow.invoices.put_files(made.id, files)
        invoice = await uow.invoices.get(made.id)
        assert invoice is not None
        return invoice


async def refused(database: Database, order: Order, field: str = "tax_id", **changes: Any) -> Invoice:
    """A document that was refused for this field of its buyer."""
    return await add_document(
        database, order, state=InvoiceState.REFUSED, refusal="TAX_CODE", refused_field=field, **changes
    )
