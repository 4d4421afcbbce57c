"""SMS by eSMS, customer care messages of a brand name.

API: https://developers.esms.vn/esms-api/ham-gui-tin/tin-cskh, codes:
https://developers.esms.vn/en/esms-api/table-of-error-codes. Code 100 means accepted; only a callback, which
is not used, would say whether the phone got it.
"""

import hashlib
import logging
import re
from dataclasses import dataclass, field

import aiohttp

from domain.messaging.contents import PushContent
from gateways.http.client import HttpClient
from services.messaging.messages import Renderer
from services.ports import RetryLater, Undeliverable
from services.presence import FAILURES, Presence

SMS_PART = 160
SMS_LIMIT = SMS_PART * 2
"""Characters of a message; `SMS_PART` are billed as one."""

_PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
_CUSTOMER_CARE = "2"
_ACCEPTED = {"100", "124"}  # 124: this RequestId is known, so an earlier try was accepted.
_BAD_NUMBER = {"108": "phone number refused", "177": "brand name not registered with this network"}
# 99 is "blocked number" in one table of eSMS and "connection error" in another: it is tried again.
_TROUBLE = {"99"}
_TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5)
_OUT_OF_REACH = 30.0
_TRY_AGAIN = 60.0
_NEEDS_A_PERSON = 900.0
_E164 = re.compile(r"\+84([0-9]{9})")
# ASCII that is one septet of GSM-7's basic table (3GPP TS 23.038).
_GSM7 = re.compile(r"[ -Z_a-z\n]*")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EsmsSettings:
    """`api_url` is the server without the path, such as https://rest.esms.vn; `brandname` is registered.
    `price` is that of one part of 160 characters, in VND before VAT."""

    api_url: str
    api_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    brandname: str
    price: int = 0


class SmsSender(HttpClient):
    """`PushSender` of SMS: an address is an E.164 mobile number of Vietnam. Open between `async with`."""

    app = "sms"
    method_of = staticmethod(lambda path: "send")

    def __init__(self, settings: EsmsSettings, renderer: Renderer) -> None:
        self._settings = settings
        self._renderer = renderer
        self._url = settings.api_url.rstrip("/") + _PATH
        self.presence = Presence("sms", FAILURES, (Undeliverable,))

    def _connect(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=_TIMEOUT)

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        """Hand one message over. eSMS drops a repeated `key`, so `maybe_repeated` changes nothing; it knows
        no silent messages. An SMS cannot be edited: the reference is empty.

        Errors as in `PushSender`, and `ValueError` for a text that is not plain GSM-7 of `SMS_LIMIT`.
        """
        mobile = _E164.fullmatch(address)
        if mobile is None:
            raise Undeliverable("not a mobile number of Vietnam")
        body = {
            "ApiKey": self._settings.api_key,
            "SecretKey": self._settings.secret_key,
            "Phone": f"0{mobile[1]}",
            "Content": _checked(self._renderer.sms(content)),
            "Brandname": self._settings.brandname,
            "SmsType": _CUSTOMER_CARE,
            "IsUnicode": "0",
            "Sandbox": "0",
            "RequestId": hashlib.sha256(key.encode()).hexdigest()[:32],
        }
        with self.presence:
            _settle(await self._result(body))
        return ""

    def price(self, content: PushContent) -> int:
        """What the message costs, in VND before VAT."""
        parts = -(-len(self._renderer.sms(content)) // SMS_PART)
        return parts * self._settings.price

    async def _result(self, body: dict[str, str]) -> str:
        """The code that eSMS answers, empty where it answers none."""
        try:
            async with self._session.post(self._url, json=body) as response:
                if response.status != 200:
                    raise RetryLater(_TRY_AGAIN, f"eSMS answers HTTP {response.status}")
                # eSMS has been seen to send JSON under other content types.
                answer = await response.json(content_type=None)
        except aiohttp.ClientConnectorError as error:
            raise RetryLater(_OUT_OF_REACH, "eSMS is out of reach") from error
        return str(answer.get("CodeResult", ""))


def _checked(text: str) -> str:
    """Return the text, or raise `ValueError` without repeating it, since it holds personal data."""
    if not _GSM7.fullmatch(text):
        raise ValueError("the text of an SMS is not plain GSM-7")
    if not 0 < len(text) <= SMS_LIMIT:
        raise ValueError(f"an SMS has 1 to {SMS_LIMIT} characters, this one {len(text)}")
    return text


def _settle(code: str) -> None:
    """Return for an accepted message, raise for another result."""
    if code in _ACCEPTED:
        return
    if code in _BAD_NUMBER:
        raise Undeliverable(f"eSMS {code}: {_BAD_NUMBER[code]}")
    if code in _TROUBLE or not code:
        raise RetryLater(_TRY_AGAIN, f"eSMS answers {code or 'without a code'}")
    # Keys, balance, brand name, template or address of the server are wrong: a person has to mend that.
    log.warning("eSMS refuses our messages with code %s", code)
    raise RetryLater(_NEEDS_A_PERSON, f"eSMS answers {code}")
