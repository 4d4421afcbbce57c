"""What a lock pins."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)([^\\]*)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """Version by name of what this lock (`run`, `sandbox`, `dev`) installs anywhere."""
    return {name: version for name, version, _ in _PIN.findall((FOLDER / f"{lock}.txt").read_text("utf-8"))}
