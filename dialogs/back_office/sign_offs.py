"""The second person: asking for a sign-off, deciding about it, and who may decide."""

from typing import Any, cast

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Cancel, Row, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.back_office.parts import (
    TYPED,
    TypedAction,
    as_line,
    desk,
    desk_button,
    listed,
    opens,
    read_page,
    started_with,
    typed_of,
)
from dialogs.context import actor_of
from dialogs.desk_states import DeskAsk, DeskSignOffs
from dialogs.windows import NOTICE_KEY, dialog, notify, pages, text_input, window
from domain.errors import DomainError
from domain.people import Approver, Right
from domain.sign_offs import AskedAct, SignedAct, SignOffState
from texts import common, numbered
from texts.back_office import sign_offs as texts
from texts.money.sign_offs import ACTS, about_words, amount_words


def _asked(manager: DialogManager) -> AskedAct:
    data = cast(dict[str, Any], manager.start_data)
    return AskedAct(SignedAct(data["act"]), data["subject"], data["amount"], data["reference"])


async def _asking(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    asked, data = _asked(dialog_manager), cast(dict[str, Any], dialog_manager.start_data)
    second = await desk(dialog_manager).show_second_person(
        actor_of(dialog_manager), asked.amount, data["currency"]
    )
    return {
        "amount": amount_words(asked.amount, data["currency"]),
        "act": ACTS[asked.act],
        "reference": asked.reference,
        "others": second.others,
        "typed": typed_of(dialog_manager),
    }


async def _why(message: Message, _: MessageInput, manager: DialogManager) -> None:
    manager.dialog_data[TYPED] = await as_line(manager, message.text or "")
    await manager.switch_to(DeskAsk.check)


async def _send(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await desk(manager).ask_sign_off(actor_of(manager), _asked(manager), typed_of(manager))
    await manager.done({NOTICE_KEY: texts.SENT})


def ask_dialog() -> Dialog:
    """Started with what is asked for (`dialogs.back_office.asking.ask_button`); lies over its window."""
    return dialog(
        window(
            texts.ASK_WHY,
            text_input(_why, free=True),
            Cancel(Const(common.BACK), id="leave_why"),
            state=DeskAsk.why,
            getter=_asking,
        ),
        window(
            texts.CHECK_WHY,
            text_input(_why, free=True),
            Button(Const(texts.SEND), id="send", on_click=_send),
            Cancel(Const(common.BACK), id="leave_check"),
            state=DeskAsk.check,
            getter=_asking,
        ),
    )


async def _list(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, ops = actor_of(dialog_manager), desk(dialog_manager)
    found, page = await read_page(dialog_manager, "sign_off_page", lambda at: ops.list_sign_offs(actor, at))
    items = [{"id": one.sign_off.id, "label": texts.sign_off_button(one)} for one in found.items]
    people = await ops.list_colleagues(actor)
    names = [one.name for one in people if one.approver is not Approver.NO]
    return {**page, "items": items, "names": names, "above": (await ops.show_second_person(actor, 0)).above}


def _id(manager: DialogManager, key: str = "sign_off_id") -> int:
    return int(manager.dialog_data.get(key, 0))


async def _card(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor = actor_of(dialog_manager)
    about = await desk(dialog_manager).view_sign_off(actor, _id(dialog_manager))
    waits = about.sign_off.state is SignOffState.WAITING
    own = waits and about.sign_off.asked_by == actor.accountant_id
    may = waits and not own and actor.may(Right.APPROVE)
    return {**about_words(about), "waits": waits, "own": own, "may": may}


async def _approve(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await desk(manager).approve_sign_off(actor_of(manager), _id(manager))
    await _decided(manager, texts.APPROVED)


async def _refuse(manager: DialogManager, reason: str) -> None:
    await desk(manager).refuse_sign_off(actor_of(manager), _id(manager), reason)
    await _decided(manager, texts.REFUSED)


async def _withdraw(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await desk(manager).withdraw_sign_off(actor_of(manager), _id(manager))
    await _decided(manager, texts.WITHDRAWN)


async def _decided(manager: DialogManager, sentence: str) -> None:
    notify(manager, sentence)
    await manager.switch_to(DeskSignOffs.list)


async def _people(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor = actor_of(dialog_manager)
    people = await desk(dialog_manager).list_colleagues(actor)
    items = [{"id": one.id, "label": texts.person_button(one)} for one in people]
    return {"items": items, "may": actor.may(Right.APPROVE)}


async def _person(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    actor, person_id = actor_of(dialog_manager), _id(dialog_manager, "person_id")
    people = await desk(dialog_manager).list_colleagues(actor)
    found = next((one for one in people if one.id == person_id), None)
    if found is None:
        raise DomainError("colleague_unknown")
    approves, may = found.approver is not Approver.NO, actor.may(Right.APPROVE)
    return {
        "name": found.name,
        "approves": approves,
        "by_setting": found.approver is Approver.BY_SETTING,
        "may_give": may and not approves,
        "may_take": may and found.approver is Approver.BY_CHAT,
    }


async def _give(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await desk(manager).give_approval(actor_of(manager), _id(manager, "person_id"))
    notify(manager, texts.GIVEN)


async def _take(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await desk(manager).take_approval(actor_of(manager), _id(manager, "person_id"))
    notify(manager, texts.TAKEN)


def sign_offs_dialog() -> Dialog:
    """May be started with `{"sign_off_id": int}`."""
    refuse = TypedAction(
        "refuse",
        ask=DeskSignOffs.refuse,
        check=DeskSignOffs.refuse_check,
        back=DeskSignOffs.card,
        ask_text=texts.ASK_REASON,
        check_text=texts.CHECK_REFUSE,
        label=texts.REFUSE_FOR_GOOD,
        do=_refuse,
        about=_card,
    )
    return dialog(
        window(
            texts.LIST,
            listed("sign_off", opens("sign_off_id", DeskSignOffs.card)),
            *pages("sign_off_page"),
            Row(SwitchTo(Const(texts.PEOPLE), id="people", state=DeskSignOffs.people), desk_button()),
            state=DeskSignOffs.list,
            getter=_list,
        ),
        window(
            texts.CARD,
            Row(
                Button(Const(texts.APPROVE), id="approve", on_click=_approve),
                SwitchTo(Const(texts.REFUSE), id="refuse", state=DeskSignOffs.refuse),
                when="may",
            ),
            Button(Const(texts.WITHDRAW), id="withdraw", on_click=_withdraw, when="own"),
            SwitchTo(Const(common.BACK), id="to_list", state=DeskSignOffs.list),
            state=DeskSignOffs.card,
            words={"approve": numbered.APPROVE},
            getter=_card,
        ),
        *refuse.windows(),
        window(
            texts.PEOPLE_LIST,
            listed("person", opens("person_id", DeskSignOffs.person)),
            SwitchTo(Const(common.BACK), id="people_back", state=DeskSignOffs.list),
            state=DeskSignOffs.people,
            getter=_people,
        ),
        window(
            texts.PERSON,
            Button(Const(texts.GIVE), id="give", on_click=_give, when="may_give"),
            Button(Const(texts.TAKE), id="take", on_click=_take, when="may_take"),
            SwitchTo(Const(common.BACK), id="person_back", state=DeskSignOffs.people),
            state=DeskSignOffs.person,
            getter=_person,
        ),
        on_start=started_with("sign_off_id", DeskSignOffs.card),
    )
