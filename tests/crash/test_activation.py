"""Bulk activation, cut off at every point: no licence is created twice, and none is lost."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from domain.activations import Outcome
from domain.orders import Order
from domain.recipients import RecipientMode
from tests.crash.aftermath import (
    check_at_rest,
    check_letters,
    check_licences,
    check_pushes,
    rows_of,
    said,
)
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import Step, calm, says, taps, walk
from tests.support import builders
from tests.support.world import Chat
from texts.orders.orders import order_button

DONE, REFUSED, LOST, LEFT = (builders.enterprise(number) for number in range(1, 5))
NEW_EMAIL = "moi@hoasen.vn"
ALWAYS = 1_000


async def _last(chat: Chat, text: str) -> dict[str, Any]:
    """Wait for a message of the bot with this text; the last such message."""
    while True:
        found = [one for one in await chat.messages() if one["from"] == "bot" and text in one["text"]]
        if found:
            return found[-1]
        await asyncio.sleep(0.02)


def _begin(order: Order) -> tuple[Step, ...]:
    return calm(says("/kichhoat", "Kích hoạt hàng loạt"), taps(order_button(order), "Sẽ kích hoạt: 2 khách"))


async def _open_failed(chat: Chat) -> None:
    await chat.opens(await _last(chat, "1 khách bị lỗi"), "Sửa và thử lại")


async def _start_and_wait_for_the_vendor(chat: Chat) -> None:
    """Wait until one licence is created without an answer and the other one is put off."""
    window = await chat.window()
    button = next(label for label in chat.labels(window) if "Kích hoạt 2 khách" in label)
    await chat.world.post(f"{chat.path}/tap", message=window["id"], button=button)
    while LOST.tax_code not in [one["tax_code"] for one in await chat.world.get("vendor/licences")]:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await _last(chat, "Đang kích hoạt đơn")


async def test_each_is_activated_once(lives: Lives, world: DyingWorld, database_url: str) -> None:
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    async with operations_over(database_url) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 4)
        year = operations.view_draft.clock.today().year
        first, second = [
            await builders.placed_order(operations, owner, some, RecipientMode.ACCOUNTANT, package, year)
            for some, package in ((customers[:2], "STARTER"), (customers[2:], "STANDARD"))
        ]
    await world.post("vendor/faults", tax_code=REFUSED.tax_code, error="login_taken", times=ALWAYS)

    # A long time-out, so that a call without an answer lasts until the bot dies.
    lives.begin(at_points=True, start_up=True, VENDOR_TIMEOUT="25")
    await world.idle()  # The placed orders are told of first.
    await walk(lives, chat, (*_begin(first), taps("Kích hoạt 2 khách", "")))
    await world.delete("vendor/faults")
    await world.post("vendor/faults", tax_code=LOST.tax_code, error="hang", times=ALWAYS)
    await world.post("vendor/faults", tax_code=LEFT.tax_code, error="too_many", times=ALWAYS)
    mend = (
        *calm(
            Step("open what failed", _open_failed, "1 khách chưa kích hoạt được"),
            taps("Hoa Sen 2", "Anh/chị gõ"),
            taps("Email", "Anh/chị gõ"),
        ),
        says(NEW_EMAIL, "Đã sửa email"),
        # The run has begun; if the tap is repeated after its end, nothing is left to try.
        taps("Thử lại 1 khách", ""),
    )
    await walk(lives, chat, mend)

    async def tap_stop(chat: Chat) -> None:
        await chat.opens(await _last(chat, f"⚡ Đang kích hoạt đơn {second.code}"), "Dừng lại")

    start = Step("start the second run", _start_and_wait_for_the_vendor, "")
    await walk(lives, chat, (*_begin(second), *calm(start), Step("stop it", tap_stop, "")))
    print(lives.summary())

    rows = await rows_of(database_url)
    items = rows["activation_items"]
    # PostgreSQL counts on where a transaction was cut off.
    runs = sorted({item["run_id"] for item in items})
    outcomes = [(runs.index(item["run_id"]) + 1, item["outcome"]) for item in items]
    done, failed, skipped = Outcome.DONE, Outcome.FAILED, Outcome.SKIPPED
    assert outcomes == [(1, done), (1, failed), (2, done), (3, done), (3, skipped)]
    at_vendor = await world.get("vendor/licences")
    assert [one["login"] for one in at_vendor] == [DONE.email, NEW_EMAIL, LOST.email]
    check_licences(rows, at_vendor)
    await check_letters(rows, world)
    messages = await said(chat)
    check_pushes(
        lives,
        messages,
        f"Kích hoạt đơn {first.code}: 1 khách bị lỗi",
        f"✅ Đã kích hoạt đơn {first.code}",
        f"⏹ Đơn {second.code}: đã dừng, kích hoạt được 1/2 khách",
        f"Hướng dẫn thanh toán đơn {first.code}",
        f"Hướng dẫn thanh toán đơn {second.code}",
    )
    # The progress stood where the result stands, or went when that came.
    left = [text for text in messages if "Đang kích hoạt đơn" in text]
    assert len(left) <= lives.pushes_cut_off()
    check_at_rest(rows, until=datetime.now(UTC))
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 100


async def test_ordered_again_it_is_the_same_licence_with_the_days_used(
    lives: Lives, world: DyingWorld, database_url: str
) -> None:
    """Suspending for the cancelled order and reactivating for the next go on side by side."""
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    async with operations_over(database_url) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, 2)
        year = operations.view_draft.clock.today().year

        async def order_and_activate() -> Order:
            placed = await builders.placed_order(
                operations, owner, customers, RecipientMode.ACCOUNTANT, fiscal_year=year
            )
            run = await operations.open_activation(owner, placed.id)
            await operations.start_run(owner, run.id)
            return placed

        cancelled = await order_and_activate()
        lives.begin(at_points=True, start_up=True)
        await world.idle()
        lives.enter("order again")
        await operations.cancel_order(owner, cancelled.id)
        again = await order_and_activate()
        await world.idle()
    print(lives.summary())

    rows = await rows_of(database_url)
    old, new = rows["licences"][:2], rows["licences"][2:]
    at_vendor = await world.get("vendor/licences")
    assert [(one["order_code"], one["state"], one["creations"]) for one in at_vendor] == [
        (again.code, "active", 1)
    ] * 2
    assert (
        {one["vendor_id"] for one in new}
        == {one["vendor_id"] for one in old}
        == {one["id"] for one in at_vendor}
    )
    assert [(one["step"], one["suspended"], one["cancelled"]) for one in rows["licences"]] == [
        *[("done", True, True)] * 2,
        *[("done", False, False)] * 2,
    ]
    for before, after in zip(old, new, strict=True):
        used = before["suspended_at"] - before["activated_at"]
        assert after["trial_from"] == after["activated_at"] - used
    # One mail of the vendor's for each customer: the login stayed the same.
    assert sorted(mail["to"] for mail in await world.mails()) == [DONE.email, REFUSED.email]
    check_pushes(lives, await said(chat), f"✅ Đã kích hoạt đơn {again.code}")
    check_at_rest(rows, until=datetime.now(UTC))
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 40
