"""Banks by BIN, the six digits that name a bank in a VietQR code."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Bank:
    """`bin` is the key, since short names differ between lists.

    `can_transfer`: its customers can pay by scanning a VietQR code. All listed can receive.
    """

    bin: str
    short_name: str
    name: str
    can_transfer: bool


def bank_by_bin(bank_bin: str) -> Bank | None:
    """The bank with this six-digit BIN, `None` when it is not known."""
    return _banks().get(bank_bin)


@cache
def _banks() -> dict[str, Bank]:
    lines = files("domain").joinpath("data/banks.csv").read_text("utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        row["bin"]: Bank(row["bin"], row["short_name"], row["name"], row["can_transfer"] == "yes")
        for row in rows
    }
