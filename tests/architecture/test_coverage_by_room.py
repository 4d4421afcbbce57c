"""The figures of `make coverage`, and the floor under them."""

import json
from pathlib import Path

import pytest

from tests.coverage_by_room import Count, below, by_place, main


def report(**files: tuple[int, int, int, int]) -> dict[str, object]:
    """A report with four counts for each file (with `__` for `/`): statements, run, branches, taken."""
    names = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    summaries = {
        f"{name.replace('__', '/')}.py": {"summary": dict(zip(names, figures, strict=True))}
        for name, figures in files.items()
    }
    return {"files": summaries}


def test_files_are_counted_by_room_and_the_rooms_with_a_floor_by_wing_too() -> None:
    counts = by_place(
        report(
            storage__tables__orders=(10, 10, 0, 0),
            domain__messaging__rules=(8, 6, 2, 1),
            domain__orders=(20, 20, 10, 10),
        )
    )
    assert counts == {
        "domain": Count(40, 37),
        "domain/.": Count(30, 30),
        "domain/messaging": Count(10, 7),
        "storage": Count(10, 10),
    }
    assert list(counts) == ["domain", "domain/.", "domain/messaging", "storage"]


@pytest.mark.parametrize(("ran", "missed"), [(95, []), (94, ["services"])])
def test_a_room_below_its_floor_is_named(ran: int, missed: list[str]) -> None:
    assert below({"domain": Count(100, 100), "services": Count(100, ran)}) == missed


def test_a_room_of_which_nothing_was_measured_is_below_its_floor() -> None:
    assert below({"domain": Count(1, 1)}) == ["services"]


def test_the_run_fails_below_the_floor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps(report(domain__orders=(10, 10, 0, 0), services__audit=(10, 9, 0, 0))))
    assert main(str(path)) == 1
    printed = capsys.readouterr().out
    assert "90.0 %  at least 95 %" in printed
    assert "Below the floor: services" in printed
    path.write_text(json.dumps(report(domain__orders=(10, 10, 0, 0), services__audit=(10, 10, 0, 0))))
    assert main(str(path)) == 0
