"""The doctor: everything well, and each planted fault with the line that says what to do."""

import asyncio
import os
import shutil
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import reset_tzpath

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import make_url, text

from bot import checkups
from bot.checkups import checks_of
from bot.exposure import close_database
from domain.calendar import VIETNAM
from domain.checkups import Part
from gateways import totals_picture
from gateways.checkups import web as web_checkups
from gateways.checkups.vendor import QUESTIONS
from sandbox.app import SandboxServer
from sandbox.vendor.contract import CONTRACT
from sandbox.zalo_oa.server import template_environment
from services.back_office.examining import examined
from services.ports.checkups import Check
from storage.backups import new_key
from storage.connections import Connections
from storage.migrate import downgrade, upgrade
from tests.support.databases import make_older
from tests.support.outages import Trouble, line_to
from tests.support.postgres import tools
from tests.support.settings import settings_of
from tests.support.world import running_bot
from texts.checkups import line

CERTIFICATE = Path(__file__).parents[1] / "gateways" / "localhost.pem"
UTC_ZONE = Path("/usr/share/zoneinfo/Etc/UTC")
NOWHERE = "http://127.0.0.1:9"

Given = dict[str, Any]
Plant = Callable[["Clinic"], AbstractAsyncContextManager[None]]


class Clinic:
    """The settings of a bot in the sandbox, all well, and the parts of the sandbox."""

    def __init__(self, server: SandboxServer, given: Given, folder: Path) -> None:
        self.server, self.given, self.folder = server, given, folder

    async def line(self, part: Part, seconds: float = 10) -> str:
        (check,) = [one for one in checks_of(settings_of(self.given)) if one.part is part]
        (finding,) = await examined([check], seconds)
        return line(finding)


OF_A_RUNNING_BOT = (Part.PUBLIC_ADDRESS, Part.BANK_WEBHOOK)
MODES = {"TELEGRAM_MODE": "webhook", "MIN_FREE_MB": "1"}


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxServer]:
    """The world, for a program that is not root and has its own settings, and PostgreSQL's programs."""
    monkeypatch.setenv("PATH", f"{tools()}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(checkups, "runs_as_root", lambda: False)
    monkeypatch.setenv("BOT_ENV_FILE", str(tmp_path / ".env"))
    async with SandboxServer(tmp_path / "world") as server:
        yield server


@pytest.fixture
def clinic(server: SandboxServer, database_url: str, tmp_path: Path) -> Clinic:
    """A bot that has told the apps where it is, and has stopped."""
    close_database(database_url)
    values = (
        server.environment(9) | MODES | {"DATABASE_URL": database_url, "BACKUP_FOLDER": f"{tmp_path}/kept"}
    )
    given = {name.lower(): value for name, value in values.items()}
    server.telegram.set_webhook({"url": f"{values['PUBLIC_URL']}/telegram/webhook"})
    server.zalo.set_webhook({"url": f"{values['PUBLIC_URL']}/zalo/webhook"})
    return Clinic(server, given, tmp_path)


@asynccontextmanager
async def answering(status: int = 200, **headers: str) -> AsyncIterator[str]:
    """A server that answers everything alike."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({}, status=status, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(app)
    await server.start_server(access_log=None)
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


@asynccontextmanager
async def mailbox(tls: bool = False, **options: Any) -> AsyncIterator[int]:
    """The port of a mail server."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    if tls:
        options["tls_context"] = context
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(object(), hostname="mx.test", **options), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def setting(**changed: Any) -> Plant:
    @asynccontextmanager
    async def plant(clinic: Clinic) -> AsyncIterator[None]:
        clinic.given.update(changed)
        yield

    return plant


def from_server(status: int, *names: str, **headers: str) -> Plant:
    """The addresses of these settings are those of a server that answers everything alike."""

    @asynccontextmanager
    async def plant(clinic: Clinic) -> AsyncIterator[None]:
        async with answering(status, **headers) as url:
            clinic.given.update(dict.fromkeys(names, url))
            yield

    return plant


def mail(tls: bool, changed: Given, **options: Any) -> Plant:
    @asynccontextmanager
    async def plant(clinic: Clinic) -> AsyncIterator[None]:
        async with mailbox(tls, **options) as port:
            clinic.given.update({"smtp_host": "localhost", "smtp_port": port, **changed})
            yield

    return plant


def done(act: Callable[[Clinic], object]) -> Plant:
    @asynccontextmanager
    async def plant(clinic: Clinic) -> AsyncIterator[None]:
        result = act(clinic)
        if asyncio.iscoroutine(result):
            await result
        yield

    return plant


async def _older_database(clinic: Clinic) -> None:
    clinic.given["database_url"] = url = f"sqlite+aiosqlite:///{clinic.folder / 'older.db'}"
    await upgrade(url)
    await downgrade(url, "0010")


async def _other_database(clinic: Clinic) -> None:
    clinic.given["database_url"] = url = f"sqlite+aiosqlite:///{clinic.folder / 'other.db'}"
    await upgrade(url)
    await make_older(url)


async def _database_to_read(clinic: Clinic) -> None:
    clinic.given["database_url"] = url = f"sqlite+aiosqlite:///{clinic.folder / 'read.db'}"
    await upgrade(url)
    connections = Connections(url)
    async with connections.writing() as connection:
        await connection.execute(text(NO_WRITING))
    await connections.close()


def _no_database(clinic: Clinic) -> None:
    path = clinic.folder / "no.db"
    path.write_text("this is a letter, and no database" * 100)
    clinic.given["database_url"] = f"sqlite+aiosqlite:///{path}"


def _old_backup(clinic: Clinic) -> None:
    kept = Path(clinic.given["backup_folder"])
    kept.mkdir()
    (kept / "bot-20260101T030000Z.tar.gz").touch()


def _open_env(clinic: Clinic) -> None:
    (clinic.folder / ".env").write_text("")
    (clinic.folder / ".env").chmod(0o644)


def _without(program: str, **changed: Any) -> Plant:
    """A machine that lacks a program."""

    @asynccontextmanager
    async def plant(clinic: Clinic) -> AsyncIterator[None]:
        clinic.given.update(changed)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shutil, "which", lambda name: None if name == program else f"/usr/bin/{name}")
            yield

    return plant


