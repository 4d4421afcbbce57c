"""Settings of the program, from the environment or `.env`; `.env.example` explains each."""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple, Self

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.banks import bank_by_bin
from domain.chats import zalo_chat_id
from domain.customers import NAME_LIMIT

TOKEN_FORM = re.compile(r"\d{3,}:[\w-]{10,}")
SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{16,256}")
PERSON_FORM = re.compile(r"\s*(?P<app_id>[1-9][0-9]{0,15}|zalo:[0-9a-f]{8,64})\s*:\s*(?P<name>\S.*?)\s*")

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Hosts that only trials have as their public address."""


class UpdateMode(StrEnum):
    POLLING = "polling"
    WEBHOOK = "webhook"


class SmtpTls(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmsProvider(StrEnum):
    NONE = "none"
    ESMS = "esms"


class VendorMode(StrEnum):
    """`MANUAL` is a vendor without an API: back office does each thing and says so."""

    MANUAL = "manual"
    API = "api"


class Registration(StrEnum):
    """Whether a new firm may order at once or only once back office approved it."""

    OPEN = "open"
    APPROVAL = "approval"


class BackOfficePerson(NamedTuple):
    """One of the vendor's people, by the Telegram user id of theirs, or by `zalo:` and Zalo's own id."""

    app_id: str
    name: str

    @property
    def chat_id(self) -> int:
        """The number of their chat."""
        zalo = self.app_id.removeprefix("zalo:")
        return int(self.app_id) if zalo == self.app_id else zalo_chat_id(zalo)


BankSecret = Annotated[SecretStr, Field(min_length=8)]
"""What a bank's webhook is known by; a short one could be guessed."""


