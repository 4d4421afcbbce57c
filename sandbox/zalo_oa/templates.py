"""Template messages to phones (ZBS). They are approved as the bot has them, unless a test says otherwise."""

from typing import Any

from aiohttp import web

from sandbox.sms import national, sms_view
from sandbox.world import Sms
from sandbox.zalo.state import Zalo
from sandbox.zalo_oa.account import NAME, OfficialAccount
from sandbox.zalo_oa.errors import OaError
from sandbox.zalo_oa.events import template_received
from texts.messaging.templates import TEMPLATES, TemplateText

IDS = {str(name): str(500_001 + number) for number, name in enumerate(TEMPLATES)}
"""The id of each template."""

_BY_ID = {IDS[str(name)]: text for name, text in TEMPLATES.items()}


class Templates:
    """Handlers of calls under `/zalo-oa/business`."""

    def __init__(self, account: OfficialAccount, zalo: Zalo) -> None:
        self._account, self._zalo = account, zalo
        self._sent: dict[str, int] = {}

    async def info(self, request: web.Request) -> dict[str, Any]:
        template_id = request.query.get("template_id", "")
        text = self._template(template_id)
        lacking = self._account.setting("template_param_gone")
        params = [
            {"name": name, "require": True, "type": "STRING", "maxLength": most, "minLength": 1}
            for name, most in text.params.items()
            if name != lacking
        ]
        return {
            "templateId": int(template_id),
            "templateName": text.name,
            "status": "ENABLE" if self._account.setting("templates_approved") else "PENDING_REVIEW",
            "listParams": params,
            "price_sdt": str(self._account.setting("template_price")),
            "price_uid": str(self._account.setting("template_price") * 7 // 10),
        }

    async def status(self, request: web.Request) -> dict[str, Any]:
        return {"status": self._sent.get(request.query.get("message_id", ""), -1)}

    async def quota(self, request: web.Request) -> dict[str, Any]:
        most = int(self._account.setting("template_quota"))
        return {"dailyQuota": str(most), "remainingQuota": str(most - self._today())}

    async def send(self, request: web.Request) -> dict[str, Any]:
        body = await request.json()
        phone, tracking = str(body.get("phone", "")), body.get("tracking_id")
        if not (phone.startswith("84") and phone.isdigit() and len(phone) == 11):
            raise OaError(-108, "Phone number is invalid")
        if not isinstance(tracking, str) or not 0 < len(tracking) <= 48:
            raise OaError(-111, "tracking_id is invalid")
        text = self._template(str(body.get("template_id", "")))
        if not self._account.setting("templates_approved"):
            raise OaError(-131, "Template is not approved")
        values = _checked(text, body.get("template_data"))
        if self._today() >= int(self._account.setting("template_quota")):
            raise OaError(-144, "OA has reached the daily quota")
        without = {national(str(one)) for one in self._account.setting("phones_without_zalo")}
        if national(phone) in without:
            raise OaError(-118, "Zalo account does not exist")
        msg_id = f"zbs{len(self._zalo.world.sms) + 1:016x}"
        price = int(self._account.setting("template_price"))
        silent = {national(str(one)) for one in self._account.setting("phones_that_are_off")}
        self._count()
        if national(phone) in silent:
            self._sent[msg_id] = 0
        else:
            self._account.pay(price, OaError(-115, "Not enough money in the account"))
            self._deliver(phone, text, values, price)
            self._sent[msg_id] = 1
            event = template_received(self._zalo.world.clock.milliseconds(), phone, msg_id, tracking)
            self._zalo.events.push(f"receipts of {phone}", event, True)
        most = int(self._account.setting("template_quota"))
        quota = {"dailyQuota": str(most), "remainingQuota": str(most - self._today())}
        moment = str(self._zalo.world.clock.milliseconds())
        return {"msg_id": msg_id, "sent_time": moment, "sending_mode": "1", "quota": quota}

    def _template(self, template_id: str) -> TemplateText:
        if template_id not in _BY_ID:
            raise OaError(-109, "Template is invalid")
        return _BY_ID[template_id]

    def _deliver(self, phone: str, text: TemplateText, values: dict[str, str], price: int) -> None:
        """Show it on the phone, beside the SMS."""
        world = self._zalo.world
        lines = [text.title, *text.paragraphs, *(f"{label}: {value}" for label, value in text.table)]
        said = "\n".join(lines)
        for name, value in values.items():
            said = said.replace(f"<{name}>", value)
        sms = Sms(len(world.sms) + 1, national(phone), said, world.now(), f"Zalo: {NAME}", cost=price)
        world.sms.put(sms.id, sms)
        world.events.publish("sms", sms=sms_view(sms))

    def _day(self) -> str:
        return f"oa_templates_{(self._zalo.world.now() + 7 * 3600) // 86400}"

    def _today(self) -> int:
        return int(self._zalo.world.setting(self._day(), 0))

    def _count(self) -> None:
        self._zalo.world.set(self._day(), self._today() + 1)


def _checked(text: TemplateText, given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise OaError(-111, "template_data is invalid")
    if missing := text.params.keys() - given.keys():
        raise OaError(-1122, f"Missing parameter {min(missing)}")
    for name, value in given.items():
        if name not in text.params:
            raise OaError(-1121, f"Unknown parameter {name}")
        if not isinstance(value, str) or not value.strip():
            raise OaError(-112, f"Parameter {name} is invalid")
        if len(value) > text.params[name]:
            raise OaError(-1124, f"Parameter {name} is too long")
    return dict(given)
