"""`python -m bot setup`, answered by its standard input, with the services of the sandbox."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.commands.questions import GROUPS
from bot.commands.setup import _REQUIRED, wrong_lines
from bot.settings import load_settings
from sandbox import sms
from sandbox.app import TOKEN, ZALO_TOKEN, SandboxServer
from sandbox.bank.bank import ACCOUNT
from sandbox.bank.lists import TOKENS
from sandbox.bank.webhooks import SECRETS
from sandbox.einvoice import server as einvoice
from sandbox.einvoice.invoices import ACCOUNT as INVOICING_ACCOUNT
from sandbox.registry import PATH as REGISTRY_PATH
from sandbox.registry import TOKEN as REGISTRY_TOKEN
from sandbox.vendor.server import TOKEN as VENDOR_TOKEN
from sandbox.zalo_oa import account as oa
from storage.backups import check_key
from texts.setup import FORMS, QUESTIONS

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
ADDRESS = "https://bot.vendor.example"
WRONG_TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
def env(server: SandboxServer, tmp_path: Path) -> Path:
    """A file that somebody began, open to all; it names the sandbox instead of the services."""
    values = server.environment(9)
    urls = {
        name: value
        for name, value in values.items()
        if name.endswith(("_API_URL", "EINVOICE_URL")) and "VENDOR" not in name
    }
    path = tmp_path / ".env"
    path.write_text("# Ours\nLOG_LEVEL=WARNING\n" + "".join(f"{name}={url}\n" for name, url in urls.items()))
    path.chmod(0o644)
    return path


async def talk(env: Path, answers: Sequence[str]) -> tuple[int, str]:
    """The exit code, and everything that was said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "setup"),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BOT_ENV_FILE": str(env)},
        cwd=env.parent,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate("".join(f"{answer}\n" for answer in answers).encode())
    assert process.returncode is not None
    return process.returncode, said.decode()


def written(env: Path) -> str:
    return env.read_text("utf-8")


def mode(env: Path) -> int:
    return stat.S_IMODE(env.stat().st_mode)


def remove(env: Path) -> None:
    env.unlink()


def mail(server: SandboxServer) -> list[str]:
    return ["Phần mềm <donhang@vendor.example>", "127.0.0.1", str(server.smtp_port), "none", "", ""]


def everything(server: SandboxServer) -> list[str]:
    """An answer to each question, with a wrong token of Telegram, typed again."""
    return [
        ADDRESS,
        *(WRONG_TOKEN, "", TOKEN),
        ZALO_TOKEN,
        "",
        *mail(server),
        *(sms.API_KEY, sms.SECRET_KEY, sms.BRANDNAME),
        *("970436", ACCOUNT, "CONG TY PHAN MEM"),
        *(SECRETS["sepay"], TOKENS["sepay"]),
        *("", "", ""),
        *(f"{server.url}/vendor", VENDOR_TOKEN),
        *(f"{server.url}{REGISTRY_PATH}", REGISTRY_TOKEN),
        "activated",
        *(einvoice.CLIENT_ID, einvoice.CLIENT_SECRET, INVOICING_ACCOUNT, "1", SERIES),
        *(str(server.directory / "copies"), "moi", ""),
        *("token-of-prometheus", "15"),
        *("Công ty Cổ phần Phần mềm Mẫu", "dulieu@vendor.example"),
        *("5100000003:Lê Thu Hà", "1900 1234"),
    ]


SERIES = einvoice.environment("")["INVOICE_SERIES"]


