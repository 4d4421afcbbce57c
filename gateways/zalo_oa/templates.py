"""Template messages to phones (ZBS): what Zalo has approved, and sending them."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.messaging.contents import PushContent
from domain.messaging.templates import Template
from gateways.zalo.errors import AnswerLost, BadCall, PersonRefused, QuotaUsedUp, TokenRefused, ZaloError
from gateways.zalo_oa.client import OaCaller
from gateways.zalo_oa.template_errors import refused
from services.ports import RetryLater, Undeliverable, WayClosed
from services.ports.zalo_templates import KnownTemplate
from texts.messaging.templates import TEMPLATES, values_of

BUSINESS_URL = "https://business.openapi.zalo.me"

_ENABLED = "ENABLE"
_SERVER_TROUBLE, _CLOSED = 5.0, 3600.0

log = logging.getLogger(__name__)


class TemplateClient(OaCaller):
    """Calls under `BUSINESS_URL`, with the tokens of the account."""

    refused = staticmethod(refused)

    async def look_at(self, name: Template, template_id: str) -> KnownTemplate:
        """What Zalo says of a template; its `fault` is empty where it is approved as we have it."""
        try:
            found = await self.call("GET", f"/template/info/v2?template_id={template_id}")
        except BadCall:
            return KnownTemplate(name, template_id, fault="unknown")
        return KnownTemplate(name, template_id, _price(found), _fault(name, found))

    async def send(self, phone: str, template_id: str, values: Mapping[str, str], tracking_id: str) -> None:
        """Hand one message over; `phone` is E.164."""
        body = {
            "phone": phone.removeprefix("+"),
            "template_id": template_id,
            "template_data": dict(values),
            "tracking_id": tracking_id,
        }
        await self.call("POST", "/message/template", body)


@dataclass(frozen=True, slots=True)
class OaTemplates:
    """`TemplateSender` of an Official Account."""

    client: TemplateClient

    async def send_template(
        self, phone: str, template: Template, template_id: str, content: PushContent, message_ref: str
    ) -> None:
        """A message whose answer was lost counts as sent: Zalo says soon whether a phone has it."""
        try:
            await self.client.send(phone, template_id, values_of(template, content), message_ref)
        except PersonRefused as error:
            raise Undeliverable(f"no template message for this phone: {error.description}") from error
        except (QuotaUsedUp, TokenRefused, BadCall) as error:
            log.warning("Zalo takes no template messages: %s", error)
            raise WayClosed(_CLOSED, "template messages") from error
        except AnswerLost as error:
            log.warning("whether Zalo has a template message will be seen: %s", error)
        except ZaloError as error:
            raise RetryLater(_SERVER_TROUBLE, str(error)) from error


def tracking_of(body: Mapping[str, object]) -> str:
    """What a receipt of a template message is about; empty for any other event."""
    match body:
        case {"event_name": "user_received_message", "message": {"tracking_id": str(tracking_id)}}:
            return tracking_id
    return ""


def _price(found: Mapping[str, object]) -> int:
    """What one message by phone costs, given as text or number; one that cannot be read counts as dear."""
    said = str(found.get("price_sdt") or found.get("price") or "").removesuffix(".0")
    return int(said) if said.isdigit() else 1_000


def _fault(name: Template, found: Mapping[str, object]) -> str:
    if found.get("status") != _ENABLED:
        return "not_approved"
    listed = found.get("listParams")
    given: dict[str, Any] = {
        str(one.get("name")): one.get("maxLength")
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict)
    }
    ours = TEMPLATES[name].params
    fits = given.keys() == ours.keys() and all(
        not isinstance(given[param], int) or given[param] >= most for param, most in ours.items()
    )
    return "" if fits else "other_params"
