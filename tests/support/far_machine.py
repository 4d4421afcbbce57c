"""Another machine for processes of a test: a network namespace, joined to this machine by one cable."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from sandbox.app import HOST


@dataclass(frozen=True, slots=True)
class FarMachine:
    """`here` is this machine's address as that one knows it, `there` is its own."""

    name: str
    here: str
    there: str

    @property
    def command(self) -> Sequence[str]:
        """What a command begins with that runs there, with the same process id."""
        return ("ip", "netns", "exec", self.name)

    def settings(self, given: Mapping[str, str]) -> dict[str, str]:
        """Settings of a program on this machine, as it needs them there."""
        return {name: value.replace(HOST, self.here) for name, value in given.items()} | {
            "WEB_HOST": self.there
        }

    def vanish(self) -> None:
        """Pull the cable: from now on not a word comes out, not even that a process has ended."""
        _ip("-n", self.name, "link", "set", "cable", "down")


@contextmanager
def far_machine() -> Iterator[FarMachine]:
    """Make one, and take it away at the end. Skips the test where this machine may make none; in CI it fails
    instead if namespaces can be made there."""
    number = os.getpid()
    net = f"10.199.{number // 64 % 256}."
    first = number % 64 * 4
    made = FarMachine(f"bot{number}", f"{net}{first + 1}", f"{net}{first + 2}")
    link = f"bot{number}"
    try:
        try:
            _ip("netns", "add", made.name)
            _ip("link", "add", link, "type", "veth", "peer", "name", "cable", "netns", made.name)
            _ip("addr", "add", f"{made.here}/30", "dev", link)
            _ip("link", "set", link, "up")
            _ip("-n", made.name, "addr", "add", f"{made.there}/30", "dev", "cable")
            _ip("-n", made.name, "link", "set", "lo", "up")
            _ip("-n", made.name, "link", "set", "cable", "up")
        except (OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", b"") or str(error).encode()
            if os.environ.get("CI") == "true" and _may_make_namespaces():
                raise
            pytest.skip(f"no network namespace can be made here: {why.decode().strip()}")
        yield made
    finally:
        # Both ends of the cable go with either of them.
        subprocess.run(["ip", "link", "del", link], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "del", made.name], capture_output=True, check=False)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _may_make_namespaces() -> bool:
    return subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
