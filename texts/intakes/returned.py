"""Entries to fix as a workbook that can be sent back; each bad cell is marked with its reason."""

from collections.abc import Sequence

from domain.intakes.entries import EntryField
from services.intakes.viewing import EntryView
from services.ports import Cell, Marked, Table
from texts.errors import say
from texts.intakes.fields import HEADINGS, names, problem_sentence, shown

TITLE = "Danh sách khách hàng"
FILE_NAME = "khach-hang-can-sua.xlsx"
CAPTION = "{count} dòng cần sửa: ô tô màu là ô cần xem, lý do ở ghi chú của ô và ở cột cuối. Sửa xong, anh/chị gửi lại tệp này cho em ạ."
TO_FIX = "Cần sửa"
MISSING = "Còn thiếu, anh/chị điền giúp em."


def table(entries: Sequence[EntryView]) -> Table:
    """A column for each field that any entry has or lacks, and a last column that says what to fix."""
    rows = [_cells(view) for view in entries]
    columns = [field for field in EntryField if any(field in cells for cells in rows)]
    headings = (*(HEADINGS[field] for field in columns), TO_FIX)
    return Table(
        TITLE,
        headings,
        [
            (*(cells.get(field) for field in columns), _reason(view))
            for view, cells in zip(entries, rows, strict=True)
        ],
    )


def _cells(view: EntryView) -> dict[EntryField, Cell]:
    entry = view.entry
    cells: dict[EntryField, Cell] = {field: shown(field, text) for field, text in entry.values.items()}
    cells |= {field: Marked("", MISSING) for field in view.missing}
    return cells | {problem.field: Marked(problem.text, say(problem.error)) for problem in entry.problems}


def _reason(view: EntryView) -> str:
    said = [problem_sentence(problem) for problem in view.entry.problems]
    if view.missing:
        said.append(f"Còn thiếu: {names(view.missing)}.")
    return "\n".join(said)
