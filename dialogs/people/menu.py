"""The menu, from where everything is one tap away, and the help."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.kbd import Button, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import SUPPORT, actor_of, operations
from dialogs.desk_states import Desk
from dialogs.ordering.making import make_draft
from dialogs.ordering.start import go_on_ordering
from dialogs.states import (
    Account,
    Customers,
    Menu,
    Notices,
    Orders,
    Staff,
)
from dialogs.windows import dialog, window
from domain.errors import DomainError
from domain.people import RIGHTS, Firm, Right, Role
from texts import common
from texts.errors import say
from texts.messaging.notices import ACCOUNT
from texts.people import menu as texts


async def _home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor = actor_of(dialog_manager)
    home = await operations(dialog_manager).show_home(actor)
    return {
        "firm": home.firm,
        "accountant": home.accountant,
        "standing": _standing(home.firm),
        "draft": home.has_draft,
        "waiting": home.has_waiting,
        "renew_label": texts.renew_label(home.tip.count, home.tip.fiscal_year) if home.tip else "",
        "order_label": texts.RESUME if home.has_draft else texts.ORDER,
        "notices_label": texts.notices_label(home.unread),
        "consent_due": home.consent_due,
        "may_invite": Right.INVITE_STAFF in RIGHTS[actor.role],
    }


def _standing(firm: Firm) -> str | None:
    """Why the firm may not order yet, if so."""
    try:
        firm.check_may_order()
    except DomainError as refusal:
        return say(refusal)
    return None


async def _help(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor = actor_of(dialog_manager)
    staff = (await operations(dialog_manager).show_profile(actor)).staff
    others = [one for one in staff if one.role is Role.OWNER and one.id != actor.accountant_id]
    return {
        "owner": next(iter(others), None),
        "support": dialog_manager.middleware_data.get(SUPPORT),
        "account": ACCOUNT,
    }


async def _order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).drop_empty_draft(actor_of(manager))
    await go_on_ordering(manager)


async def _renew(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    """Make the draft as the order was, for the next year; the review shows it all, and can change it."""
    ops, actor = operations(manager), actor_of(manager)
    tip = (await ops.show_home(actor)).tip
    if tip is None:
        return
    offer = await ops.offer_renewal(actor, tip.order_id)
    modes = {"recipient": offer.recipient.value, "invoice": offer.invoice.value}
    await make_draft(manager, {"order_id": tip.order_id, "modes": modes})


async def _started(start_data: Any, manager: DialogManager) -> None:
    """Show the vendor's people their own menu."""
    if actor_of(manager).role is Role.BACK_OFFICE:
        await manager.start(Desk.home, data=start_data, mode=StartMode.RESET_STACK)


def menu_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            Button(Format("{order_label}"), id="order", on_click=_order),
            Button(Format("{renew_label}"), id="renew", on_click=_renew, when="renew_label"),
            Start(Const(texts.CUSTOMERS), id="customers", state=Customers.list),
            Start(Const(texts.ORDERS), id="orders", state=Orders.list),
            Start(Format("{notices_label}"), id="notices", state=Notices.list),
            Start(Const(texts.STAFF), id="staff", state=Staff.list, when="may_invite"),
            SwitchTo(Const(texts.HELP), id="help", state=Menu.help),
            Start(Const(texts.CONSENT_DUE), id="consent", state=Account.consent, when="consent_due"),
            state=Menu.home,
            getter=_home,
        ),
        window(
            texts.HELP_TEXT,
            Start(Const(ACCOUNT), id="account", state=Account.home),
            SwitchTo(Const(common.TO_MENU), id="home", state=Menu.home),
            state=Menu.help,
            getter=_help,
        ),
        on_start=_started,
    )
