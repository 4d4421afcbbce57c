"""The sandbox as one server, and the run of it together with the real bot."""

import asyncio
import contextlib
import random
import shutil
import signal
import socket
from pathlib import Path
from types import TracebackType

from aiohttp import web

from sandbox import registry, sms
from sandbox.api import WorldApi
from sandbox.bank import bank as banks
from sandbox.bank.lists import BankLists
from sandbox.bank.webhooks import SECRETS
from sandbox.bank.world_api import BankApi
from sandbox.child import Bot
from sandbox.einvoice import server as einvoice
from sandbox.einvoice.invoices import Invoices
from sandbox.einvoice.server import EinvoiceServer
from sandbox.einvoice.world_api import EinvoiceApi
from sandbox.mail import Mailboxes
from sandbox.requests import errors_as_json
from sandbox.sms import SmsGateway
from sandbox.telegram.chats_api import ChatsApi
from sandbox.telegram.phone import Phone
from sandbox.telegram.server import BotApi
from sandbox.telegram.state import Telegram
from sandbox.telegram.webhook import Webhook
from sandbox.telegram.world_api import TelegramApi
from sandbox.vendor import server as vendor
from sandbox.vendor.licences import Licences
from sandbox.vendor.world_api import VendorApi
from sandbox.world import CLOCK_FILE, World
from sandbox.zalo import server as zalo
from sandbox.zalo.chats_api import ZaloChatsApi
from sandbox.zalo.state import Zalo
from sandbox.zalo.webhook import Webhook as ZaloWebhook
from sandbox.zalo.world_api import ZaloApi
from sandbox.zalo_oa import server as official
from sandbox.zalo_oa.account import OfficialAccount
from sandbox.zalo_oa.chats_api import OaChatsApi
from sandbox.zalo_oa.server import OaServer
from sandbox.zalo_oa.webhook import OaPoster
from sandbox.zalo_oa.world_api import OaApi

HOST = "127.0.0.1"
TOKEN = "424242:sandbox-bot-of-this-machine-only"
ZALO_TOKEN = "515151:zalo-bot-of-this-machine-only"
WEBHOOK_SECRET = "sandbox-webhook-secret-of-this-machine-only"
_PAGE = Path(__file__).parent / "page"
_MAX_BODY = 55 * 1024 * 1024  # A little more than a bot may send.
# The page runs only its own scripts. Mails, shown in a frame, inherit this: no remote picture is loaded.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
)


