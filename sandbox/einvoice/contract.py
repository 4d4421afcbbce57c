"""What SePay takes as a document. SePay says less of it; these checks are as strict as any provider's."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import ConfigDict, Field, ValidationError

from domain.calendar import VIETNAM
from sandbox.requests import Body

FORM = "1"
SALE, NOTE = 1, 4
_TAX_CODE = re.compile(r"\d{10}(-\d{3})?|\d{12}")
_MOMENT = "%Y-%m-%d %H:%M:%S"


class EinvoiceError(Exception):
    """A refusal; nothing was created. `retry_after` is sent with 429 only, in seconds."""

    def __init__(self, status: int, code: str, retry_after: int = 1) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        # The real message is Vietnamese and may change; nobody may rely on it.
        return {"success": False, "error": {"code": self.code, "message": "Phòng thử từ chối yêu cầu này"}}


class _Part(Body):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class BuyerBody(_Part):
    type: Literal["personal", "company"]
    name: Annotated[str, Field(max_length=800)] = ""
    legal_name: Annotated[str, Field(max_length=1200)] = ""
    tax_code: Annotated[str, Field(max_length=20)] = ""
    national_id: Annotated[str, Field(pattern=r"^(\d{12})?$")] = ""
    address: Annotated[str, Field(max_length=1200)] = ""
    email: Annotated[str, Field(max_length=2000)] = ""
    phone: Annotated[str, Field(pattern=r"^[0-9]{0,15}$")] = ""
    buyer_code: str = ""

    def check(self) -> None:
        company = self.type == "company"
        if company and not _TAX_CODE.fullmatch(self.tax_code):
            raise _wrong("BUYER_TAX_CODE")
        if not company and self.tax_code:
            raise _wrong("BUYER_TAX_CODE")
        if not (self.legal_name if company else self.name):
            raise _wrong("BUYER_LEGAL_NAME" if company else "BUYER_NAME")
        if not self.address:
            raise _wrong("BUYER_ADDRESS")
        try:
            for address in filter(None, self.email.split(";")):
                validate_email(address, check_deliverability=False)
        except EmailNotValidError:
            raise _wrong("BUYER_EMAIL") from None


class ItemBody(_Part):
    line_number: int
    line_type: Literal[1, 4]
    item_name: Annotated[str, Field(min_length=1, max_length=500)]
    item_code: str = ""
    unit: Annotated[str, Field(max_length=300)] = ""
    quantity: Annotated[Decimal, Field(gt=0, decimal_places=2)] | None = None
    unit_price: Annotated[Decimal, Field(ge=0)] | None = None
    tax_rate: Literal[-2, -1, 0, 5, 8, 10] | None = None

    def check(self) -> None:
        given = [self.quantity, self.unit_price, self.tax_rate]
        if self.line_type == SALE and None in given:
            raise _wrong("ITEM_TAX_RATE" if self.tax_rate is None else "ITEM_UNIT_PRICE")
        if self.line_type == NOTE and given != [None, None, None]:
            raise _wrong("ITEM_LINE_TYPE")

    @property
    def net(self) -> Decimal:
        return (self.quantity or Decimal()) * (self.unit_price or Decimal())

    @property
    def gross(self) -> Decimal:
        return self.net * (100 + max(self.tax_rate or 0, 0)) / 100


class NewInvoice(_Part):
    template_code: str
    invoice_series: Annotated[str, Field(pattern=r"^[CK]\d\dT[A-Z]{2}$")]
    issued_date: str
    currency: Literal["VND"]
    provider_account_id: str
    reference_code: Annotated[str, Field(min_length=1, max_length=100)]
    payment_method: Literal["TM", "CK", "TM/CK", "KHAC"]
    is_draft: Literal[False]  # Drafts are not played.
    buyer: BuyerBody
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=1000)]
    notes: str = ""
    total_amount: int | None = None
    original_invoice_reference_code: str | None = None

    @property
    def day(self) -> date:
        return datetime.strptime(self.issued_date, _MOMENT).replace(tzinfo=VIETNAM).date()

    @property
    def net(self) -> int:
        return _whole(sum((item.net for item in self.items), Decimal()))

    @property
    def total(self) -> int:
        """As SePay says: what is sent, unchecked; else the sum of all lines, rounded at the end."""
        if self.total_amount is not None:
            return self.total_amount
        return _whole(sum((item.gross for item in self.items), Decimal()))

    @property
    def tax(self) -> int:
        return self.total - self.net

    def check(self, now: int) -> None:
        self.buyer.check()
        for number, item in enumerate(self.items, start=1):
            item.check()
            if item.line_number != number:
                raise _wrong("ITEM_LINE_NUMBER")
        if not any(item.net for item in self.items):
            raise _wrong("ITEM_UNIT_PRICE")
        try:
            moment = datetime.strptime(self.issued_date, _MOMENT).replace(tzinfo=VIETNAM)
        except ValueError:
            raise _wrong("ISSUED_DATE") from None
        if moment.timestamp() > now:
            raise _wrong("ISSUED_DATE", 422)
        if int(self.invoice_series[1:3]) != moment.year % 100:
            raise _wrong("INVOICE_SERIES", 422)


def read_document(content: bytes, replaces: bool, now: int) -> NewInvoice:
    """The body of create or replace. Raises EinvoiceError with a code that names the wrong field."""
    try:
        document = NewInvoice.model_validate_json(content)
    except ValidationError as error:
        place = [str(step) for step in error.errors()[0]["loc"] if isinstance(step, str)]
        raise _wrong("_".join(place).upper().replace("ITEMS", "ITEM") or "BODY") from None
    document.check(now)
    if replaces != (document.original_invoice_reference_code is not None):
        raise _wrong("ORIGINAL_INVOICE_REFERENCE_CODE")
    return document


def _wrong(field: str, status: int = 400) -> EinvoiceError:
    return EinvoiceError(status, f"EINVOICE_{field}_INVALID")


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
