"""The files by which the bot is installed: linted, and what they promise."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from compose_spec import PyOptions

from bot.commands.table import COMMANDS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = ROOT / "Containerfile"
COMPOSE = sorted(DEPLOY.glob("compose.*.yaml"))
SERVER_OF = {"bookworm": 15, "trixie": 17}
"""Which PostgreSQL is of which release of Debian."""
PAGES = (
    ("install.md", "cai-dat.md"),
    ("backups.md", "sao-luu.md"),
    ("upgrading.md", "nang-cap.md"),
    ("moving.md", "chuyen-postgresql.md"),
    ("watching.md", "giam-sat.md"),
    ("troubles.md", "su-co.md"),
    ("settings.md", "thiet-lap.md"),
)
ROOMS = {"bot", "dialogs", "domain", "gateways", "services", "storage", "texts"}


def steps(instruction: str) -> list[str]:
    """What follows an instruction of the Containerfile, in its order."""
    joined = CONTAINERFILE.read_text("utf-8").replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in joined.splitlines() if line.startswith(instruction)]


def test_the_containerfile_is_clean() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    linted = subprocess.run(
        [hadolint, CONTAINERFILE], capture_output=True, text=True, check=False, timeout=60
    )
    assert linted.returncode == 0, linted.stdout


def test_the_image_is_built_in_stages_by_the_script_and_runs_as_nobody_special() -> None:
    first, last = steps("FROM ")
    assert last == first.removesuffix(" AS build")
    assert "sh deploy/install.sh /opt/ktdv-bot" in steps("RUN ")
    assert steps("USER ") == ["10001"]
    assert steps("ENTRYPOINT ") == ['["python", "-m", "bot"]']
    (health,) = steps("HEALTHCHECK ")
    assert "/healthz" in health


def test_nothing_of_the_sandbox_or_the_tests_goes_into_the_image() -> None:
    given = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    taken = {line.removeprefix("!").split("/")[0] for line in given if line.startswith("!")}
    assert "*" in given
    assert taken == ROOMS | {".env.example", "deploy", "requirements"}
    script = (DEPLOY / "install.sh").read_text("utf-8")
    assert set(re.search(r"for room in (.*); do", script)[1].split()) == ROOMS  # type: ignore[index]
    assert '--require-hashes -r "$source/requirements/run.txt"' in script
    assert {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} <= ROOMS | {
        "sandbox",
        "tests",
        "docs",
        "requirements",
    }


def test_the_image_has_the_tools_of_its_server_for_backups() -> None:
    """pg_dump refuses a server that is newer than itself."""
    services = yaml.safe_load((DEPLOY / "compose.postgresql.yaml").read_text("utf-8"))["services"]
    _, _, debian = steps("FROM ")[-1].rpartition("-")
    assert services["database"]["image"] == f"docker.io/library/postgres:{SERVER_OF[debian]}-{debian}"
    assert any(re.search(r"apt-get install .*\bpostgresql-client\b", step) for step in steps("RUN "))


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_a_compose_file_is_right_and_its_bots_are_locked_in(path: Path) -> None:
    text = path.read_text("utf-8")
    PyOptions(apply_merge=True).from_yaml(text).validate()
    bots = [one for one in yaml.safe_load(text)["services"].values() if one["image"] == "ktdv-bot"]
    assert bots
    for bot in bots:
        assert bot["read_only"] is True
        assert bot["cap_drop"] == ["ALL"]
        assert bot["security_opt"] == ["no-new-privileges:true"]


def test_on_postgresql_two_serve_and_two_work_behind_caddy() -> None:
    services = yaml.safe_load((DEPLOY / "compose.postgresql.yaml").read_text("utf-8"))["services"]
    for role in ("web", "work"):
        assert services[role]["command"] == ["--role", role]
        assert services[role]["deploy"] == {"replicas": 2}
    assert services["caddy"]["environment"]["BOT"] == "web:8080"
    assert set(services) == {"database", "web", "work", "caddy"}


def test_the_unit_is_right_and_hardened(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze")
    unit = tmp_path / "ktdv-bot.service"
    # The program need not be installed here.
    text = (
        (DEPLOY / "ktdv-bot.service")
        .read_text("utf-8")
        .replace("/opt/ktdv-bot/venv/bin/python", sys.executable)
    )
    unit.write_text(text)
    checked = subprocess.run(
        [analyze, "verify", unit], capture_output=True, text=True, check=False, timeout=60
    )
    about_it = [line for line in checked.stderr.splitlines() if "ktdv-bot" in line]
    assert about_it == []
    rated = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert rated.returncode == 0, rated.stdout[-300:]


def typed(page: Path) -> list[str]:
    """What a page has people type, line by line."""
    blocks = re.findall(r"^```\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("english, vietnamese", PAGES)
def test_what_a_page_has_people_type_is_there(english: str, vietnamese: str) -> None:
    """From the first line to the last in a copy of the repository: nobody is led out of it. Alike in both
    languages."""
    lines = typed(ROOT / "docs/operating" / english)
    here = re.compile(r"/mnt/[\w-]+")
    assert [here.sub("/mnt", line) for line in lines] == [
        here.sub("/mnt", line) for line in typed(ROOT / "docs/van-hanh" / vietnamese)
    ]
    assert [line for line in lines if line.startswith("cd ")] == []
    named = re.findall(r"\b(?:deploy|requirements)/[\w./-]+", "\n".join(lines))
    assert [path for path in named if not (ROOT / path).exists()] == []
    run = re.findall(r"python -m bot ([a-z]+)|compose\.\w+\.yaml run --rm \w+ (\w+)", "\n".join(lines))
    assert {one or other for one, other in run} <= COMMANDS.keys()


def test_caddy_takes_its_file() -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("no Caddy: apt-get install caddy")
    checked = subprocess.run(
        [caddy, "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
        env={"PUBLIC_HOST": "bot.vendor.example", "HOME": "/tmp"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stderr
