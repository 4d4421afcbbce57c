import pytest

from dialogs.texts.common import short


@pytest.mark.parametrize(
    "text, limit, cut",
    [
        ("Công ty", 7, "Công ty"),
        ("Công ty ABC", 7, "Công t…"),
        ("Công ty ABC", 9, "Công ty…"),
        ("👩‍👩‍👧 nhà", 5, "👩‍👩…"),
    ],
)
def test_short(text: str, limit: int, cut: str) -> None:
    assert short(text, limit) == cut
    assert len(short(text, limit)) <= limit
