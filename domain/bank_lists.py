"""A service's own list of transfers beside what its webhook told: which are missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from domain.codes import find_codes
from domain.transfers import ReportedTransfer, Transfer
from domain.twins import accounts_agree, is_near

Key = tuple[object, ...]


class Told:
    """What a service told. Each of it answers for one row of the list: two equal rows are two transfers."""

    def __init__(self, transfers: Iterable[Transfer]) -> None:
        self._by_key: dict[Key, list[Transfer]] = defaultdict(list)
        for transfer in transfers:
            for key in _keys(transfer.reported):
                self._by_key[key].append(transfer)

    def take(self, row: ReportedTransfer, used: set[int]) -> Transfer | None:
        """What was told of `row` and is not among those `used`, to which it is added. Ids are not compared:
        SePay's list numbers in another way than its webhook."""
        for key in _keys(row):
            alike = [
                one
                for one in self._by_key[key]
                if one.id not in used and _agree(one.reported, row) and is_near(one.reported, row)
            ]
            if alike:
                nearest = min(alike, key=lambda one: abs(one.reported.occurred_at - row.occurred_at))
                used.add(nearest.id)
                return nearest
        return None


def _agree(one: ReportedTransfer, other: ReportedTransfer) -> bool:
    references = {it.reference for it in (one, other) if it.reference}
    return len(references) < 2 and accounts_agree(one, other)


def _keys(reported: ReportedTransfer) -> Sequence[Key]:
    """By the bank's reference, then by what the payer wrote, for one of the two may lack a reference."""
    kind = (reported.amount, reported.outgoing, reported.currency)
    codes = tuple(find_codes(reported.content))
    words = codes or "".join(filter(str.isalnum, reported.content.upper()))
    by_reference = [(*kind, "reference", reported.reference)] if reported.reference else []
    return [*by_reference, (*kind, "content", words)]
