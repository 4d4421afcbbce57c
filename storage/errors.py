"""Errors of the database that callers tell apart."""

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""What a transaction raises while the database cannot be reached, is full, or has no time."""