async def test_a_talk_ends_in_settings_that_the_program_takes(
    server: SandboxServer, env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = await talk(env, everything(server))
    assert code == 0, said
    assert "Telegram không nhận TELEGRAM_TOKEN" in said
    assert "✅ Telegram: mã bot dùng được" in said
    for part in (
        "Zalo",
        "Cơ sở dữ liệu",
        "Thư điện tử",
        "Tin nhắn SMS",
        "Sao kê SePay",
        "Hệ thống bản quyền",
        "Tra cứu mã số thuế",
        "Hóa đơn điện tử",
        "Sao lưu",
    ):
        assert f"✅ {part}" in said
    assert mode(env) == 0o600
    assert written(env).startswith("# Ours\nLOG_LEVEL=WARNING\n")

    for name in os.environ:
        if name.lower() in ("telegram_token", "webhook_secret"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BOT_ENV_FILE", str(env))
    settings = load_settings()
    assert settings.telegram_mode == "webhook"
    assert settings.mail_from == "Phần mềm <donhang@vendor.example>"
    assert [person.name for person in settings.back_office] == ["Lê Thu Hà"]
    assert (settings.invoice_mode, settings.invoice_when) == ("sepay", "activated")
    assert settings.controller.name == "Công ty Cổ phần Phần mềm Mẫu"
    assert settings.canary_minutes == 15
    check_key(settings.backup_secret)
    assert "cất thêm BACKUP_KEY ở nơi khác" in said
    assert f"{ADDRESS}/metrics" in said
    assert settings.secrets
    for secret in settings.secrets:
        assert secret not in said

    assert server.telegram.webhook["url"] == f"{ADDRESS}/telegram/webhook"
    assert server.zalo.webhook["url"] == f"{ADDRESS}/zalo/webhook"
    assert f"SePay: khai webhook {ADDRESS}/webhooks/sepay" in said
    assert "SPF, DKIM và DMARC" in said


async def test_a_second_talk_keeps_what_is_there_and_shows_no_secret(
    server: SandboxServer, env: Path
) -> None:
    await talk(env, everything(server))
    before = written(env)
    code, said = await talk(env, [""] * 60)
    assert code == 0, said
    assert written(env) == before
    assert "Mã bot Telegram [đang có]" in said
    assert TOKEN not in said
    # A dash takes a value away: Telegram alone, which the program asks by itself.
    code, said = await talk(env, ["-", "", "-", *[""] * 60])
    assert code == 0, said
    kept = dotenv_values(env)
    assert not kept["PUBLIC_URL"]
    assert not kept["ZALO_TOKEN"]
    assert kept["TELEGRAM_MODE"] == "polling"
    assert server.telegram.webhook.get("url", "") == ""


async def test_a_talk_that_is_broken_off_keeps_the_answers(server: SandboxServer, env: Path) -> None:
    remove(env)
    code, said = await talk(env, [ADDRESS])
    assert code == 1
    assert "Đã dừng" in said
    assert "Traceback" not in said
    assert dotenv_values(env)["PUBLIC_URL"] == ADDRESS
    assert mode(env) == 0o600
    assert "# The token that @BotFather gave you" in written(env)


async def test_what_is_wrong_is_said_and_may_be_left_for_later(server: SandboxServer, env: Path) -> None:
    answers = everything(server)
    # No such bank; then it is left so.
    answers[answers.index("970436") : answers.index("970436") + 3] = ["000000", ACCOUNT, "CONG TY", "b"]
    code, said = await talk(env, answers)
    assert code == 1
    assert said.count("BANK_BIN: mã BIN sáu số của ngân hàng nhận VietQR, như 970436") == 2
    assert server.telegram.webhook.get("url", "") == ""


async def test_an_official_account_is_asked_where_there_is_no_bot_of_zalo(tmp_path: Path) -> None:
    """The app's secret is tried without using up the refresh token, which serves once."""
    async with SandboxServer(tmp_path / "world", zalo_oa=True) as server:
        path = tmp_path / ".env"
        urls = {name: value for name, value in server.environment(9).items() if name.endswith("_URL")}
        given = {name: urls[name] for name in ("TELEGRAM_API_URL", "ZALO_OA_API_URL", "ZALO_OA_OAUTH_URL")}
        path.write_text("".join(f"{name}={url}\n" for name, url in given.items()))
        account = [oa.APP_ID, oa.APP_SECRET, oa.OA_SECRET, oa.FIRST_REFRESH, "Abc123"]
        wrong = [oa.APP_ID, "another-secret-of-zalo", *account[2:]]
        _, said = await talk(path, [ADDRESS, TOKEN, "", *wrong, "", *account])
        assert "❌ Zalo: Zalo không nhận ZALO_OA_APP_ID, ZALO_OA_APP_SECRET" in said
        # Both are accepted; the consent comes once the bot runs.
        assert "❌ Zalo: Official Account chưa cho phép" in said
        assert "Cơ sở dữ liệu: tệp SQLite" in said.partition("Official Account chưa cho phép")[2]
        kept = dotenv_values(path)
        assert (kept["ZALO_OA_APP_SECRET"], kept["ZALO_OA_VERIFICATION"]) == (oa.APP_SECRET, "Abc123")
        assert not (tmp_path / "var").exists()


WRONG = {
    "public_url": "bot.vendor.vn",
    "telegram_token": "123",
    "zalo_token": "abc",
    "zalo_oa_app_id": "app",
    "zalo_oa_verification": "a-b",
    "database_url": "mysql://x",
    "mail_from": "vendor",
    "smtp_port": "0",
    "smtp_tls": "ssl",
    "smtp_password": "short",
    "esms_api_key": "short",
    "bank_bin": "123456",
    "bank_account": "1-2",
    "bank_holder": "A",
    "vendor_api_url": "may-chu",
    "registry_url": "tra-cuu",
    "invoice_when": "later",
    "invoice_form": "x",
    "invoice_series": "C26TAA",
    "backup_key": "not-a-key",
    "metrics_token": "short",
    "canary_minutes": "-1",
    "controller_name": "x" * 200,
    "controller_contact": "x" * 200,
    "back_office": "Lan",
    "support_contact": "x" * 200,
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_setting_is_said_in_the_words_of_the_talk(name: str) -> None:
    """What is to be put, in Vietnamese; neither the value nor what the libraries say."""
    (said,) = [line for line in wrong_lines({**_REQUIRED, name: WRONG[name]}) if name.upper() in line]
    assert said == f"{name.upper()}: {FORMS[name]}"


def test_settings_that_belong_together_are_named_together() -> None:
    (said,) = wrong_lines({**_REQUIRED, "registry_url": "https://tra.cuu.vn/api"})
    assert said == "Xem lại cùng nhau: REGISTRY_URL, REGISTRY_TOKEN."
    (said,) = wrong_lines({name: value for name, value in _REQUIRED.items() if name != "mail_from"})
    assert said == f"MAIL_FROM: {FORMS['mail_from']}"


def test_each_question_says_what_is_to_be_put() -> None:
    asked = [name for group in GROUPS for name in group.settings]
    assert sorted(asked) == sorted(QUESTIONS) == sorted(FORMS)
    assert len(asked) == len(set(asked))
