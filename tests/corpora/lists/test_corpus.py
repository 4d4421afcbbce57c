"""Every list of the corpus yields what its data file says."""

import pytest

from tests.corpora.lists.corpus import Case, cases, outcome

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name}")
def test_a_list_yields_what_is_written_down(case: Case) -> None:
    got = outcome(case.given)
    assert got.found == case.found
    assert got.hidden == case.hidden
    if case.left is not None:
        assert list(got.left) == list(case.left)
