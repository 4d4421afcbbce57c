"""eSMS: the keys, and what is left on the account.

https://developers.esms.vn/en/esms-api/retrive-and-register-functions/get-balance
"""

import aiohttp

from domain.checkups import Fault, Good
from gateways.sms import EsmsSettings

PATH = "/MainService.svc/json/GetBalance_json"
LOW = 100_000
"""Below so many VND, some hundred messages, the account is to be filled."""

_GOOD, _KEYS, _LOCKED = "100", "101", "102"


async def look_at_sms(settings: EsmsSettings) -> Good:
    keys = {"ApiKey": settings.api_key, "SecretKey": settings.secret_key}
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(settings.api_url.rstrip("/") + PATH, json=keys) as response,
        ):
            if response.status != 200:
                raise Fault("sms_away", error=f"HTTP {response.status}")
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, ValueError) as error:
        raise Fault("sms_away", error=type(error).__name__) from None
    code = str(answer.get("CodeResponse", "")) if isinstance(answer, dict) else ""
    if code in (_KEYS, _LOCKED):
        raise Fault("sms_keys" if code == _KEYS else "sms_locked")
    if code != _GOOD:
        raise Fault("sms_away", error=f"CodeResponse {code}")
    balance = int(float(answer.get("Balance", 0)))
    if balance < LOW:
        raise Fault("sms_low", balance=balance)
    return Good("sms", {"balance": balance, "brandname": settings.brandname})
