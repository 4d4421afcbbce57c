"""Tax invoices as rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from domain.invoices import Buyer, Invoice, InvoiceState, IssuedNumber
from domain.text import search_key
from services.ports import NewInvoice
from storage.tables.invoices import invoices

_BUYER = ["buyer_kind", "buyer_name", "buyer_tax_id", "buyer_address"]
SET = ["key", "state", *_BUYER, "email", "by_hand", "form", "series", "issued_on"]
SET += ["number", "authority_code", "lookup_code", "tracking", "refusal", "refused_field", "sent_at"]
SET += ["numbered_at", "search"]
_MADE = ["id", "firm_id", "accountant_id", "kind", "day", "amount", "vat", "line_count", "original_id"]
_MADE += ["typed"]
INVOICE = [invoices.c[name] for name in (*_MADE, *SET)]
NEW = ["firm_id", "accountant_id", "kind", "day", "amount", "vat", "line_count", "original_id"]
NEW += ["typed", *SET, "group_key"]


def new_row(new: NewInvoice) -> tuple[Any, ...]:
    made = (new.firm_id, new.accountant_id, new.kind, new.day, 0, 0, 0, new.original_id, new.typed)
    buyer = (new.buyer.kind, new.buyer.name, new.buyer.tax_id, new.buyer.address)
    started = (new.key, InvoiceState.WAITING, *buyer, new.email)
    return (*made, *started, False, "", "", None, *[""] * 6, None, None, _search_of(new.buyer), new.group_key)


def set_values(invoice: Invoice) -> Iterable[Any]:
    buyer, number = invoice.buyer, invoice.number
    yield from (invoice.key, invoice.state, buyer.kind, buyer.name, buyer.tax_id, buyer.address)
    yield from (invoice.email, invoice.by_hand)
    if number is None:
        yield from (invoice.form, invoice.series, invoice.issued_on, "", "", "")
    else:
        yield from (number.form, number.series, number.date)
        yield from (number.number, number.authority_code, number.lookup_code)
    yield from (invoice.tracking, invoice.refusal, invoice.refused_field, invoice.sent_at)
    yield from (invoice.numbered_at, _search_of(buyer))


def _search_of(buyer: Buyer) -> str:
    """Where words that are looked for have to occur."""
    return search_key(buyer.name, buyer.tax_id)


def invoice_of(row: Sequence[Any]) -> Invoice:
    """The document in a row that begins with `INVOICE`."""
    made, sent = row[: len(_MADE)], row[len(_MADE) : len(INVOICE)]
    id_, firm_id, accountant_id, kind, day, amount, vat, line_count, original_id, typed = made
    key, state, *buyer, email, by_hand, form, series, issued_on = sent[:11]
    number, authority_code, lookup_code, tracking, refusal, refused_field, sent_at, numbered_at, _ = sent[11:]
    issued = IssuedNumber(form, series, number, issued_on, authority_code, lookup_code) if number else None
    return Invoice(
        id=id_,
        key=key,
        firm_id=firm_id,
        accountant_id=accountant_id,
        kind=kind,
        state=state,
        day=day,
        buyer=Buyer(*buyer),
        email=email,
        amount=amount,
        vat=vat,
        line_count=line_count,
        by_hand=by_hand,
        form=form,
        series=series,
        issued_on=issued_on,
        number=issued,
        tracking=tracking,
        refusal=refusal,
        refused_field=refused_field,
        original_id=original_id,
        typed=typed,
        sent_at=sent_at,
        numbered_at=numbered_at,
    )
