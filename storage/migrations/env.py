"""What alembic runs for each command of `storage.migrate`, on the connection it hands over."""

from typing import Any, Literal

from alembic import context

import storage.dialog_tables
import storage.jobs  # noqa: F401
from storage.columns import UtcDateTime
from storage.tables.base import metadata


def _rendered(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """A migration names no type of ours, since those may change after it."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=_rendered,
    render_as_batch=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
