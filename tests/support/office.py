"""LibreOffice, as people open and save workbooks with it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")


def need_office() -> None:
    """Skip the test where there is no LibreOffice; CI must have it."""
    if SOFFICE is None:
        assert os.environ.get("CI") != "true", (
            "CI must have LibreOffice: apt-get install libreoffice-calc-nogui"
        )
        pytest.skip("no LibreOffice: apt-get install libreoffice-calc-nogui")


def convert(content: bytes, ending: str, folder: Path) -> bytes:
    """Open a workbook (.xlsx or .ods) and save it as one with this ending."""
    assert SOFFICE is not None
    kind = "ods" if b"opendocument" in content[:200] else "xlsx"
    given, out = folder / f"given.{kind}", folder / "out"
    given.write_bytes(content)
    # A profile of its own, so that two runs do not wait for each other.
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", ending, "--outdir", str(out), str(given)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return (out / f"given.{ending}").read_bytes()
