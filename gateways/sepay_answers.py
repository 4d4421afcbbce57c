"""What SePay eInvoice v1 answers, and what its errors mean."""

import re
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from services.ports.invoices import IssuerRefused, IssuerStopped

EXISTED = "EINVOICE_DOCUMENT_EXISTED"
_QUOTA = "QUOTA_EXCEEDED"
# SePay publishes no list of its codes; it says that a code names the field that is wrong.
_STOPS = {"SERIES": "series", "TEMPLATE": "series", "PROVIDER_ACCOUNT": "inactive"}
_FIELDS = {
    "TAX_CODE": "tax_id",
    "NATIONAL_ID": "tax_id",
    "ADDRESS": "address",
    "LEGAL_NAME": "name",
    "BUYER_NAME": "name",
}
_CODE = r"^[A-Za-z0-9_]{1,100}$"

Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value).strip())]


class SepayTrouble(Exception):
    """An answer that is not SePay's, or that says SePay itself failed. What was done is unknown."""


class Token(BaseModel):
    access_token: Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[!-~]+$")]
    expires_in: Annotated[float, Field(gt=0)]


class Template(BaseModel):
    template_code: Text
    invoice_series: Text


class Account(BaseModel):
    active: bool
    templates: list[Template] = []


class Usage(BaseModel):
    quota_remaining: int | None = None


class Accepted(BaseModel):
    tracking_code: Annotated[str, Field(min_length=1, max_length=100)]


class Document(BaseModel):
    """What SePay calls an invoice: its number is empty or `0` until there is one."""

    reference_code: str
    status: Text = ""
    invoice_number: Text = ""
    issued_date: Text = ""
    total_amount: int | None = None
    template_code: Text = ""
    invoice_series: Text = ""
    tax_authority_code: Text = ""
    lookup_code: Text = ""


def _or_none(value: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(value)
    except ValidationError:
        return None


class Check(BaseModel):
    """`invoice` is `None` also where it is not whole, as it may be while a document is worked on."""

    status: Text
    invoice: Annotated[Document | None, WrapValidator(_or_none)] = None
    error_code: Text = ""


class File(BaseModel):
    content: Text = ""


class _Error(BaseModel):
    code: Annotated[str, Field(pattern=_CODE)]


class _Success(BaseModel):
    success: Literal[True] = True
    data: Any


class _Refusal(BaseModel):
    success: Literal[False]
    error: _Error


def error_code(body: bytes) -> str:
    """The code of an error. Raises `SepayTrouble` if the answer is not in the form of SePay."""
    return _parsed(_Refusal, body).error.code


def refusal(status: int, code: str) -> IssuerRefused | IssuerStopped:
    """Why nothing was created. SePay's message is left out, since it may hold personal data."""
    if code == _QUOTA:
        return IssuerStopped("quota")
    if stopped := next((stopped for word, stopped in _STOPS.items() if word in code.upper()), None):
        return IssuerStopped(stopped)
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED):
        return IssuerStopped(code)
    return IssuerRefused(*reason(code))


def reason(code: str) -> tuple[str, str]:
    """A code, and the field of the buyer that it names."""
    code = code if re.match(_CODE, code) else "failed"
    return code, next((field for word, field in _FIELDS.items() if word in code.upper()), "")


def data_of(model: type[Model], body: bytes) -> Model:
    """What an answer holds under `data`. Raises `SepayTrouble` if it is not in the form of SePay."""
    data = _parsed(_Success, body).data
    try:
        return model.model_validate(data)
    except ValidationError:
        raise SepayTrouble("SePay's answer cannot be read") from None


def _parsed(model: type[Model], body: bytes) -> Model:
    try:
        return model.model_validate_json(body)
    except ValidationError:
        # The text of the error would quote the answer, so it is not shown.
        raise SepayTrouble("SePay's answer cannot be read") from None