@asynccontextmanager
async def _no_fonts(clinic: Clinic) -> AsyncIterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(totals_picture, "_FONTS", clinic.folder)
        # Pillow also looks for the file among the system's fonts.
        patch.setenv("XDG_DATA_DIRS", str(clinic.folder))
        totals_picture._font.cache_clear()
        yield


@contextmanager
def _utc_for_vietnam(folder: Path) -> Iterator[None]:
    zone = folder / "Asia" / "Ho_Chi_Minh"
    zone.parent.mkdir()
    zone.write_bytes(UTC_ZONE.read_bytes())
    reset_tzpath([str(folder)])
    try:
        yield
    finally:
        reset_tzpath()


@asynccontextmanager
async def _wrong_zone(clinic: Clinic) -> AsyncIterator[None]:
    with _utc_for_vietnam(clinic.folder):
        yield


def clock(hours: int) -> Plant:
    """Telegram's clock is ahead of ours."""

    @asynccontextmanager
    async def plant(clinic: Clinic) -> AsyncIterator[None]:
        date = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
        async with from_server(200, "telegram_api_url", Date=date)(clinic):
            yield

    return plant


NO_WRITING = """CREATE TRIGGER broken BEFORE UPDATE ON alembic_version
    BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END"""
WRONG_TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
STARTTLS = {"smtp_tls": "starttls"}
LOGIN = {"smtp_username": "ban-hang", "smtp_password": "wrong-password"}