class Settings(BaseSettings):
    """Everything that differs between installations. Empty values count as not given."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    telegram_token: SecretStr | None = None
    telegram_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    telegram_mode: UpdateMode = UpdateMode.POLLING
    webhook_secret: SecretStr | None = None
    public_url: HttpUrl | None = None

    zalo_token: SecretStr | None = None
    zalo_api_url: HttpUrl = HttpUrl("https://bot-api.zaloplatforms.com")
    zalo_mode: UpdateMode = UpdateMode.WEBHOOK

    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8080

    database_url: str = "sqlite+aiosqlite:///var/bot.db"

    smtp_host: str = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_tls: SmtpTls = SmtpTls.STARTTLS
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str

    sms_provider: SmsProvider = SmsProvider.NONE
    esms_api_url: HttpUrl = HttpUrl("https://rest.esms.vn")
    esms_api_key: SecretStr | None = None
    esms_secret_key: SecretStr | None = None
    esms_brandname: str | None = None

    sms_first_hour: Annotated[int, Field(ge=0, le=23)] = 7
    sms_last_hour: Annotated[int, Field(ge=1, le=24)] = 22

    bank_bin: str
    bank_account: Annotated[str, Field(pattern=r"^[0-9A-Z]{4,19}$")]
    bank_holder: Annotated[str, Field(min_length=2, max_length=100)]

    sepay_api_key: BankSecret | None = None
    sepay_secret: BankSecret | None = None
    payos_checksum_key: BankSecret | None = None
    casso_secret: BankSecret | None = None
    casso_secure_token: BankSecret | None = None
    gpmpay_secret: BankSecret | None = None

    vendor_mode: VendorMode = VendorMode.MANUAL
    vendor_api_url: HttpUrl | None = None
    vendor_api_token: SecretStr | None = None
    vendor_parallel: Annotated[int, Field(ge=1, le=100)] = 10
    # Far below the lease of a job, which has to outlive two calls and the wait for each.
    vendor_timeout: Annotated[float, Field(gt=0, le=25)] = 10.0

    registry_url: HttpUrl | None = None
    registry_token: SecretStr | None = None

    registration: Registration = Registration.OPEN
    back_office: Annotated[tuple[BackOfficePerson, ...], NoDecode] = ()

    log_level: str = "INFO"
    clock_shift_file: Path | None = None

    @field_validator("telegram_token")
    @classmethod
    def _token_form(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not TOKEN_FORM.fullmatch(token.get_secret_value()):
            raise ValueError("put the token that @BotFather gave, such as 123456789:AAE…")
        return token

    @field_validator("zalo_token")
    @classmethod
    def _zalo_token_form(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not TOKEN_FORM.fullmatch(token.get_secret_value()):
            raise ValueError("put the token that Zalo gave, digits and a secret with a colon between")
        return token

    @field_validator("database_url")
    @classmethod
    def _database_form(cls, url: str) -> str:
        if not url.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
            raise ValueError(
                "put sqlite+aiosqlite:///path/to/bot.db or postgresql+psycopg://user:…@host/name"
            )
        return url

    @field_validator("mail_from")
    @classmethod
    def _mail_from_form(cls, sender: str) -> str:
        if not re.fullmatch(
            r"[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+\.[^<>@\s]+", sender
        ):
            raise ValueError("put an address such as Ke toan <donhang@vendor.vn>")
        return sender

    @field_validator("bank_bin")
    @classmethod
    def _known_bank(cls, bank_bin: str) -> str:
        bank = bank_by_bin(bank_bin)
        if bank is None or not bank.can_transfer:
            raise ValueError("put the six-digit BIN of a bank that takes VietQR transfers, such as 970436")
        return bank_bin

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
                    "put <telegram id>:<name> or zalo:<zalo id>:<name> with commas between, "
                    "such as 5100000003:Lan,zalo:6ede9afa66b88fe6d6a9:Mai"
                )
            people.append(BackOfficePerson(found["app_id"], found["name"]))
        if len({person.chat_id for person in people}) < len(people):
            raise ValueError("put each Telegram id and each Zalo id once")
        return tuple(people)

    @field_validator("log_level")
    @classmethod
    def _log_level_name(cls, level: str) -> str:
        if level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("put DEBUG, INFO, WARNING or ERROR")
        return level.upper()

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.telegram_token is None and self.zalo_token is None:
            raise ValueError("neither TELEGRAM_TOKEN nor ZALO_TOKEN is set: put one; see .env.example")
        if self.telegram_mode is UpdateMode.WEBHOOK and self.telegram_token is not None:
            if self.public_url is None or self.public_url.scheme != "https":
                raise ValueError(
                    "TELEGRAM_MODE=webhook needs PUBLIC_URL: put the https:// address of this program"
                )
            self._check_secret("TELEGRAM_MODE=webhook")
        if self.zalo_token is not None:
            url = self.public_url
            if url is None or not (url.scheme == "https" or url.host in LOOPBACK):
                raise ValueError(
                    "ZALO_TOKEN needs PUBLIC_URL: put the https:// address of this program, "
                    "where Zalo fetches pictures"
                )
            if self.zalo_mode is UpdateMode.WEBHOOK:
                self._check_secret("ZALO_MODE=webhook")
        if self.sms_provider is SmsProvider.ESMS and not (
            self.esms_api_key and self.esms_secret_key and self.esms_brandname
        ):
            raise ValueError("SMS_PROVIDER=esms needs ESMS_API_KEY, ESMS_SECRET_KEY and ESMS_BRANDNAME")
        if self.sms_first_hour >= self.sms_last_hour:
            raise ValueError("SMS_FIRST_HOUR must be before SMS_LAST_HOUR, such as 7 and 22")
        if self.vendor_mode is VendorMode.API and not (self.vendor_api_url and self.vendor_api_token):
            raise ValueError("VENDOR_MODE=api needs VENDOR_API_URL and VENDOR_API_TOKEN")
        if bool(self.registry_url) != bool(self.registry_token):
            raise ValueError("REGISTRY_URL and REGISTRY_TOKEN go together: put both or neither")
        if self.registration is Registration.APPROVAL and not self.back_office:
            raise ValueError("REGISTRATION=approval needs BACK_OFFICE: put who approves the firms")
        if bool(self.smtp_username) != bool(self.smtp_password):
            raise ValueError("SMTP_USERNAME and SMTP_PASSWORD go together: put both or neither")
        return self

    def _check_secret(self, who_needs_it: str) -> None:
        """Without one, anybody could post updates."""
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if not SECRET_FORM.fullmatch(secret):
            raise ValueError(f"{who_needs_it} needs WEBHOOK_SECRET: put 16 to 256 letters, digits, _ or -")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never reach a log."""
        given = (
            self.telegram_token,
            self.zalo_token,
            self.webhook_secret,
            self.smtp_password,
            self.esms_api_key,
            self.esms_secret_key,
            self.sepay_api_key,
            self.sepay_secret,
            self.payos_checksum_key,
            self.casso_secret,
            self.casso_secure_token,
            self.gpmpay_secret,
            self.vendor_api_token,
            self.registry_token,
        )
        return tuple(secret.get_secret_value() for secret in given if secret is not None)


class SettingsError(Exception):
    """The start-up error: one line for each setting that is wrong, without its value."""


def load_settings() -> Settings:
    """Read the settings, those of the environment before those of the file that `BOT_ENV_FILE` names
    (`.env`). Raises `SettingsError` that says what to put."""
    env_file = Path(os.environ.get("BOT_ENV_FILE", ".env"))
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            message = problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "missing":
                message = "is not set; see .env.example"
            lines.append(f"{name}: {message}" if name else message)
        raise SettingsError("The settings are not right:\n  " + "\n  ".join(lines)) from None
