"""The documents that SePay was given, and the numbers it gave them."""

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.calendar import VIETNAM
from sandbox.einvoice.contract import FORM, EinvoiceError, NewInvoice
from sandbox.einvoice.papers import pdf_of, xml_of
from sandbox.journal import Table
from sandbox.world import World

ACCOUNT = "0b2c5e1a-4f4e-4c0a-9d53-5a1d0c7e2a11"
WORKING, ISSUED, FAILED = "working", "issued", "failed"
REJECTED = "EINVOICE_TAX_AUTHORITY_REJECTED"
_APPROVED = "2026-01-01"
_SETTING = "einvoice"


@dataclass
class SandboxInvoice:
    """One document. `late` counts the questions that go by before a part of it is there: the work itself, its
    number, the authority's code, its files. `error` is the code of its check, if that says Failed."""

    tracking: str
    body: dict[str, Any]
    net: int
    tax: int
    total: int
    state: str = WORKING
    number: int = 0
    error: str = ""
    issued_anyway: bool = False
    unseen: bool = False
    late: dict[str, int] = field(default_factory=dict)
    authority_code: str = ""
    lookup_code: str = ""
    replaced: bool = False

    @property
    def reference(self) -> str:
        return str(self.body["reference_code"])

    @property
    def series(self) -> str:
        return str(self.body["invoice_series"])