FAULTS: dict[str, tuple[Part, Plant, str]] = {
    "no database": (Part.DATABASE, done(_no_database), "không mở được"),
    "older database": (Part.DATABASE, done(_older_database), "chạy bot một lần, bot tự nâng cấp"),
    "another version's database": (Part.DATABASE, done(_other_database), "do phiên bản khác tạo"),
    "a database that cannot be written": (
        Part.DATABASE,
        done(_database_to_read),
        "không ghi được (disk I/O error)",
    ),
    "a full disk": (Part.DISK, setting(min_free_mb=10**9), "MIN_FREE_MB"),
    "an open .env": (Part.PERMISSIONS, done(_open_env), "chmod go="),
    "no fonts": (Part.FONTS, _no_fonts, "cài lại chương trình"),
    "a wrong time zone": (Part.TIME_ZONE, _wrong_zone, "cài lại gói tzdata"),
    "a clock ahead": (Part.CLOCK, clock(-1), "bật đồng bộ giờ"),
    "a clock behind": (Part.CLOCK, clock(1), "chậm 3."),
    "a wrong token": (Part.TELEGRAM, setting(telegram_token=WRONG_TOKEN), "lấy lại mã ở @BotFather"),
    "Telegram out of reach": (Part.TELEGRAM, setting(telegram_api_url=NOWHERE), "không gặp được Telegram"),
    "another bot's webhook": (
        Part.TELEGRAM_UPDATES,
        done(lambda c: c.server.telegram.set_webhook({"url": "https://old.vendor.example/x"})),
        "nơi khác (old.vendor.example)",
    ),
    "a webhook left": (Part.TELEGRAM_UPDATES, setting(telegram_mode="polling"), "khởi động lại bot để gỡ"),
    "no webhook": (
        Part.TELEGRAM_UPDATES,
        done(lambda c: c.server.telegram.set_webhook({})),
        "khởi động bot",
    ),
    "a webhook that fails": (
        Part.TELEGRAM_UPDATES,
        done(lambda c: c.server.telegram.note_webhook_error("Wrong response from the webhook: 502")),
        "(Wrong response from the webhook: 502): kiểm tra proxy",
    ),
    "a wrong token of Zalo": (Part.ZALO, setting(zalo_token=WRONG_TOKEN), "lấy lại mã ở trang quản lý"),
    "Zalo out of reach": (Part.ZALO, setting(zalo_api_url=NOWHERE), "không gặp được Zalo"),
    "no webhook of Zalo": (
        Part.ZALO_EVENTS,
        done(lambda c: c.server.zalo.set_webhook({})),
        "khởi động bot",
    ),
    "another program at PUBLIC_URL": (Part.PUBLIC_ADDRESS, from_server(200, "public_url"), "WEB_PORT"),
    "nothing at PUBLIC_URL": (Part.PUBLIC_ADDRESS, setting(public_url=NOWHERE), "kiểm tra tên miền"),
    "a proxy without webhooks": (Part.BANK_WEBHOOK, from_server(404, "public_url"), "trả lời 404"),
    "a list's token": (Part.SEPAY_LIST, setting(sepay_api_token="not-the-token"), "tạo lại khóa API"),
    "no list": (Part.CASSO_LIST, from_server(500, "casso_api_url"), "không đọc được sao kê (HTTP 500)"),
    "no mail server": (Part.MAIL, setting(smtp_port=9), "kiểm tra SMTP_HOST, SMTP_PORT"),
    "no STARTTLS": (Part.MAIL, mail(False, STARTTLS), "không có STARTTLS: dùng cổng 587"),
    "a strange certificate": (Part.MAIL, mail(True, STARTTLS), "không mã hóa được như đã đặt"),
    "TLS where there is none": (Part.MAIL, mail(False, {"smtp_tls": "tls"}), "cổng 587: starttls"),
    "a wrong password": (
        Part.MAIL,
        mail(
            *(False, {"smtp_tls": "none"} | LOGIN),
            authenticator=lambda *_: AuthResult(success=False, handled=False),
            auth_require_tls=False,
        ),
        "tạo lại mật khẩu ứng dụng",
    ),
    "no login": (
        Part.MAIL,
        mail(False, {"smtp_tls": "none"} | LOGIN, auth_exclude_mechanism=["LOGIN", "PLAIN"]),
        "không cho đăng nhập",
    ),
    "wrong keys of eSMS": (Part.SMS, setting(esms_secret_key="another-key"), "chép lại ở trang tài khoản"),
    "an empty account": (
        Part.SMS,
        done(lambda c: setattr(c.server.sms, "balance", 5_000)),
        "chỉ còn 5.000 ₫",
    ),
    "a name that eSMS does not know": (
        Part.SMS,
        setting(esms_brandname="QC_ONLINE"),  # For advertisements.
        "không có tên gửi QC_ONLINE",
    ),
    "the vendor's token": (Part.VENDOR, setting(vendor_api_token="not-the-token"), "xin lại mã"),
    "another server than the vendor's": (
        Part.VENDOR,
        from_server(404, "vendor_api_url"),
        "docs/api/vendor.yaml",
    ),
    "no vendor": (Part.VENDOR, setting(vendor_api_url=NOWHERE), "kiểm tra VENDOR_API_URL"),
    "no registry": (Part.REGISTRY, setting(registry_url=NOWHERE), "kiểm tra REGISTRY_URL"),
    "no series": (Part.INVOICES, setting(invoice_series="2020=C20TAA"), "INVOICE_SERIES"),
    "the issuer's secret": (
        Part.INVOICES,
        setting(sepay_einvoice_client_secret="not-the-one"),
        "không nhận khóa",
    ),
    "no backups": (Part.BACKUPS, setting(backup_folder=None), "BACKUP_FOLDER trống"),
    "an old backup": (Part.BACKUPS, done(_old_backup), "bản sao lưu mới nhất là của 01/01/2026"),
    "no Litestream": (
        Part.BACKUPS,
        _without("litestream", litestream_config="/srv/litestream.yml"),
        "bỏ LITESTREAM_CONFIG",
    ),
    "a folder for nobody": (
        Part.BACKUPS,
        setting(backup_folder="/dev/null/kept"),
        "không ghi được vào /dev/null/kept",
    ),
    "nobody": (Part.BACK_OFFICE, setting(back_office=()), "nhắn /id cho bot"),
}


