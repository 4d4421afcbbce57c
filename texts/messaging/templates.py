"""Words of the template messages of Zalo, as they are handed in for approval, and what fills them in.

`templates.json` has for each its name, tag (1 is about a transaction), title, paragraphs, table, and for each
parameter how many characters it has at most.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from domain.calendar import VIETNAM
from domain.messaging.contents import (
    ActivationResultContent,
    PaymentContent,
    PushContent,
    TrialReminderContent,
)
from domain.messaging.templates import Template
from domain.money import vnd
from texts.common import short
from texts.messaging.pushes.reminders import deadline_of, how_many
from texts.messaging.pushes.words import bank_name

FROM_ACTIVATION = "7 ngày từ khi kích hoạt"
EACH_ITS_CODE = "mỗi đơn một mã riêng"


@dataclass(frozen=True, slots=True)
class TemplateText:
    """`params` says how many characters each may have."""

    name: str
    tag: int
    title: str
    paragraphs: tuple[str, ...]
    table: tuple[tuple[str, str], ...]
    params: Mapping[str, int]


def _read(found: Mapping[str, Any]) -> TemplateText:
    paragraphs, table = tuple(found["paragraphs"]), tuple(map(tuple, found["table"]))
    return TemplateText(found["name"], found["tag"], found["title"], paragraphs, table, found["params"])


TEMPLATES: Mapping[Template, TemplateText] = {
    Template(name): _read(found)
    for name, found in json.loads(
        files("texts.messaging").joinpath("templates.json").read_text("utf-8")
    ).items()
}


def _payment(content: PaymentContent) -> Mapping[str, str]:
    payment, until = content.payment, content.deadline
    return {
        "name": payment.notice.name,
        "order": content.order.code,
        "bank": bank_name(payment),
        "account": payment.payee.account,
        "amount": vnd(payment.left),
        "content": payment.code,
        "due": f"{until.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if until else FROM_ACTIVATION,
    }


def _reminder(content: TrialReminderContent) -> Mapping[str, str]:
    codes = [payment.code for payment in content.payments]
    return {
        "name": content.name,
        "count": str(how_many(content)),
        "due": f"{deadline_of(content.groups[0]).astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        "amount": vnd(sum(group.amount for group in content.groups)),
        "content": codes[0] if len(codes) == 1 else EACH_ITS_CODE,
    }


def _activation(content: ActivationResultContent) -> Mapping[str, str]:
    counts = content.counts
    return {
        "order": content.order.code,
        "picked": f"{counts.picked} khách",
        "done": f"{counts.done} khách",
        "failed": f"{counts.failed} khách",
    }


_VALUES: Mapping[Template, Callable[[Any], Mapping[str, str]]] = {
    Template.PAYMENT: _payment,
    Template.REMINDER: _reminder,
    Template.ACTIVATION: _activation,
}


def values_of(template: Template, content: PushContent) -> dict[str, str]:
    """What fills the template in; a name that is too long is shortened."""
    params = TEMPLATES[template].params
    return {name: short(value, params[name]) for name, value in _VALUES[template](content).items()}
