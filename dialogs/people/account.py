"""A person's own account: what is kept of them, correcting, copying, and closing it for good."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Start, SwitchTo
from aiogram_dialog.widgets.text import Const

from dialogs.context import (
    ACTOR,
    SUPPORT,
    actor_of,
    channel_of,
    chat_of,
    chosen_id,
    controller_of,
    operations,
)
from dialogs.documents import send_workbook
from dialogs.states import Account, Menu, Notices, Registration
from dialogs.windows import NOTICE_KEY, choices, current_page, dialog, notify, pages, text_input, window
from domain.answers.words import bare
from domain.consents import is_due
from domain.errors import DomainError
from domain.people import Accountant, Role
from domain.proofs import ProofKind
from services.paging import PAGE_SIZE
from services.people.accounts import AccountField, parsed
from texts import common, numbered
from texts.apps import APP_NAMES
from texts.filters import phone
from texts.people import accounts as texts
from texts.people import registration

_FIELD, _GIVEN = "field", "given"
_SCROLL = "heirs_page"


async def _home(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).view_account(actor_of(dialog_manager))
    return {
        "me": found.accountant,
        "firm": found.firm,
        "chats": ", ".join(APP_NAMES[chat.channel] for chat in found.chats),
        "agreed": next((one.given_at for one in found.consents), None),
        "is_owner": bool(await _others(dialog_manager)),
    }


async def _others(manager: DialogManager) -> list[Accountant]:
    """Who may take over the firm from this person; nobody unless they are its owner."""
    actor = actor_of(manager)
    if actor.role is not Role.OWNER:
        return []
    staff = (await operations(manager).show_profile(actor)).staff
    return [one for one in staff if one.id != actor.accountant_id]


def _edit(field: AccountField) -> Button:
    async def tapped(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        manager.dialog_data[_FIELD] = field.value
        await manager.switch_to(Account.field)

    return Button(Const(texts.EDIT[field]), id=f"edit_{field}", on_click=tapped)


def _asked(manager: DialogManager) -> AccountField:
    if _FIELD not in manager.dialog_data:
        raise DomainError("choice_gone")
    return AccountField(manager.dialog_data[_FIELD])


async def _field(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    field = _asked(dialog_manager)
    me = (await operations(dialog_manager).view_account(actor_of(dialog_manager))).accountant
    value = getattr(me, field.value)
    return {"ask": texts.asking(field), "value": phone(value) if field is AccountField.PHONE else value}


async def _typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    field, text = _asked(manager), message.text or ""
    manager.dialog_data[_GIVEN] = text if field is AccountField.NAME else bare(text)
    await _save(manager)


async def _save(manager: DialogManager) -> None:
    """Correct the account; what is to be proved first gets its code."""
    field, given = _asked(manager), _given(manager)
    try:
        await operations(manager).change_account(actor_of(manager), field, given, chat_of(manager))
    except DomainError as refusal:
        if refusal.code != "proof_missing":
            raise
        await operations(manager).ask_proofs(chat_of(manager), *_to_prove(manager))
        await manager.switch_to(Account.proof)
    else:
        notify(manager, texts.SAVED)
        await manager.switch_to(Account.home)


def _given(manager: DialogManager) -> str:
    if _GIVEN not in manager.dialog_data:
        raise DomainError("choice_gone")
    return str(manager.dialog_data[_GIVEN])


def _to_prove(manager: DialogManager) -> tuple[str, str]:
    """The phone and the e-mail address to prove, one of which is empty."""
    value = parsed(_asked(manager), _given(manager))
    return (value, "") if _asked(manager) is AccountField.PHONE else ("", value)


async def _proof(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    field, kind = _asked(dialog_manager), ProofKind(_asked(dialog_manager))
    me = (await operations(dialog_manager).view_account(actor_of(dialog_manager))).accountant
    view = operations(dialog_manager).view_proofs
    proving = await view(chat_of(dialog_manager), *_to_prove(dialog_manager))
    new, old = proving.addresses[kind], getattr(me, field.value)
    shown = (phone(new), phone(old)) if field is AccountField.PHONE else (new, old)
    return {"new": shown[0], "old": shown[1], "standing": registration.standing(proving, kind)}


async def _code_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await operations(manager).enter_codes(chat_of(manager), message.text or "")
    await _save(manager)


async def _send_again(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).ask_proofs(chat_of(manager), *_to_prove(manager), again=True)
    notify(manager, registration.SENT_AGAIN)


async def _export(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    kept = await operations(manager).export_account(actor_of(manager))
    await send_workbook(manager, texts.tables(kept), texts.FILE_NAME, texts.CAPTION)


async def _consent(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    found = await operations(dialog_manager).view_account(actor_of(dialog_manager))
    return {"controller": controller_of(dialog_manager), "due": is_due(found.consents)}


async def _agree(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await operations(manager).agree_to_text(actor_of(manager), channel_of(manager))
    await manager.start(Menu.home, data={NOTICE_KEY: texts.AGREED}, mode=StartMode.RESET_STACK)


async def _heirs(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    others = await _others(dialog_manager)
    items = [{"id": one.id, "label": texts.heir_button(one)} for one in others]
    page, count = await current_page(dialog_manager, _SCROLL, len(items), PAGE_SIZE)
    shown = items[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    return {"items": shown, "pages": count, "page_label": common.page_label(page, count)}


async def _choose_heir(_: CallbackQuery, __: Any, manager: DialogManager, person_id: int) -> None:
    manager.dialog_data["heir_id"] = person_id
    await manager.switch_to(Account.hand_over)


async def _heir(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    chosen = chosen_id(dialog_manager, "heir_id")
    found = next((one for one in await _others(dialog_manager) if one.id == chosen), None)
    if found is None:
        raise DomainError("staff_unknown")
    return {"heir": found.name}


async def _hand_over(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    heir = await operations(manager).hand_over_firm(actor_of(manager), chosen_id(manager, "heir_id"))
    manager.middleware_data[ACTOR] = (
        await operations(manager).view_account(actor_of(manager))
    ).accountant.actor
    notify(manager, texts.handed_over(heir.name))
    await manager.switch_to(Account.home)


async def _close_text(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    profile = await operations(dialog_manager).show_profile(actor_of(dialog_manager))
    return {"me": profile.accountant, "last": len(profile.staff) == 1}


async def _ask_close(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    closing = await operations(manager).check_closing(actor_of(manager))
    manager.dialog_data["refusal"] = texts.refusal(closing)
    await manager.switch_to(Account.close if closing.may else Account.kept)


async def _close(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    closing = await operations(manager).close_account(actor_of(manager))
    if not closing.may:
        manager.dialog_data["refusal"] = texts.refusal(closing)
        await manager.switch_to(Account.kept)
        return
    # The chat is a stranger's from now on.
    manager.middleware_data[ACTOR] = None
    await manager.start(Registration.welcome, data={NOTICE_KEY: texts.CLOSED}, mode=StartMode.RESET_STACK)


async def _kept(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {
        "support": dialog_manager.middleware_data.get(SUPPORT),
        **dialog_manager.dialog_data.get("refusal", {}),
    }


def _back(widget_id: str) -> SwitchTo:
    return SwitchTo(Const(common.BACK), id=widget_id, state=Account.home)


def account_dialog() -> Dialog:
    return dialog(
        window(
            texts.HOME,
            Group(*(_edit(field) for field in AccountField), width=2),
            Button(Const(texts.EXPORT), id="export", on_click=_export),
            SwitchTo(Const(texts.CONSENT), id="consent", state=Account.consent),
            SwitchTo(Const(texts.HAND_OVER), id="heirs", state=Account.heir, when="is_owner"),
            Button(Const(texts.CLOSE), id="ask_close", on_click=_ask_close),
            Start(Const(common.BACK), id="back", state=Notices.preferences, mode=StartMode.RESET_STACK),
            state=Account.home,
            getter=_home,
        ),
        window(
            texts.FIELD,
            text_input(_typed),
            _back("field_back"),
            state=Account.field,
            getter=_field,
        ),
        window(
            texts.PROOF,
            text_input(_code_typed, number=True),
            Button(Const(registration.SEND_AGAIN), id="send_again", on_click=_send_again),
            SwitchTo(Const(texts.ANOTHER), id="another", state=Account.field),
            _back("proof_back"),
            state=Account.proof,
            getter=_proof,
        ),
        window(
            texts.CONSENT_TEXT,
            Button(Const(registration.AGREE), id="agree", on_click=_agree, when="due"),
            _back("consent_back"),
            state=Account.consent,
            getter=_consent,
        ),
        window(
            texts.HEIR,
            choices("heir", _choose_heir, type_factory=int),
            *pages(_SCROLL),
            _back("heir_back"),
            state=Account.heir,
            getter=_heirs,
        ),
        window(
            texts.HAND_OVER_TEXT,
            Button(Const(texts.HAND_OVER), id="hand_over", on_click=_hand_over),
            SwitchTo(Const(common.BACK), id="hand_over_back", state=Account.heir),
            state=Account.hand_over,
            words={"hand_over": numbered.HAND_OVER},
            getter=_heir,
        ),
        window(
            texts.CLOSE_TEXT,
            Button(Const(texts.EXPORT_FIRST), id="export_first", on_click=_export),
            Button(Const(texts.CLOSE), id="close", on_click=_close),
            _back("close_back"),
            state=Account.close,
            words={"close": numbered.CLOSE},
            getter=_close_text,
        ),
        window(
            texts.KEPT,
            SwitchTo(Const(texts.HAND_OVER), id="kept_heirs", state=Account.heir, when="colleagues"),
            _back("kept_back"),
            state=Account.kept,
            getter=_kept,
        ),
    )
