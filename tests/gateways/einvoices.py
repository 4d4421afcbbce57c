"""Documents to be issued by SePay, for the tests of the gateway and of the sandbox's SePay."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.calendar import VIETNAM
from domain.invoices import Buyer, BuyerKind, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from gateways.sepay_einvoice import SepayEinvoices, SepayEinvoiceSettings
from sandbox.einvoice.invoices import ACCOUNT
from sandbox.einvoice.server import CLIENT_ID, CLIENT_SECRET
from services.ports.invoices import Found, InvoiceDocument, IssuedInvoice

NAME, ADDRESS, TAX_CODE = "CÔNG TY TNHH HOA SEN", "Số 1 Lê Lợi, Hà Nội", "0101243150"
TODAY = datetime.now(UTC).astimezone(VIETNAM).date()
SERIES = f"C{TODAY:%y}TAA"
BUYER = Buyer(BuyerKind.COMPANY, NAME, TAX_CODE, ADDRESS)
LINE = InvoiceLine(
    order_id=1,
    order_code="KTC2DFFF2",
    position=1,
    package_code="DN-CB",
    package_name="Phần mềm kế toán",
    fiscal_year=2026,
    customer_name="Công ty TNHH Hoa Sen",
    customer_tax_code=TAX_CODE,
    amount=1_500_000,
    vat=0,
    vat_rate=None,
)
TAXED = replace(LINE, position=2, amount=1_080_000, vat=80_000, vat_rate=8)


def invoice(key: str = "key-1", buyer: Buyer = BUYER, tracking: str = "") -> Invoice:
    return Invoice(
        id=1,
        key=key,
        firm_id=1,
        accountant_id=1,
        kind=InvoiceKind.ORIGINAL,
        state=InvoiceState.QUEUED,
        day=TODAY,
        buyer=buyer,
        email="ke.toan@hoasen.vn",
        amount=1_500_000,
        vat=0,
        line_count=1,
        tracking=tracking,
    )


def document(
    key: str = "key-1", buyer: Buyer = BUYER, lines: tuple[InvoiceLine, ...] = (LINE,)
) -> InvoiceDocument:
    return InvoiceDocument(invoice(key, buyer), lines, "1", SERIES, TODAY)


async def settled(api: SepayEinvoices, wanted: Invoice) -> IssuedInvoice | Found:
    """What becomes of a document that is worked on: at most ten questions."""
    found: IssuedInvoice | Found = Found.WORKING
    for _ in range(10):
        found = await api.find(wanted)
        if found is not Found.WORKING:
            break
    return found


def issued(found: IssuedInvoice | Found) -> IssuedInvoice:
    assert isinstance(found, IssuedInvoice)
    return found


def settings(url: str, **changes: Any) -> SepayEinvoiceSettings:
    return replace(SepayEinvoiceSettings(url, CLIENT_ID, CLIENT_SECRET, ACCOUNT, timeout=20), **changes)