class SandboxServer:
    """The world on a free port (or `port`), without the bot: an async context manager.

    `health_url` is the bot's `/healthz`, asked by `GET /world/idle`; it may be set later too. With `fresh`,
    the world (and the bot's database beside it) is emptied first. With `zalo_oa` the vendor has an Official
    Account on Zalo instead of a bot. Raises OSError if the port is taken.
    """

    def __init__(
        self,
        directory: Path,
        port: int = 0,
        token: str = TOKEN,
        health_url: str | None = None,
        fresh: bool = False,
        zalo_oa: bool = False,
    ) -> None:
        self.directory = Path(directory)
        self.port = port
        self.token = token
        self._health_url = health_url
        self._fresh = fresh
        self._zalo_oa = zalo_oa
        self.bot_ready = True
        """Whether the bot answers, as far as is known."""

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def smtp_port(self) -> int:
        return self.mail.port

    @property
    def health_url(self) -> str | None:
        return self._api.health_url

    @health_url.setter
    def health_url(self, url: str | None) -> None:
        self._api.health_url = url
        self.bank.bot_url = url.removesuffix("/healthz") if url else None

    async def __aenter__(self) -> "SandboxServer":
        # First of all, so that nothing has changed if the port is taken.
        listening = socket.create_server((HOST, self.port))
        self.port = listening.getsockname()[1]
        if self._fresh:
            _empty(self.directory)
        self.world = World(self.directory)
        self.telegram = Telegram(self.world, self.token)
        self.mail = Mailboxes(self.world)
        self.sms = SmsGateway(self.world)
        self.bank = banks.Bank(self.world)
        self.bank_lists = BankLists(self.bank)
        self.zalo = Zalo(self.world, ZALO_TOKEN, self.url)
        self.account = OfficialAccount(self.world)
        self._api = WorldApi(self.world, self.telegram, self.zalo, self.mail, self.sms, self.bank)
        self.health_url = self._health_url
        self.vendor = vendor.VendorServer(Licences(self.world, self.mail))
        self.registry = registry.RegistryServer(self.world)
        self.einvoice = EinvoiceServer(self.world, Invoices(self.world))
        self._webhook = Webhook(self.telegram)
        self._zalo_webhook = OaPoster(self.account, self.zalo) if self._zalo_oa else ZaloWebhook(self.zalo)
        app = web.Application(client_max_size=_MAX_BODY, middlewares=[errors_as_json])
        app.add_routes([*BotApi(self.telegram).routes(), *self.sms.routes(), *self._api.routes()])
        app.add_routes([*ChatsApi(self.telegram).routes(), *TelegramApi(self.telegram).routes()])
        chats = OaChatsApi(self.account, self.zalo) if self._zalo_oa else ZaloChatsApi(self.zalo)
        app.add_routes([*zalo.BotApi(self.zalo).routes(), *chats.routes()])
        app.add_routes(ZaloApi(self.zalo, self._zalo_webhook).routes())
        app.add_routes([*OaServer(self.account, self.zalo).routes(), *OaApi(self.account).routes()])
        app.add_routes([*self.vendor.routes(), *VendorApi(self.world, self.vendor).routes()])
        app.add_routes([*self.einvoice.routes(), *EinvoiceApi(self.world, self.einvoice).routes()])
        app.add_routes([*BankApi(self.world, self.bank).routes(), *self.registry.routes()])
        app.add_routes(self.bank_lists.routes())
        app.add_routes(
            [
                web.get("/", _index),
                web.get("/healthz", _health),
                web.get("/world/ready", self._ready),
                web.static("/page", _PAGE),
            ]
        )
        app.on_shutdown.append(self._let_go)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        await self.mail.start(HOST)
        self._webhook.start()
        self._zalo_webhook.start()
        self.bank.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._webhook.stop()
        await self._zalo_webhook.stop()
        await self.bank.stop()
        await self._runner.cleanup()
        await self.mail.stop()
        self.world.close()

    def tell_ready(self) -> None:
        """Say that the bot answers now."""
        self.bot_ready = True
        self.world.events.publish("ready")

    async def _ready(self, request: web.Request) -> web.Response:
        return web.json_response({"ready": self.bot_ready})

    async def _let_go(self, app: web.Application) -> None:
        """End running polls and listeners, so that stopping is quick."""
        self.telegram.updates.end_poll()
        self.zalo.events.end_polls()
        self.world.events.close()

    def environment(self, web_port: int) -> dict[str, str]:
        """The settings of the real bot in this world. The bot serves its own web on `web_port`."""
        return {
            "TELEGRAM_TOKEN": self.token,
            "TELEGRAM_API_URL": self.url,
            **(self._official_account(web_port) if self._zalo_oa else zalo.environment(self.url, ZALO_TOKEN)),
            "PUBLIC_URL": f"http://{HOST}:{web_port}",
            "WEBHOOK_SECRET": WEBHOOK_SECRET,
            "CHAT_PER_MINUTE": "60000",  # A script taps faster than people do.
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.directory.resolve() / 'bot.db'}",
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(self.smtp_port),
            "SMTP_TLS": "none",
            "SUPPORT_CONTACT": "1900 1234 (8h-17h30, thứ Hai đến thứ Sáu)",
            "CONTROLLER_NAME": "Công ty Cổ phần Phần mềm Mẫu",
            "MAIL_FROM": "Phần mềm kế toán <donhang@vendor.example>",
            "SMS_PROVIDER": "esms",
            "ESMS_API_URL": f"{self.url}/esms",
            "ESMS_API_KEY": sms.API_KEY,
            "ESMS_SECRET_KEY": sms.SECRET_KEY,
            "ESMS_BRANDNAME": sms.BRANDNAME,
            "SMS_FIRST_HOUR": "0",  # The sandbox may be tried at night.
            "SMS_LAST_HOUR": "24",
            "BANK_BIN": "970436",
            "BANK_ACCOUNT": banks.ACCOUNT,
            "BANK_HOLDER": "CONG TY PHAN MEM KE TOAN",
            "WEB_HOST": HOST,
            "HEALTH_DETAILS": "true",
            "WEB_PORT": str(web_port),
            "SEPAY_SECRET": SECRETS["sepay"],
            "PAYOS_CHECKSUM_KEY": SECRETS["payos"],
            "CASSO_SECRET": SECRETS["casso"],
            "GPMPAY_SECRET": SECRETS["gpmpay"],
            **self.bank_lists.environment(self.url),
            **self.bank_lists.numbers(),
            "VENDOR_MODE": "api",
            "VENDOR_API_URL": f"{self.url}{vendor.PATH}",
            "VENDOR_API_TOKEN": vendor.TOKEN,
            "REGISTRY_URL": f"{self.url}{registry.PATH}",
            "REGISTRY_TOKEN": registry.TOKEN,
            **einvoice.environment(self.url),
            "BACK_OFFICE": ",".join(
                f"{p.telegram_id}:{p.name}" for p in self.world.people if p.role == "backoffice"
            ),
            "CLOCK_SHIFT_FILE": str(self.world.clock.path.resolve()),
        }

    def _official_account(self, web_port: int) -> dict[str, str]:
        """The settings of the account, whose console is told of the bot."""
        self.zalo.set_webhook({"url": f"http://{HOST}:{web_port}/zalo/oa/webhook"})
        self.account.callback = f"http://{HOST}:{web_port}/zalo/oa/callback"
        return official.environment(self.url)


