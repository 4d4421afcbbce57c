"""Checks a consultation message (`/v3.0/oa/message/cs`) as strictly as is known."""

from typing import Any

from sandbox.files import Files
from sandbox.zalo.errors import ApiError
from sandbox.zalo.params import length
from sandbox.zalo.pictures import fetched
from sandbox.zalo_oa.account import OfficialAccount
from sandbox.zalo_oa.errors import OaError

MAX_TEXT, MAX_BUTTONS, MAX_TITLE, MAX_PAYLOAD = 2000, 5, 100, 1000
MAX_PICTURE = 1024 * 1024

Content = dict[str, Any]


async def content_of(account: OfficialAccount, message: Any) -> tuple[str, Content]:
    """The kind and content of a message to show. Raises OaError."""
    if not isinstance(message, dict):
        raise OaError(-201, "message is invalid")
    text, attachment = message.get("text"), message.get("attachment")
    if text is not None and (not isinstance(text, str) or not text.strip()):
        raise OaError(-201, "text is invalid")
    if text is not None and length(text) > MAX_TEXT:
        raise OaError(-210, "text is over the limit of 2000 characters")
    words: Content = {"text": text} if text else {}
    if attachment is None:
        if not text:
            raise OaError(-201, "message is empty")
        return "text", words
    if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
        raise OaError(-201, "attachment is invalid")
    payload = attachment["payload"]
    match attachment.get("type"), payload.get("template_type"):
        case "template", None if text:
            return "text", words | {"buttons": _buttons(account, payload.get("buttons"))}
        case "template", "media":
            return "image", await _picture(account, payload.get("elements"), text)
        case "file", None if text is None:
            file = account.world.files.get(account.upload(str(payload.get("token", ""))))
            assert file is not None
            return "file", {"file": file.id}
    raise OaError(-201, "attachment is invalid")


def _buttons(account: OfficialAccount, buttons: Any) -> list[dict[str, Any]]:
    if not account.setting("buttons"):
        raise OaError(-201, "attachment is invalid")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MAX_BUTTONS:
        raise OaError(-201, "buttons is invalid")
    return [_button(one) for one in buttons]


def _button(button: Any) -> dict[str, Any]:
    match button:
        case {"title": str(title), "type": "oa.query.show" | "oa.query.hide" as kind, "payload": str(said)}:
            if 0 < len(title) <= MAX_TITLE and 0 < len(said) <= MAX_PAYLOAD:
                return {"title": title, "type": kind, "payload": said}
        case {"title": str(title), "type": "oa.open.url", "payload": {"url": str(url)}}:
            if 0 < len(title) <= MAX_TITLE and url.startswith(("http://", "https://")):
                return {"title": title, "type": "oa.open.url", "payload": {"url": url}}
    raise OaError(-201, "buttons is invalid")


async def _picture(account: OfficialAccount, elements: Any, text: str | None) -> Content:
    match elements:
        case [{"media_type": "image", "url": str(url), **rest}] if not rest:
            pass
        case _:
            raise OaError(-201, "elements is invalid")
    files: Files = account.world.files
    try:
        file = await fetched(files, url)
    except ApiError as error:
        raise OaError(-201, f"url is invalid: {error.description}") from None
    if file.size > MAX_PICTURE:
        raise OaError(-210, "the image is over the limit of 1 MB")
    return {"photo": file.id} | ({"caption": text} if text else {})
