"""Things that a program makes once and uses all its life, kept from one test to the next.

Each test builds a program of its own. Most of its time would go into making again what earlier tests made:
compiled statements, dialogs, templates, models, certificates, migrations. None of them changes by being used.
"""

import functools
import gc
import ssl
from collections.abc import Callable
from types import ModuleType
from typing import Any

from aiogram import Dispatcher, Router, methods
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    CallbackQuery,
    ErrorEvent,
    InlineKeyboardMarkup,
    Update,
)
from aiogram_dialog.widgets.text.jinja import JINJA_ENV_FIELD, Jinja, setup_jinja
from alembic.util import pyfiles
from jinja2 import Environment
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from bot import dispatcher as dispatchers
from bot.telegram.answer_models import answer_model
from bot.telegram.updates import GetUpdatesAsTheyCome
from bot.zalo.updates import ZaloUpdate
from dialogs.numbered.forms import FormedMarkup
from dialogs.router import build_router
from storage import connections
from texts.filters import FILTERS

_STATEMENTS = 5000
_SENT = (
    methods.GetMe,
    methods.GetUpdates,
    methods.SetMyCommands,
    methods.SetMyDescription,
    methods.SetWebhook,
    methods.DeleteWebhook,
    methods.SendMessage,
    methods.EditMessageText,
    methods.EditMessageReplyMarkup,
    methods.DeleteMessage,
    methods.AnswerCallbackQuery,
    GetUpdatesAsTheyCome,
)
_MODELS = (
    Update,
    BotCommand,
    BotCommandScopeChat,
    ZaloUpdate,
    ErrorEvent,
    CallbackQuery,
    InlineKeyboardMarkup,
    FormedMarkup,
    *_SENT,
)

_free: list[Router] = []
_lent: list[Router] = []


def keep() -> None:
    """Have this process keep them, and seldom look for garbage, which takes a tenth of its time."""
    gc.set_threshold(100_000, 50, 100)
    for module, name, kept in (
        (connections, "create_async_engine", _sharing_statements(create_async_engine)),
        (dispatchers, "build_router", lend_router),
        (dispatchers, "setup_jinja", lend_templates),
        (ssl, "create_default_context", _outgoing(ssl.create_default_context)),
        (pyfiles, "load_module_py", _migrations(pyfiles.load_module_py)),
    ):
        setattr(module, name, kept)


def lend_router() -> Router:
    """`dialogs.router.build_router`; `take_back` makes the router free for another dispatcher."""
    router = _free.pop() if _free else build_router()
    _lent.append(router)
    return router


def leave() -> None:
    """Leave every router where it is, for good."""
    _lent.clear()


def take_back() -> None:
    """Take back every router, because its dispatcher is no longer used."""
    for router in _lent:
        if router.parent_router is not None:
            router.parent_router.sub_routers.remove(router)
            router._parent_router = None
    _free.extend(_lent)
    _lent.clear()


def warm_up() -> None:
    """Make at once what is otherwise made when it is first used."""
    for widget in [one for one in gc.get_objects() if isinstance(one, Jinja)]:
        _templates().get_template(widget.template_text)
    for model in _MODELS:
        model.model_rebuild()
    for method in _SENT:
        answer_model(method.__returning__)


def lend_templates(dispatcher: Dispatcher, filters: Any = FILTERS) -> None:
    """`aiogram_dialog`'s `setup_jinja`."""
    assert filters is FILTERS
    dispatcher[JINJA_ENV_FIELD] = _templates()


@functools.cache
def _templates() -> Environment:
    return setup_jinja(Dispatcher(), filters=FILTERS, cache_size=-1)


def _outgoing(create: Callable[..., ssl.SSLContext]) -> Callable[..., ssl.SSLContext]:
    known = functools.cache(create)

    def context(*given: Any, **more: Any) -> ssl.SSLContext:
        # A context for outgoing connections reads all certificates of the world. Whoever names a purpose
        # changes the context that was made for it.
        return create(*given, **more) if given else known(**more)

    return context


def _migrations(load: Callable[..., ModuleType]) -> Callable[..., ModuleType]:
    known = functools.cache(load)

    def module(module_id: str, path: str) -> ModuleType:
        # `env.py` migrates by being loaded.
        return load(module_id, path) if module_id == "env_py" else known(module_id, path)

    return module


def _sharing_statements(create: Callable[..., AsyncEngine]) -> Callable[..., AsyncEngine]:
    shared: dict[type, tuple[Any, Any]] = {}

    def create_sharing(*given: Any, **more: Any) -> AsyncEngine:
        engine = create(*given, **more)
        sync = engine.sync_engine
        new: tuple[Any, Any] = (LRUCache(_STATEMENTS), sync.dialect._type_memos)
        sync._compiled_cache, sync.dialect._type_memos = shared.setdefault(type(sync.dialect), new)
        return engine

    # The dialect is part of a statement's cache key. All dialects of one type are configured alike here.
    for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    return create_sharing
