"""What the program knows of itself: which releases ran on this database, and how its backups were tried."""

from sqlalchemy import Column, Index, Integer, Table, Text

from storage.columns import id_column, moment_column, text_column
from storage.tables.base import metadata

# The release that ran last is the newest row; a new row only where another release runs than before.
releases = Table(
    "releases",
    metadata,
    id_column(),
    text_column("version"),
    text_column("revision"),
    moment_column("began_at"),
)

# A row is made before the copy is, so that the copy must hold it.
backup_proofs = Table(
    "backup_proofs",
    metadata,
    id_column(),
    moment_column("began_at"),
    moment_column("settled_at", nullable=True),
    # How many seconds of work would be lost at most; NULL where the proof failed.
    Column("lost_seconds", Integer),
    # What failed, in a few words for the operator's log.
    Column("fault", Text),
    Index(None, "began_at"),
)
