"""How a connection to PostgreSQL notices that the other end has vanished with its machine."""

from typing import Any

from sqlalchemy import URL

_ASKED = {"keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds of silence until the other end is asked whether it is there, seconds between two such questions,
and how many it may leave unanswered."""

_UNACKNOWLEDGED = 10_000
"""For how many milliseconds what was sent may stay unacknowledged."""


def signs_of_life(url: URL, **settings: str) -> dict[str, Any]:
    """How to connect to this database so that both ends give up a machine that vanished after some ten
    seconds: its locks are free then. `settings` are further ones of the session; the `url` may have more."""
    of_server = {f"tcp_{name}": str(value) for name, value in _ASKED.items()}
    of_server |= {"tcp_user_timeout": str(_UNACKNOWLEDGED), **settings}
    given = url.query.get("options", "")
    options = [f"-c {name}={value}" for name, value in of_server.items()]
    options += [given] if isinstance(given, str) else given
    return {
        **_ASKED,
        "tcp_user_timeout": _UNACKNOWLEDGED,
        "connect_timeout": 5,
        "options": " ".join(options).strip(),
    }
