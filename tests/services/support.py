"""Assertions that an operation refuses, and that it changes nothing."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from domain.errors import DomainError
from storage.database import Database
from tests.support.rows import dump


@contextmanager
def refusal(code: str, **params: object) -> Iterator[None]:
    """Assert that the block raises this `DomainError` with at least these parameters."""
    with pytest.raises(DomainError) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.params.items() >= params.items()


@asynccontextmanager
async def unchanged(database: Database) -> AsyncIterator[None]:
    """Assert that no row of any table changes in the block."""
    before = await dump(database)
    yield
    assert await dump(database) == before
