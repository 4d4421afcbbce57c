"""The owner's colleagues and how to invite one."""

from typing import Any

from aiogram import Bot
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.kbd import Button, CopyText, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.states import Staff
from dialogs.texts import common
from dialogs.texts import staff as texts
from dialogs.windows import dialog, menu_button, window
from services.people import INVITATION_DAYS

INVITATION = "moi_"
"""Start of what an invitation's deep link carries; its token follows."""

SHOWN = 40


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    profile = await operations(dialog_manager).show_profile(actor_of(dialog_manager))
    return {"firm": profile.firm, "staff": profile.staff, "limit": SHOWN}


async def _invite(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    token = await operations(manager).invite_staff(actor_of(manager))
    bot: Bot = manager.middleware_data["bot"]
    manager.dialog_data["link"] = f"https://t.me/{(await bot.me()).username}?start={INVITATION}{token}"
    await manager.switch_to(Staff.invitation)


async def _invitation(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    # Shown once and taken out, so that the secret is never stored with the dialog.
    return {"link": dialog_manager.dialog_data.pop("link", None), "days": INVITATION_DAYS}


def staff_dialog() -> Dialog:
    return dialog(
        window(
            texts.LIST,
            Button(Const(texts.INVITE), id="invite", on_click=_invite),
            menu_button(),
            state=Staff.list,
            getter=_list,
        ),
        window(
            texts.INVITATION,
            CopyText(Const(texts.COPY), copy_text=Format("{link}"), when="link"),
            Button(Const(texts.ANOTHER), id="another", on_click=_invite),
            SwitchTo(Const(common.BACK), id="to_list", state=Staff.list),
            state=Staff.invitation,
            getter=_invitation,
        ),
    )
