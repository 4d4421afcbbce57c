"""A person at the chat of the sandbox's Official Account: taps real buttons where there are some."""

from typing import Any

from tests.support.zalo_chat import ZaloChat


class OaChat(ZaloChat):
    """As on the Bot Platform, with buttons, and files sent right into the chat."""

    async def sends(self, content: bytes, name: str) -> dict[str, Any]:
        await self.world.send_file(f"{self.path}/file", content, name)
        await self.world.idle()
        return await self.window()

    async def _press(self, message: dict[str, Any], button: dict[str, Any]) -> None:
        label = button["text"]
        quick = [one for one in message["quick"] if one.endswith(label)]
        if len(quick) == 1:
            await self.world.post(f"{self.path}/tap", message=message["id"], button=quick[0])
        else:
            await super()._press(message, button)
