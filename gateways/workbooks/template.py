"""The empty customer list that accountants fill in."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from domain.accounting import (
    Option,
    offered_first_months,
    offered_regimes,
    offered_vat_methods,
    option_label,
    regimes_of,
)
from domain.customers import CustomerKind
from gateways.workbooks.layout import (
    CHOICES_SHEET,
    COLUMNS,
    GUIDANCE_SHEET,
    KIND_LABELS,
    LIST_SHEET,
    ROW_LIMIT,
)

_TEXT_FORMAT = "@"
_GUIDANCE_WIDTH = 100
_YEARS = range(2024, 2035)
"""The fiscal years whose choices are offered, before and after every change of law."""


def template(guidance: Sequence[str]) -> bytes:
    """The workbook: headings, a sheet with one line of `guidance` a row, and a hidden sheet of choices.

    The choices are those of all kinds and years, and cells take other words too. What they mean, and whether
    it is offered, is judged later.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = LIST_SHEET
    _add_headings(sheet)
    _add_guidance(workbook.create_sheet(GUIDANCE_SHEET), guidance)
    choices = workbook.create_sheet(CHOICES_SHEET)
    choices.sheet_state = "hidden"
    for place, (key, labels) in enumerate(_choices().items(), 1):
        _add_choice(sheet, choices, place, key, labels)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _add_headings(sheet: Worksheet) -> None:
    for place, column in enumerate(COLUMNS, 1):
        sheet.cell(1, place, column.heading).font = Font(bold=True)
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = column.width
        if column.text:
            # The format belongs to the whole column, so that it holds for rows nobody has typed in yet.
            dimension.number_format = _TEXT_FORMAT
    sheet.freeze_panes = "A2"


def _add_guidance(sheet: Worksheet, guidance: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width = _GUIDANCE_WIDTH
    for row, line in enumerate(guidance, 1):
        cell = sheet.cell(row, 1, line)
        # A line that begins with "=" is a sentence, not a formula.
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _add_choice(sheet: Worksheet, choices: Worksheet, place: int, key: str, labels: Sequence[str]) -> None:
    for row, label in enumerate(labels, 1):
        choices.cell(row, place, label)
    column = get_column_letter(place)
    rule = DataValidation(
        type="list", formula1=f"'{choices.title}'!${column}$1:${column}${len(labels)}", allow_blank=True
    )
    target = get_column_letter([known.key for known in COLUMNS].index(key) + 1)
    rule.add(f"{target}2:{target}{ROW_LIMIT + 1}")
    sheet.add_data_validation(rule)


def _choices() -> dict[str, list[str]]:
    offers = [
        (kind, year, month)
        for kind in CustomerKind
        for year in _YEARS
        for month in offered_first_months(kind)
    ]
    offered = _labels(option for offer in offers for option in offered_regimes(*offer))
    return {
        "kind": list(KIND_LABELS.values()),
        "regime": [label for label in map(option_label, regimes_of(None)) if label in offered],
        "vat_method": _labels(option for offer in offers for option in offered_vat_methods(*offer)),
    }


def _labels(options: Iterable[Option]) -> list[str]:
    return list(dict.fromkeys(option.label for option in options))
