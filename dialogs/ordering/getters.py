"""What the windows of the order show."""

from typing import Any

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, operations
from dialogs.windows import current_page
from domain.customers import CustomerField
from domain.orders import Gap
from domain.people import Firm
from domain.recipients import RecipientMode
from services.ordering.draft_lines import LineView
from services.ordering.drafts import DraftView
from services.paging import PAGE_SIZE
from texts.common import page_label
from texts.ordering import line as line_texts
from texts.ordering import words as texts
from texts.ordering.accounting import overview_lines
from texts.ordering.proposing import waiting

LINES_IN_REVIEW = 5


async def draft_view(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The draft, as most windows need it."""
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    return _shown(view)


def _shown(view: DraftView) -> dict[str, Any]:
    recipient = texts.RECIPIENTS[view.draft.recipient] if view.draft.recipient else ""
    if (
        view.draft.recipient is RecipientMode.OTHER
        and view.draft.rest_to_customers
        and view.sums.without_other
    ):
        recipient = texts.OTHERS_AND_CUSTOMERS.format(sums=view.sums)
    invoice = texts.INVOICES[view.draft.invoice] if view.draft.invoice else ""
    other = view.other if view.draft.recipient is RecipientMode.OTHER else None
    return {
        "view": view,
        "recipient": recipient,
        "invoice": invoice,
        "other": other,
        "more_recipients": max(0, view.sums.recipients - 1) if other else 0,
        "waiting": waiting(view),
    }


async def firm_as_buyer(manager: DialogManager, view: DraftView) -> Firm | None:
    """The firm, if the invoice is in its name."""
    if (view.draft.invoice or view.draft.recipient) is not RecipientMode.ACCOUNTANT:
        return None
    return (await operations(manager).show_profile(actor_of(manager))).firm


def gap_names(gaps: tuple[CustomerField | Gap, ...]) -> list[str]:
    return [texts.GAPS[gap] for gap in gaps]


def _line_item(line: LineView) -> dict[str, Any]:
    customer = line.line.customer
    gaps = gap_names(line.gaps)
    return {
        "id": customer.id,
        "name": customer.called,
        "gaps": ", ".join(gaps),
        "mark": "⚠️" if gaps else "•",
        "label": line_texts.line_button(customer.called, gaps),
    }


def _package_name(view: DraftView) -> str:
    return view.package.name if view.package else ""


async def review(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The draft and its first lines, incomplete ones first."""
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    view = await ops.view_draft(actor)
    page = await ops.review_lines(actor)
    accounting = await ops.overlook_accounting(actor)
    already = (await ops.find_already_ordered(actor)).total
    second = await ops.find_already_ordered(actor, any_package=True)
    lines = [_line_item(line) for line in page.lines[:LINES_IN_REVIEW]]
    return {
        **_shown(view),
        "lines": lines,
        "more": page.total - len(lines),
        "already": already,
        "second": second.total - already,
        "second_of": next(
            (one.before for one in second.items if one.before.package_name != _package_name(view)), None
        ),
        "ticked": view.draft.confirmed,
        "accounting": overview_lines(accounting, view.draft.fiscal_year or 0) if accounting else [],
        "firm": await firm_as_buyer(dialog_manager, view),
    }


async def lines(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """One page of all lines."""
    ops, actor = operations(dialog_manager), actor_of(dialog_manager)
    view = await ops.view_draft(actor)
    page, count = await current_page(dialog_manager, "lines_page", view.sums.lines, PAGE_SIZE)
    found = await ops.review_lines(actor, page)
    return {
        **_shown(view),
        "items": [_line_item(line) for line in found.lines],
        "total": found.total,
        "pages": count,
        "page_label": page_label(page, count),
        "undo": dialog_manager.dialog_data.get("removed"),
    }