async def seed_demo(server: SandboxServer, database_url: str) -> None:
    """Put the demo firm into the bot's database, and let its people greet the bot."""
    # Imported only here: it loads half the bot, which an existing world does not need.
    from sandbox.seed import seed

    await seed(database_url, list(server.world.people))
    for person in server.world.people:
        if person.role in ("owner", "staff"):
            Phone(server.telegram, person).text("/start")


async def run(directory: Path, port: int, fresh: bool, zalo_oa: bool = False) -> None:
    """Run the world and the bot until told to stop. Raises OSError if the port is taken, `BotCannotStart`."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(name, stop.set)
    web_port = free_port()
    async with SandboxServer(directory, port, fresh=fresh, zalo_oa=zalo_oa) as server:
        server.bot_ready = False
        templates = official.template_environment() if zalo_oa else {}
        environment = server.environment(web_port) | templates
        if not server.zalo.webhook.get("url"):
            # People may write before the bot has ever run, and Zalo keeps events only while a webhook is set.
            server.zalo.set_webhook({"url": environment["PUBLIC_URL"]})
        if server.world.fresh:
            await seed_demo(server, environment["DATABASE_URL"])
        async with Bot(environment, web_port, server.directory) as bot:
            server.health_url = bot.health_url
            ready = asyncio.create_task(_announce(bot, server))
            try:
                await bot.until(stop)
            finally:
                ready.cancel()
            print("Stopping…", flush=True)


async def _announce(bot: Bot, server: SandboxServer) -> None:
    await bot.healthy()
    server.tell_ready()
    line = f"  The sandbox is ready: {server.url}  "
    print(f"\n{'─' * len(line)}\n{line}\n{'─' * len(line)}\n", flush=True)


def free_port() -> int:
    """A port nobody listens on now. The system gives none of these to an outgoing connection meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server((HOST, port)):
            return port


def _empty(directory: Path) -> None:
    """Remove what the sandbox keeps here, and nothing else."""
    shutil.rmtree(directory / "files", ignore_errors=True)
    for kept in (directory / "world.jsonl", directory / CLOCK_FILE, *directory.glob("bot.db*")):
        kept.unlink(missing_ok=True)


async def _index(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(
        _PAGE / "index.html", headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    )


async def _health(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
