"""Every table, whichever module declares it."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import storage.dialog_tables
import storage.jobs  # noqa: F401  (registers its table, as the line above does)
from storage import tables
from storage.tables.base import metadata


def all_tables() -> MetaData:
    """The tables of the whole program."""
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{module.name}")
    return metadata
