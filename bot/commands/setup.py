"""`python -m bot setup`: a talk that writes `.env`, tries what is typed, and tells the apps where to post."""

import asyncio
import getpass
import logging
import re
import secrets
import shutil
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, set_key
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.apps import POINTERS
from bot.checkups import checks_of
from bot.commands import Command
from bot.commands.questions import GROUPS, Group
from bot.exposure import keep_private
from bot.settings import Settings, env_file
from bot.webhooks import bank_webhooks
from domain.checkups import Fault, Finding, Part
from services.back_office.examining import examined
from storage.backups import new_key
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


_REQUIRED = {
    "telegram_token": "100000000:nobody-at-all-0000000000",
    "mail_from": "nobody@vendor.example",
    "bank_bin": "970436",
    "bank_account": "0000",
    "bank_holder": "NOBODY",
}
"""What stands for settings that are still to come, so that one group can be tried."""
_OF_ALL = ("public_url", "webhook_secret", "telegram_mode", "zalo_mode", "database_url")
"""Settings that every group is tried with."""

_COMES_LATER = {"zalo_oa_consent"}
"""What is to be done, but not by other answers."""

_NAME = re.compile(r"\b[A-Z][A-Z0-9_]+\b")


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
            if self._values.get(group.instead_of):
                continue
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
            was_taken_away = self._ask(name) == texts.CLEAR
            if number == 0 and group.optional and not self._values.get(name):
                for other in group.settings if was_taken_away else ():
                    self._keep(other, "")
                return True
        self._keep_derived()
        faults = self._wrong(group)
        if not faults and group.parts:
            found = asyncio.run(_looked(self._settings(group), group.parts))
            print("\n".join(checkups.lines(found)))
            return all(finding.is_good or finding.code in _COMES_LATER for finding in found)
        for fault in faults:
            print(texts.WRONG.format(fault=fault))
        return not faults

    def _ask(self, name: str) -> str:
        """Returns what was typed."""
        field = Settings.model_fields[name]
        is_secret = "SecretStr" in str(field.annotation)
        default = "" if field.is_required() or field.default in (None, ()) else str(field.default)
        now = self._values.get(name) or default
        shown = texts.KEPT_SECRET if is_secret and now else now
        ask = getpass.getpass if is_secret and sys.stdin.isatty() else input
        typed = ask(texts.question(name, shown)).strip()
        if typed == texts.NEW_KEY and name == "backup_key":
            typed = new_key()
        if typed:
            self._keep(name, "" if typed == texts.CLEAR else typed)
        return typed

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
        self._keep("invoice_mode", "sepay" if "sepay_einvoice_client_id" in has else "by_hand")
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
            **{name: value for name, value in values.items() if name in tried or _is_address(name)},
        }

    def _settings(self, group: Group | None = None) -> Settings:
        return Typed(**self._given(group))  # type: ignore[arg-type]

    def _wrong(self, group: Group | None = None) -> list[str]:
        return wrong_lines(self._given(group))

    def _left(self, settings: Settings) -> list[str]:
        todo = {
            "telegram": settings.telegram_token,
            "zalo": settings.zalo_token,
            "zalo_oa": settings.zalo_oa_app_id,
            "proxy": settings.public_url,
            "banks": bank_webhooks(settings),
            "mail": True,
            "sms": settings.esms_api_key,
            "invoices": settings.sepay_einvoice_client_id,
            "backup_key": settings.backup_key,
            "metrics": settings.metrics_token and settings.public_url,
            "controller": not settings.controller_name,
            "nobody": not settings.back_office,
        }
        return texts.left_to_do(
            [name for name, is_so in todo.items() if is_so],
            settings.address("") if settings.public_url else "",
            [_BANKS[webhook.provider] for webhook in bank_webhooks(settings)],
            settings.mail_from,
        )


def wrong_lines(given: Mapping[str, str]) -> list[str]:
    """A line for each setting that is wrong, or for several that do not go together; without their values."""
    try:
        Typed(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        return [_said(one) for one in error.errors(include_input=False, include_url=False)]
    return []


def _said(problem: ErrorDetails) -> str:
    """What the library says of one setting is left out: it is English."""
    if problem["loc"]:
        return texts.wrong(str(problem["loc"][0]))
    names = [name for name in _NAME.findall(problem["msg"]) if name.lower() in Settings.model_fields]
    return texts.wrong_together(dict.fromkeys(names))


def _is_address(name: str) -> bool:
    """Whether the setting says where a service is."""
    return name.endswith(("_api_url", "_oauth_url", "_einvoice_url"))


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
