"""There is one way to the books, and to what is derived from them."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
WAYS = (".transfers.add(", ".add_shares(", ".postings.add(")


def test_only_the_functions_of_posting_write_to_the_books() -> None:
    users = {
        str(path.relative_to(ROOT))
        for room in ("services", "dialogs", "bot", "sandbox")
        for path in (ROOT / room).rglob("*.py")
        if any(way in path.read_text("utf-8") for way in WAYS)
    }
    assert users == {"services/money/posting.py"}
