"""What a person does in Zalo's app, turned into messages and events for the bot."""

import hashlib
from typing import IO, Any

from sandbox.errors import NotPossible
from sandbox.world import Person
from sandbox.zalo.params import MAX_TEXT, length
from sandbox.zalo.pictures import saved
from sandbox.zalo.state import Zalo
from sandbox.zalo.view import event_json, world_view
from sandbox.zalo_chats import ZaloMessage


class ZaloPhone:
    """One person's Zalo, with the bot's chat open. With `mute`, the bot hears of nothing they do, so that a
    test can deliver the events itself, in any order."""

    def __init__(self, zalo: Zalo, person: Person, mute: bool = False) -> None:
        self.zalo = zalo
        self.world = zalo.world
        self.person = person
        self._mute = mute

    def text(self, text: str) -> list[ZaloMessage]:
        """Write a message; a long one becomes several. Raises NotPossible."""
        if not text.strip():
            raise NotPossible("text is empty")
        return [self._send("text", {"text": part}) for part in _parts(text.strip())]

    def photo(self, content: bytes, caption: str = "") -> ZaloMessage:
        """Send a picture. Raises NotPossible if it is none."""
        self._check_open()
        file = saved(self.world.files, content)
        if file is None:
            raise NotPossible("the file is no PNG, JPEG or GIF")
        return self._send("image", {"photo": file.id} | ({"caption": caption} if caption else {}))

    def sticker(self, emoji: str) -> ZaloMessage:
        """Send a sticker."""
        sticker = hashlib.sha256(emoji.encode()).hexdigest()[:20]
        return self._send("sticker", {"sticker": sticker, "emoji": emoji})

    def voice(self, content: bytes, seconds: int = 3) -> ZaloMessage:
        """Send a voice message."""
        self._check_open()
        file = self.world.files.save("zalo", "voice.aac", "audio/aac", content)
        return self._send("voice", {"voice": file.id, "duration": seconds})

    def document(self, name: str, mime: str, content: IO[bytes]) -> ZaloMessage:
        """Send a file. Zalo tells the bot only that something came."""
        self._check_open()
        file = self.world.files.save("zalo", name, mime, content)
        return self._send("unsupported", {"file": file.id})

    def unsupported(self) -> ZaloMessage:
        """Send something else that Zalo does not carry to bots, such as a contact or a place."""
        return self._send("unsupported", {})

    def block(self, blocked: bool) -> None:
        """Block or unblock the bot. Zalo does not tell the bot."""
        chat = self.world.zalo.chat(self.person.id)
        chat.blocked = blocked
        self.world.zalo.keep(chat)
        self.world.events.publish("chat", channel="zalo", person=self.person.id, blocked=blocked)

    def _check_open(self) -> None:
        if self.world.zalo.chat(self.person.id).blocked:
            raise NotPossible("this person has blocked the bot; unblock it first", 409)

    def _send(self, kind: str, content: dict[str, Any]) -> ZaloMessage:
        self._check_open()
        world = self.world
        chat = world.zalo.chat(self.person.id)
        if not chat.started:
            chat.started = True
            world.zalo.keep(chat)
            world.events.publish("chat", channel="zalo", person=self.person.id, blocked=False)
        message = world.zalo.add(self.person.id, False, kind, content)
        view = world_view(world, message)
        world.events.publish("message", channel="zalo", person=self.person.id, message=view)
        if not self._mute and self.zalo.admits(self.person.id):
            self.zalo.events.push(self.person.id, self._event(message), self.zalo.hooked)
        return message

    def _event(self, message: ZaloMessage) -> dict[str, Any]:
        """What the bot is told of a message."""
        return event_json(self.zalo, message)


def _parts(text: str) -> list[str]:
    """Cut a text into messages, at the end of a line or a word where there is one."""
    parts = []
    while length(text) > MAX_TEXT:
        head = text[: MAX_TEXT // 2] if length(text[:MAX_TEXT]) > MAX_TEXT else text[:MAX_TEXT]
        cut = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or len(head)
        parts.append(text[:cut])
        text = text[cut:].lstrip()
    return [*parts, text]
