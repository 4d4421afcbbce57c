"""Reading 4,096 characters that were made to take long: twice those of 2,048, or nearly."""

import gc
import time
from collections.abc import Sequence
from pathlib import Path

from domain.intakes.checking import check_entries
from domain.intakes.pasting import read_text
from tests.bench.measuring import Figure

LENGTH = 4_096
GOAL = 3.0
"""Work that grows with the square of the text has four times as much."""

PIECES = (
    "0101243150 ", "01 ", "1 2 3 4 5 6 7 ", "a@", "[", "(", "- ", "Công ty ", "mst: ", "MST\n", "x\t", "a:\n",
    "MST|Tên\n0101243150|A\n", "12/12/2026 ", "l1O0", "không mua ", "&amp;", "<b ", "1.000.", "Ã´", "aâ",
    "Tên: a\n", "\n\n", "0912345678/", "Lê Thị ", "gói a ", "bỏ (", "0101243150/001 ", "28.11.2026 09",
    "TNHH A Mã số thuế: ", "Tên (a): ", "a @ ", "Tên\tA\tGiám đốc\t", "ngoài ra a còn đại diện các ",
    "HĐ 1 Công ty ", "0101243150-0", "T1-T2 ", "khấu trừ ",
    "mst em ", "mst em: 0101243150\n", "bên em là ", "BÊN A: Công ty\n", "Trân trọng\n", "không một ",
    "sđt em ", "0101243150 ACB ",
)  # fmt: skip
_TIMES, _TRIES = 4, 5


async def figures(_: Path) -> Sequence[Figure]:
    """The text whose time grows most when it becomes twice as long."""
    gc.collect()
    gc.disable()
    try:
        measured = {piece: (_seconds(piece, LENGTH), _seconds(piece, LENGTH // 2)) for piece in PIECES}
    finally:
        gc.enable()
    worst = max(measured, key=lambda piece: measured[piece][0] / measured[piece][1])
    value, floor = measured[worst]
    title = f"{LENGTH:,} hostile characters ({worst!r} and so on) to half of them"
    return [Figure(title, value * 1000, floor * 1000, "ms of CPU", goal=GOAL)]


def _seconds(piece: str, length: int) -> float:
    """The least seconds of CPU that reading takes, `_TIMES` in a row."""
    text = piece * (length // len(piece))
    return min(_once(text) for _ in range(_TRIES))


def _once(text: str) -> float:
    started = time.process_time()
    for _ in range(_TIMES):
        check_entries((0, number, texts) for number, texts in read_text(text).customers)
    return time.process_time() - started
