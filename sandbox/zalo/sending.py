"""Methods that put something new in a chat."""

from datetime import UTC, datetime
from typing import Any

from domain.calendar import VIETNAM
from sandbox.world import Person
from sandbox.zalo.errors import ApiError
from sandbox.zalo.params import Params, checked, given, text_styles
from sandbox.zalo.pictures import fetched
from sandbox.zalo.state import Zalo, method
from sandbox.zalo.view import world_view


@method("sendMessage")
def send_message(zalo: Zalo, params: Params) -> dict[str, Any]:
    """Send a text. It is shown as it is, in the styles that `text_styles` gives to parts of it."""
    person = zalo.reachable(params)
    text = checked("text", given(params, "text"))
    styles = text_styles(params, text)
    return _send(zalo, person, "text", {"text": text} | ({"text_styles": styles} if styles else {}))


@method("sendPhoto")
async def send_photo(zalo: Zalo, params: Params) -> dict[str, Any]:
    person = zalo.reachable(params)
    caption = params.get("caption") or ""
    if not isinstance(caption, str):
        raise ApiError(400, "caption is no text")
    checked("caption", caption)
    _check_quota(zalo)
    file = await fetched(zalo.world.files, given(params, "photo"))
    return _send(zalo, person, "image", {"photo": file.id} | ({"caption": caption} if caption else {}))


@method("sendSticker")
def send_sticker(zalo: Zalo, params: Params) -> dict[str, Any]:
    person = zalo.reachable(params)
    return _send(zalo, person, "sticker", {"sticker": given(params, "sticker")})


@method("sendChatAction")
def send_chat_action(zalo: Zalo, params: Params) -> None:
    """Accept the action `typing`, the only one that Zalo has so far. The answer has no result."""
    person = zalo.reachable(params)
    if given(params, "action") != "typing":
        raise ApiError(400, "there is no such action")
    zalo.world.events.publish("typing", channel="zalo", person=person.id)


def _send(zalo: Zalo, person: Person, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    _check_quota(zalo)
    message = zalo.world.zalo.add(person.id, True, kind, content)
    view = world_view(zalo.world, message)
    zalo.world.events.publish("message", channel="zalo", person=person.id, message=view)
    return {"message_id": message.message_id, "date": message.date}


def _check_quota(zalo: Zalo) -> None:
    """Raises 429 once the month's messages are used up."""
    quota = zalo.monthly_quota
    if quota is None:
        return
    today = datetime.fromtimestamp(zalo.world.now(), UTC).astimezone(VIETNAM)
    month = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if zalo.world.zalo.sent_since(int(month.timestamp() * 1000)) >= quota:
        raise ApiError(429)
