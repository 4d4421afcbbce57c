"""Every refusal in the code has a sentence, and gets all parameters of that sentence."""

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.orders import Step, check_kind
from domain.packages import Package
from texts import errors
from texts.error_sentences import SENTENCES

ROOT = Path(__file__).parents[2]
FLOORS = ("domain", "services", "gateways", "dialogs")
COMPUTED = {
    "{}_unknown": ("regime", "vat_method", "income_method", "costing"),
    "{}_headings": ("price_list", "invoice_numbers"),
    "accounting_{}_not_offered": (
        *("first_month", "regime", "vat_method", "income_method", "currency", "costing"),
    ),
}
"""Codes with a gap, and the parts that may fill it. The part is a parameter too."""


@dataclass(frozen=True)
class Raised:
    """One place that makes a `DomainError`. `reason` is that parameter's value if it is a constant."""

    code: str
    params: frozenset[str]
    reason: str | None
    place: str


def raised() -> Iterator[Raised]:
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            text = path.read_text("utf-8")
            for node in ast.walk(ast.parse(text)) if "DomainError(" in text else ():
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "DomainError"
                ):
                    yield from of_call(node, f"{path.relative_to(ROOT)}:{node.lineno}")


def of_call(call: ast.Call, place: str) -> Iterator[Raised]:
    code = call.args[0]
    params = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
    given = (k.value for k in call.keywords if k.arg in ("reason", "of"))
    reason = next((str(value.value) for value in given if isinstance(value, ast.Constant)), None)
    if isinstance(code, ast.Constant):
        yield Raised(str(code.value), params, reason, place)
    elif isinstance(code, ast.JoinedStr):
        pattern = "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in code.values)  # type: ignore[misc]
        for part in COMPUTED[pattern]:
            yield Raised(pattern.format(part), params | {part, "offered"}, None, place)


ALL = list(raised())


def test_the_tree_was_read() -> None:
    codes = {error.code for error in ALL}
    assert {"tax_code_format", "customer_unknown", "accounting_costing_not_offered"} <= codes
    assert len(codes) > 30


@pytest.mark.parametrize("error", ALL, ids=lambda error: f"{error.code}@{error.place}")
def test_each_error_has_its_sentence(error: Raised) -> None:
    params = {"reason": error.reason} if error.reason else {}
    sentence = errors.sentence_of(DomainError(error.code, **params))
    assert sentence is not None, "no sentence"
    named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    assert named <= error.params, f"{named - error.params} not given"


def test_no_sentence_is_left_over() -> None:
    codes = {error.code for error in ALL}
    left = {key.partition(".")[0] for key in SENTENCES} - codes - {"not_registered"}
    assert left == set()


@pytest.mark.parametrize("sentence", SENTENCES.values())
def test_sentences_fit_an_alert(sentence: str) -> None:
    assert len(sentence) <= 200
    assert "<" not in sentence


@pytest.mark.parametrize(
    "error, said",
    [
        (DomainError("tax_code_lost_zero", value="101243150", suggestion="0101243150"), "0101243150"),
        (DomainError("total_changed", shown=1_500_000, total=2_000_000), "1.500.000 ₫ thành 2.000.000 ₫"),
        (DomainError("text_too_long", limit=200, length=1234), "1234 ký tự, em chỉ ghi được tối đa 200"),
        (DomainError("draft_unanswered", step=Step.FISCAL_YEAR), "chọn năm tài chính"),
        (DomainError("package_of_other_kind", count=3, kind=CustomerKind.HOUSEHOLD), "3 khách là hộ kinh"),
        (DomainError("price_list_headings", missing=["Mã gói", "Tên gói"]), "Mã gói, Tên gói"),
        (DomainError("workbook_too_large", limit=20, of="file"), "đến 20 MB"),
        (
            DomainError(
                "accounting_data_start_outside",
                data_start=date(2020, 1, 1),
                year_start=date(2026, 4, 1),
                first=date(2026, 1, 2),
                last=date(2027, 3, 31),
            ),
            "từ 01/04/2026 đến 31/03/2027",
        ),
    ],
)
def test_parameters_are_said_in_words(error: DomainError, said: str) -> None:
    assert said in errors.say(error)


def test_a_package_of_the_other_kind_is_named() -> None:
    package = Package(1, "P", CustomerKind.ENTERPRISE, "Gói", "", 1, None)
    with pytest.raises(DomainError) as raised_error:
        check_kind(package, CustomerKind.HOUSEHOLD)
    assert "dành cho doanh nghiệp" in errors.say(raised_error.value)


@pytest.mark.parametrize("step", Step)
def test_every_step_has_words(step: Step) -> None:
    assert errors.say(DomainError("draft_unanswered", step=step)) != errors.GENERIC


def test_a_code_nobody_knows_still_says_something() -> None:
    assert errors.say(DomainError("from_the_future", value=1)) == errors.GENERIC


def test_a_long_value_is_cut() -> None:
    assert len(errors.say(DomainError("tax_code_taken", name="Ẵ" * 200))) <= 200


def test_braces_in_a_value_are_only_text() -> None:
    assert "{limit}" in errors.say(DomainError("email_format", value="{limit}"))
