"""A person at the sandbox's Zalo: the acts are the same as on Telegram, but each is typed."""

import re
from collections.abc import Iterator
from typing import Any

from tests.support.world import RECENT, Chat

_CHOICE = re.compile(r"^#?(\d{1,2}|[A-Z]\d{1,2})\. (.+)$", re.MULTILINE)
_CONFIRM = re.compile(r"^Để “(.+)”, trả lời: (.+)$", re.MULTILINE)
_UPLOAD = re.compile(r"https?://\S+/upload/\S+")
_FILE = re.compile(r"^📄 (.+?): (https?://\S+/files/\S+)$", re.MULTILINE)
_BOXES = {"☐": "⬜️", "☑": "☑️"}


class ZaloChat(Chat):
    """A chat whose messages get buttons from their lines, so that journeys read them as on Telegram."""

    app = "zalo"

    async def sends(self, content: bytes, name: str) -> dict[str, Any]:
        """Send a file by the upload page, whose link a window shows or the word for it brings."""
        said = [m["text"] for m in await self.messages(RECENT) if m["from"] == "bot"]
        page = _UPLOAD.search(said[-1]) or _UPLOAD.search((await self.says("tệp"))["text"])
        assert page is not None, said[-1]
        await self.world.upload(page[0], content, name)
        await self.world.idle()
        return await self.window()

    async def messages(self, last: int = 0) -> list[dict[str, Any]]:
        found = await super().messages(last)
        for message in found:
            message["quick"] = [button["text"] for row in message["buttons"] for button in row]
            if message["from"] == "bot":
                message["buttons"] = [[button] for button in _buttons(message["text"])]
                keys = [row[0]["key"] for row in message["buttons"]]
                message["window"] = any(key[0].isdigit() or " " in key for key in keys)
                if file := _FILE.search(message["text"]):
                    message["document"] = {"name": file[1], "url": file[2]}
        return found

    async def _press(self, message: dict[str, Any], button: dict[str, Any]) -> None:
        await self.world.post(f"{self.path}/text", text=button["key"])


def _buttons(text: str) -> Iterator[dict[str, Any]]:
    """The possible answers in the order of the lines; a value to copy comes after its label."""
    for key, label in _CHOICE.findall(text):
        if label[0] in _BOXES:
            label = f"{_BOXES[label[0]]}{label[1:]}"
        value = label.partition(": ")[2]
        copied = value if "📋" in label and value else None
        mark = "#" if f"#{key}. " in text else ""
        yield {"text": label, "key": f"{mark}{key}", "url": None, "copy": copied, "data": None}
    for label, phrase in _CONFIRM.findall(text):
        yield {"text": label, "key": phrase, "url": None, "copy": None, "data": None}
