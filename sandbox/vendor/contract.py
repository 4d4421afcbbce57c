"""The rules for requests: the contract itself, and a few checks of e-mail, phone and tax code."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from email_validator import EmailNotValidError, validate_email
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

CONTRACT = Path(__file__).parents[2] / "docs" / "api" / "vendor.yaml"

KINDS = {
    "invalid": 422,
    "login_taken": 409,
    "tax_code_refused": 422,
    "already_licensed": 409,
    "package_unknown": 422,
    "key_reused": 409,
    "unknown": 404,
    "unauthorized": 401,
    "too_many": 429,
    "unavailable": 503,
}
"""Every kind of error of the contract, with the HTTP status it comes with."""

_FIELDS = {
    ("customer", "tax_code"): "tax_code",
    ("customer", "name"): "name",
    ("customer", "address"): "address",
    ("representative", "email"): "email",
    ("representative", "phone"): "phone",
    ("representative",): "representative",
    ("accounting",): "accounting",
}
_PHONE = re.compile(r"\+84[35789]\d{8}")
_TAX_CODE = re.compile(r"\d{10}(-\d{3})?|\d{12}")


class VendorError(Exception):
    """A refusal; nothing was changed."""

    def __init__(
        self,
        kind: str,
        message: str,
        field: str | None = None,
        retry_after: int = 1,
        licence: str | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.field = field
        self.licence = licence
        self.retry_after = retry_after  # Seconds; sent with `too_many` only.

    @property
    def status(self) -> int:
        return KINDS[self.kind]

    def body(self) -> dict[str, Any]:
        error = {"kind": self.kind, "message": str(self)}
        more = {"field": self.field, "licence": self.licence}
        return {"error": error | {name: value for name, value in more.items() if value}}


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    return document


@cache
def schema(name: str) -> Draft202012Validator:
    """A validator of one schema of the contract."""
    whole = {"$ref": f"#/components/schemas/{name}", "components": contract()["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def check_new_licence(body: Any) -> None:
    """Raises VendorError `invalid` for what the contract or the vendor does not take."""
    for error in schema("NewLicence").iter_errors(body):
        raise VendorError("invalid", error.message, _field(_path(error)))
    email, phone = body["representative"]["email"], body["representative"]["phone"]
    try:
        validate_email(email, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise VendorError("invalid", str(error), "email") from error
    if not _PHONE.fullmatch(phone):
        raise VendorError("invalid", "phone is not a Vietnamese mobile number as E.164", "phone")
    if not _TAX_CODE.fullmatch(body["customer"]["tax_code"]):
        raise VendorError("invalid", "tax_code has not 10, 10 + 3 or 12 digits", "tax_code")
    for path in (("customer", "name"), ("representative", "name")):
        if not body[path[0]][path[1]].strip():
            raise VendorError("invalid", f"{'.'.join(path)} is empty", _field(path))


def check_question(body: Any) -> None:
    """Raises VendorError `invalid` for a question about known licences that the contract does not take."""
    for error in schema("KnownQuestion").iter_errors(body):
        raise VendorError("invalid", error.message)


def _path(error: ValidationError) -> tuple[str, ...]:
    """Where the error is; a missing property counts as its own place."""
    path = tuple(str(step) for step in error.absolute_path)
    if error.validator == "required":
        path += tuple(name for name in error.validator_value if name not in error.instance)[:1]
    return path


def _field(path: Sequence[str]) -> str | None:
    return _FIELDS.get(tuple(path[:2])) or _FIELDS.get(tuple(path[:1]))
