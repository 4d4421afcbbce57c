"""`python -m bot setup`, answered by its standard input, with the services of the sandbox."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import load_settings
from sandbox import sms
from sandbox.app import TOKEN, ZALO_TOKEN, SandboxServer
from sandbox.bank.bank import ACCOUNT
from sandbox.bank.lists import TOKENS
from sandbox.bank.webhooks import SECRETS
from sandbox.vendor.server import TOKEN as VENDOR_TOKEN

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
        name: value for name, value in values.items() if name.endswith("_API_URL") and "VENDOR" not in name
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
        *("5100000003:Lê Thu Hà", "1900 1234"),
    ]


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
    code, said = await talk(env, [""] * 40)
    assert code == 0, said
    assert written(env) == before
    assert "Mã bot Telegram [đang có]" in said
    assert TOKEN not in said
    # A dash takes a value away: Telegram alone, which the program asks by itself.
    code, said = await talk(env, ["-", "", "-", *[""] * 40])
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
    assert said.count("BANK_BIN put the six-digit BIN") == 2
    assert server.telegram.webhook.get("url", "") == ""
