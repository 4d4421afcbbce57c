"""Files like those that people really send, each with what a reader must find in it.

The expectations are written by hand: a line for each customer ("row tax-code name standing"; rows of a
second sheet are "1!row"), or the code of the refusal with the file's type that it names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.intakes.entries import Entry, EntryField

HEAD = ["Mã số thuế", "Tên khách hàng", "Địa chỉ", "Người đại diện", "Email", "Điện thoại"]
AN = ["0101243150", "Công ty TNHH An Bình", "Số 1 Láng, Hà Nội", "Lê Thị Hoa", "hoa@anbinh.vn", "0912345678"]
BAO = ["0312345673", "Công ty CP Bảo Ngọc", "2 Lê Lợi, Huế", "Đỗ Văn Ước", "uoc@baongoc.vn", "0987654321"]
CUC = ["001195039855", "Hộ kinh doanh Cúc", "3 Chợ Mơ, Hà Nội", "Vũ Thị Cúc", "cuc@gmail.com", "0901234567"]
LIST = [HEAD, AN, BAO, CUC]

READY = (
    "0101243150 Công ty TNHH An Bình",
    "0312345673 Công ty CP Bảo Ngọc",
    "001195039855 Hộ kinh doanh Cúc",
)


def ready(*rows: int) -> list[str]:
    """An, Bảo and Cúc in these rows, with all that an order needs."""
    return [f"{row} {READY[place]} ready" for place, row in enumerate(rows)]


@dataclass(frozen=True)
class Ugly:
    """A file, and what must be found in it: customers or a refusal, and the sheets reported as left out."""

    name: str
    make: Callable[[], bytes]
    found: Sequence[str] | str
    skipped: Sequence[str] = ()


def line_of(entry: Entry) -> str:
    """An entry in the form of the expectations. A tax code that was not taken is written as it was read."""
    texts = {problem.field: problem.text for problem in entry.problems}
    code = entry.get(EntryField.TAX_CODE) or texts.get(EntryField.TAX_CODE) or "-"
    sheet = f"{entry.sheet}!" if entry.sheet else ""
    return f"{sheet}{entry.number} {code} {entry.get(EntryField.NAME) or '-'} {entry.standing}"
