"""Whoever is not registered on Zalo uses little of the month's messages; see `domain/messaging/quota.py`."""

from dataclasses import replace

import pytest

from domain.messaging.quota import STRANGERS_DAY
from tests.support.builders import enterprise_tax_code
from tests.support.zalo_world import LAN, ZaloWorld
from texts.people import registration as texts


async def test_sixty_greetings_of_a_stranger_get_one_welcome_a_day(world: ZaloWorld) -> None:
    answers = [await world.says("hi") for _ in range(60)]
    assert [len(one) for one in answers] == [1, *[0] * 59]
    assert await world.waiting() == []
    world.clock.forward(days=1)
    assert len(await world.says("hi")) == 1


async def test_whoever_begins_to_register_is_answered_until_the_end(world: ZaloWorld) -> None:
    await world.says("xin chào")
    assert await world.says("em ơi") == []
    # The number of the welcome still opens the registration.
    (asked,) = await world.says("1")
    assert "tên" in asked.text
    for text in ("Lê Thị Lan", enterprise_tax_code(1), "Kế toán Lan", "0912345678", "lan@example.vn"):
        (asked,) = await world.says(text)
    (done,) = await world.taps(texts.AGREE)
    assert "cần em giúp gì" in done.text
    # A registered person is answered as often as they write, unless within seconds of the answer.
    for _ in range(10):
        world.clock.forward(seconds=3)
        assert len(await world.says("hi")) == 1


async def test_one_line_registers_after_the_welcome(world: ZaloWorld) -> None:
    await world.says_all("hi", "em ơi")
    code = enterprise_tax_code(1)
    (shown,) = await world.says(f"Lê Thị Lan, Cty Kế toán Lan, MST {code}, 0912345678, lan@example.vn")
    assert "Lê Thị Lan" in shown.text
    assert code in shown.text
    assert texts.AGREE in shown.text


async def test_a_list_or_a_wish_is_no_name_of_a_person(world: ZaloWorld) -> None:
    await world.says_all("hi", "1")
    customers = "\n".join(
        f"{enterprise_tax_code(at)} Công ty TNHH An Bình {at} - Lê Văn An - an{at}@anbinh.vn - 091234567{at}"
        for at in (1, 2)
    )
    for text in (customers, "mua 2027 standard tất cả"):
        (asked,) = await world.says(text)
        assert "Bước 1" in asked.text


async def test_a_stranger_who_pretends_to_register_has_a_day_s_share(world: ZaloWorld) -> None:
    await world.says_all("hi", "1")
    answered = sum([len(await world.says("??")) for _ in range(60)])
    assert answered == STRANGERS_DAY - 2
    # Another stranger is not concerned.
    assert len(await world.says("hi", "b")) == 1


async def test_all_strangers_together_have_a_small_part_of_the_month(world: ZaloWorld) -> None:
    world.quota = replace(world.quota, limit=50)
    world.talk(world._dialogs)
    answers = [len(await world.says("hi", f"chat{number}")) for number in range(20)]
    assert answers == [*[1] * 10, *[0] * 10]
    await world.register(LAN)
    assert len(await world.says("hi")) == 1


@pytest.mark.parametrize(("sent", "answers"), [(84, 1), (85, 0)])
async def test_the_last_messages_of_the_month_are_not_for_strangers(
    world: ZaloWorld, sent: int, answers: int
) -> None:
    world.quota = replace(world.quota, limit=100)
    world.talk(world._dialogs)
    await world.chats.count(1, sent)
    assert len(await world.says("hi", "a stranger")) == answers


@pytest.mark.parametrize("text", ["NOI K7CD-2QPX", "/start eyJ0b2tlbg"])
async def test_a_code_or_an_invitation_is_answered_after_the_welcome(world: ZaloWorld, text: str) -> None:
    await world.says("hi")
    assert await world.says("hi") == []
    assert len(await world.says(text)) == 1
