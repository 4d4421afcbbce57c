import csv
from importlib.resources import files

import pytest

from domain.banks import Bank, bank_by_bin


def test_banks_of_the_published_qr_examples() -> None:
    assert bank_by_bin("970436") == Bank(
        "970436", "Vietcombank", "Ngân hàng TMCP Ngoại Thương Việt Nam", can_transfer=True
    )
    acb = bank_by_bin("970416")
    assert acb is not None
    assert acb.short_name == "ACB"


@pytest.mark.parametrize(
    ("bank_bin", "short_name"),
    [
        ("970449", "LPBank"),
        ("970406", "Vikki Bank"),
        ("970414", "MBV"),
        ("970444", "VCBNeo"),
        ("970430", "PGBank"),
    ],
)
def test_a_renamed_bank_has_its_present_name(bank_bin: str, short_name: str) -> None:
    bank = bank_by_bin(bank_bin)
    assert bank is not None
    assert bank.short_name == short_name


def test_a_bank_that_kept_its_short_name_has_its_present_legal_name() -> None:
    bank = bank_by_bin("970408")
    assert bank is not None
    assert bank.name == "Ngân hàng Thương mại TNHH MTV Kỷ Nguyên Thịnh Vượng"


def test_some_banks_only_receive() -> None:
    hsbc = bank_by_bin("458761")
    assert hsbc is not None
    assert not hsbc.can_transfer


@pytest.mark.parametrize("bank_bin", ["", "000000", "VCB", "97043", "970436 ", "bin"])
def test_unknown_bins_have_no_bank(bank_bin: str) -> None:
    assert bank_by_bin(bank_bin) is None


def test_the_table_is_sound() -> None:
    lines = files("domain").joinpath("data/banks.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines[1:]))
    bins = [row["bin"] for row in rows]
    assert bins == sorted(set(bins))
    assert all(len(bank_bin) == 6 and bank_bin.isdecimal() for bank_bin in bins)
    assert all(row["name"] and row["short_name"] and row["can_transfer"] in ("yes", "no") for row in rows)
