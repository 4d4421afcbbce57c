"""The words of alarms."""

import pytest

from domain.alarms import Alarm, AlarmKind
from domain.messaging.alarm_contents import AlarmContent
from services.ports import Lane
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from texts.messaging.pushes import PushTexts, title
from texts.messaging.pushes.alarms import LANES

TEXTS = PushTexts(lambda payment: b"qr")


def test_it_says_what_is_bad_since_when_and_what_to_do() -> None:
    said = TEXTS.chat(AlarmContent(Alarm(1, AlarmKind.PART, "zalo", NOW, NOW)), False).html
    assert said.startswith("🚨 <b>Không gọi được Zalo</b>")
    assert "Từ 15/06/2026 12:00." in said
    assert "báo người vận hành" in said


def test_its_end_says_how_long_it_lasted() -> None:
    over = Alarm(1, AlarmKind.LANE, "chat", NOW, NOW, NOW.replace(hour=6))
    assert title(AlarmContent(over)) == "✅ Đã chạy lại: tin gửi vào chat"
    assert "từ 15/06/2026 12:00 đến 15/06/2026 13:00" in TEXTS.chat(AlarmContent(over), False).html


@pytest.mark.parametrize("lane", Lane)
def test_each_lane_has_a_name_for_people(lane: Lane) -> None:
    assert LANES[lane]
