"""Nobody sees or changes another firm's data: forged buttons, deep links and typed codes, by another firm's
owner, by a stranger and by staff who were removed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest

from domain.messaging.targets import CardsOf, Place, Resending, RunStop, Target, button_data
from domain.people import Actor
from sandbox.telegram.errors import ApiError
from sandbox.telegram.params import Params
from tests.support.attack import LONG, tell
from tests.support.builders import (
    add_customers,
    enterprise,
    enterprise_tax_code,
    person,
    placed_order,
)
from tests.support.direct import DirectWorld
from tests.support.rows import dump, of_firm

pytestmark = pytest.mark.long

MARK = "Zyxwvq"
ATTACKER, STRANGER, REMOVED = "newcomer", "person5", "staff"
LINKS = ("don_", "khach_", "moi_", "KT", "order_", "firm_")


@dataclass
class Attack:
    """The victim's firm, what identifies its data, and all that the bot said to others."""

    direct: DirectWorld
    victim: Actor
    marks: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    searched: int = 0

    def leaks(self, typed: Sequence[str] = ()) -> list[str]:
        """The victim's marks in what was said since the last time, without what the attacker has typed."""
        told = "\n".join(self.said)
        self.searched += len(self.said)
        self.said.clear()
        return [mark for mark in self.marks if mark in told and mark not in typed]

    async def rows(self) -> Any:
        return of_firm(await dump(self.direct.database), self.victim.firm_id)


async def _registered(direct: DirectWorld, who: str, name: str, number: int) -> Actor:
    details = person(f"{name} Lan", number)
    await direct.operations.register_firm(
        direct.identity(who), details, f"Đại lý thuế {name}", enterprise_tax_code(70_000 + number)
    )
    actor = await direct.actor(who)
    assert actor is not None
    return actor


async def _harvest(direct: DirectWorld, walk: Iterable[str]) -> list[str]:
    """The data of all buttons in the windows of these commands, and in those behind their buttons."""
    found: dict[str, None] = {}
    for command in walk:
        await direct.says("owner", command)
        behind = await direct.live("owner")
        found.update(dict.fromkeys(one.data for one in behind))
        for button in behind[:1]:
            await direct.taps_data("owner", button.message, button.data)
            found.update(dict.fromkeys(one.data for one in await direct.live("owner")))
            await direct.says("owner", command)
            found.update(dict.fromkeys(one.data for one in await direct.live("owner")))
    return list(found)


@pytest.fixture
async def attack(direct: DirectWorld) -> Attack:
    operations = direct.operations
    victim = await _registered(direct, "owner", MARK, 1)
    token = await operations.invite_staff(victim)
    removed = await operations.join_firm(direct.identity(REMOVED), person("Trần Quân", 9), token)

    def build(number: int) -> Any:
        return enterprise(
            number,
            name=f"Công ty {MARK} {number}",
            representative=f"Lê {MARK}",
            email=f"{MARK.lower()}{number}@a.vn",
        )

    customers = await add_customers(operations, victim, 6, build)
    orders = [await placed_order(operations, victim, customers[:3])]
    orders.append(await placed_order(operations, victim, customers[3:], fiscal_year=2027))
    await operations.label_customer(victim, customers[0].id, f"{MARK} nhãn")
    run = await operations.open_activation(victim, orders[0].id)
    await operations.start_run(victim, run.id)
    await operations.intakes.receive_text(victim, f"0101243150 Công ty {MARK} 9", message="1")
    invitation = await operations.invite_staff(victim)
    link_code = await operations.make_link_code(victim)

    found = Attack(direct, victim)
    found.buttons = await _harvest(
        direct, ("/start", "/khachhang", "/donhang", "/kichhoat", "/thongbao", "/mua", orders[0].code)
    )
    payments = [
        one.payment for order in orders for one in (await operations.list_payments(victim, order.id)).items
    ]
    found.marks = [MARK, MARK.lower(), invitation, link_code, *(order.code for order in orders)]
    found.marks += [payment.code for payment in payments]
    found.marks += [value for one in customers for value in (one.tax_code, one.phone, f"0{one.phone[3:]}")]

    await _registered(direct, ATTACKER, "Kẻ", 2)
    await operations.remove_staff(victim, removed.id)
    assert direct.world.add_person("Người Lạ").id == STRANGER
    call = direct.telegram.call

    async def noted(name: str, params: Params) -> Any:
        found.said.append(json.dumps(vars(params)["_values"], ensure_ascii=False))
        return await call(name, params)

    direct.telegram.call = noted  # type: ignore[method-assign]
    return found


def _pushes() -> list[str]:
    """What stands behind the buttons of pushes, for each place and the first ids."""
    ids = range(1, 60 if LONG else 5)
    found = [button_data(Target(place, one if place.takes_id else 0)) for place, one in product(Place, ids)]
    found += [button_data(act(one)) for act in (RunStop, Resending, CardsOf) for one in ids]
    return list(dict.fromkeys(found))


async def test_forged_buttons_links_and_codes_show_and_change_nothing(attack: Attack) -> None:
    direct = attack.direct
    before = await attack.rows()
    forged = [*attack.buttons, *_pushes()]
    links = [f"/start {link}{number}" for link in LINKS for number in range(1, 22)]
    # Whoever has an invitation or a linking code is who it is for.
    typed = attack.marks[4:]
    for who in (ATTACKER, STRANGER, REMOVED):
        await direct.says(who, "/start")
        message = direct.messages(who)[-1].id
        for data in forged:
            await direct.taps_data(who, message, data)
            assert attack.leaks() == [], (who, data)
        for link in links:
            await direct.says(who, link)
            assert attack.leaks() == [], (who, link)
        for at, code in enumerate(typed, 1):
            await direct.says(who, code)
            assert attack.leaks(typed[:at]) == [], (who, code)
    assert (len(forged), len(links), len(typed)) >= (97, 124, 24)
    assert await attack.rows() == before
    counts = {"forged_buttons": len(forged), "deep_links": len(links), "typed_codes": len(typed)}
    counts |= {"messages_searched": attack.searched, "marks": len(attack.marks), "leaks": 0}
    tell("tenancy, each of another firm's owner, a stranger and removed staff", **counts)


async def test_a_tap_in_a_chat_that_cannot_be_answered_is_over_and_holds_nobody_up(
    direct: DirectWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram repeated such a tap for ever, as it was answered by 500."""
    await _registered(direct, "owner", MARK, 1)
    await direct.says("owner", "/start")
    button = (await direct.live("owner"))[0]

    async def unknown(*_: Any) -> Any:
        raise ApiError("chat not found")

    with monkeypatch.context() as patched:
        patched.setattr(direct.telegram, "call", unknown)
        for _ in range(5):
            await direct.taps_data("owner", button.message, button.data)
        assert direct.refusals
        assert await direct.reader.count_waiting() == 0
    await direct.says("owner", "/khachhang")
    assert "khách" in direct.shown("owner")
