"""eSMS: the keys, what is left on the account, and its brand names.

https://developers.esms.vn/en/esms-api/retrive-and-register-functions/get-balance
https://developers.esms.vn/en/esms-api/retrive-and-register-functions/get-list-registered-brandnames
"""

from typing import Any

import aiohttp

from domain.checkups import Fault, Good
from gateways.sms import EsmsSettings

_PATH = "/MainService.svc/json"
LOW = 100_000
"""Below so many VND, some hundred messages, the account is to be filled."""

_GOOD, _KEYS, _LOCKED = "100", "101", "102"
_CARE = "2"
"""The type of brand names for messages that are no advertisements."""


async def look_at_sms(settings: EsmsSettings) -> Good:
    async with aiohttp.ClientSession() as session:
        keys = {"ApiKey": settings.api_key, "SecretKey": settings.secret_key}
        account = await _asked(session, settings, "POST", "GetBalance_json", json=keys)
        names = f"GetListBrandname/{settings.api_key}/{settings.secret_key}"
        registered = (await _asked(session, settings, "GET", names)).get("ListBrandName")
    balance = int(float(account.get("Balance", 0)))
    if balance < LOW:
        raise Fault("sms_low", balance=balance)
    if isinstance(registered, list) and not any(_is(settings.brandname, one) for one in registered):
        raise Fault("sms_brandname", brandname=settings.brandname)
    return Good("sms", {"balance": balance, "brandname": settings.brandname})


async def _asked(
    session: aiohttp.ClientSession, settings: EsmsSettings, method: str, path: str, **more: Any
) -> dict[str, Any]:
    """The answer, if it is one of success. Raises `Fault`, which never shows the address: it has the keys."""
    try:
        async with session.request(
            method, f"{settings.api_url.rstrip('/')}{_PATH}/{path}", **more
        ) as response:
            if response.status != 200:
                raise Fault("sms_away", error=f"HTTP {response.status}")
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, ValueError) as error:
        raise Fault("sms_away", error=type(error).__name__) from None
    found = answer if isinstance(answer, dict) else {}
    code = str(found.get("CodeResponse") or found.get("CodeResult") or "")
    if code in (_KEYS, _LOCKED):
        raise Fault("sms_keys" if code == _KEYS else "sms_locked")
    if code != _GOOD:
        raise Fault("sms_away", error=f"CodeResponse {code}")
    return found


def _is(brandname: str, registered: object) -> bool:
    if not isinstance(registered, dict):
        return False
    return registered.get("Brandname") == brandname and str(registered.get("Type")) == _CARE