@pytest.mark.long
async def test_everything_is_well(server: SandboxServer, database_url: str) -> None:
    close_database(database_url)
    backups = {"BACKUP_FOLDER": str(server.directory / "kept"), "BACKUP_KEY": new_key()}
    async with running_bot(server, **MODES, **backups, DATABASE_URL=database_url):
        while not (server.telegram.webhook.get("url") and server.zalo.webhook.get("url")):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        port = int(str(server.health_url).split(":")[2].split("/")[0])
        values = server.environment(port) | MODES | backups | {"DATABASE_URL": database_url}
        settings = settings_of({name.lower(): value for name, value in values.items()})
        found = await examined(checks_of(settings))
    # The Official Account has a test of its own.
    assert [finding.part for finding in found] == [one for one in Part if one is not Part.ZALO_TEMPLATES]
    assert [line(finding) for finding in found if not finding.is_good] == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planted_fault_is_found_and_its_mend_is_named(clinic: Clinic, fault: str) -> None:
    part, plant, said = FAULTS[fault]
    if part not in OF_A_RUNNING_BOT:
        assert (await clinic.line(part)).startswith("✅")
    async with plant(clinic):
        told = await clinic.line(part)
    assert told.startswith("❌"), told
    assert said in told
    for secret in settings_of(clinic.given).secrets:
        assert secret not in told


async def test_what_backups_of_postgresql_need_is_looked_at(
    server: SandboxServer, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night's backup failed by each of them, after a doctor for whom all was well."""
    clinic = Clinic(server, {"backup_folder": str(tmp_path / "kept")}, tmp_path)
    clinic.given |= {name.lower(): value for name, value in server.environment(9).items()}
    clinic.given["database_url"] = postgresql_url
    assert (await clinic.line(Part.BACKUPS)).startswith("✅")
    (older := tmp_path / "older").mkdir()
    (older / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 11.22 (Debian 11.22-0+deb10u2)'\n")
    (older / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{older}{os.pathsep}{os.environ['PATH']}")
    assert "pg_dump là bản 11, cũ hơn máy chủ PostgreSQL" in await clinic.line(Part.BACKUPS)
    monkeypatch.setenv("PATH", str(older))
    assert "thiếu pg_dump hoặc psql" in await clinic.line(Part.BACKUPS)


async def test_who_may_try_no_copy_is_told_how(
    server: SandboxServer, postgresql_url: str, tmp_path: Path
) -> None:
    connections = Connections(postgresql_url)
    async with connections.writing() as connection:
        await connection.execute(text("DROP ROLE IF EXISTS ktdv_lowly"))
        await connection.execute(text("CREATE ROLE ktdv_lowly LOGIN PASSWORD 'a-lowly-password'"))
    await connections.close()
    lowly = make_url(postgresql_url).set(username="ktdv_lowly", password="a-lowly-password")
    clinic = Clinic(server, {"backup_folder": str(tmp_path / "kept")}, tmp_path)
    clinic.given |= {name.lower(): value for name, value in server.environment(9).items()}
    clinic.given["database_url"] = lowly.render_as_string(hide_password=False)
    assert "ALTER ROLE ktdv_lowly CREATEDB" in await clinic.line(Part.BACKUPS)


@pytest.mark.parametrize(
    "left, sign", [(timedelta(days=31), "✅"), (timedelta(days=17), "❌"), (-timedelta(days=1), "❌")]
)
async def test_a_certificate_that_ends_is_told_while_there_is_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: timedelta, sign: str
) -> None:
    """One of 90 days that renews itself does so 30 days before its end."""
    ends = datetime.now(UTC) + left
    path = certificate(tmp_path, ends - timedelta(days=90), ends)
    monkeypatch.setattr(web_checkups, "trusted", lambda: ssl.create_default_context(cafile=path))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "up"})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    server = TestServer(app, scheme="https", host="localhost")
    await server.start_server(ssl=context, access_log=None)
    try:
        url = str(server.make_url("")).rstrip("/")
        (finding,) = await examined([Check(Part.PUBLIC_ADDRESS, lambda: web_checkups.look_at_address(url))])
    finally:
        await server.close()
    told = line(finding)
    assert told.startswith(sign), told
    assert (f"{ends.astimezone(VIETNAM):%d/%m/%Y}" in told) is (left > timedelta(0))


