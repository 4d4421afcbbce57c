"""A tax invoice as SePay eInvoice v1 is asked to issue it."""

from collections.abc import Iterator
from typing import Any

from domain.invoices import BuyerKind, InvoiceKind, InvoiceLine
from services.ports.invoices import InvoiceDocument, IssuerRefused
from texts.invoices.lines import UNIT, line_name, order_notes, replaces

_NOT_SUBJECT = -2
_RATES = (0, 5, 8, 10)
_SALE, _NOTE = 1, 4


def body_of(document: InvoiceDocument, account: str) -> dict[str, Any]:
    """The body of create; `account` is the provider account. It is the same in a repeat.

    The total is left out, since SePay would print it unchecked: what SePay adds up is compared with ours.
    Raises `IssuerRefused` for what this interface has no words for: `budget_unit`, `adjustment`,
    `negative_line`, `tax_rate`.
    """
    invoice = document.invoice
    if invoice.kind is InvoiceKind.ADJUSTMENT:
        raise IssuerRefused("adjustment")
    return {
        "template_code": document.form,
        "invoice_series": document.series,
        # The day alone counts; its first second is never in the future.
        "issued_date": f"{document.date:%Y-%m-%d} 00:00:00",
        "currency": "VND",
        "provider_account_id": account,
        "reference_code": invoice.key,
        "payment_method": "CK",
        "is_draft": False,
        "buyer": _buyer(document),
        "items": list(_items(document)),
    }


def replacement_of(document: InvoiceDocument, account: str) -> dict[str, Any]:
    """The body of replace; raises as `body_of`."""
    assert document.original is not None
    return body_of(document, account) | {
        "original_invoice_reference_code": document.original.key,
        "notes": document.agreement,
    }


def _buyer(document: InvoiceDocument) -> dict[str, str]:
    """Without e-mail and phone, which are no content of an invoice: the bot itself hands it over."""
    buyer = document.invoice.buyer
    named = {"name": buyer.name, "address": buyer.address}
    match buyer.kind:
        case BuyerKind.COMPANY | BuyerKind.HOUSEHOLD:
            return {"type": "company", "legal_name": buyer.name, "tax_code": buyer.tax_id, **named}
        case BuyerKind.PERSON:
            number = {"national_id": buyer.tax_id} if buyer.tax_id else {}
            return {"type": "personal", **number, **named}
        case BuyerKind.BUDGET_UNIT:
            raise IssuerRefused("budget_unit")


def _items(document: InvoiceDocument) -> Iterator[dict[str, Any]]:
    original = document.original.number if document.original else None
    notes = [*([replaces(original)] if original else []), *order_notes(document.lines)]
    items = [
        *({"line_type": _SALE, **_sale(line)} for line in document.lines),
        *({"line_type": _NOTE, "item_name": note} for note in notes),
    ]
    return ({"line_number": number, **item} for number, item in enumerate(items, start=1))


def _sale(line: InvoiceLine) -> dict[str, Any]:
    if line.amount <= 0:
        raise IssuerRefused("negative_line")
    if line.vat_rate is not None and line.vat_rate not in _RATES:
        raise IssuerRefused("tax_rate")
    return {
        "item_code": line.package_code,
        "item_name": line_name(line),
        "unit": UNIT,
        "quantity": 1,
        "unit_price": line.net,
        "tax_rate": _NOT_SUBJECT if line.vat_rate is None else line.vat_rate,
    }
