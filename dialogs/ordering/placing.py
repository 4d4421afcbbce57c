"""The last screen before the order is placed, and the one after."""

from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.widgets.kbd import Button, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, channel_of, operations
from dialogs.ordering.getters import facts_of_draft
from dialogs.ordering.logins import logins_button
from dialogs.ordering.preview import preview_button
from dialogs.ordering.start import go_on_ordering
from dialogs.states import AT_ONCE, Activation, Ordering, Orders
from dialogs.windows import choices, menu_button, window
from domain.chats import NUMBERED
from domain.messaging.pushes import OrderPlacedNotice
from domain.orders import Step
from texts import numbered
from texts.ordering import placing as texts
from texts.ordering import words
from texts.ordering.proposing import following_order


async def _place_view(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    facts, said = await facts_of_draft(dialog_manager)
    # The person agrees to what was shown: the dialog keeps the draft and the total from here on.
    dialog_manager.dialog_data["draft_id"] = facts.view.draft.id
    dialog_manager.dialog_data["total"] = facts.view.total
    return {
        "view": facts.view,
        "facts": said,
        "held": facts.held,
        "again": facts.again,
        "channels": words.CHANNELS,
        "doubtful": len(facts.doubtful),
    }


async def _place(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    ops, actor, here = operations(manager), actor_of(manager), channel_of(manager)
    order = await ops.place_order(actor, manager.dialog_data["draft_id"], manager.dialog_data["total"], here)
    manager.dialog_data["order_id"] = order.id
    await manager.switch_to(Ordering.placed)
    # The window is the notice: only once it is shown, no push has to tell the same.
    await manager.show()
    manager.show_mode = ShowMode.NO_UPDATE
    await ops.note_shown(actor, OrderPlacedNotice(order.id), here)


async def _placed(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    content = await ops.view_placed(actor, dialog_manager.dialog_data["order_id"])
    following = await ops.view_draft(actor) if await ops.find_draft(actor) else None
    asked = following is not None and following.draft.question is Step.PACKAGE
    offered = (await ops.offer_packages(actor)).packages if asked else ()
    packages = [one for one in offered if following and one.kind is following.kind]
    return {
        "packages": [{"id": one.id, "label": texts.follow_with(one)} for one in packages],
        **texts.placed(content),
        "following": following_order(following) if following and following.sums.lines else "",
        # A word with a code agrees to it where it stands: no other window has to ask.
        "by_word": channel_of(dialog_manager) in NUMBERED,
    }


async def _go_on_with(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    """Answer the second order's package here, so that its review comes next."""
    await operations(manager).choose_package(actor_of(manager), int(item))
    manager.show_mode = ShowMode.SEND
    await go_on_ordering(manager)


async def _go_on(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    manager.show_mode = ShowMode.SEND
    await go_on_ordering(manager)


async def _activate(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = {"order_id": manager.dialog_data["order_id"]}
    await manager.start(Activation.confirm, data, StartMode.RESET_STACK, ShowMode.SEND)


async def _activate_all(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    data = {"order_id": manager.dialog_data["order_id"], AT_ONCE: True}
    await manager.start(Activation.confirm, data, StartMode.RESET_STACK)


async def _see_order(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    order_id = manager.dialog_data["order_id"]
    await manager.start(Orders.card, {"order_id": order_id}, StartMode.RESET_STACK, ShowMode.SEND)


def _is_simply_next(data: dict[str, Any], *_: Any) -> bool:
    return bool(data["following"]) and not data["packages"]


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.PLACE,
            Button(Const(texts.PLACE_BUTTON), id="place", on_click=_place),
            preview_button("preview_last", Ordering.place),
            logins_button("logins_last"),
            SwitchTo(Const(texts.BACK_TO_REVIEW), id="back_to_review", state=Ordering.review),
            state=Ordering.place,
            words={"place": numbered.PLACE},
            getter=_place_view,
        ),
        window(
            texts.PLACED_WINDOW,
            choices("follow_with", _go_on_with, items="packages"),
            Button(Format(texts.FOLLOWING), id="following", on_click=_go_on, when=_is_simply_next),
            Button(Const(texts.ACTIVATE), id="activate", on_click=_activate),
            Button(Format(texts.ACTIVATE_ALL), id="activate_all", on_click=_activate_all, when="by_word"),
            Button(Const(texts.SEE_ORDER), id="see_order", on_click=_see_order),
            menu_button(keeps=True),
            state=Ordering.placed,
            words={"activate_all": numbered.ACTIVATE},
            getter=_placed,
        ),
    )
