"""Commands and deep links: each opens its place from wherever the accountant is."""

from collections.abc import Awaitable, Callable, Mapping

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode, StartMode

from dialogs import push_buttons
from dialogs.apps import INVITATION, OWN_IDS
from dialogs.context import ACTOR, actor_of, channel_of
from dialogs.ordering.wish import order_wished
from dialogs.states import Account, Activation, Customers, Intake, Menu, Notices, Orders, Registration
from dialogs.windows import NOTICE_KEY
from domain.customers import NAME_LIMIT
from texts import commands as texts
from texts import common

CUSTOMER = "khach_"
ORDER = "don_"


async def in_group(message: Message) -> None:
    """In a group only say to write in private: customers' data must not be shown there."""
    if (message.text or "").startswith("/"):
        await message.answer(texts.ONLY_PRIVATE)


async def start(message: Message, command: CommandObject, dialog_manager: DialogManager) -> None:
    """`/start`, alone or with what a deep link carries."""
    await _begin(dialog_manager, command.args or "")


async def invited(message: Message, dialog_manager: DialogManager) -> None:
    """An invitation that was sent as a message instead of opened as a link."""
    await _begin(dialog_manager, INVITATION + (message.text or "").strip()[len(INVITATION) :])


async def _begin(dialog_manager: DialogManager, link: str) -> None:
    if dialog_manager.middleware_data[ACTOR] is None:
        token = link.removeprefix(INVITATION) if link.startswith(INVITATION) else None
        data = {"token": token} if token else None
        await dialog_manager.start(Registration.welcome, data=data, mode=StartMode.RESET_STACK)
    elif link.startswith(CUSTOMER) and link.removeprefix(CUSTOMER).isdecimal():
        await _open(dialog_manager, Customers.card, "customer_id", link.removeprefix(CUSTOMER))
    elif link.startswith(ORDER) and link.removeprefix(ORDER).isdecimal():
        await _open(dialog_manager, Orders.card, "order_id", link.removeprefix(ORDER))
    else:
        notice = {NOTICE_KEY: texts.LINK_FOR_NEWCOMERS} if link.startswith(INVITATION) else None
        await dialog_manager.start(Menu.home, data=notice, mode=StartMode.RESET_STACK)


async def _open(manager: DialogManager, state: object, key: str, number: str) -> None:
    await manager.start(state, data={key: int(number[:15])}, mode=StartMode.RESET_STACK)  # type: ignore[arg-type]


async def order(message: Message, command: CommandObject, dialog_manager: DialogManager) -> None:
    """`/mua`, alone or with a year, a package and customers."""
    await order_wished(dialog_manager, command.args or "")


async def customers(message: Message, dialog_manager: DialogManager) -> None:
    actor_of(dialog_manager)
    await dialog_manager.start(Customers.list, mode=StartMode.RESET_STACK)


async def orders(message: Message, dialog_manager: DialogManager) -> None:
    actor_of(dialog_manager)
    await dialog_manager.start(Orders.list, mode=StartMode.RESET_STACK)


async def activate(message: Message, dialog_manager: DialogManager) -> None:
    actor_of(dialog_manager)
    await dialog_manager.start(Activation.orders, mode=StartMode.RESET_STACK)


async def notices(message: Message, dialog_manager: DialogManager) -> None:
    actor_of(dialog_manager)
    await dialog_manager.start(Notices.list, mode=StartMode.RESET_STACK)


async def leave(message: Message, dialog_manager: DialogManager) -> None:
    """`/huy`: leave whatever is open; a draft stays."""
    actor_of(dialog_manager)
    await dialog_manager.start(Menu.home, data={NOTICE_KEY: texts.LEFT}, mode=StartMode.RESET_STACK)


async def help_(message: Message, dialog_manager: DialogManager) -> None:
    actor_of(dialog_manager)
    await dialog_manager.start(Menu.help, mode=StartMode.RESET_STACK)