def certificate(folder: Path, begins: datetime, ends: datetime) -> Path:
    """A file with a key and a certificate of localhost for this time."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begins, ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    as_pem = serialization.Encoding.PEM
    secret = key.private_bytes(as_pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(as_pem))
    return path


@pytest.mark.long
async def test_an_official_account_is_looked_at_without_touching_its_tokens(
    tmp_path: Path, database_url: str
) -> None:
    async with SandboxServer(tmp_path / "world", zalo_oa=True) as server:
        values = server.environment(9) | {"DATABASE_URL": database_url} | template_environment()
        clinic = Clinic(server, {name.lower(): value for name, value in values.items()}, tmp_path)
        assert "Official Account chưa cho phép" in await clinic.line(Part.ZALO)
        async with running_bot(server, DATABASE_URL=database_url):
            async with asyncio.timeout(60):
                while "✅" not in await clinic.line(Part.ZALO):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        assert "đã duyệt 3 mẫu, đắt nhất 300 ₫" in await clinic.line(Part.ZALO_TEMPLATES)
        server.account.change("template_param_gone", "due")
        told = await clinic.line(Part.ZALO_TEMPLATES)
        assert "Hướng dẫn thanh toán phần mềm kế toán, Nhắc thanh toán" in told
        soon = datetime.now(UTC) + timedelta(days=3)
        server.account.change("package_ends", f"{soon:%d/%m/%Y}")
        assert f"hết hạn ngày {soon:%d/%m/%Y}" in await clinic.line(Part.ZALO)


async def test_a_part_that_says_nothing_is_told_after_a_time(clinic: Clinic) -> None:
    async with line_to(clinic.server.url) as vendor:
        vendor.breaks(Trouble.SILENCE)
        clinic.given["vendor_api_url"] = vendor.url
        assert "chưa trả lời sau 0.2 giây" in await clinic.line(Part.VENDOR, seconds=0.2)


async def test_a_check_that_breaks_is_told_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> Any:
        raise ValueError("https://api.example/bot123456789:secret")

    (finding,) = await examined([Check(Part.MAIL, broken)])
    assert "lỗi lạ ValueError" in line(finding)
    assert "secret" not in caplog.text + line(finding)


def test_the_doctor_s_questions_to_the_vendor_are_those_of_the_contract() -> None:
    """Each is an operation of the file with answers that it names, and each answer's fields are required
    there."""
    contract = yaml.safe_load(CONTRACT.read_text("utf-8"))

    def resolved(node: Any) -> Any:
        while "$ref" in node:
            found = contract
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    for question in QUESTIONS:
        path = question.path if question.operation != "showLicence" else "/v1/licences/{id}"
        operation = contract["paths"][path][question.method.lower()]
        assert operation["operationId"] == question.operation
        for status, model in question.answers.items():
            answer = resolved(operation["responses"][str(status)])
            schema = resolved(answer["content"]["application/json"]["schema"])
            assert set(model.model_json_schema()["required"]) <= set(schema["required"])
    kinds = contract["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["kind"]["enum"]
    assert {"unknown", "unauthorized"} <= set(kinds)
