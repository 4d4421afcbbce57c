"""The vendor's licences: by its API (`docs/api/vendor.yaml`), or by hand where it has none."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Literal, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, Field, ValidationError
from yarl import URL

from domain.accounting import income_method_of
from domain.customers import CustomerField
from domain.licences import ActivationFailure, FailureReason
from gateways.http.client import HttpClient
from gateways.http.waits import seconds_asked
from services.ports import DoneByHand, GrantedLicence, LicenceRequest, RetryLater, VendorRefused
from services.presence import FAILURES, Presence

_CONNECT_SECONDS = 5.0
_OUT_OF_REACH = 30.0
_SLOW_DOWN = 10.0
_NEEDS_A_PERSON = 900.0
_REASONS = {
    "invalid": FailureReason.INVALID,
    "login_taken": FailureReason.LOGIN_TAKEN,
    "tax_code_refused": FailureReason.TAX_CODE_REFUSED,
    "already_licensed": FailureReason.ALREADY_LICENSED,
    "package_unknown": FailureReason.PACKAGE_UNKNOWN,
}
_KEY_REUSED, _UNKNOWN = "key_reused", "unknown"
# `accounting` is left out: it is no field of a customer, so back office sees to it.
_FIELDS = {value.value: value for value in CustomerField}

Model = TypeVar("Model", bound=BaseModel)

log = logging.getLogger(__name__)


class VendorTrouble(Exception):
    """An answer that is not in the contract. Whether anything was done is unknown."""


@dataclass(frozen=True, slots=True)
class VendorSettings:
    """`api_url` is the address above `/v1`; a call is given up after `timeout` seconds."""

    api_url: str
    token: str = field(repr=False)
    parallel: int = 10
    timeout: float = 10.0


class _Licence(BaseModel):
    id: Annotated[str, Field(min_length=1, max_length=100)]
    state: Literal["active", "suspended"]
    login: str


class _Owned(BaseModel):
    tax_code: str
    package: str


class _Known(BaseModel):
    licensed: list[_Owned]


class _Error(BaseModel):
    kind: str
    field: str | None = None
    licence: str | None = None


class _Refusal(BaseModel):
    error: _Error


class VendorApi(HttpClient):
    """`services.ports.Vendor` by HTTP; at most `parallel` calls at once. Open between `async with`."""

    app = "vendor"

    def __init__(self, settings: VendorSettings) -> None:
        self._settings = settings
        self._licences = settings.api_url.rstrip("/") + "/v1/licences"
        # The connector has no limit: waiting there would count against the time-out of the call.
        self._turns = asyncio.Semaphore(settings.parallel)
        self.presence = Presence("vendor", FAILURES, (VendorRefused,))

    def _connect(self) -> aiohttp.ClientSession:
        total = self._settings.timeout
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=total, sock_connect=min(total, _CONNECT_SECONDS)),
            headers={"Authorization": f"Bearer {self._settings.token}"},
        )

    async def create(self, request: LicenceRequest, key: str) -> GrantedLicence:
        with self.presence:
            return await self._grant(self._licences, HTTPStatus.CREATED, request, key)

    async def reactivate(self, vendor_id: str, request: LicenceRequest, key: str) -> GrantedLicence:
        with self.presence:
            return await self._grant(self._url(vendor_id, "reactivate"), HTTPStatus.OK, request, key)

    async def _grant(
        self, url: str, success: HTTPStatus, request: LicenceRequest, key: str
    ) -> GrantedLicence:
        status, body = await self._call("POST", url, key, json=_new_licence(request))
        if status == success:
            return _granted(body)
        error = _definite(status, body)
        if error.kind == _KEY_REUSED and (found := await self._find(key)):
            # An earlier try, before the data was mended, did arrive: the licence is that one.
            return found
        raise _refused(error)

    async def find(self, key: str) -> GrantedLicence | None:
        with self.presence:
            return await self._find(key)

    async def _find(self, key: str) -> GrantedLicence | None:
        status, body = await self._call("GET", self._licences, params={"key": key})
        if status == HTTPStatus.OK:
            return _granted(body)
        # A 404 with another body comes from a wrong address, not from the vendor.
        if status == HTTPStatus.NOT_FOUND and _error(body).kind == _UNKNOWN:
            return None
        raise _trouble(status)

    async def suspend(self, vendor_id: str, order_code: str, key: str) -> None:
        with self.presence:
            await self._change(vendor_id, "suspend", order_code, key)

    async def restore(self, vendor_id: str, order_code: str, key: str) -> None:
        with self.presence:
            await self._change(vendor_id, "restore", order_code, key)

    async def _change(self, vendor_id: str, verb: str, order_code: str, key: str) -> None:
        # A vendor of version 1 reads no order, and lets no licence go to another one.
        status, body = await self._call(
            "POST", self._url(vendor_id, verb), key, params={"order_code": order_code}
        )
        if status == HTTPStatus.NOT_FOUND:
            raise _refused(_error(body))
        if status != HTTPStatus.OK:
            raise _refused(_definite(status, body))
        _granted(body)

    async def licensed(self, fiscal_year: int, tax_codes: Sequence[str]) -> Mapping[str, str]:
        """`services.ports.LicenceRecords`; a vendor of an earlier version answers 404."""
        question = {"fiscal_year": fiscal_year, "tax_codes": list(tax_codes)}
        status, body = await self._call("POST", f"{self._licences}/known", json=question)
        if status != HTTPStatus.OK:
            raise _trouble(status)
        wanted = set(tax_codes)
        said = _read(_Known, body).licensed
        return {one.tax_code: one.package for one in said if one.tax_code in wanted}

    def _url(self, vendor_id: str, verb: str) -> str:
        return f"{self._licences}/{quote(vendor_id, safe='')}/{verb}"

    async def _call(
        self,
        method: str,
        url: str,
        key: str | None = None,
        json: object = None,
        params: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Status and body of an answer that the vendor itself gave. Raises `RetryLater` if nothing was done;
        a time-out or a cut connection is raised as it is."""
        try:
            async with (
                self._turns,
                self._session.request(
                    method,
                    URL(url, encoded=True),
                    headers={"Idempotency-Key": key} if key else {},
                    json=json,
                    params=params,
                    allow_redirects=False,
                ) as response,
            ):
                _check_served(response)
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise RetryLater(_OUT_OF_REACH, "the vendor is out of reach") from error


