"""The first three questions: package, fiscal year, recipient."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Column, Group, Select, Start, SwitchTo
from aiogram_dialog.widgets.text import Const, Format

from dialogs.context import actor_of, operations
from dialogs.ordering.buyers import keep_as_written
from dialogs.ordering.getters import draft_view
from dialogs.ordering.other_form import OFFERED, start_with
from dialogs.ordering.start import show_step
from dialogs.states import Ordering, OtherForm
from dialogs.windows import current_page, menu_button, pages, text_input, window
from domain.errors import DomainError
from domain.money import vnd
from domain.orders import Draft, Step
from domain.packages import offered_fiscal_years
from domain.recipients import RecipientMode
from texts import common
from texts.ordering import answers as texts
from texts.ordering import words

PACKAGES_PER_PAGE = 6


async def _packages(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    offer = await operations(dialog_manager).offer_packages(actor_of(dialog_manager))
    page, count = await current_page(dialog_manager, "packages_page", len(offer.packages), PACKAGES_PER_PAGE)
    shown = offer.packages[page * PACKAGES_PER_PAGE : (page + 1) * PACKAGES_PER_PAGE]
    draft = await operations(dialog_manager).open_draft(actor_of(dialog_manager))
    last = ""
    if offer.last and offer.last_package and draft.step is Step.PACKAGE:
        last = (
            f"{offer.last_package.name} · {offer.last.fiscal_year} · {words.RECIPIENTS[offer.last.recipient]}"
        )
    return {
        "packages": shown,
        "items": [
            {
                "id": package.id,
                "label": f"{words.KIND_MARKS[package.kind]} {package.name} · {vnd(package.amount)}",
            }
            for package in shown
        ],
        "marks": words.KIND_MARKS,
        "sample": any(package.sample for package in shown),
        "last": last,
        "reviewing": draft.question is Step.REVIEW,
        "pages": count,
        "page_label": common.page_label(page, count),
    }


async def _repeat_last(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await show_step(manager, await operations(manager).repeat_last_answers(actor_of(manager)))


async def _package_chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    try:
        draft = await operations(manager).choose_package(actor_of(manager), int(item))
    except DomainError as error:
        if error.code != "package_of_other_kind":
            raise
        manager.dialog_data["new_package"] = int(item)
        await manager.switch_to(Ordering.other_kind)
        return
    await show_step(manager, draft)


async def _other_kind(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    offer = await operations(dialog_manager).offer_packages(actor_of(dialog_manager))
    new = next((p for p in offer.packages if p.id == dialog_manager.dialog_data.get("new_package")), None)
    if new is None:
        raise DomainError("package_unknown")
    return {
        "count": view.sums.lines,
        "old_kind": words.KINDS[view.kind] if view.kind else "",
        "new_kind": words.KINDS[new.kind],
        "package": new.name,
    }


async def _change_kind(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    draft = await operations(manager).choose_package(
        actor_of(manager), manager.dialog_data["new_package"], drop_picked=True
    )
    await show_step(manager, draft)


async def _keep_package(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await show_step(manager, await operations(manager).open_draft(actor_of(manager)))


async def _years(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    today = operations(dialog_manager).view_draft.clock.today()
    years = offered_fiscal_years(today)
    items = [{"id": year, "label": texts.fiscal_year_label(year, today.year)} for year in years]
    return {"first": items[:1], "others": items[1:]}


async def _year_chosen(_: CallbackQuery, __: Any, manager: DialogManager, item: str) -> None:
    await show_step(manager, await operations(manager).choose_fiscal_year(actor_of(manager), int(item)))


def _recipient_button(mode: RecipientMode, label: str) -> Button:
    async def chosen(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        draft = await operations(manager).choose_recipient(actor_of(manager), mode)
        if mode is RecipientMode.OTHER:
            await manager.switch_to(Ordering.other)
        else:
            await show_step(manager, draft)

    return Button(Const(label), id=f"to_{mode.value}", on_click=chosen)


async def _go_on(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
    await show_step(manager, await operations(manager).open_draft(actor_of(manager)))


async def _other_declared(_: Any, result: Any, manager: DialogManager) -> None:
    if result:
        keep_as_written(manager, *result[OFFERED])
        await show_step(manager, await operations(manager).open_draft(actor_of(manager)))


async def _person_typed(message: Message, _: MessageInput, manager: DialogManager) -> None:
    await start_with(manager, message.text or "")


async def _other(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    return {"other": view.other}


def reviewing(draft: Draft) -> bool:
    """Whether the accountant came here from the review and goes back there."""
    return draft.step is Step.REVIEW


def _back(button_id: str, previous: Any) -> Button:
    """Go one question back, or back to the review if the change was begun there."""

    async def go(_: CallbackQuery, __: Button, manager: DialogManager) -> None:
        draft = await operations(manager).open_draft(actor_of(manager))
        await manager.switch_to(Ordering.review if reviewing(draft) else previous)

    return Button(Const(common.BACK), id=button_id, on_click=go)


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.PACKAGE,
            Button(Const(texts.REPEAT_LAST), id="repeat_last", on_click=_repeat_last, when="last"),
            Column(
                Select(
                    Format(texts.PACKAGE_BUTTON),
                    id="package",
                    item_id_getter=lambda item: item["id"],
                    items="items",
                    on_click=_package_chosen,
                )
            ),
            *pages("packages_page"),
            SwitchTo(Const(common.BACK), id="package_back", state=Ordering.review, when="reviewing"),
            menu_button(),
            state=Ordering.package,
            ninth="repeat_last",
            getter=_packages,
        ),
        window(
            texts.OTHER_KIND,
            Button(Const(texts.KEEP_PACKAGE), id="keep_package", on_click=_keep_package),
            Button(Const(texts.CHANGE_KIND), id="change_kind", on_click=_change_kind),
            state=Ordering.other_kind,
            getter=_other_kind,
        ),
        window(
            texts.FISCAL_YEAR,
            *(
                Group(
                    Select(
                        Format("{item[label]}"),
                        id=f"year_{items}",
                        item_id_getter=lambda item: item["id"],
                        items=items,
                        on_click=_year_chosen,
                    ),
                    width=width,
                )
                for items, width in (("first", 1), ("others", 2))
            ),
            _back("year_back", Ordering.package),
            state=Ordering.fiscal_year,
            getter=_years,
        ),
        window(
            texts.RECIPIENT,
            *(_recipient_button(mode, label) for mode, label in texts.RECIPIENT_BUTTONS),
            _back("recipient_back", Ordering.fiscal_year),
            state=Ordering.recipient,
            getter=draft_view,
        ),
        window(
            texts.OTHER,
            Button(Const(texts.OTHER_KEEP), id="other_keep", on_click=_go_on, when="other"),
            Start(Const(texts.OTHER_FOR_ALL), id="other_for_all", state=OtherForm.name),
            Button(
                Const(texts.OTHER_EACH),
                id="other_each",
                on_click=_go_on,
                when=lambda data, *_: not data["other"],
            ),
            SwitchTo(Const(common.BACK), id="other_back", state=Ordering.recipient),
            text_input(_person_typed),
            state=Ordering.other,
            getter=_other,
            on_process_result=_other_declared,
        ),
    )
