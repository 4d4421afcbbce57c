"""`python -m requirements.audit`: known advisories of what the bot runs on.

Ends with 0 where none is known, 1 where some are, 2 where they can't be had. Options go to `uv audit`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from requirements.locks import pins

AWAY = 2


def audit(pinned: dict[str, str], options: list[str]) -> int:
    """Print what is known of these versions, by name; returns the exit code."""
    # uv audits a project of its own kind, or a script that names what it needs.
    needs = "".join(f"#     '{name}=={version}',\n" for name, version in pinned.items())
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "pinned.py")
        script.write_text(
            f"# /// script\n# requires-python = '>=3.11'\n# dependencies = [\n{needs}# ]\n# ///\n"
        )
        command = [str(Path(sys.executable).with_name("uv")), "audit", "--script", str(script)]
        code = subprocess.run(
            [*command, "--preview-features", "audit-command", *options], check=False
        ).returncode
    if code == AWAY:
        print(f"NOT audited: no advisories could be had for these {len(pinned)} packages.", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(audit(pins("run"), sys.argv[1:]))
