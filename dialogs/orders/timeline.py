"""What happened to an order."""

from typing import Any

from aiogram_dialog import DialogManager

from dialogs.context import actor_of, operations
from dialogs.orders.opening import order_button, order_id_of
from dialogs.states import Orders
from dialogs.windows import current_page, pages, window
from services.paging import PAGE_SIZE
from texts.common import page_label
from texts.orders import timeline as texts

_SCROLL = "timeline_page"


async def _timeline(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    view, actor = operations(dialog_manager).view_timeline, actor_of(dialog_manager)
    scroll: Any = dialog_manager.find(_SCROLL)
    found = await view(actor, order_id_of(dialog_manager), await scroll.get_page())
    page, count = await current_page(dialog_manager, _SCROLL, found.total, PAGE_SIZE)
    return {
        "order": found.order,
        "entries": [
            {
                "at": entry.event.at,
                "by": entry.by or texts.BY_ITSELF,
                "what": texts.event_words(entry.event, entry.customer),
            }
            for entry in found.entries
        ],
        "pages": count,
        "page_label": page_label(page, count),
    }


def windows() -> tuple[Any, ...]:
    return (
        window(
            texts.TIMELINE,
            *pages(_SCROLL),
            order_button("timeline_to_order"),
            state=Orders.timeline,
            getter=_timeline,
        ),
    )
