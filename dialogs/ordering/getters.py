"""What the windows of the order show."""

from typing import Any

from aiogram_dialog import DialogManager
from markupsafe import Markup

from dialogs.context import actor_of, operations
from dialogs.windows import current_page
from domain.customers import CustomerField
from domain.orders import Gap
from services.ordering.draft_lines import LineView
from services.ordering.drafts import DraftView
from services.ordering.overlooking import DraftFacts
from services.paging import PAGE_SIZE
from texts.common import name_label, page_label
from texts.ordering import line as line_texts
from texts.ordering import words as texts
from texts.ordering.facts import fact_lines, recipient_label, rows_on_a_phone
from texts.ordering.proposing import waiting

ROOM = 15
"""Rows of facts and customers in a review that one screen shows."""
LEAST_LINES, MOST_LINES = 1, 5


async def draft_view(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The draft, as most windows need it."""
    view = await operations(dialog_manager).view_draft(actor_of(dialog_manager))
    return _shown(view)


def _shown(view: DraftView) -> dict[str, Any]:
    return {"view": view, "recipient": recipient_label(view), "waiting": waiting(view)}


def gap_names(gaps: tuple[CustomerField | Gap, ...]) -> list[str]:
    return [texts.GAPS[gap] for gap in gaps]


def _line_item(line: LineView) -> dict[str, Any]:
    customer = line.line.customer
    gaps = gap_names(line.gaps)
    return {
        "id": customer.id,
        "name": name_label(customer.called),
        "gaps": ", ".join(gaps),
        "mark": "⚠️" if gaps else "•",
        "label": line_texts.line_button(customer.called, gaps),
    }


async def facts_of_draft(manager: DialogManager) -> tuple[DraftFacts, list[Markup]]:
    """What the person is to confirm, and its words: the same in the review and on the last screen."""
    facts = await operations(manager).overlook_draft(actor_of(manager))
    return facts, fact_lines(facts)


async def review(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    """The facts and the first lines, incomplete ones first; as many as leave all on one screen of a phone."""
    facts, said = await facts_of_draft(dialog_manager)
    page = await operations(dialog_manager).review_lines(actor_of(dialog_manager))
    beside = 2 * bool(facts.view.waiting) + 2 * bool(facts.view.sums.incomplete)
    room = ROOM - rows_on_a_phone(said) - beside
    lines = [_line_item(line) for line in page.lines[: max(LEAST_LINES, min(MOST_LINES, room))]]
    return {
        **_shown(facts.view),
        "facts": said,
        "lines": lines,
        "more": page.total - len(lines),
        "already": facts.already,
        "doubtful": len(facts.doubtful),
        "ticked": facts.view.draft.confirmed,
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
