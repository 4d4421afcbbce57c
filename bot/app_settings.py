"""Settings that every chat app reads: the program's public address, its secret, who the back office is."""

import hashlib
import hmac
import re
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field, HttpUrl, SecretStr, field_validator
from pydantic_settings import NoDecode

from domain.chats import CHAT_BITS, Channel, channel_of, made_chat_id
from domain.customers import NAME_LIMIT

TOKEN_FORM = re.compile(r"\d{3,}:[\w-]{10,}")
"""Bot tokens of Telegram and of Zalo."""

SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{16,256}")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Hosts that only trials have as their public address."""

PERSON_FORM = re.compile(
    rf"\s*(?P<app_id>[1-9][0-9]{{0,15}}|(?:{'|'.join(CHAT_BITS)}):[0-9a-f]{{8,64}})\s*:\s*(?P<name>\S.*?)"
    r"(?::(?P<right>[a-z_]+))?\s*"
)
_OTHERS = " or ".join(f"{app}:<{app} id>:<name>" for app in CHAT_BITS)


APPROVE = "approve"
"""What stands behind the name of who may be the second person for large sums."""


def secret_of_app(secret: str, app: Channel) -> str:
    """The secret of one app's webhook, made from WEBHOOK_SECRET, which it does not tell: whoever learns it
    cannot post as another app."""
    return hmac.new(secret.encode(), f"webhook of {app}".encode(), hashlib.sha256).hexdigest()


class UpdateMode(StrEnum):
    """How updates come: the program asks for them, or the app posts them."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class BackOfficePerson(NamedTuple):
    """One of the vendor's people. `app_id` is a Telegram user id, or the name of an app of `CHAT_BITS`, a
    colon and the id that it gives."""

    app_id: str
    name: str
    approves: bool = False
    """Whether they may be the second person for large sums."""

    @property
    def chat_id(self) -> int:
        """The number of their chat."""
        app, _, own_id = self.app_id.rpartition(":")
        return made_chat_id(Channel(app), own_id) if app else int(own_id)


def bot_of(token: SecretStr | None, api_url: HttpUrl) -> tuple[str, str]:
    """The token of a bot that is on, and where its API is."""
    assert token is not None
    return token.get_secret_value(), str(api_url)


class AppSettings(BaseModel):
    """A part of `bot.settings.Settings`; each app adds its own fields in a subclass."""

    webhook_secret: SecretStr | None = None
    public_url: HttpUrl | None = None
    back_office: Annotated[tuple[BackOfficePerson, ...], NoDecode] = ()
    chat_per_minute: Annotated[int, Field(ge=20)] = 120

    @field_validator("back_office", mode="before")
    @classmethod
    def _people_form(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        people = []
        for entry in given.split(","):
            found = PERSON_FORM.fullmatch(entry)
            if found is None or len(found["name"]) > NAME_LIMIT:
                raise ValueError(
                    f"put <telegram id>:<name> or {_OTHERS} with commas between, "
                    "such as 5100000003:Lan,zalo:6ede9afa66b88fe6d6a9:Mai"
                )
            if found["right"] not in (None, APPROVE):
                raise ValueError(f"{found['right']} is no right: put :{APPROVE} behind a name, or nothing")
            people.append(BackOfficePerson(found["app_id"], found["name"], bool(found["right"])))
        if len({person.chat_id for person in people}) < len(people):
            raise ValueError("put the id of each chat once")
        return tuple(people)

    def posted_to(self, mode: UpdateMode, path: str) -> str:
        """Where an app posts updates; empty where the program asks for them."""
        return self.address(path) if mode is UpdateMode.WEBHOOK else ""

    def back_office_chats(self, channel: Channel) -> list[int]:
        """The numbers of the back office's chats in this app."""
        chats = [person.chat_id for person in self.back_office]
        return [chat_id for chat_id in chats if channel_of(chat_id) is channel]

    def address(self, path: str) -> str:
        """The public address of a path of the program's web."""
        return str(self.public_url).rstrip("/") + path

    def secret(self, app: Channel) -> str:
        """The secret of an app's webhook; `check_secret` made sure that there is one."""
        assert self.webhook_secret is not None
        return secret_of_app(self.webhook_secret.get_secret_value(), app)

    def check_address(self, who_needs_it: str, why: str = "") -> None:
        """Raise `ValueError` without a public address that an app may call."""
        url = self.public_url
        if url is None or not (url.scheme == "https" or url.host in LOOPBACK):
            raise ValueError(
                f"{who_needs_it} needs PUBLIC_URL: put the https:// address of this program{why}"
            )

    def check_secret(self, who_needs_it: str) -> None:
        """Raise `ValueError` without a good secret: anybody could post updates."""
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if not SECRET_FORM.fullmatch(secret):
            raise ValueError(f"{who_needs_it} needs WEBHOOK_SECRET: put 16 to 256 letters, digits, _ or -")
