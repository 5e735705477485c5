"""The wheel, in a fresh environment: a namespace plugin of Pelican, without this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.sites import ROOT, Site, words


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("pelican_newsroom-*.whl"))


def test_the_wheel_holds_both_plugins_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    inside = [name for name in names if ".dist-info/" not in name]
    ours = ("pelican/plugins/newsroom/", "pelican/plugins/rapid/")
    assert all(name.startswith(ours) for name in inside)
    assert "pelican/plugins/rapid/plugin.py" in inside
    for part in ("host/plugin.py", "templates/newsroom/incident.html", "static/favicon.ico"):
        assert f"pelican/plugins/newsroom/{part}" in inside
    assert "pelican/__init__.py" not in names
    assert "pelican/plugins/__init__.py" not in names


def test_a_site_builds_with_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = str(environment / ("Scripts" if os.name == "nt" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", str(wheel)], check=True)
    site = Site.copy("thread", tmp_path / "thread")
    site.run(
        python, "-m", "pelican", "content", "-o", "output", "--fatal", "errors", PYTHONPATH=""
    ).succeeds()
    assert "42 minutes after the post" in words(site.page("incidents/rude-reply/").main)
    code = "import pelican.plugins.newsroom as found; print(found.__file__)"
    where = site.run(python, "-c", code, PYTHONPATH="").succeeds().stdout
    assert str(environment) in where
