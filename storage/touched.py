"""What a transaction has written to, and what is therefore compared with the books before its commit."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of transfers and entries, and codes of payment requests."""

    transfers: set[int] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.transfers or self.entries or self.codes)
