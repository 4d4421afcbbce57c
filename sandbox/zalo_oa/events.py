"""Events of the Official Account as its webhook gets them: ids and timestamps are texts."""

from typing import Any

from sandbox.files import file_url
from sandbox.world import Person, World
from sandbox.zalo_chats import ZaloMessage
from sandbox.zalo_oa.account import APP_ID, NAME, OA_ID, oa_user_id


def event_of(world: World, url: str, message: ZaloMessage) -> dict[str, Any]:
    """What a person sent; `url` is where the world's files can be got."""
    kind, content = message.kind, message.content
    told: dict[str, Any] = {"msg_id": message.message_id}
    if message.text:
        told["text"] = message.text
    if kind == "image":
        address = url + file_url(content["photo"], "photo")
        told["attachments"] = [{"type": "image", "payload": {"thumbnail": address, "url": address}}]
    elif kind == "file":
        told["attachments"] = [{"type": "file", "payload": _file(world, url, content["file"])}]
    elif kind == "sticker":
        told["attachments"] = [{"type": "sticker", "payload": {"id": content["sticker"], "url": url}}]
    elif kind == "voice":
        address = url + file_url(content["voice"], "voice.amr")
        told["attachments"] = [{"type": "audio", "payload": {"url": address}}]
    name = {"voice": "audio", "unsupported": "location"}.get(kind, kind)
    return {**_named(f"user_send_{name}", message.person, message.date), "message": told}


def echo_of(message: ZaloMessage) -> dict[str, Any]:
    """Our own message, which comes back."""
    body = _named(f"oa_send_{message.kind}", message.person, message.date)
    told = {"msg_id": message.message_id, "text": message.text}
    return {**body, "sender": body["recipient"], "recipient": body["sender"], "message": told}


def received_by(message: ZaloMessage) -> dict[str, Any]:
    """A receipt: the person's phone has the message."""
    body = _named("user_received_message", message.person, message.date + 1)
    told = {"msg_id": message.message_id}
    return {**body, "sender": body["recipient"], "recipient": body["sender"], "message": told}


def template_received(milliseconds: int, phone: str, msg_id: str, tracking_id: str) -> dict[str, Any]:
    """A phone has a template message."""
    return {
        "event_name": "user_received_message",
        "app_id": APP_ID,
        "oa_id": OA_ID,
        "sender": {"id": OA_ID},
        "recipient": {"id": phone},
        "message": {"delivery_time": str(milliseconds), "msg_id": msg_id, "tracking_id": tracking_id},
        "timestamp": str(milliseconds),
    }


def row_of(world: World, url: str, message: ZaloMessage) -> dict[str, Any]:
    """A message in the list of recent ones."""
    user, person = oa_user_id(message.person), world.person(message.person)
    name = person.name if person else ""
    ends = [(OA_ID, NAME), (user, name)] if message.bot else [(user, name), (OA_ID, NAME)]
    kind = {"image": "photo", "unsupported": "location"}.get(message.kind, message.kind)
    row: dict[str, Any] = {
        "src": 0 if message.bot else 1,
        "time": message.date,
        "type": kind,
        "message": message.text,
        "message_id": message.message_id,
    }
    for side, (id_, called) in zip(("from", "to"), ends, strict=True):
        row |= {f"{side}_id": id_, f"{side}_display_name": called, f"{side}_avatar": ""}
    if "photo" in message.content:
        row["url"] = url + file_url(message.content["photo"], "photo")
    return row


def follow_of(person: Person, milliseconds: int, name: str = "follow") -> dict[str, Any]:
    user = oa_user_id(person.id)
    return {
        "event_name": name,
        "app_id": APP_ID,
        "oa_id": OA_ID,
        "user_id_by_app": user[::-1],
        "follower": {"id": user},
        "source": "oa_profile",
        "timestamp": str(milliseconds),
    }


def _named(name: str, person: str, milliseconds: int) -> dict[str, Any]:
    user = oa_user_id(person)
    return {
        "app_id": APP_ID,
        "user_id_by_app": user[::-1],
        "event_name": name,
        "sender": {"id": user},
        "recipient": {"id": OA_ID},
        "timestamp": str(milliseconds),
    }


def _file(world: World, url: str, file_id: str) -> dict[str, Any]:
    file = world.files.get(file_id)
    assert file is not None
    ending = file.name.rpartition(".")[2]
    address = url + file_url(file.id, file.name)
    return {"name": file.name, "size": str(file.size), "type": ending, "checksum": "", "url": address}
