"""What each of Zalo's platforms can do; what shows a message asks here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Abilities:
    """`buttons` is the most that a message has. `documents` has the endings of the files that may be sent,
    with their most bytes; others leave as links. `takes_documents` says whether people's files come in."""

    buttons: int = 0
    documents: Mapping[str, int] = field(default_factory=dict)
    takes_documents: bool = False

    def carries(self, name: str, size: int) -> bool:
        """Whether a file of this name and size may be sent."""
        return 0 < size <= self.documents.get(PurePath(name).suffix.lower(), 0)


BOT_PLATFORM = Abilities()
OFFICIAL_ACCOUNT = Abilities(buttons=5, documents={".pdf": 5 * 2**20}, takes_documents=True)
"""Sources disagree about workbooks, so they leave as links (docs/zalo-oa.md)."""
