"""`python -m tests.deploy.world <folder>`: the sandbox without a bot, trusting whom it is told.

It prints, as JSON, the settings of a bot in it, and ends with its standard input.
"""

import asyncio
import json
import sys
from pathlib import Path

from sandbox.app import SandboxServer


async def main() -> None:
    async with SandboxServer(Path(sys.argv[1])) as server:
        print(json.dumps({"WORLD": server.url, **server.environment(0)}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