async def file(message: Message, dialog_manager: DialogManager) -> None:
    """`/tep`: ask for a file of customers, in apps that carry no documents."""
    actor_of(dialog_manager)
    await dialog_manager.start(Intake.upload, mode=StartMode.RESET_STACK)


async def settings(message: Message, dialog_manager: DialogManager) -> None:
    """`/settings`, which every bot of Telegram has: what to be told, and when."""
    actor_of(dialog_manager)
    await dialog_manager.start(Notices.preferences, mode=StartMode.RESET_STACK)


async def account(message: Message, dialog_manager: DialogManager) -> None:
    """`/taikhoan`: what is kept of the person who asks, and what they may have done with it."""
    actor_of(dialog_manager)
    await dialog_manager.start(Account.home, mode=StartMode.RESET_STACK)


async def home(message: Message, dialog_manager: DialogManager) -> None:
    """The menu by its word."""
    await _begin(dialog_manager, "")


async def buy(message: Message, dialog_manager: DialogManager) -> None:
    """An order by its word."""
    await order_wished(dialog_manager, "")


async def order_of(dialog_manager: DialogManager, text: str) -> None:
    """The order that a text of plain words wishes for."""
    await order_wished(dialog_manager, text)


async def carry_out(name: str, message: Message, dialog_manager: DialogManager) -> None:
    """Carry out the command that the words name."""
    await _BY_NAME[name](message, dialog_manager)


async def chat_id(message: Message, dialog_manager: DialogManager) -> None:
    """`/id`: what to put into BACK_OFFICE for this chat. Strangers may ask: they are to be named there."""
    assert message.from_user is not None
    app_id, channel = str(message.chat.id), channel_of(dialog_manager)
    if own_id := dialog_manager.middleware_data[OWN_IDS].get(channel):
        app_id = f"{channel}:{await own_id(message.chat.id)}"
    # A comma would begin the next person.
    name = " ".join(message.from_user.full_name.replace(",", " ").split())[:NAME_LIMIT]
    await message.answer(texts.chat_id(f"{app_id}:{name}"))


async def unknown(message: Message, dialog_manager: DialogManager) -> None:
    """Tell of an unknown command instead of taking it for an answer."""
    if dialog_manager.has_context():
        dialog_manager.dialog_data[NOTICE_KEY] = common.UNKNOWN_COMMAND
        await dialog_manager.show(ShowMode.SEND)
        return
    actor_of(dialog_manager)
    await dialog_manager.start(
        Menu.home, data={NOTICE_KEY: common.UNKNOWN_COMMAND}, mode=StartMode.RESET_STACK
    )


_BY_NAME: Mapping[str, Callable[[Message, DialogManager], Awaitable[None]]] = {
    "start": home,
    "mua": buy,
    "khachhang": customers,
    "donhang": orders,
    "kichhoat": activate,
    "thongbao": notices,
    "huy": leave,
    "trogiup": help_,
    "tep": file,
    "tuychon": settings,
    "taikhoan": account,
}


def build() -> Router:
    router = Router(name="commands")
    router.message.register(in_group, F.chat.type != ChatType.PRIVATE)
    router.message.register(start, CommandStart())
    router.message.register(home, Command("menu"))
    router.message.register(order, Command("mua"))
    router.message.register(customers, Command("khachhang"))
    router.message.register(orders, Command("donhang"))
    router.message.register(activate, Command("kichhoat"))
    router.message.register(notices, Command("thongbao"))
    router.message.register(leave, Command("huy"))
    router.message.register(help_, Command("trogiup", "help"))
    router.message.register(settings, Command("tuychon", "settings"))
    router.message.register(account, Command("taikhoan"))
    router.message.register(file, Command("tep"))
    router.message.register(chat_id, Command("id"))
    router.message.register(invited, F.text.regexp(rf"(?i)^\s*{INVITATION}[\w-]{{16,}}\s*$"))
    router.message.register(unknown, F.text.regexp(r"^/[A-Za-z_]"))
    push_buttons.register(router)
    return router
