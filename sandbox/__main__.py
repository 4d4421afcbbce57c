"""`python -m sandbox [--fresh]`: try the real bot with no account and no token."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from sandbox.app import run
from sandbox.child import BotCannotStart


def main() -> int:
    """Run until interrupted. SANDBOX_PORT (8088) and SANDBOX_DIR (./.sandbox) change port and folder; with
    SANDBOX_ACCOUNT_NUMBERS=1 each payment request has an account number of its own."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="empty the world first")
    parser.add_argument("--zalo-oa", action="store_true", help="an Official Account on Zalo, not a bot")
    given = parser.parse_args()
    port = os.environ.get("SANDBOX_PORT") or "8088"
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        print(f"SANDBOX_PORT must be a number from 1 to 65535, not {port!r}.", file=sys.stderr)
        return 2
    directory = Path(os.environ.get("SANDBOX_DIR") or ".sandbox")
    try:
        asyncio.run(run(directory, int(port), given.fresh, given.zalo_oa))
    except OSError as error:
        print(f"The sandbox can't start on port {port}: {error.strerror}. Set SANDBOX_PORT.", file=sys.stderr)
        return 1
    except BotCannotStart:
        print(
            f"The bot can't start with what is in {directory}. If another version made it, begin anew:"
            " make run ARGS=--fresh",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
