"""How the money of a transfer is shared out."""

from hypothesis import given
from hypothesis import strategies as st

from domain.transfers import Attention, Owed, Share, Shared, share_out

amounts = st.integers(min_value=0, max_value=10**9)
owed = st.lists(
    st.builds(Owed, st.sampled_from("abcdefg"), amounts), min_size=1, unique_by=lambda request: request.code
)


def test_a_table_of_shares() -> None:
    a, b, paid = Owed("a", 10), Owed("b", 5), Owed("c", 0)
    for amount, requests, expected in (
        (10, [a], Shared((Share("a", 10),), 0, None)),
        (4, [a, b], Shared((Share("a", 4),), 0, None)),
        (12, [a, b], Shared((Share("a", 10), Share("b", 2)), 0, None)),
        (12, [b, a], Shared((Share("b", 5), Share("a", 7)), 0, None)),
        (15, [a, paid, b], Shared((Share("a", 10), Share("b", 5)), 0, None)),
        (18, [a, b, paid], Shared((Share("a", 10), Share("b", 8)), 3, Attention.TOO_MUCH)),
        (7, [paid], Shared((Share("c", 7),), 7, Attention.PAID_TWICE)),
        (7, [paid, Owed("d", 0)], Shared((Share("c", 7),), 7, Attention.PAID_TWICE)),
        (0, [a], Shared((), 0, None)),
    ):
        assert share_out(amount, requests) == expected, (amount, requests)


@given(amounts, owed)
def test_no_dong_is_lost_and_none_is_made(amount: int, requests: list[Owed]) -> None:
    shared = share_out(amount, requests)
    by_code = {share.code: share.amount for share in shared.shares}
    assert sum(by_code.values()) == amount
    assert all(part > 0 for part in by_code.values())
    assert shared.surplus == max(0, amount - sum(request.left for request in requests))
    assert (shared.attention is not None) == (shared.surplus > 0)
    # Only the last share may exceed its request, and only if no request is left short.
    left = {request.code: request.left for request in requests}
    over = [share for share in shared.shares if share.amount > left[share.code]]
    assert over == (list(shared.shares[-1:]) if shared.surplus else [])
    short = [request.code for request in requests if by_code.get(request.code, 0) < request.left]
    assert not (short and shared.surplus)
    # Requests are filled in the order they were named: nothing goes to a request after a short one.
    named = [request.code for request in requests if request.left]
    assert [code for code in named if code in by_code] == named[: len([c for c in named if c in by_code])]