class Invoices:
    """Numbers run unbroken in each series, in the order in which the documents are worked off. What is known
    of a document moves on when somebody asks for it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rows = Table(world.journal, "einvoices", SandboxInvoice)
        self._by_reference: dict[str, list[SandboxInvoice]] = {}
        for row in self._rows:
            self._by_reference.setdefault(row.reference, []).append(row)

    def __iter__(self) -> Iterator[SandboxInvoice]:
        return iter(self._rows)

    @property
    def account(self) -> dict[str, Any]:
        """`active`, `quota` (how many documents are left), `without` (series that it does not have)."""
        changed: dict[str, Any] = self._world.setting(_SETTING, {})
        return {"active": True, "quota": 100_000, "without": []} | changed

    def change_account(self, **changes: Any) -> None:
        self._world.set(_SETTING, self.account | changes)
        self._world.events.publish("einvoice")

    def account_view(self) -> dict[str, Any]:
        """The provider account as SePay shows it: with a series of this year and of the next."""
        year = datetime.fromtimestamp(self._world.now(), VIETNAM).year % 100
        series = [
            name for year in (year, year + 1) if (name := f"C{year:02}TAA") not in self.account["without"]
        ]
        label = "Hóa đơn giá trị gia tăng"
        templates = [
            {"template_code": FORM, "invoice_series": name, "invoice_label": f"{FORM} - {name} - {label}"}
            for name in series
        ]
        summary = {"id": ACCOUNT, "provider": "matbao", "active": self.account["active"]}
        return summary | {"tax_authority_approved_date": _APPROVED, "templates": templates}

    def knows(self, reference: str) -> bool:
        return any(row.state != FAILED for row in self._by_reference.get(reference, []))

    def accept(self, new: NewInvoice, late: dict[str, int], again: bool = False) -> SandboxInvoice:
        """Take a document that is well formed. Raises EinvoiceError. `again` makes a second one of a known
        reference."""
        self._admit(new, again)
        original = self._original(new)
        row = SandboxInvoice(
            str(uuid.uuid4()), new.model_dump(mode="json"), new.net, new.tax, new.total, late=late
        )
        if original:
            original.replaced = True
            self._rows.put(original.tracking, original)
        self._by_reference.setdefault(row.reference, []).append(row)
        self.change_account(quota=self.account["quota"] - 1)
        return self.put(row)

    def _admit(self, new: NewInvoice, again: bool) -> None:
        if new.provider_account_id != ACCOUNT:
            raise EinvoiceError(404, "EINVOICE_PROVIDER_ACCOUNT_NOT_FOUND")
        if not self.account["active"]:
            raise EinvoiceError(422, "EINVOICE_PROVIDER_ACCOUNT_INACTIVE")
        known = {(one["template_code"], one["invoice_series"]) for one in self.account_view()["templates"]}
        if (new.template_code, new.invoice_series) not in known:
            raise EinvoiceError(422, "EINVOICE_INVOICE_SERIES_NOT_FOUND")
        if self.knows(new.reference_code) and not again:
            raise EinvoiceError(409, "EINVOICE_DOCUMENT_EXISTED")
        if self.account["quota"] <= 0:
            raise EinvoiceError(403, "QUOTA_EXCEEDED")
        days = [
            row.body["issued_date"]
            for row in self
            if row.series == new.invoice_series and row.state != FAILED
        ]
        if new.issued_date < max([_APPROVED, *days]):
            raise EinvoiceError(422, "EINVOICE_ISSUED_DATE_INVALID")

    def _original(self, new: NewInvoice) -> SandboxInvoice | None:
        reference = new.original_invoice_reference_code
        if reference is None:
            return None
        rows = [row for row in self._by_reference.get(reference, []) if row.state == ISSUED]
        if not rows:
            raise EinvoiceError(404, "EINVOICE_ORIGINAL_DOCUMENT_NOT_FOUND")
        if rows[0].replaced:
            raise EinvoiceError(409, "EINVOICE_ORIGINAL_DOCUMENT_REPLACED")
        return rows[0]

    def put(self, row: SandboxInvoice) -> SandboxInvoice:
        self._rows.put(row.tracking, row)
        self._world.events.publish("einvoice")
        return row

    def by_tracking(self, tracking: str) -> SandboxInvoice | None:
        """The document, which has moved on by one question."""
        return self._asked(self._rows.get(tracking))

    def by_reference(self, reference: str) -> SandboxInvoice | None:
        """The first document of this reference that did not fail, or the last one."""
        rows = self._by_reference.get(reference, [])
        row = next((row for row in rows if row.state != FAILED), rows[-1] if rows else None)
        self._asked(row)
        if row is None or (row.state == WORKING and row.unseen):
            return None
        return None if row.state == FAILED and row.error != REJECTED else row

    def _asked(self, row: SandboxInvoice | None) -> SandboxInvoice | None:
        if row is None or row.state == FAILED:
            return row
        if row.state == ISSUED:
            self.is_late(row, "number") or self.is_late(row, "code")
        elif not self.is_late(row, "work"):
            self._work_off(row)
        return row

    def is_late(self, row: SandboxInvoice, part: str) -> bool:
        """Whether this part of the document is not there yet, for one question less from now on."""
        if not row.late.get(part):
            return False
        row.late[part] -= 1
        self.put(row)
        return True

    def _work_off(self, row: SandboxInvoice) -> None:
        row.state = FAILED if row.error and not row.issued_anyway else ISSUED
        if row.state == ISSUED:
            row.number = 1 + max((other.number for other in self if other.series == row.series), default=0)
            row.authority_code = secrets.token_hex(17).upper()
            row.lookup_code = secrets.token_hex(5).upper()
        self.put(row)

    def document(self, row: SandboxInvoice) -> dict[str, Any]:
        """The invoice as SePay shows it."""
        issued = row.state == ISSUED
        buyer = {name: value for name, value in row.body["buyer"].items() if value}
        return {
            "reference_code": row.reference,
            "invoice_number": _number(row),
            "issued_date": row.body["issued_date"][:10],
            "pdf_url": None,
            "xml_url": None,
            "status": "issued" if issued else "draft",
            "buyer": buyer,
            "total_before_tax": row.net,
            "tax_amount": row.tax,
            "total_amount": row.total,
            "notes": row.body["notes"],
            "source": "api",
            "template_code": row.body["template_code"],
            "invoice_series": row.series,
            "tax_authority_code": row.authority_code if issued and not row.late.get("code") else None,
            "lookup_code": row.lookup_code if issued else None,
        }

    def file(self, row: SandboxInvoice, kind: str) -> bytes:
        """PDF or XML; empty before it is issued."""
        if row.state != ISSUED:
            return b""
        shown = self.document(row)
        if kind == "xml":
            return xml_of(shown, row.body["items"])
        return pdf_of(*_printed(shown, row.body["items"]))


def invoice_view(row: SandboxInvoice) -> dict[str, Any]:
    """The document as the World API shows it."""
    buyer = row.body["buyer"]
    return {
        "tracking": row.tracking,
        "reference": row.reference,
        "state": row.state,
        "error": row.error,
        "series": f"{row.body['template_code']}{row.series}",
        "number": row.number,
        "date": row.body["issued_date"][:10],
        "buyer": buyer["legal_name"] or buyer["name"],
        "tax_id": buyer["tax_code"] or buyer["national_id"],
        "net": row.net,
        "tax": row.tax,
        "total": row.total,
        "items": [item["item_name"] for item in row.body["items"]],
        "replaces": row.body["original_invoice_reference_code"],
        "replaced": row.replaced,
        "pdf": f"/world/einvoice/invoices/{row.tracking}/pdf" if row.state == ISSUED else None,
    }


def _number(row: SandboxInvoice) -> str:
    if row.state != ISSUED:
        return "0"
    return "" if row.late.get("number") else str(row.number)


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _printed(shown: dict[str, Any], items: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """Title and lines of the page."""
    series = f"{shown['template_code']}{shown['invoice_series']}"
    buyer = shown["buyer"]
    return f"Hóa đơn GTGT {series} số {shown['invoice_number']}", [
        f"Ngày {shown['issued_date']}",
        f"Mã của cơ quan thuế: {shown['tax_authority_code'] or 'chưa có'}",
        f"Người mua: {buyer.get('legal_name', buyer['name'])}",
        f"Mã số thuế: {buyer.get('tax_code', buyer.get('national_id', ''))}",
        f"Địa chỉ: {buyer['address']}",
        "",
        *(f"{item['line_number']}. {item['item_name']}" for item in items),
        "",
        f"Tiền trước thuế: {_dotted(shown['total_before_tax'])} đ",
        f"Tiền thuế GTGT: {_dotted(shown['tax_amount'])} đ",
        f"Tổng cộng: {_dotted(shown['total_amount'])} đ",
        f"Mã tra cứu: {shown['lookup_code']}",
    ]
