"""The hooks and CI run the Makefile's own commands, which are written down once."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile, without their folder."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text("Makefile"), re.MULTILINE)
    assert found is not None
    return [line.strip().removeprefix("$(BIN)/") for line in found[1].splitlines()]


def test_lint_checks_form_faults_types_and_imports() -> None:
    assert recipe("lint") == ["ruff format --check .", "ruff check .", "mypy", "lint-imports"]


def test_a_commit_is_linted_by_the_makefile() -> None:
    (repository,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    (hook,) = repository["hooks"]
    assert (repository["repo"], hook["language"]) == ("local", "system")
    assert hook["entry"] == "make lint"
    # The whole project each time, because changed files alone do not show whether types and imports hold.
    assert (hook["pass_filenames"], hook["always_run"]) == (False, True)


def test_the_workflow_runs_what_every_machine_runs() -> None:
    workflow = yaml.safe_load(text(".github/workflows/ci.yml"))
    (job,) = workflow["jobs"].values()
    assert job["runs-on"].startswith("ubuntu")
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    (version,) = [step["with"]["python-version"] for step in job["steps"] if "python" in step.get("uses", "")]
    assert f'"py{version.replace(".", "")}"' in text("pyproject.toml"), "not the oldest that is supported"
    assert "make ${*:-lint test-machines test}" in text(".ci/run")
    nightly = yaml.safe_load(text(".github/workflows/nightly.yml"))
    assert nightly["jobs"]["postgresql"]["steps"][-1]["run"] == ".ci/run test-postgresql"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize("path", ["CHANGELOG.md", "SECURITY.md"])
def test_links_of_the_new_documents_lead_somewhere(path: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text(path))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
