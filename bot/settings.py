"""Settings of the program, from the environment or `.env`; `.env.example` explains each."""

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.backup_settings import BackupSettings
from bot.bank_settings import SHORTEST_SECRET, BankSettings, Secret, https_or_here
from bot.logs import LogFormat
from bot.sending_settings import SendingSettings
from bot.telegram.settings import TelegramSettings
from bot.zalo.settings import ZaloSettings
from bot.zalo_oa.settings import ZaloOaSettings
from domain.chats import CHATS
from domain.consents import Controller
from domain.invoices import InvoiceMoment
from domain.messaging.quota import NO_QUOTA, MonthlyQuota
from domain.messaging.spending import Tariff

APP_TOKENS = ("telegram_token", "zalo_token", "zalo_oa_app_id")
"""The settings that turn the chat apps on."""


class Role(StrEnum):
    """What one of several processes does; `ALL` is the only one on SQLite.

    Each answers people. `WEB` also takes what comes by HTTP; `WORK` runs jobs, polling and house-keeping.
    """

    ALL = "all"
    WEB = "web"
    WORK = "work"

    @property
    def serves(self) -> bool:
        return self is not Role.WORK

    @property
    def works(self) -> bool:
        return self is not Role.WEB


class SmtpTls(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmsProvider(StrEnum):
    NONE = "none"
    ESMS = "esms"


class VendorMode(StrEnum):
    """`MANUAL` is a vendor without an API: the back office does each thing by hand and records it."""

    MANUAL = "manual"
    API = "api"


class InvoiceMode(StrEnum):
    """Who issues tax invoices. `BY_HAND` is back office, in the vendor's own invoicing software."""

    BY_HAND = "by_hand"
    SEPAY = "sepay"


class Registration(StrEnum):
    """Whether a new firm may order at once, or only after the back office has approved it."""

    OPEN = "open"
    APPROVAL = "approval"


class Settings(
    TelegramSettings,
    ZaloSettings,
    ZaloOaSettings,
    BankSettings,
    SendingSettings,
    BackupSettings,
    BaseSettings,
):
    """Everything that differs between installations. Empty values count as not given."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    role: Role = Role.ALL

    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    health_details: bool = False
    upload_mb_a_day: Annotated[int, Field(ge=20)] = 100
    min_free_mb: Annotated[int, Field(ge=0)] = 500

    database_url: str = "sqlite+aiosqlite:///var/bot.db"

    smtp_host: str = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_tls: SmtpTls = SmtpTls.STARTTLS
    smtp_username: str | None = None
    smtp_password: Secret | None = None
    mail_from: str

    sms_provider: SmsProvider = SmsProvider.NONE
    esms_api_url: HttpUrl = HttpUrl("https://rest.esms.vn")
    esms_api_key: Secret | None = None
    esms_secret_key: Secret | None = None
    esms_brandname: str | None = None

    sms_first_hour: Annotated[int, Field(ge=0, le=23)] = 7
    sms_last_hour: Annotated[int, Field(ge=1, le=24)] = 22

    vendor_mode: VendorMode = VendorMode.MANUAL
    vendor_api_url: HttpUrl | None = None
    vendor_api_token: Secret | None = None
    vendor_parallel: Annotated[int, Field(ge=1, le=100)] = 10
    # A job's lease must outlast two calls and the wait for each, hence the small maximum.
    vendor_timeout: Annotated[float, Field(gt=0, le=25)] = 10.0

    vendor_known_a_day: Annotated[int, Field(ge=0)] = 500

    registry_url: HttpUrl | None = None
    registry_token: Secret | None = None

    invoice_mode: InvoiceMode = InvoiceMode.BY_HAND
    invoice_when: InvoiceMoment = InvoiceMoment.PAID
    invoice_form: Annotated[str, Field(pattern=r"^[1-9](/\d{3})?$")] = "1"
    invoice_series: str = ""
    sepay_einvoice_url: HttpUrl = HttpUrl("https://einvoice-api.sepay.vn")
    sepay_einvoice_client_id: str | None = None
    sepay_einvoice_client_secret: Secret | None = None
    sepay_einvoice_account: str | None = None

    registration: Registration = Registration.OPEN
    second_person_above: Annotated[int, Field(ge=0)] = 20_000_000
    proof_codes_a_day: Annotated[int, Field(ge=0)] = 500
    support_contact: Annotated[str, Field(max_length=100, pattern=r"^[^\r\n]*$")] = ""

    controller_name: Annotated[str, Field(max_length=150, pattern=r"^[^\r\n]*$")] = ""
    controller_contact: Annotated[str, Field(max_length=100, pattern=r"^[^\r\n]*$")] = ""

    metrics_token: Secret | None = None
    canary_minutes: Annotated[int, Field(ge=0)] = 0
    log_level: str = "INFO"
    log_format: LogFormat = LogFormat.LINES
    sentry_dsn: Secret | None = None
    otel_exporter_otlp_endpoint: HttpUrl | None = None
    clock_shift_file: Path | None = None

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

    @field_validator("invoice_series")
    @classmethod
    def _series_of_years(cls, text: str) -> str:
        for one in filter(None, text.split(",")):
            found = re.fullmatch(r"\s*20(\d\d)=[CK](\d\d)[A-Z]{3}\s*", one)
            if found is None or found[1] != found[2]:
                raise ValueError("put the series of each year, such as 2026=C26TAA,2027=C27TAA")
        return text

    @field_validator("log_level")
    @classmethod
    def _log_level_name(cls, level: str) -> str:
        if level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("put DEBUG, INFO, WARNING or ERROR")
        return level.upper()

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if not any(getattr(self, token) for token in APP_TOKENS):
            names = " nor ".join(token.upper() for token in APP_TOKENS)
            raise ValueError(f"neither {names} is set: put one; see .env.example")
        if self.role is not Role.ALL and not self.database_url.startswith("postgresql"):
            raise ValueError(
                f"ROLE={self.role} needs PostgreSQL in DATABASE_URL: on SQLite one process does all; put all"
            )
        if self.sms_provider is SmsProvider.ESMS and not (
            self.esms_api_key and self.esms_secret_key and self.esms_brandname
        ):
            raise ValueError("SMS_PROVIDER=esms needs ESMS_API_KEY, ESMS_SECRET_KEY and ESMS_BRANDNAME")
        if self.sms_first_hour >= self.sms_last_hour:
            raise ValueError("SMS_FIRST_HOUR must be before SMS_LAST_HOUR, such as 7 and 22")
        if self.vendor_mode is VendorMode.API and not (self.vendor_api_url and self.vendor_api_token):
            raise ValueError("VENDOR_MODE=api needs VENDOR_API_URL and VENDOR_API_TOKEN")
        if self.invoice_mode is InvoiceMode.SEPAY:
            self._check_sepay_einvoice()
        if bool(self.registry_url) != bool(self.registry_token):
            raise ValueError("REGISTRY_URL and REGISTRY_TOKEN go together: put both or neither")
        if self.registration is Registration.APPROVAL and not self.back_office:
            raise ValueError("REGISTRATION=approval needs BACK_OFFICE: put who approves the firms")
        if bool(self.smtp_username) != bool(self.smtp_password):
            raise ValueError("SMTP_USERNAME and SMTP_PASSWORD go together: put both or neither")
        return self

    def _check_sepay_einvoice(self) -> None:
        names = ("client_id", "client_secret", "account")
        if not all(getattr(self, f"sepay_einvoice_{name}") for name in names):
            raise ValueError(
                "INVOICE_MODE=sepay needs SEPAY_EINVOICE_CLIENT_ID, SEPAY_EINVOICE_CLIENT_SECRET and"
                " SEPAY_EINVOICE_ACCOUNT"
            )
        if not self.series_by_year:
            raise ValueError("INVOICE_MODE=sepay needs INVOICE_SERIES, such as 2026=C26TAA,2027=C27TAA")
        https_or_here("SEPAY_EINVOICE_URL", self.sepay_einvoice_url)

    @property
    def controller(self) -> Controller:
        """Whom the consent names, and how people reach them."""
        days = self.backup_keep_days if self.backup_folder else 0
        return Controller(self.controller_name, self.controller_contact or self.support_contact, days)

    @property
    def series_by_year(self) -> dict[int, str]:
        """The series of invoices of each year."""
        pairs = [one.strip().split("=") for one in self.invoice_series.split(",") if one.strip()]
        return {int(year): series for year, series in pairs}

    @property
    def zalo_quota(self) -> MonthlyQuota:
        """The messages of a month on Zalo, and the people there; an Official Account does not count."""
        counted = MonthlyQuota(self.zalo_month_limit, self.zalo_people_limit)
        return counted if self.zalo_token else NO_QUOTA

    @property
    def tariff(self) -> Tariff:
        return Tariff(self.sms_price, self.oa_terms if self.zalo_oa_app_id else None)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never reach a log. A short one is left out: it is a WEBHOOK_SECRET that no mode
        needs, and nothing accepts it."""
        given = (getattr(self, name) for name in type(self).model_fields)
        values = (one.get_secret_value() for one in given if isinstance(one, SecretStr))
        derived = [self.secret(app) for app in CHATS] if self.webhook_secret else []
        return tuple(value for value in (*values, *derived) if len(value) >= SHORTEST_SECRET)


class SettingsError(Exception):
    """Some settings are wrong: one line for each, without its value."""


def env_file() -> Path:
    """The file of settings, which need not exist."""
    return Path(os.environ.get("BOT_ENV_FILE", ".env"))


def load_settings() -> Settings:
    """Read the settings from the environment, else from the file that `BOT_ENV_FILE` names (`.env` by
    default). Raises `SettingsError`, which says what to put."""
    try:
        return Settings(_env_file=env_file())  # type: ignore[call-arg]
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            message = problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "missing":
                message = "is not set; see .env.example"
            lines.append(f"{name}: {message}" if name else message)
        raise SettingsError("The settings are not right:\n  " + "\n  ".join(lines)) from None
