"""What was probably meant by a typed text, offered as a button."""

from collections.abc import Mapping
from typing import Any

from aiogram_dialog import DialogManager

from domain.errors import DomainError
from texts.forms import USE
from texts.widths import BUTTON, fit, width

OFFER = "offer"
"""Dialog data: what is offered for the question shown. It belongs to the text that was typed last."""

OFFER_ROOM = BUTTON - width(USE.partition("{")[0])


def offer_labels(offer: Mapping[str, Any]) -> dict[str, str]:
    """Labels of the two buttons of an offer, empty without the button; for two e-mail addresses only the
    domains, which differ."""
    typed, better = offer.get("typed") or "", offer.get("better") or ""
    if "@" in typed and better:
        typed, better = typed.rpartition("@")[2], better.rpartition("@")[2]
    return {"use_label": fit(better, OFFER_ROOM), "typed_label": fit(typed, OFFER_ROOM)}


def offer_of(manager: DialogManager) -> dict[str, Any]:
    """The offer that is shown. Raises `DomainError("choice_gone")` if there is none any more."""
    offer: dict[str, Any] | None = manager.dialog_data.get(OFFER)
    if offer is None:
        raise DomainError("choice_gone")
    return offer
