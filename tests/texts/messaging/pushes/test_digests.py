"""What the digest says about held notices."""

from domain.messaging.contents import DailyDigestContent, StaffJoinedContent
from domain.people import Accountant, Role
from tests.dialogs.harness import plain
from texts.messaging.pushes import PushTexts

TEXTS = PushTexts(lambda payment: b"")


def _joined(name: str) -> StaffJoinedContent:
    return StaffJoinedContent(Accountant(1, 1, Role.STAFF, name, "+84912345678", ""))


def _said(content: DailyDigestContent) -> list[str]:
    return plain(TEXTS.chat(content, maybe_repeated=False).html).splitlines()


def test_a_line_for_each_and_a_way_to_all() -> None:
    content = DailyDigestContent((_joined("<Bình>"), _joined("Cúc")), 2)
    assert _said(content) == [
        "🗞 2 tin em gom lại cho anh/chị",
        "",
        "👤 <Bình> đã vào đơn vị",
        "👤 Cúc đã vào đơn vị",
    ]
    (row,) = TEXTS.chat(content, maybe_repeated=False).buttons
    assert [button.data for button in row] == ["open:notices"]


def test_what_does_not_fit_is_counted() -> None:
    said = _said(DailyDigestContent(tuple(_joined("Ẵ" * 100) for _ in range(10)), 45))
    assert said[-1] == "… và 35 tin nữa"
    assert max(map(len, said)) <= 80


def test_one_alone() -> None:
    assert _said(DailyDigestContent((_joined("Cúc"),), 1))[0] == "🗞 Tin em gom lại cho anh/chị"
