"""What is looked at to tell whether the program and all around it are well, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """One thing that may be ill, in the order in which they are told."""

    DATABASE = "database"
    DISK = "disk"
    PERMISSIONS = "permissions"
    TIME_ZONE = "time_zone"
    FONTS = "fonts"
    CLOCK = "clock"
    TELEGRAM = "telegram"
    TELEGRAM_UPDATES = "telegram_updates"
    ZALO = "zalo"
    ZALO_EVENTS = "zalo_events"
    ZALO_TEMPLATES = "zalo_templates"
    PUBLIC_ADDRESS = "public_address"
    BANK_WEBHOOK = "bank_webhook"
    SEPAY_LIST = "sepay_list"
    CASSO_LIST = "casso_list"
    MAIL = "mail"
    SMS = "sms"
    VENDOR = "vendor"
    REGISTRY = "registry"
    INVOICES = "invoices"
    BACKUPS = "backups"
    BACK_OFFICE = "back_office"


@dataclass(frozen=True, slots=True)
class Good:
    """A part is well. `texts/checkups.py` says `code` with its parameters."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class Fault(Exception):
    """A part is ill, or not as it should be. `texts/checkups.py` says what to do about `code`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part. `code` is that of a `Good` or a `Fault`."""

    part: Part
    is_good: bool
    code: str
    params: Mapping[str, object]
