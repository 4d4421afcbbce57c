"""Deliveries of bank webhooks as the providers make them: the published samples and signatures.

They are written independently of `gateways/bank_webhooks`, so that an error would have to be in both.
"""

import copy
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[1] / "gateways" / "webhooks"
SECRET = "a-secret-of-the-bank"
PAYOS_SAMPLE_KEY = "1a54716c8f0efb2744fb28b6e38b25da7f67a925d98bc1c18bd8faaecadd7675"
"""The key of the signature in payOS's own sample; both are published."""


def sample(name: str) -> dict[str, Any]:
    return dict(json.loads((SAMPLES / f"{name}.json").read_text("utf-8")))


def hmac_of(message: str | bytes, digest: str, key: str = SECRET) -> str:
    message = message.encode("utf-8", "surrogatepass") if isinstance(message, str) else message
    return hmac.new(key.encode(), message, getattr(hashlib, digest)).hexdigest()


def _dumped(body: object) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(body).encode()


@dataclass(frozen=True)
class Delivery:
    """A POST, whose `headers` or body hold its proof."""

    headers: dict[str, str]
    raw: bytes


def sepay(body: object, now: datetime) -> Delivery:
    raw, seconds = _dumped(body), int(now.timestamp())
    signature = hmac_of(f"{seconds}.".encode() + raw, "sha256")
    return Delivery({"X-SePay-Timestamp": str(seconds), "X-SePay-Signature": f"sha256={signature}"}, raw)


def sepay_by_key(body: object, _: datetime) -> Delivery:
    return Delivery({"Authorization": f"Apikey {SECRET}"}, _dumped(body))


def payos(body: Any, _: datetime, key: str = SECRET) -> Delivery:
    body = copy.deepcopy(body)
    if isinstance(body, dict) and isinstance(data := body.get("data"), dict):
        texts = {
            name: value if isinstance(value, str) else "" if value is None else _compact(value)
            for name, value in data.items()
        }
        signed = "&".join(f"{name}={text}" for name, text in sorted(texts.items()))
        body["signature"] = hmac_of(signed, "sha256", key)
    return Delivery({}, _dumped(body))


def _compact(value: object, ascii_only: bool = False) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only)


def casso(
    body: object, now: datetime, escape: Callable[[str], str] = str, ascii_only: bool = False
) -> Delivery:
    milliseconds = int(now.timestamp() * 1000)
    signature = hmac_of(f"{milliseconds}.{escape(_compact(body, ascii_only))}", "sha512")
    return Delivery({"X-Casso-Signature": f"t={milliseconds},v1={signature}"}, _dumped(body))


def casso_by_token(body: object, _: datetime) -> Delivery:
    return Delivery({"Secure-Token": SECRET}, _dumped(body))


def gpmpay(body: object, now: datetime) -> Delivery:
    raw, seconds = _dumped(body), int(now.timestamp())
    signature = hmac_of(f"{seconds}.".encode() + raw, "sha256")
    return Delivery({"X-GPMPay-Signature": f"t={seconds},v1={signature}"}, raw)
