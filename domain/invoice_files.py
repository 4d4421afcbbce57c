"""Files of invoices that were issued by hand: whose each is, by what it or its name says, and if it fits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import DomainError
from domain.invoices import BuyerKind, Invoice, InvoiceKind

_NAMED = re.compile(r"(?<![0-9A-Z])([1-9])?([CK]\d{2}[A-Z]{3})(?:[^0-9A-Z]|SO|HD)*(\d{1,8})(?!\d)")
"""A series and the number behind it, as providers name files: `1C26TAA_00000123.pdf`, `C26TAA12.pdf`."""

_BY_TAX_CODE = (BuyerKind.COMPANY, BuyerKind.HOUSEHOLD)


class FileKind(StrEnum):
    PDF = "pdf"
    XML = "xml"


@dataclass(frozen=True, slots=True)
class GivenFile:
    """One file: `series` and `number` are of the invoice that it belongs to, empty where nothing says so, and
    `form` where only those two are known. An XML also says its total in VND, the numbers of its buyer and the
    authority's code; `total` is `None` where it does not."""

    name: str
    kind: FileKind
    content: bytes
    form: str = ""
    series: str = ""
    number: str = ""
    total: int | None = None
    buyer_ids: tuple[str, ...] = ()
    authority_code: str = ""


def named(name: str) -> tuple[str, str, str]:
    """Form, series and number in the name of a file; empty where they do not stand there."""
    found = _NAMED.search(name.upper())
    if found is None:
        return "", "", ""
    form, series, number = found.groups()
    return form or "", series, str(int(number))


def told_by_names(files: Sequence[GivenFile]) -> list[GivenFile]:
    """The files, each PDF with the invoice that its name tells, or else the XML of the same name."""
    by_stem = {_stem(one.name): one for one in files if one.kind is FileKind.XML}
    return [_told(one, by_stem.get(_stem(one.name))) for one in files]


def check_fits(file: GivenFile, invoice: Invoice) -> None:
    """Raise `DomainError` if an XML says another total (`invoice_file_total`: given, total) or another buyer
    (`invoice_file_buyer`: value, tax_id) than the invoice. A person or a budget unit may stand in it without
    a number. An adjustment may be written with or without its sign."""
    if file.kind is not FileKind.XML:
        return
    given, total = file.total, invoice.amount
    if given is None or (
        abs(given) != abs(total) if invoice.kind is InvoiceKind.ADJUSTMENT else given != total
    ):
        raise DomainError("invoice_file_total", given=given or 0, total=total)
    buyer = invoice.buyer
    if buyer.tax_id not in file.buyer_ids and (file.buyer_ids or buyer.kind in _BY_TAX_CODE):
        raise DomainError("invoice_file_buyer", value=", ".join(file.buyer_ids), tax_id=buyer.tax_id)


def belonging(file: GivenFile, invoices: Iterable[Invoice]) -> Invoice | None:
    """The one of `invoices` that the file belongs to."""
    for invoice in invoices:
        number = invoice.number
        if number is None or (number.series, number.number) != (file.series, file.number):
            continue
        if number.form.startswith(file.form):
            return invoice
    return None


def _told(file: GivenFile, xml: GivenFile | None) -> GivenFile:
    if file.kind is FileKind.XML:
        return file
    form, series, number = named(file.name)
    if not series and xml is not None:
        form, series, number = xml.form, xml.series, xml.number
    return replace(file, form=form, series=series, number=number)


def _stem(name: str) -> str:
    return name.rpartition(".")[0].casefold()
