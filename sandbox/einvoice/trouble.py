"""Troubles of SePay: faults that a test orders, and a load that sets shares of them."""

import random
from dataclasses import dataclass

from sandbox.einvoice.contract import EinvoiceError

REFUSALS = {
    "unauthorized": (401, "UNAUTHORIZED"),
    "quota": (403, "QUOTA_EXCEEDED"),
    "existed": (409, "EINVOICE_DOCUMENT_EXISTED"),
    "refused": (422, "EINVOICE_BUYER_{field}_INVALID"),
    "series": (422, "EINVOICE_INVOICE_SERIES_NOT_FOUND"),
    "inactive": (422, "EINVOICE_PROVIDER_ACCOUNT_INACTIVE"),
    "too_many": (429, "TOO_MANY_REQUESTS"),
    "500": (500, "INTERNAL_SERVER_ERROR"),
}
"""Refusals with their status and code; nothing is done. `unauthorized` ends all tokens."""

ODD = ("general", "html", "lost", "hang")
"""`general` ends all tokens with HTTP 500, `html` is a page of some proxy; both do nothing. `lost` and `hang`
do all that was asked, then cut the connection or never answer."""

LATE = {"no_number": "number", "no_code": "code", "no_files": "files"}
OUTCOMES = ("failed", "failed_issued", "failed_later", "code_refused", "unseen", "two", *LATE)
"""What becomes of a document that is accepted: its check says Failed, and it was not issued, was issued, or
is issued after `late` questions and not found before; the authority refused its code; it is not found by its
reference while it is worked on; it is made a second time under a known reference; or number, code or files
come late."""

ERRORS = (*REFUSALS, *ODD, *OUTCOMES)
CREATING = ("create", "replace")
OPERATIONS = (*CREATING, "check", "show", "download", "account", "usage", "token")


@dataclass
class EinvoiceFault:
    """How the next `times` calls of one operation (create and replace if `None`) end, for one buyer or any.

    `field` is what `refused` is about, `late` after how many questions comes what is late.
    """

    error: str
    times: int = 1
    operation: str | None = None
    tax_code: str | None = None
    field: str = "TAX_CODE"
    late: int = 1
    retry_after: int = 1

    def concerns(self, operation: str, tax_code: str | None, known: bool) -> bool:
        named = operation == self.operation if self.operation else operation in CREATING
        return named and self.tax_code in (None, tax_code) and (self.error != "two" or known)

    def refuse(self) -> None:
        """Raise EinvoiceError if the fault is a refusal."""
        if self.error in REFUSALS:
            status, code = REFUSALS[self.error]
            raise EinvoiceError(status, code.format(field=self.field), self.retry_after)


@dataclass
class Load:
    """How SePay answers as a whole. The rates are shares of the documents, from 0 to 1, drawn from `seed`:
    answered with 500 and not taken, taken with the answer lost, failed, said to have failed though issued.

    A document is worked on for `polls` questions. `bare` answers lack series, code and look-up code.
    """

    latency_ms: float = 0
    error_rate: float = 0
    lost_rate: float = 0
    fail_rate: float = 0
    fail_issued_rate: float = 0
    polls: int = 1
    bare: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def happens(self, rate: float) -> bool:
        return self._random.random() < rate
