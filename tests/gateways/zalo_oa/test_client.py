"""Calls to the sandbox's Official Account, which is as strict as the facts in docs/zalo-oa.md."""

import unicodedata

import pytest

from domain.choices import QuickButton
from gateways.zalo.errors import BadCall, PersonRefused, QuotaUsedUp, ServerTrouble, TokenRefused
from gateways.zalo_oa.errors import NotGranted, RateReached, WindowOver
from sandbox.files import file_url
from sandbox.zalo_oa.account import NAME
from tests.gateways.zalo_oa.accounts import Account
from tests.sandbox.client import PNG

BUTTONS = [QuickButton(f"Nút {number}", f"#{number:016x}") for number in range(5)]


def shown(account: Account) -> list[dict[str, object]]:
    return [one.content for one in account.server.world.zalo.history("owner") if one.bot]


async def test_the_account_knows_itself_and_its_plan(account: Account) -> None:
    found = await (await account.client()).get_account()
    assert found.name == NAME
    assert str(found.package_ends) == "2030-12-31"


async def test_a_text_arrives_composed_and_with_buttons(account: Account) -> None:
    account.phone().text("alo")
    client = await account.client()
    sent = await client.send_message(account.user(), unicodedata.normalize("NFD", "Chào chị"), BUTTONS)
    (message,) = shown(account)
    assert message["text"] == "Chào chị"
    assert [one["title"] for one in message["buttons"]] == [one.label for one in BUTTONS]  # type: ignore[attr-defined]
    assert sent.message_id
    assert sent.date_ms


async def test_refused_buttons_cost_one_call_a_day_in_all_processes(account: Account) -> None:
    account.phone().text("alo")
    calls = []

    async def sends() -> None:
        """A process that has just begun."""
        client, before = await account.client(), account.server.zalo.calls
        await client.send_message(account.user(), "Chào", BUTTONS)
        calls.append(account.server.zalo.calls - before)

    account.server.account.change("buttons", False)
    for _ in range(3):
        await sends()
    account.clock.forward(hours=25)
    account.server.account.change("buttons", True)
    await sends()
    assert calls == [2, 1, 1, 1]
    assert ["buttons" in one for one in shown(account)] == [False, False, False, True]


async def test_a_picture_and_a_file(account: Account) -> None:
    account.phone().text("alo")
    client = await account.client()
    kept = account.server.world.files.save("zalo", "a.png", "image/png", PNG)
    await client.send_photo(account.user(), account.server.url + file_url(kept.id, "a.png"), "Mã QR")
    await client.send_file(account.user(), "Hóa đơn 1.pdf", b"%PDF-1.4 x")
    picture, file = shown(account)
    assert picture["caption"] == "Mã QR"
    stored = account.server.world.files.get(str(file["file"]))
    assert stored is not None
    assert stored.name == "Hóa đơn 1.pdf"
    with pytest.raises(BadCall):
        await client.send_file(account.user(), "khach.xlsx", b"PK")


async def test_a_word_opens_a_chat_for_seven_days(account: Account) -> None:
    client = await account.client()
    with pytest.raises(WindowOver):
        await client.send_message(account.user(), "Chào")
    account.phone().text("alo")
    await client.send_message(account.user(), "Chào")


async def test_refusals_are_what_they_mean(account: Account) -> None:
    account.phone().text("alo")
    client = await account.client()
    for code, kind in (
        (32, RateReached),
        (211, QuotaUsedUp),
        (320, QuotaUsedUp),
        (213, PersonRefused),
        (230, WindowOver),
        (224, NotGranted),
        (221, TokenRefused),
        (201, BadCall),
        (200, ServerTrouble),
        (503, ServerTrouble),
    ):
        account.trouble(code, "cs")
        with pytest.raises(kind):
            await client.send_message(account.user(), "Chào")
    assert not RateReached.of_the_month
    with pytest.raises(BadCall):
        await client.send_message(account.user(), "x" * 2001)
    with pytest.raises(BadCall):
        await client.send_message("1", "Chào")
    account.phone().block(True)
    with pytest.raises(PersonRefused):
        await client.send_message(account.user(), "Chào")


async def test_calls_are_counted_by_the_minute(account: Account) -> None:
    account.phone().text("alo")
    account.server.account.change("calls_a_minute", 3)
    client = await account.client()
    for _ in range(3):
        await client.send_message(account.user(), "Chào")
    with pytest.raises(RateReached):
        await client.send_message(account.user(), "Chào")


async def test_a_token_that_ended_before_its_time_is_renewed(account: Account) -> None:
    account.phone().text("alo")
    client = await account.client()
    await client.send_message(account.user(), "1")
    account.server.account.expire()
    await client.send_message(account.user(), "2")
    assert len(shown(account)) == 2


async def test_nothing_shows_a_token(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    account.phone().text("alo")
    tokens = await account.tokens()
    client = await account.client(tokens)
    token = await tokens.access_token()
    account.trouble(503, "cs")
    with pytest.raises(ServerTrouble) as caught:
        await client.send_message(account.user(), "Chào")
    assert token not in str(caught.value)
    assert token not in caplog.text
