"""An independent emulator of the Zalo Bot Platform (npm `@openclaw/crabline`), installed by these tests.

`emulator/package-lock.json` pins it and its dependencies by digests. They are installed into `build/`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import fasteners
import pytest

_HERE = Path(__file__).parent / "emulator"
_BUILD = Path(__file__).parents[3] / "build"
_SCRIPT = "node_modules/@openclaw/crabline/dist/src/bin/crabline.js"
_INSTALL = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Emulator:
    """The emulator's address and record."""

    url: str
    token: str
    inbound_url: str
    admin_token: str
    record: Path

    def recorded(self) -> list[dict[str, Any]]:
        """Calls and admin requests, oldest first."""
        return [json.loads(line) for line in self.record.read_text("utf-8").splitlines()]


def _skip(why: str) -> NoReturn:
    pytest.skip(f"the emulator of Zalo is not there: {why}")


def install() -> Path:
    """The emulator's script, installed once for all test processes. Skips the test if that is impossible."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        _skip("Node.js with npm is not installed")
    lock = (_HERE / "package-lock.json").read_bytes()
    folder = _BUILD / f"zalo-emulator-{hashlib.sha256(lock).hexdigest()[:12]}"
    _BUILD.mkdir(exist_ok=True)
    with fasteners.InterProcessLock(f"{folder}.lock"):
        done = folder / "installed"
        if not done.exists():
            shutil.copytree(_HERE, folder, dirs_exist_ok=True)
            # Under the lock, so that the second process finds it installed.
            command = [str(npm), *_INSTALL]
            try:
                ran = subprocess.run(
                    command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
                )
            except subprocess.TimeoutExpired:
                _skip("npm does not come to an end")
            if ran.returncode != 0:
                _skip("npm cannot install it: " + (ran.stderr.strip() or "no reason")[:300])
            done.touch()
    return folder / _SCRIPT


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """The emulator on a free port of this machine, with its record in `folder`."""
    script, ready, record = install(), folder / "ready.json", folder / "record.jsonl"
    secrets = {"CRABLINE_BOT_TOKEN": "123456:emulated-token", "CRABLINE_ADMIN_TOKEN": "admin-of-the-emulator"}
    locks = folder.resolve() / "locks"
    locks.mkdir()
    command = ["node", str(script), "serve", "zalo", "--ready-file", str(ready), "--recorder", str(record)]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **secrets, "CRABLINE_RECORDER_LOCK_DIR": str(locks)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        manifest = _manifest(process, ready, folder / "output")
        ends = manifest["endpoints"]
        yield Emulator(
            ends["apiRoot"], manifest["botToken"], ends["adminInboundUrl"], manifest["adminToken"], record
        )
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _manifest(process: "subprocess.Popen[bytes]", ready: Path, output: Path) -> dict[str, Any]:
    """The manifest that the emulator writes once it answers."""
    for _ in range(_PATIENCE * 10):
        if ready.exists() and (text := ready.read_text("utf-8")).endswith("}\n"):
            manifest: dict[str, Any] = json.loads(text)
            return manifest
        if process.poll() is not None:
            break
        time.sleep(0.1)
    _skip("it does not start: " + output.read_text("utf-8", "replace").strip()[-300:])
