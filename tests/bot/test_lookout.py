"""What the program sees of itself."""

from bot.watching import Tried
from domain.alarms import AlarmKind, Sign
from services.presence import Presence


def seen(tried: Tried, *presences: Presence) -> bool | None:
    sign = tried.sign("zalo", presences)
    assert (sign.kind, sign.about) == (AlarmKind.PART, "zalo")
    return sign.bad


def test_a_part_is_bad_by_a_call_that_fails_and_good_by_one_that_is_answered() -> None:
    tried, presence = Tried(), Presence("pushes on Zalo", 3)
    assert seen(tried, presence) is None
    presence.lost("out of reach")
    assert seen(tried, presence) is None, "one failure may come by itself"
    for _ in range(2):
        presence.lost("out of reach")
    assert seen(tried, presence) is True
    assert seen(tried, presence) is None, "nobody has called since"
    presence.found()
    assert seen(tried, presence) is False
    assert seen(tried, presence) is None


def test_a_part_is_not_good_while_another_way_to_it_is_lost() -> None:
    tried, talks, pushes = Tried(), Presence("answering on Zalo"), Presence("pushes on Zalo")
    pushes.lost("out of reach")
    talks.found()
    assert seen(tried, talks, pushes) is True
    talks.found()
    assert seen(tried, talks, pushes) is None
    pushes.found()
    assert seen(tried, talks, pushes) is False


def test_a_process_that_begins_knows_nothing() -> None:
    """It does not end an alarm that another process began."""
    assert Tried().sign("smtp", [Presence("smtp")]) == Sign(AlarmKind.PART, "smtp", None)
