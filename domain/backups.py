"""What was tried of the backups."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BackupFault(StrEnum):
    """What failed."""

    COPY = "copy"
    """No copy could be made."""
    RESTORE = "restore"
    """The copy could not be put back."""
    DISORDER = "disorder"
    """What was put back is not in order: rows are missing, or money does not add up."""
    BEHIND = "behind"
    """The continuous copy lacks what was written some time before."""


@dataclass(frozen=True, slots=True)
class BackupProof:
    """One night: a copy was made, put back beside the database and compared."""

    id: int
    began_at: datetime
    settled_at: datetime | None
    """`None` while it is under way, or where it was cut off."""
    lost_seconds: int | None
    """How many seconds of work are lost at most if the machine dies; `None` where the proof failed."""
    fault: BackupFault | None = None
