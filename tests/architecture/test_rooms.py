"""Each room of the code holds only what belongs there."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiogram.fsm.state import StatesGroup
from aiogram_dialog import Dialog

from dialogs import desk_states, states
from dialogs.router import build_router
from domain.chats import CHATS

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "services", "texts", "storage", "gateways", "dialogs", "bot", "sandbox")
VIETNAMESE = re.compile(
    "[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)
LONGEST_FILE = 300

NAMES_OF_A_FORMAT = {
    "gateways/workbooks/layout.py": "headings and choices of the workbook",
    "domain/codes.py": "letters that banks fold",
    "domain/text.py": "letters and company forms that search folds",
    "domain/identifiers.py": "labels that people paste with a code",
    "domain/intakes/garbled.py": "letters that other encodings have and make",
    "domain/intakes/stamps.py": "the signs of money",
}
"""Files outside of `texts` whose Vietnamese is data to recognise, not sentences for people."""


def _files(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from (ROOT / room).rglob("*.py")


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of the code, except docstrings and strings that explain a definition."""
    tree = ast.parse(path.read_text("utf-8"))
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def test_imports_point_to_the_right() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def test_every_sentence_is_in_the_texts() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {text[:60]!r}"
        for path in _files("domain", "services", "storage", "gateways", "dialogs", "bot")
        if str(path.relative_to(ROOT)) not in NAMES_OF_A_FORMAT
        for line, text in _strings(path)
        if VIETNAMESE.search(text)
    ]
    assert not found


def test_only_the_tables_of_the_program_name_its_apps() -> None:
    """A new app is entered in `bot/apps.py` and `bot/settings.py`; what runs the apps needs no change."""
    named = re.compile(rf"(bot|gateways)\.({'|'.join(CHATS)})\b")
    found = [path.name for path in (ROOT / "bot").glob("*.py") if named.search(path.read_text("utf-8"))]
    assert sorted(found) == ["apps.py", "settings.py"]


def test_sql_is_only_in_storage() -> None:
    statement = re.compile(r"\b(SELECT\s.+\sFROM|INSERT INTO|UPDATE\s\w+\sSET|DELETE FROM)\b")
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _files(*(room for room in ROOMS if room != "storage"))
        for line, text in _strings(path)
        if statement.search(text)
    ]
    assert not found


@pytest.mark.parametrize("room", ROOMS)
def test_files_stay_small(room: str) -> None:
    paths = [path for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".js", ".css", ".html")]
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    long = {
        str(path.relative_to(ROOT)): length
        for path, length in lengths.items()
        if length > LONGEST_FILE and "migrations" not in path.parts
    }
    assert lengths
    assert not long


def test_every_state_has_a_window_and_every_window_a_state() -> None:
    groups = [
        group
        for group in (*vars(states).values(), *vars(desk_states).values())
        if isinstance(group, type) and issubclass(group, StatesGroup) and group is not StatesGroup
    ]
    declared = {state for group in groups for state in group.__states__}
    dialogs = [router for router in build_router().sub_routers if isinstance(router, Dialog)]
    assert {state for dialog in dialogs for state in dialog.states()} == declared


def test_the_sandboxs_page_loads_every_stylesheet_that_is_there() -> None:
    page = ROOT / "sandbox" / "page"
    linked = re.findall(
        r'<link rel="stylesheet" href="/page/([^"]+)">', (page / "index.html").read_text("utf-8")
    )
    assert sorted(linked) == sorted(path.name for path in page.glob("*.css"))