class ManualVendor:
    """`services.ports.Vendor` of a vendor without an API."""

    async def create(self, request: LicenceRequest, key: str) -> GrantedLicence:
        raise DoneByHand

    async def reactivate(self, vendor_id: str, request: LicenceRequest, key: str) -> GrantedLicence:
        raise DoneByHand

    async def find(self, key: str) -> GrantedLicence | None:
        return None

    async def suspend(self, vendor_id: str, order_code: str, key: str) -> None:
        raise DoneByHand

    async def restore(self, vendor_id: str, order_code: str, key: str) -> None:
        raise DoneByHand


def _new_licence(request: LicenceRequest) -> dict[str, object]:
    """The body that asks for a licence. It is the same in a repeat, as long as the line is the same."""
    order, line, accounting = request.order, request.line, request.line.accounting
    return {
        "order_code": order.code,
        "package": request.package_code,
        "fiscal_year": order.fiscal_year,
        "customer": {
            "kind": line.kind.value,
            "tax_code": line.tax_code,
            "name": line.name,
            "address": line.address,
        },
        "representative": {"name": line.representative, "email": line.email, "phone": line.phone},
        "accounting": {
            "regime": accounting.regime,
            "vat_method": accounting.vat_method,
            "data_start": accounting.starts_on(order.fiscal_year).isoformat(),
            "first_month": accounting.first_month,
            "currency": accounting.currency,
            "costing": accounting.costing,
            # Only where the books depend on it: a vendor of an earlier version knows no such field.
            **({"income_method": method} if (method := income_method_of(accounting)) else {}),
        },
    }


def _check_served(response: aiohttp.ClientResponse) -> None:
    """Raise `RetryLater` for the answers that mean that the vendor did nothing, for now."""
    match response.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            log.warning("the vendor refuses our token with HTTP %s", response.status)
            raise RetryLater(_NEEDS_A_PERSON, f"the vendor answers HTTP {response.status}")
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise RetryLater(
                seconds_asked(response, _SLOW_DOWN), "the vendor asks to slow down", counts=False
            )
        case HTTPStatus.SERVICE_UNAVAILABLE:
            raise RetryLater(seconds_asked(response, 0), "the vendor is not available")


def _granted(body: bytes) -> GrantedLicence:
    licence = _read(_Licence, body)
    return GrantedLicence(licence.id, licence.login)


def _definite(status: int, body: bytes) -> _Error:
    """The error by which the vendor refuses for good. Raises `VendorTrouble` for any other answer."""
    if status not in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
        # 500, 502 and 504 are trouble too: a proxy may have given up after the work was done.
        raise _trouble(status)
    return _error(body)


def _error(body: bytes) -> _Error:
    return _read(_Refusal, body).error


def _refused(error: _Error) -> VendorRefused:
    """The refusal, without the vendor's own message, which may hold personal data."""
    reason = _REASONS.get(error.kind, FailureReason.OTHER)
    wrong = _FIELDS.get(error.field or "")
    message = " ".join(filter(None, (reason, wrong)))
    return VendorRefused(ActivationFailure(reason, wrong), message, error.licence or "")


def _trouble(status: int) -> VendorTrouble:
    return VendorTrouble(f"the vendor answers HTTP {status}")


def _read(model: type[Model], body: bytes) -> Model:
    try:
        return model.model_validate_json(body)
    except ValidationError:
        # The text of the error would quote the answer, so it is not shown.
        raise VendorTrouble("the vendor's answer cannot be read") from None
