"""What the program can do besides running: one module for each command, `python -m bot <name>`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


def _none(parser: ArgumentParser) -> None:
    """A command without arguments of its own."""


@dataclass(frozen=True)
class Command:
    """`run` gives the exit code: 0 good, 1 something is to be done, 2 a wrong setting or argument.

    `SettingsError` and `UnknownRevision` that it raises are told to the reader by `bot/__main__.py`.
    """

    help: str
    run: Callable[[Namespace], int]
    arguments: Callable[[ArgumentParser], None] = _none
