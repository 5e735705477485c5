"""The workflows and the docs name commands that exist, and the workflows may do no harm."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from newsroom.commands.line import load, read

DOCS = Path(__file__).parent.parent / "docs"
STARTER = DOCS.parent / "plugins" / "newsroom" / "starter"
WORKFLOW = (STARTER / ".github" / "workflows" / "newsroom.yml").read_text("utf-8")
GITLAB = (STARTER / ".gitlab-ci.yml").read_text("utf-8")
INVOKED = re.compile(r"(?:\.venv/bin/|^|\()(?:invoke|newsroom) ([^\n|&;>#`\")]+)", re.M)
_, *_PARTS = re.split(r"^  (\w+):\n", WORKFLOW.partition("\njobs:\n")[2], flags=re.M)
JOBS = dict(zip(_PARTS[::2], _PARTS[1::2], strict=True))


def commands() -> list[str]:
    """Every command line of ours in the workflow and the page about it, each once."""
    shown = "\n".join(re.findall(r"```(?:sh|text)\n(.*?)```", schedule(), re.S))
    lines = (line.strip() for text in (WORKFLOW, GITLAB, shown) for line in INVOKED.findall(text))
    return sorted(set(lines))


def schedule() -> str:
    return (DOCS / "schedule.md").read_text("utf-8")


@pytest.mark.parametrize("line", commands())
def test_each_command_exists_with_its_options(line: str) -> None:
    name, *words = shlex.split(line)
    read(load(name), words, name)  # raises what it cannot place


def test_the_page_and_the_workflow_name_the_commands_they_are_about() -> None:
    asked = {line.split()[0] for line in commands()}
    assert asked == {"build", "check", "deploy", "due", "publish"}
    options = set(re.findall(r"^\| `(--\w+)` ", schedule(), re.M))
    assert options == {f"--{option.name}" for option in load("due").options}


def test_only_the_job_that_publishes_may_write() -> None:
    assert "\npermissions:\n  contents: read\n\njobs:" in WORKFLOW
    assert {name for name, job in JOBS.items() if "permissions:" in job} == {"publish"}
    assert WORKFLOW.count(": write") == 1
    assert not re.search(r"^ *pull_request_target:", WORKFLOW, re.M)


def test_a_pull_request_gets_no_secrets_and_leaves_no_credentials() -> None:
    assert "persist-credentials: false" in JOBS["review"]
    assert "secrets." not in WORKFLOW
    assert "github.token" not in JOBS["review"]
    for job in ("due", "publish"):
        assert "fetch-depth: 0" in JOBS[job], job


def test_a_deploy_runs_alone_and_to_its_end() -> None:
    assert "concurrency:\n      group: publish\n      cancel-in-progress: false" in JOBS["publish"]


def test_every_action_is_pinned_to_a_major_version() -> None:
    used = re.findall(r"uses: (\S+)", WORKFLOW)
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in used)
    assert len(set(used)) == len({action.partition("@")[0] for action in used})
