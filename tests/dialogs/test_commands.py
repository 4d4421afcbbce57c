"""Commands that answer without a window."""

from dialogs.apps import OWN_IDS
from domain.chats import Channel
from tests.dialogs.harness import Harness, plain


async def _zalo_id(_: int) -> str:
    return "6ede9afa66b88fe6d6a9"


async def test_a_stranger_is_told_what_names_their_chat(harness: Harness) -> None:
    stranger = harness.stranger("Lê Thu Hà")
    await stranger.text("/id")
    assert f"\n{stranger.chat.id}:Lê Thu Hà\n" in plain(harness.bot.said[-1])


async def test_on_zalo_it_is_the_id_that_zalo_has(harness: Harness) -> None:
    harness.dispatcher[OWN_IDS][Channel.ZALO] = _zalo_id
    await harness.on_zalo("Mai").text("/id")
    assert "\nzalo:6ede9afa66b88fe6d6a9:Mai\n" in plain(harness.bot.said[-1])


async def test_a_name_with_signs_is_one_person_of_the_setting(harness: Harness) -> None:
    stranger = harness.stranger("Lan <b>, kế   toán & thuế")
    await stranger.text("/id")
    assert f"\n{stranger.chat.id}:Lan <b> kế toán & thuế\n" in plain(harness.bot.said[-1])


async def test_whoever_asks_in_the_middle_of_something_goes_on_there(harness: Harness) -> None:
    person = await harness.person("An")
    await person.text("/khachhang")
    await person.tap("Thêm khách")
    await person.text("/id")
    assert f"{person.chat.id}:An" in harness.bot.said[-1]
    await person.text("0101243150")
    assert "Bước 2/7" in person.window
