"""What a person does in the chat of the Official Account."""

from typing import IO, Any

from sandbox.errors import NotPossible
from sandbox.world import Person
from sandbox.zalo.phone import ZaloPhone
from sandbox.zalo.state import Zalo
from sandbox.zalo_chats import ZaloMessage
from sandbox.zalo_oa.account import OfficialAccount
from sandbox.zalo_oa.events import event_of, follow_of


class OaPhone(ZaloPhone):
    """As on the Bot Platform, but files and taps on buttons come in, too."""

    def __init__(self, account: OfficialAccount, zalo: Zalo, person: Person, mute: bool = False) -> None:
        super().__init__(zalo, person, mute)
        self._account = account

    def document(self, name: str, mime: str, content: IO[bytes]) -> ZaloMessage:
        """Send a file."""
        self._check_open()
        return self._send("file", {"file": self.world.files.save("zalo", name, mime, content).id})

    def tap(self, message_id: int, label: str) -> ZaloMessage | None:
        """Tap a button, which says its text for the person; `None` where it opens an address. One that hides
        leaves no trace in the chat. Raises NotPossible."""
        message = self.world.zalo.messages.get(message_id)
        found = message.content.get("buttons", ()) if message and message.person == self.person.id else ()
        button = next((one for one in found if one["title"] == label), None)
        if button is None:
            raise NotPossible("there is no such button")
        if button["type"] == "oa.open.url":
            return None
        hidden = {"hidden": True} if button["type"] == "oa.query.hide" else {}
        return self._send("text", {"text": button["payload"]} | hidden)

    def follow(self, follows: bool) -> None:
        """Follow the account, or no longer."""
        self.world.set(f"oa_follows_{self.person.id}", follows)
        if follows:
            self._account.hear(self.person.id)
        name = "follow" if follows else "unfollow"
        event = follow_of(self.person, self.world.clock.milliseconds(), name)
        self.zalo.events.push(self.person.id, event, self.zalo.hooked)

    def _send(self, kind: str, content: dict[str, Any]) -> ZaloMessage:
        self._account.hear(self.person.id)
        return super()._send(kind, content)

    def _event(self, message: ZaloMessage) -> dict[str, Any]:
        return event_of(self.world, self.zalo.url, message)
