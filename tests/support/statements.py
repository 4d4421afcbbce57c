"""Every database of a process shares what SQLAlchemy compiled, as all transactions of the program do."""

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from storage import connections

_STATEMENTS = 5000


def compile_once() -> None:
    """Let engines share their caches. Otherwise each test compiles again what the tests before it compiled,
    which takes longer than running it."""
    create = connections.create_async_engine
    shared: dict[type, tuple[Any, Any]] = {}

    def create_sharing(*given: Any, **more: Any) -> AsyncEngine:
        engine = create(*given, **more)
        sync = engine.sync_engine
        kind = type(sync.dialect)
        cache, memos = shared.setdefault(kind, (LRUCache(_STATEMENTS), sync.dialect._type_memos))
        sync._compiled_cache, sync.dialect._type_memos = cache, memos
        return engine

    # Part of a statement's key in the cache; those of one kind are configured alike here.
    for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    connections.create_async_engine = create_sharing  # type: ignore[assignment]
