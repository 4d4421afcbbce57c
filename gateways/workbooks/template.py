"""The empty customer list that accountants fill in."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from domain.accounting import (
    Option,
    income_methods_of,
    offered_costings,
    offered_first_months,
    offered_regimes,
    offered_vat_methods,
    option_label,
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
"""The fiscal years whose choices are offered where nobody says which are sold."""


def template(guidance: Sequence[str], years: Sequence[int] = _YEARS) -> bytes:
    """The workbook: headings, a sheet with one line of `guidance` a row, and a hidden sheet of choices.

    The choices are those of the `years`, the newest law first, and of the kind that the row says, of both
    kinds where it says none. Cells take other words too. What they mean is judged later.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = LIST_SHEET
    _add_headings(sheet)
    _add_guidance(workbook.create_sheet(GUIDANCE_SHEET), guidance)
    choices = workbook.create_sheet(CHOICES_SHEET)
    choices.sheet_state = "hidden"
    for key, labels in _choices().items():
        _add_choice(sheet, key, _range(choices, labels))
    for key, offered in (("regime", offered_regimes), ("vat_method", offered_vat_methods)):
        of_kind = {kind: _range(choices, _labels(offered, [kind], years)) for kind in CustomerKind}
        every = _range(choices, _labels(offered, list(CustomerKind), years))
        _add_choice(sheet, key, _by_kind(of_kind, every))
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


def _range(choices: Worksheet, labels: Sequence[str]) -> str:
    """Write labels into the next column of the sheet of choices; returns where they stand."""
    place = choices.max_column + 1 if choices.cell(1, 1).value else 1
    for row, label in enumerate(labels, 1):
        choices.cell(row, place, label)
    column = get_column_letter(place)
    return f"'{choices.title}'!${column}$1:${column}${len(labels)}"


def _by_kind(of_kind: Mapping[CustomerKind, str], every: str) -> str:
    """A formula for the choices of the kind that the same row says."""
    formula = every
    for kind, where in of_kind.items():
        formula = f'IF(${_letter("kind")}2="{KIND_LABELS[kind]}",{where},{formula})'
    return formula


def _add_choice(sheet: Worksheet, key: str, formula: str) -> None:
    rule = DataValidation(type="list", formula1=formula, allow_blank=True)
    rule.add(f"{_letter(key)}2:{_letter(key)}{ROW_LIMIT + 1}")
    sheet.add_data_validation(rule)


def _letter(key: str) -> str:
    """The letter of the column of this field."""
    return get_column_letter([known.key for known in COLUMNS].index(key) + 1)


def _choices() -> dict[str, list[str]]:
    months = dict.fromkeys(month for kind in CustomerKind for month in offered_first_months(kind))
    return {
        "kind": list(KIND_LABELS.values()),
        "first_month": [str(month) for month in months],
        "costing": [option.label for option in offered_costings()],
        # Both kinds have the same ways, under the same names.
        "income_method": [option_label(method) for method in income_methods_of(CustomerKind.ENTERPRISE)],
    }


def _labels(
    offered: Callable[[CustomerKind, int, int], Iterable[Option]],
    kinds: Sequence[CustomerKind],
    years: Sequence[int],
) -> list[str]:
    """What is offered in these years, the newest first, so that what was repealed stands last."""
    return list(
        dict.fromkeys(
            option.label
            for year in sorted(years, reverse=True)
            for kind in kinds
            for month in offered_first_months(kind)
            for option in offered(kind, year, month)
        )
    )
