"""Runs of bulk activation."""

from hypothesis import given
from hypothesis import strategies as st

from domain.activations import RunCounts

counts = st.integers(0, 1000)


@given(counts, counts, counts, counts)
def test_what_is_left_of_a_run_is_what_has_no_outcome_yet(
    left: int, done: int, failed: int, skipped: int
) -> None:
    assert RunCounts(left + done + failed + skipped, done, failed, skipped).left == left
