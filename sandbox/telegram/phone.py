"""What a person does on their phone, turned into messages and updates for the bot."""

from typing import IO, Any

from sandbox.errors import NotPossible
from sandbox.files import StoredFile
from sandbox.telegram.content import MAX_TEXT, photo_content
from sandbox.telegram.entities import formatted
from sandbox.telegram.errors import ApiError
from sandbox.telegram.html import utf16
from sandbox.telegram.state import Tap, Telegram
from sandbox.telegram.view import chat_json, file_json, message_json, user_json, world_view
from sandbox.world import Message, Person


class Phone:
    """One person's Telegram app, with the bot's chat open."""

    def __init__(self, telegram: Telegram, person: Person) -> None:
        self.telegram = telegram
        self.world = telegram.world
        self.person = person

    # Sending
    def text(self, text: str, reply_to: int | None = None) -> list[Message]:
        """Write a message, which may answer another one. A long text becomes several messages, as in
        Telegram's app, and the first of them is the answer. Raises NotPossible."""
        if reply_to is not None:
            self._find(reply_to)
        first, *more = _parts(text.strip())
        sent = [self._send(self._text_content(first), reply_to=reply_to)]
        return sent + [self._send(self._text_content(part)) for part in more]

    def edit(self, message_id: int, text: str) -> Message:
        """Change one's own text message."""
        message = self._find(message_id)
        if message.bot or "text" not in message.content:
            raise NotPossible("only your own text messages can be edited")
        message.content = self._text_content(text)
        message.edited = self.world.now()
        self.world.save(message)
        self._publish("edited", message)
        self._push("edited_message", message_json(self.telegram, message))
        return message

    def forward(self, text: str, from_name: str) -> Message:
        """Forward someone's text; the sender hides their account."""
        origin = {"type": "hidden_user", "sender_user_name": from_name, "date": self.world.now()}
        return self._send(self._text_content(text) | {"forward_origin": origin})

    def contact(self, phone: str | None = None, own: bool = True) -> Message:
        """Share a contact: one's own, or that of someone without Telegram."""
        card: dict[str, Any] = {"phone_number": phone or self.person.phone, "first_name": self.person.name}
        if own:
            card["user_id"] = self.person.telegram_id
        return self._send({"contact": card}, pressed=True)

    def document(
        self, name: str, mime: str, content: IO[bytes] | bytes, caption: str = "", declared: int | None = None
    ) -> Message:
        """Send a file. `declared` makes it look that many bytes large."""
        file = self.world.files.save("document", name, mime, content, declared)
        return self._send({"document": file_json(file)} | self._caption(caption))

    def photo(self, mime: str, content: IO[bytes] | bytes, caption: str = "") -> Message:
        """Send a picture as a photo. Raises NotPossible if it is no picture."""
        file = self.world.files.save("photo", "photo.jpg", mime, content)
        try:
            return self._send(photo_content(self.telegram, file) | self._caption(caption))
        except ApiError as error:
            raise NotPossible(error.description) from error

    def voice(self, content: bytes, seconds: int = 3) -> Message:
        """Send a voice message."""
        file = self.world.files.save("voice", "voice.ogg", "audio/ogg", content)
        return self._send({"voice": self._small(file) | {"duration": seconds, "mime_type": file.mime}})

    def sticker(self, emoji: str = "👍") -> Message:
        """Send a sticker."""
        file = self.world.files.save("sticker", "sticker.webp", "image/webp", b"RIFF\0\0\0\0WEBP")
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self._send({"sticker": self._small(file) | shape | {"emoji": emoji, "set_name": "sandbox"}})

    def location(self, latitude: float, longitude: float) -> Message:
        """Send a place."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    # Tapping
    def button(self, message_id: int, text: str) -> dict[str, Any]:
        """The inline button with this text on a message."""
        rows = self._rows(message_id)
        for row in rows:
            for button in row:
                if button["text"] == text:
                    return button
        names = [button["text"] for row in rows for button in row]
        raise NotPossible(f"message {message_id} has no button {text!r}; it has {names}", 404)

    def button_at(self, message_id: int, row: int, column: int) -> dict[str, Any]:
        """The inline button at a place, counted from 0."""
        rows = self._rows(message_id)
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise NotPossible(f"message {message_id} has no button at row {row}, column {column}", 404)
        return rows[row][column]

    def tap(self, message_id: int, data: str) -> Tap:
        """Tap a button with this callback data, which the message has, had before, or never had."""
        message = self._find(message_id)
        if not message.bot:
            raise NotPossible("only messages of the bot have buttons")
        if not 1 <= len(data.encode()) <= 64:
            raise NotPossible("callback data is 1 to 64 bytes")
        self._check_open()
        query_id, tap = self.telegram.open_tap(self.person, message.id)
        query = {
            "id": query_id,
            "from": user_json(self.person),
            "message": message_json(self.telegram, message),
            "chat_instance": str(self.person.telegram_id * 7919),
            "data": data,
        }
        self._push("callback_query", query)
        return tap

    def press(self, text: str) -> Message:
        """Press a button of the reply keyboard: it sends its text, or shares the contact."""
        for row in self.keyboard().get("keyboard", []):
            for button in row:
                if button["text"] == text:
                    return self.contact() if button.get("request_contact") else self.text(text)[-1]
        raise NotPossible(f"no reply keyboard with a button {text!r} is shown", 404)

    def block(self, blocked: bool) -> None:
        """Block or unblock the bot."""
        chat = self.world.chat(self.person.telegram_id)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        self.world.chats.put(chat.id, chat)
        self.world.events.publish("chat", channel="telegram", person=self.person.id, blocked=blocked)
        states = [self._membership(not blocked), self._membership(blocked)]
        change = {"chat": chat_json(self.person), "from": user_json(self.person), "date": self.world.now()}
        change |= {"old_chat_member": states[0], "new_chat_member": states[1]}
        self._push("my_chat_member", change)

    # Helpers
    def _membership(self, blocked: bool) -> dict[str, Any]:
        me = self.telegram.me()
        user = {key: me[key] for key in ("id", "is_bot", "first_name", "username")}
        return (
            {"user": user, "status": "kicked", "until_date": 0}
            if blocked
            else {"user": user, "status": "member"}
        )

    def _find(self, message_id: int) -> Message:
        message = self.world.message(self.person.telegram_id, message_id)
        if message is None:
            raise NotPossible(f"there is no message {message_id} in this chat", 404)
        return message

    def _rows(self, message_id: int) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = (self._find(message_id).markup or {}).get("inline_keyboard", [])
        return rows

    def keyboard(self) -> dict[str, Any]:
        """The reply keyboard that is shown, or nothing."""
        shown = self.world.chat(self.person.telegram_id).keyboard
        message = self.world.message(self.person.telegram_id, shown) if shown else None
        return (message.keyboard if message else None) or {}

    def _text_content(self, text: str) -> dict[str, Any]:
        try:
            plain, entities = formatted(text, None, None, MAX_TEXT, "message")
        except ApiError as error:
            raise NotPossible(error.description) from error
        if not plain:
            raise NotPossible("text is empty")
        return {"text": plain} | ({"entities": entities} if entities else {})

    def _caption(self, caption: str) -> dict[str, Any]:
        return {"caption": caption} if caption else {}

    def _small(self, file: StoredFile) -> dict[str, Any]:
        return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}

    def _check_open(self) -> None:
        if self.world.chat(self.person.telegram_id).blocked:
            raise NotPossible("this person has blocked the bot; unblock it first", 409)

    def _send(self, content: dict[str, Any], pressed: bool = False, reply_to: int | None = None) -> Message:
        self._check_open()
        chat = self.world.chat(self.person.telegram_id)
        keyboard = self.keyboard()
        labels = [button["text"] for row in keyboard.get("keyboard", []) for button in row]
        used = keyboard.get("one_time_keyboard") and (pressed or content.get("text") in labels)
        if used or not chat.started:
            chat.started = True
            chat.keyboard = None if used else chat.keyboard
            self.world.chats.put(chat.id, chat)
            self.world.events.publish("chat", channel="telegram", person=self.person.id, blocked=False)
        message = self.world.add_message(self.person.telegram_id, False, content, reply_to=reply_to)
        self._publish("message", message)
        self._push("message", message_json(self.telegram, message))
        return message

    def _publish(self, kind: str, message: Message) -> None:
        view = world_view(self.world, message)
        self.world.events.publish(kind, channel="telegram", person=self.person.id, message=view)

    def _push(self, kind: str, body: dict[str, Any]) -> None:
        self.telegram.updates.push(self.person.id, kind, body)


def _parts(text: str) -> list[str]:
    """Cut a text into messages, at the end of a line or a word where there is one."""
    parts = []
    while utf16(text) > MAX_TEXT:
        head = text[: MAX_TEXT // 2] if utf16(text[:MAX_TEXT]) > MAX_TEXT else text[:MAX_TEXT]
        cut = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or len(head)
        parts.append(text[:cut])
        text = text[cut:].lstrip()
    return [*parts, text]
