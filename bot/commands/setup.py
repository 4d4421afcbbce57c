"""`python -m bot setup`: a talk that writes `.env`, tries what is typed, and tells the apps where to post."""

import asyncio
import getpass
import logging
import secrets
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values, set_key
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.apps import POINTERS
from bot.checkups import checks_of
from bot.commands import Command
from bot.exposure import keep_private
from bot.settings import APP_TOKENS, Settings, env_file
from bot.webhooks import bank_webhooks
from domain.checkups import Fault, Finding, Part
from services.back_office.examining import examined
from texts import checkups
from texts import setup as texts

EXAMPLE = Path(__file__).parents[2] / ".env.example"
_BANKS = {"sepay": "SePay", "payos": "payOS", "casso": "Casso", "gpmpay": "GPMPay"}


class Typed(Settings):
    """Settings from what was typed alone, neither from a file nor from the environment."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


@dataclass(frozen=True)
class Group:
    """Settings that are asked one after the other, and the parts that are looked at then.

    Without an answer to the first of an `optional` group the others are not asked.
    """

    name: str
    settings: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    optional: bool = True
    mode: str = ""
    """The setting that turns them on, which follows from the answers."""


GROUPS = (
    Group("address", ("public_url",)),
    Group("telegram", ("telegram_token",), (Part.TELEGRAM,)),
    Group("zalo", ("zalo_token",), (Part.ZALO,)),
    Group("database", ("database_url",), (Part.DATABASE,), optional=False),
    Group(
        "mail",
        ("mail_from", "smtp_host", "smtp_port", "smtp_tls", "smtp_username", "smtp_password"),
        (Part.MAIL,),
        optional=False,
    ),
    Group("sms", ("esms_api_key", "esms_secret_key", "esms_brandname"), (Part.SMS,), mode="sms_provider"),
    Group("account", ("bank_bin", "bank_account", "bank_holder"), optional=False),
    Group("sepay", ("sepay_secret", "sepay_api_token"), (Part.SEPAY_LIST,)),
    Group("payos", ("payos_checksum_key",)),
    Group("casso", ("casso_secret", "casso_api_key"), (Part.CASSO_LIST,)),
    Group("gpmpay", ("gpmpay_secret",)),
    Group("vendor", ("vendor_api_url", "vendor_api_token"), (Part.VENDOR,), mode="vendor_mode"),
    Group("people", ("back_office", "support_contact"), optional=False),
)
_REQUIRED = {
    "telegram_token": "100000000:nobody-at-all-0000000000",
    "mail_from": "nobody@vendor.example",
    "bank_bin": "970436",
    "bank_account": "0000",
    "bank_holder": "NOBODY",
}
"""What stands for settings that are still to come, so that one group can be tried."""
_OF_ALL = ("public_url", "webhook_secret", "telegram_mode", "zalo_mode")
"""Settings that every group is tried with."""


def _run(_: Namespace) -> int:
    logging.disable()  # What is looked at is told in sentences.
    keep_private()
    try:
        return Talk(env_file()).hold()
    except (EOFError, KeyboardInterrupt):
        print(texts.STOPPED)
        return 1


class Talk:
    """What was answered stands in `file` at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(EXAMPLE, file)
        file.chmod(0o600)
        read = dotenv_values(file, interpolate=False)
        self._values = {name.lower(): value for name, value in read.items() if value}

    def hold(self) -> int:
        """Ask everything; returns the exit code."""
        print(texts.HELLO.format(file=self._file))
        for group in GROUPS:
            print(f"\n{texts.GROUPS[group.name]}")
            while not self._asked(group) and input(f"{texts.AGAIN_OR_ON} ").strip().lower() != texts.ON:
                pass
        self._keep_derived()
        faults = self._wrong()
        for fault in faults:
            print(texts.WRONG.format(fault=fault))
        print(f"\n{texts.WRITTEN.format(file=self._file)}")
        if faults:
            return 1
        settings = self._settings()
        asyncio.run(_point(settings))
        print("\n".join((texts.LEFT, *self._left(settings), texts.NEXT)))
        return 0

    def _asked(self, group: Group) -> bool:
        """Ask the settings of a group; returns whether they are good."""
        for number, name in enumerate(group.settings):
            self._ask(name)
            if number == 0 and group.optional and not self._values.get(name):
                return True
        self._keep_derived()
        faults = self._wrong(group)
        if not faults and group.parts:
            found = asyncio.run(_looked(self._settings(group), group.parts))
            print("\n".join(checkups.lines(found)))
            return all(finding.is_good for finding in found)
        for fault in faults:
            print(texts.WRONG.format(fault=fault))
        return not faults

    def _ask(self, name: str) -> None:
        field = Settings.model_fields[name]
        is_secret = "SecretStr" in str(field.annotation)
        default = "" if field.is_required() or field.default in (None, ()) else str(field.default)
        now = self._values.get(name) or default
        shown = texts.KEPT_SECRET if is_secret and now else now
        ask = getpass.getpass if is_secret and sys.stdin.isatty() else input
        typed = ask(texts.question(name, shown)).strip()
        if typed:
            self._keep(name, "" if typed == texts.CLEAR else typed)

    def _keep(self, name: str, value: str) -> None:
        if self._values.get(name, "") != value:
            self._values[name] = value
            set_key(self._file, name.upper(), value, quote_mode="auto")

    def _keep_derived(self) -> None:
        """The settings that follow from others."""
        has = {name for name, value in self._values.items() if value}
        self._keep("telegram_mode", "webhook" if "public_url" in has else "polling")
        self._keep("sms_provider", "esms" if "esms_api_key" in has else "none")
        self._keep("vendor_mode", "api" if "vendor_api_url" in has else "manual")
        if "public_url" in has and "webhook_secret" not in has:
            self._keep("webhook_secret", secrets.token_urlsafe(32))

    def _given(self, group: Group | None = None) -> Mapping[str, str]:
        """What was answered; of a group alone, what stands for the rest besides."""
        values = {name: value for name, value in self._values.items() if value}
        if group is None:
            return values
        tried = {*group.settings, group.mode, *_OF_ALL}
        return {
            **_REQUIRED,
            **{name: value for name, value in values.items() if name in tried or name.endswith("_api_url")},
        }

    def _settings(self, group: Group | None = None) -> Settings:
        return Typed(**self._given(group))  # type: ignore[arg-type]

    def _wrong(self, group: Group | None = None) -> list[str]:
        """A line for each wrong setting, without its value."""
        try:
            self._settings(group)
        except ValidationError as error:
            problems = error.errors(include_input=False, include_url=False)
            return [
                f"{'_'.join(map(str, one['loc'])).upper()} {one['msg'].removeprefix('Value error, ')}".strip()
                for one in problems
            ]
        return []

    def _left(self, settings: Settings) -> list[str]:
        return texts.left_to_do(
            [token.removesuffix("_token") for token in APP_TOKENS if getattr(settings, token)],
            settings.address("") if settings.public_url else "",
            [_BANKS[webhook.provider] for webhook in bank_webhooks(settings)],
            bool(settings.esms_api_key),
            settings.mail_from,
            not settings.back_office,
        )


async def _looked(settings: Settings, parts: tuple[Part, ...]) -> list[Finding]:
    return await examined([check for check in checks_of(settings) if check.part in parts])


async def _point(settings: Settings) -> None:
    """Tell each app where to post. Zalo tries the address, at which nothing may run yet."""
    for point in POINTERS:
        try:
            if await point(settings):
                print(texts.POINTED)
        except Fault as fault:
            finding = Finding(Part.PUBLIC_ADDRESS, False, fault.code, fault.params)
            print(texts.NOT_POINTED.format(said=checkups.said(finding)))


SETUP = Command("a talk that writes .env, tries every token and tells what is left to do", _run)
