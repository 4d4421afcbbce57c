"""Things that a program makes once and uses all its life, kept from one test to the next.

Each test builds a program of its own. Most of its time would go into making the same compiled statements,
dialogs, templates and models again. Use does not change them.
"""

import functools
from typing import Any

from aiogram import Dispatcher, Router
from aiogram.client.session import base as sessions
from aiogram_dialog.widgets.text.jinja import JINJA_ENV_FIELD, setup_jinja
from jinja2 import Environment
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from bot import dispatcher as dispatchers
from dialogs.router import build_router
from storage import connections
from texts.filters import FILTERS

_STATEMENTS = 5000

_free: list[Router] = []
_lent: list[Router] = []


def keep() -> None:
    """Keep them in this process from now on."""
    _share_statements()
    dispatchers.build_router = lend_router  # type: ignore[attr-defined]
    dispatchers.setup_jinja = lend_templates  # type: ignore[attr-defined, assignment]
    sessions.Response = _Responses()  # type: ignore[misc, assignment]


def lend_router() -> Router:
    """`dialogs.router.build_router`; `take_back` makes the router free for another dispatcher."""
    router = _free.pop() if _free else build_router()
    _lent.append(router)
    return router


def take_back() -> None:
    """Take back every router, because its dispatcher is no longer used."""
    for router in _lent:
        if router.parent_router is not None:
            router.parent_router.sub_routers.remove(router)
            router._parent_router = None
    _free.extend(_lent)
    _lent.clear()


def lend_templates(dispatcher: Dispatcher, filters: Any = FILTERS) -> None:
    """`aiogram_dialog`'s `setup_jinja`."""
    assert filters is FILTERS
    dispatcher[JINJA_ENV_FIELD] = _templates()


@functools.cache
def _templates() -> Environment:
    return setup_jinja(Dispatcher(), filters=FILTERS)


class _Responses:
    """aiogram's `Response[…]` models, which pydantic would forget as soon as an answer is read."""

    def __init__(self) -> None:
        self._original = sessions.Response
        self._models: dict[Any, Any] = {}

    def __getitem__(self, returned: Any) -> Any:
        if returned not in self._models:
            self._models[returned] = self._original[returned]
        return self._models[returned]


def _share_statements() -> None:
    create = connections.create_async_engine
    shared: dict[type, tuple[Any, Any]] = {}

    def create_sharing(*given: Any, **more: Any) -> AsyncEngine:
        engine = create(*given, **more)
        sync = engine.sync_engine
        new = LRUCache(_STATEMENTS), sync.dialect._type_memos
        sync._compiled_cache, sync.dialect._type_memos = shared.setdefault(type(sync.dialect), new)
        return engine

    # The dialect is part of a statement's cache key. All dialects of one type are configured alike here.
    for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    connections.create_async_engine = create_sharing  # type: ignore[assignment]
