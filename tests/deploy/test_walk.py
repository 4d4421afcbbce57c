"""From a bare machine to a chat: installed by the steps of the container under a bare user, set up by the
talk, behind a real proxy with TLS.
"""

import asyncio
import json
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.app import free_port
from tests.deploy.test_files import DEPLOY, ROOT, steps
from tests.support.world import World

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

USER = "ktdv-walk"


@dataclass(frozen=True)
class Place:
    """A folder of a user who owns nothing else: the program in `opt`, its settings and data in `home`."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "opt" / "venv" / "bin" / "python"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def command(self, *command: object) -> list[str]:
        """A command as this user's."""
        return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *map(str, command)]

    def environment(self, **more: str) -> dict[str, str]:
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), **pip, **more}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    if os.geteuid() != 0 or shutil.which("useradd") is None:
        pytest.skip("only root can make a user")
    if shutil.which("caddy") is None:
        assert os.environ.get("CI") != "true", "CI must have Caddy: apt-get install caddy"
        pytest.skip("no Caddy: apt-get install caddy")
    subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], check=False
    )
    # Not below pytest's folder, which only its own user may enter.
    folder = Path(tempfile.mkdtemp(prefix="ktdv-walk-"))
    made = Place(folder)
    try:
        folder.chmod(0o755)
        for name in ("home", "opt"):
            (folder / name).mkdir()
            shutil.chown(folder / name, USER, USER)
        _context(folder / "source")
        yield made
    finally:
        shutil.rmtree(folder)
        subprocess.run(["userdel", USER], check=False)


def _context(to: Path) -> None:
    """What `.dockerignore` lets into the image: `COPY . .`."""
    assert steps("COPY ")[0] == ". ."
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        if line.startswith("!"):
            given, put = ROOT / line[1:], to / line[1:]
            put.parent.mkdir(parents=True, exist_ok=True)
            if given.is_dir():
                shutil.copytree(given, put, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(given, put)


@asynccontextmanager
async def running(*command: object, **options: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended with the block."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        **options,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.communicate()


async def ended(*command: object, said: str = "", **options: Any) -> tuple[int | None, str]:
    async with running(*command, **options) as process:
        told, _ = await process.communicate(said.encode())
    return process.returncode, told.decode()


async def until_there(path: Path) -> None:
    while not path.exists():  # noqa: ASYNC110, ASYNC240
        await asyncio.sleep(0.05)


def answers(settings: dict[str, str], address: str) -> str:
    """The answers to `setup`."""
    given = [
        *(address, settings["TELEGRAM_TOKEN"], "", ""),
        "",
        *(settings["MAIL_FROM"], settings["SMTP_HOST"], settings["SMTP_PORT"], "none", "", ""),
        "",
        *(settings["BANK_BIN"], settings["BANK_ACCOUNT"], settings["BANK_HOLDER"]),
        *(settings["SEPAY_SECRET"], ""),
        *("", "", ""),
        *(settings["VENDOR_API_URL"], settings["VENDOR_API_TOKEN"]),
        *("", "", ""),
        *("backups", "moi", ""),
        "",
        *("Công ty Cổ phần Phần mềm Mẫu", ""),
        *(settings["BACK_OFFICE"], ""),
    ]
    return "".join(f"{one}\n" for one in given)


async def test_a_bare_machine_ends_in_a_chat(place: Place, tmp_path: Path) -> None:
    # Installed, as the container is, by a user who may write nowhere else.
    (script,) = [step for step in steps("RUN ") if "install.sh" in step]
    step = script.replace("deploy/install.sh", str(place.folder / "source" / "deploy" / "install.sh"))
    step = step.replace("/opt/ktdv-bot", str(place.folder / "opt"))
    code, said = await ended(*place.command(*step.split()), env=place.environment(), cwd=place.folder)
    assert code == 0, said
    assert not (place.folder / "opt" / "sandbox").exists()

    # Caddy, with a certificate of its own authority, since the host is `localhost`.
    web, proxy = free_port(), free_port()
    address, caddyfile = f"https://localhost:{proxy}", tmp_path / "Caddyfile"
    head = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"
    caddyfile.write_text(head + (DEPLOY / "Caddyfile").read_text("utf-8"))
    certificate = tmp_path / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    served = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "PUBLIC_HOST": f"localhost:{proxy}",
        "BOT": f"127.0.0.1:{web}",
    }
    caddy = running("caddy", "run", "--adapter", "caddyfile", "--config", caddyfile, env=served)
    async with caddy, asyncio.timeout(600):
        await until_there(certificate)
        trusted = place.folder / "root.crt"
        shutil.copy(certificate, trusted)
        trusted.chmod(0o644)
        trust = {"SSL_CERT_FILE": str(trusted)}
        told = {**os.environ, **trust, "PYTHONPATH": str(ROOT)}
        command = (ROOT / ".venv" / "bin" / "python", "-m", "tests.deploy.world", tmp_path / "world")
        async with running(*command, env=told, cwd=ROOT, limit=2**20) as sandbox:
            assert sandbox.stdout is not None
            settings = json.loads(await sandbox.stdout.readline())
            await _walk(place, settings, address, web, trust)


async def _walk(
    place: Place, settings: dict[str, str], address: str, web: int, trust: dict[str, str]
) -> None:
    # Set up: what the talk does not ask is where the sandbox plays the services.
    urls = {name: settings[name] for name in ("TELEGRAM_API_URL", "ZALO_API_URL")}
    environment = place.environment(**trust)
    env = place.home / ".env"
    env.write_text("".join(f"{name}={value}\n" for name, value in {**urls, "WEB_PORT": str(web)}.items()))
    shutil.chown(env, USER, USER)
    bot = place.command(place.python, "-m", "bot")
    code, said = await ended(*bot, "setup", said=answers(settings, address), env=environment, cwd=place.home)
    assert code == 0, said
    assert env.stat().st_uid == place.home.stat().st_uid

    async with running(*bot, env=environment, cwd=place.home):
        context = ssl.create_default_context(cafile=trust["SSL_CERT_FILE"])
        async with aiohttp.ClientSession() as http:
            await _answers_at(http, f"{address}/healthz", context)
            world = World(http, settings["WORLD"])
            # A person writes: Telegram posts to the proxy, which passes it on to the bot.
            await world.post("chats/telegram/newcomer/text", text="/start")
            async with asyncio.timeout(60):
                while not [m for m in await world.chat("newcomer").messages() if m["from"] == "bot"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        code, said = await ended(*bot, "doctor", env=environment, cwd=place.home)
        assert f"Telegram gửi đến {address}/telegram/webhook, không lỗi" in said
        assert f"vào được bot qua {address}, chứng chỉ TLS đến" in said
        assert "Sao lưu: ghi được vào backups, có mã hóa" in said
        assert "vào được từ địa chỉ công khai: sepay" in said
        assert "chỉ tài khoản chạy bot đọc được các tệp" in said
        assert code == 0, said


async def _answers_at(http: aiohttp.ClientSession, url: str, context: ssl.SSLContext) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                async with http.get(url, ssl=context) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
