"""What alembic runs for each command of `storage.migrate`, on the connection that it hands over."""

from typing import Any, Literal

from alembic import context

from storage.all_tables import all_tables
from storage.columns import UtcDateTime


def _rendered(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write a column type into a new migration without naming a type of ours, which may change later."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def _is_ours(item: Any, name: str | None, kind: str, *_: Any) -> bool:
    """Whether a table is to be compared: not those of Procrastinate, nor those of Litestream on SQLite."""
    if kind != "table" or connection.dialect.name == "sqlite":
        return not str(name).startswith("_litestream_")
    return name != "jobs" and not str(name).startswith("procrastinate_")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    include_object=_is_ours,
    render_item=_rendered,
    render_as_batch=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
