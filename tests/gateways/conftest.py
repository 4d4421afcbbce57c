import logging
import socket
from collections.abc import Iterator

import pytest

from tests.gateways.support import CHATTY, Records


@pytest.fixture
def unused_tcp_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def records() -> Iterator[Records]:
    """A handler of the root logger. Levels are restored afterwards."""
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *CHATTY)}
    others = {handler: list(handler.filters) for handler in root.handlers}
    handler = Records()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for other, filters in others.items():
        other.filters = filters
