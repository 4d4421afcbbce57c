"""The SMS gateway eSMS, three calls of it (shape and codes: https://developers.esms.vn)."""

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.world import Sms, World, iso

PATH = "/esms/MainService.svc/json/SendMultipleMessage_V4_post_json/"
BALANCE_PATH = "/esms/MainService.svc/json/GetBalance_json"
BRANDNAMES_PATH = "/esms/MainService.svc/json/GetListBrandname/{key}/{secret}"
API_KEY = "sandbox-esms-key"
SECRET_KEY = "sandbox-esms-secret"
BRANDNAME = "KETOAN"

OK, FAILED, UNAUTHORIZED, NO_BRAND, BAD_TYPE, REPEATED = "100", "99", "101", "104", "118", "124"
_MESSAGES = {
    FAILED: "Loi khong xac dinh",
    UNAUTHORIZED: "Sai thong tin ApiKey hoac SecretKey",
    "103": "So du tai khoan khong du",
    NO_BRAND: "Brandname khong ton tai hoac da bi huy",
    BAD_TYPE: "Loai tin nhan khong hop le",
    REPEATED: "RequestId da ton tai",
}
_PHONE = re.compile(r"(?:\+?84|0)(\d{9})")
# The GSM 03.38 alphabet: other characters need IsUnicode=1.
_GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


@dataclass
class SmsFault:
    """The next `times` calls get this code as their answer, or fail with this HTTP status."""

    code_result: str | None = None
    status: int | None = None
    times: int = 1


def same_phone(one: str, other: str) -> bool:
    """Whether two ways of writing a Vietnamese number mean one phone."""
    return national(one) == national(other)


def national(phone: str) -> str:
    """The number as dialled at home: 0 and nine digits. Anything else stays as it is."""
    match = _PHONE.fullmatch(phone.replace(" ", ""))
    return f"0{match[1]}" if match else phone


class SmsGateway:
    """Always answers with HTTP 200 and a `CodeResult`, as eSMS does; 100 means accepted."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._requests = {sms.request_id for sms in world.sms if sms.request_id}
        self.faults: Faults[SmsFault] = Faults()
        self.balance = 5_000_000
        """What is left on the account, in VND."""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(PATH, self._send),
            web.post(PATH.rstrip("/"), self._send),
            web.post(BALANCE_PATH, self._balance),
            web.get(BRANDNAMES_PATH, self._brandnames),
        ]

    async def _brandnames(self, request: web.Request) -> web.Response:
        if (request.match_info["key"], request.match_info["secret"]) != (API_KEY, SECRET_KEY):
            return web.json_response({"CodeResult": UNAUTHORIZED, "ErrorMessage": "Authorize Failed"})
        names = [{"Brandname": "QC_ONLINE", "Type": 1}, {"Brandname": BRANDNAME, "Type": 2}]
        return web.json_response({"CodeResponse": OK, "ListBrandName": names})

    async def _balance(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (body.get("ApiKey"), body.get("SecretKey")) != (API_KEY, SECRET_KEY):
            return web.json_response({"Balance": 0, "CodeResponse": UNAUTHORIZED})
        return web.json_response({"Balance": self.balance, "CodeResponse": OK, "UserID": 1})

    async def _send(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
        except ValueError:
            return _answer(FAILED)
        if fault := self.faults.take(lambda fault: True):
            if fault.status:
                return web.Response(status=fault.status, text="ordered by the sandbox")
            return _answer(fault.code_result or FAILED)
        code, text = self._check(body if isinstance(body, dict) else {})
        if code != OK:
            return _answer(code, text)
        sms = Sms(
            len(self._world.sms) + 1,
            str(body["Phone"]),
            str(body["Content"]),
            self._world.now(),
            str(body.get("Brandname", "")),
            str(body.get("RequestId") or ""),
        )
        self._requests.add(sms.request_id)
        self._world.sms.put(sms.id, sms)
        self._world.events.publish("sms", sms=sms_view(sms))
        return web.json_response({"CodeResult": OK, "CountRegenerate": 0, "SMSID": f"sandbox-{sms.id}"})

    def _check(self, body: dict[str, Any]) -> tuple[str, str | None]:
        """The code that answers one request, and the reason."""
        content = str(body.get("Content") or "")
        if (body.get("ApiKey"), body.get("SecretKey")) != (API_KEY, SECRET_KEY):
            return UNAUTHORIZED, None
        if str(body.get("SmsType", "")) not in ("2", "8"):
            return BAD_TYPE, None
        if str(body.get("SmsType")) == "2" and body.get("Brandname") != BRANDNAME:
            return NO_BRAND, None
        if not _PHONE.fullmatch(str(body.get("Phone") or "")):
            return FAILED, "So dien thoai khong hop le"
        if not content.strip():
            return FAILED, "Noi dung tin nhan trong"
        if str(body.get("IsUnicode", "0")) != "1" and (foreign := set(content) - _GSM7):
            return FAILED, f"Noi dung co ky tu khong ho tro: {''.join(sorted(foreign))}"
        request_id = body.get("RequestId")
        if request_id and str(request_id) in self._requests:
            return REPEATED, None
        return OK, None


def sms_view(sms: Sms) -> dict[str, Any]:
    """The message as the World API shows it."""
    return vars(sms) | {"date": iso(sms.date)}


def _answer(code: str, why: str | None = None) -> web.Response:
    if code == OK:
        return web.json_response({"CodeResult": OK, "CountRegenerate": 0, "SMSID": "sandbox"})
    text = why or _MESSAGES.get(code, "Loi")
    return web.json_response({"CodeResult": code, "CountRegenerate": 0, "ErrorMessage": text})
