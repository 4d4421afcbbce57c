"""Every figure can be worked out, at sizes too small to tell anything about time."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bench import (
    activating,
    hostile,
    jobs,
    large,
    placing,
    processes,
    pushing,
    startup,
    tapping,
    ugly,
    workbook,
)
from tests.bench.measuring import Figure, compare, p95
from tests.bench.neighbours import beside_an_order
from tests.gateways.workbooks.ugly_corpus import CORPUS
from tests.gateways.workbooks.ugly_files import AN, HEAD
from tests.gateways.workbooks.ugly_texts import text

ROWS = 40
HEAVY = {
    "100,000 rows (.xlsx)",
    "60,000 rows (.xls)",
    "millions of separators",
    "a bomb that lies",
    "a cell in the last corner",
    "one text in every cell",
    "cells said to stand a million times (.ods)",
    "a cell of a megabyte (.xlsx)",
}


def _check(figures: Sequence[Figure], count: int) -> None:
    assert len(figures) == count
    for figure in figures:
        shown = figure.as_json()
        assert figure.value > 0
        assert figure.floor > 0
        assert shown["ratio"] == round(figure.value / figure.floor, 2)
        asked = [most for most in (figure.goal, figure.limit) if most is not None]
        assert (shown["met"] is None) is not bool(asked)


async def test_a_tap_marks_a_customer_and_turns_the_page(tmp_path: Path) -> None:
    figures = await tapping.figures(tmp_path, count=ROWS, rounds=1)
    _check(figures, 7)
    # Counts, not times.
    assert [figure.met for figure in figures if figure.limit is not None] == [True, True, True]


async def test_both_ways_of_placing_write_the_same_rows(tmp_path: Path) -> None:
    made = placing.Placing(tmp_path, ROWS)
    await made.prepare()
    assert await made.by_executemany() > 0
    assert {table: len(rows) for table, rows in made.rows.items()} == {
        "orders": 1,
        "payment_requests": ROWS,
        "order_lines": ROWS,
        "licences": ROWS,
        "events": 1,
        "pushes": 1 + 2 * ROWS,
        "jobs": 1 + 2 * ROWS,
    }


async def test_an_order_is_placed_in_both_ways(tmp_path: Path) -> None:
    _check(await placing.figures(tmp_path, ROWS, rounds=1), 1)


async def test_a_list_is_read_in_both_ways_and_others_tap_meanwhile(tmp_path: Path) -> None:
    _check(await workbook.figures(tmp_path, rows=ROWS, rounds=1), 4)


async def test_hostile_characters_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile, "PIECES", hostile.PIECES[:3])
    _check(await hostile.figures(tmp_path), 1)


async def test_files_that_weigh_most_keep_the_bot_within_its_memory(tmp_path: Path) -> None:
    files = [each.make() for each in CORPUS if each.name in HEAVY]
    assert len(files) == len(HEAVY)
    longest = text([HEAD, *[AN] * 10_000]).encode()
    figures = await ugly.figures(tmp_path, [*files, longest, b"0101243150," * 1_900_000])
    _check(figures, 2)
    assert [figure.met for figure in figures] == [True, True], figures


async def test_pushes_arrive_and_none_is_refused(tmp_path: Path) -> None:
    figures = await pushing.figures(tmp_path, pushes=ROWS, rounds=2)
    _check(figures, 5)
    (messages,) = (figure for figure in figures if "429" in figure.name)
    assert messages.met


@pytest.mark.machines
async def test_jobs_are_done_by_one_process_and_by_two(tmp_path: Path) -> None:
    _check(await jobs.figures(tmp_path, jobs=ROWS, rounds=3), 4)


@pytest.mark.machines
async def test_several_processes_are_set_beside_one(tmp_path: Path) -> None:
    _check(await processes.figures(tmp_path, people=1, rounds=1, pushes=1), 2)


async def test_each_licence_is_activated_once(tmp_path: Path) -> None:
    _check(await activating.figures(tmp_path, licences=ROWS, latency=20), 1)


async def test_a_tap_goes_on_beside_another_firms_order() -> None:
    _check(await beside_an_order(lines=ROWS, rounds=1, taps=2), 1)


async def test_reads_of_a_database_of_many_firms_are_set_beside_a_look_up(tmp_path: Path) -> None:
    found = await large.figures(
        tmp_path, large.Size(firms=3, customers=40, orders=2, times=2, transfers=20), rounds=1
    )
    _check(found, 58)


@pytest.mark.parametrize(
    ("goal", "limit", "met"),
    [(None, None, None), (2, None, True), (1.9, None, False), (None, 20, True), (2, 19, False)],
)
def test_a_figure_is_met_when_its_ratio_and_its_value_are_no_more_than_asked(
    goal: float | None, limit: float | None, met: bool | None
) -> None:
    assert Figure("a figure", 20, 10, "ms", goal, limit).met is met


def test_ninety_five_of_a_hundred_do_not_exceed_the_p95() -> None:
    assert p95([float(number) for number in range(100, 0, -1)]) == 95
    assert p95([7.0]) == 7


async def test_the_bot_starts_beside_its_libraries(tmp_path: Path) -> None:
    _check(await startup.figures(tmp_path, rounds=1, libraries=["pydantic"]), 2)


async def test_rounds_take_turns_and_the_first_ones_only_warm_up() -> None:
    order = []
    floors, values = iter([9.0, 1.0, 2.0, 3.0]), iter([9.0, 6.0, 5.0, 4.0])

    async def floor() -> float:
        order.append("floor")
        return next(floors)

    async def measured() -> float:
        order.append("measured")
        return next(values)

    assert await compare(floor, measured, rounds=3) == (2000.0, 5000.0)
    assert order == ["floor", "measured"] * 4
