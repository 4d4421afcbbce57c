"""The licences that the vendor keeps, each with the calls that were carried out on it."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.journal import Table
from sandbox.mail import Mailboxes
from sandbox.vendor.contract import VendorError
from sandbox.world import World

SENDER = "Phần mềm kế toán <taikhoan@vendor.example>"
ACTIVE, SUSPENDED = "active", "suspended"
_OPERATIONS = {"suspend": SUSPENDED, "restore": ACTIVE}


@dataclass
class VendorLicence:
    """`calls` holds, by idempotency key, the digest of each call carried out and the state it answered with.

    `keys` are the idempotency keys of all requests to create it. The first created it, or reactivated it for
    the order that has it; any other shows a caller that would have created it twice.
    """

    id: str
    order_code: str
    tax_code: str
    name: str
    package: str
    fiscal_year: int
    login: str
    state: str = ACTIVE
    keys: list[str] = field(default_factory=list)
    calls: dict[str, list[str]] = field(default_factory=dict)

    @property
    def right(self) -> tuple[str, str, int]:
        """The combination that only one licence can have."""
        return self.tax_code, self.package, self.fiscal_year

    def answer(self, state: str) -> dict[str, Any]:
        """The contract's Licence."""
        return {"id": self.id, "state": state, "login": self.login}


class Licences:
    """Every change is one line of the journal, so that a key and what was done under it stay together."""

    def __init__(self, world: World, mail: Mailboxes) -> None:
        self.keeps_version_1 = False  # Whether it knows version 1 of the contract only.
        self._world = world
        self._mail = mail
        self._rows = Table(world.journal, "vendor_licences", VendorLicence)
        self._by_right = {row.right: row for row in self._rows}
        self._by_key = {key: row for row in self._rows for key in row.calls}

    def __iter__(self) -> Iterator[VendorLicence]:
        return iter(self._rows)

    def get(self, licence_id: str) -> VendorLicence:
        """Raises VendorError `unknown`."""
        licence = self._rows.get(licence_id)
        if licence is None:
            raise VendorError("unknown", "no such licence")
        return licence

    def known(self, fiscal_year: int, tax_codes: Sequence[str]) -> list[dict[str, str]]:
        """Which of these have a licence of the year, of any order."""
        return [
            {"tax_code": row.tax_code, "package": row.package}
            for row in self._rows
            if row.fiscal_year == fiscal_year and row.tax_code in tax_codes
        ]

    def created_under(self, key: str) -> VendorLicence:
        """Raises VendorError `unknown`."""
        licence = self._by_key.get(key)
        if licence is None or licence.keys[0] != key:
            raise VendorError("unknown", "no order has a licence that it got under this key")
        return licence

    def carried_out(self, key: str) -> bool:
        return key in self._by_key

    def create(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """The new licence, or the one created before under this key. Raises VendorError."""
        digest = _digest("create", body)
        if answer := self._answered(key, digest):
            return answer
        customer, representative = body["customer"], body["representative"]
        if row := self._by_right.get((customer["tax_code"], body["package"], body["fiscal_year"])):
            if key not in row.keys:
                row.keys.append(key)
                self._rows.put(row.id, row)
            licence_id = None if self.keeps_version_1 else row.id
            raise VendorError("already_licensed", "it was created under another key", licence=licence_id)
        licence = VendorLicence(
            id=f"lic_{secrets.token_hex(8)}",
            order_code=body["order_code"],
            tax_code=customer["tax_code"],
            name=customer["name"],
            package=body["package"],
            fiscal_year=body["fiscal_year"],
            login=representative["email"],
            keys=[key],
        )
        self._by_right[licence.right] = licence
        answer = self._keep(licence, key, digest)
        self._mail.put(representative["email"], SENDER, *_login_mail(licence, representative))
        return answer

    def reactivate(self, licence_id: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """Give the licence to the order of `body`. Raises VendorError."""
        digest = _digest(f"reactivate {licence_id}", body)
        if answer := self._answered(key, digest):
            return answer
        licence = self.get(licence_id)
        customer, representative = body["customer"], body["representative"]
        if licence.right != (customer["tax_code"], body["package"], body["fiscal_year"]):
            raise VendorError("invalid", "the licence is for another tax code, package or fiscal year")
        has_new_login = licence.login != representative["email"]
        licence.order_code, licence.name = body["order_code"], customer["name"]
        licence.login, licence.state = representative["email"], ACTIVE
        licence.keys = [key, *(one for one in licence.keys[1:] if one != key)]
        answer = self._keep(licence, key, digest)
        if has_new_login:
            self._mail.put(representative["email"], SENDER, *_login_mail(licence, representative))
        return answer

    def change(
        self, licence_id: str, operation: str, key: str, order_code: str | None = None
    ) -> dict[str, Any]:
        """Suspend or restore. Doing it again changes nothing, nor does doing it for an order that lost the
        licence to another. Raises VendorError."""
        digest = _digest(f"{operation} {licence_id}", None)
        if answer := self._answered(key, digest):
            return answer
        licence = self.get(licence_id)
        if order_code in (None, licence.order_code):
            licence.state = _OPERATIONS[operation]
        return self._keep(licence, key, digest)

    def _answered(self, key: str, digest: str) -> dict[str, Any] | None:
        """The answer that this key got, if its call was carried out."""
        licence = self._by_key.get(key)
        if licence is None:
            return None
        known, state = licence.calls[key]
        if known != digest:
            raise VendorError("key_reused", "this key came before with another request")
        return licence.answer(state)

    def _keep(self, licence: VendorLicence, key: str, digest: str) -> dict[str, Any]:
        licence.calls[key] = [digest, licence.state]
        self._by_key[key] = licence
        self._rows.put(licence.id, licence)
        self._world.events.publish("vendor")
        return licence.answer(licence.state)


def licence_view(licence: VendorLicence) -> dict[str, Any]:
    """The licence as the World API shows it. `creations` above 1 means that several keys asked for it."""
    shown = {key: value for key, value in vars(licence).items() if key not in ("keys", "calls")}
    return shown | {"creations": len(licence.keys)}


def _digest(operation: str, body: Any) -> str:
    return hashlib.sha256(json.dumps([operation, body], sort_keys=True).encode()).hexdigest()


def _login_mail(licence: VendorLicence, representative: dict[str, Any]) -> tuple[str, str]:
    """Subject and text."""
    return (
        f"Tài khoản phần mềm kế toán năm {licence.fiscal_year} - {licence.name}",
        f"Kính gửi {representative['name']},\n\n"
        f"Phần mềm kế toán của {licence.name} (mã số thuế {licence.tax_code}) cho năm tài chính"
        f" {licence.fiscal_year} đã sẵn sàng.\n\n"
        f"Tên đăng nhập: {licence.login} hoặc số điện thoại {representative['phone']}\n"
        "Đặt mật khẩu ở lần đăng nhập đầu: https://vendor.example/dat-mat-khau\n",
    )
