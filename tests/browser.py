"""A Chromium for the tests: one that is there, else one installed now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import gettempdir

import pytest
from filelock import FileLock
from newsroom.commands.browser import BROWSERS, SHELL

# A phone and a desk, light and dark: each once, and with ``--full`` each with each.
SCREENS = (
    (390, "light"),
    (1280, "dark"),
    pytest.param(390, "dark", marks=pytest.mark.full),
    pytest.param(1280, "light", marks=pytest.mark.full),
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
)

ADVICE = (
    "no Chromium was found and none could be installed: install one (on Debian: apt-get install"
    " chromium) or name its executable in CHROME_PATH, then run the tests again"
)


@cache
def find_or_install() -> str:
    """The path of a Chromium. Raises RuntimeError, with advice, if there is none."""
    with FileLock(Path(gettempdir(), "newsroom-tests-browser.lock")):
        named = os.environ.get("CHROME_PATH", "")
        if not Path(named).is_file() and not shutil.which(SHELL):
            _from_debian()
        if found := _find():
            return found
        _from_playwright()
        if found := _find():
            return found
    raise RuntimeError(ADVICE)


def _find() -> str | None:
    named = os.environ.get("CHROME_PATH")
    if named and Path(named).exists():
        return named
    return next(filter(None, map(shutil.which, BROWSERS)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _from_playwright() -> None:
    _run(sys.executable, "-m", "playwright", "install", "chromium", timeout=180)


def _from_debian() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    _run("apt-get", "update", "-q", timeout=180)
    _run("apt-get", "install", "-y", "-q", "--no-install-recommends", SHELL, timeout=600)


def _run(*command: str, timeout: int) -> None:
    """Try to install; whether it worked shows in whether there is a browser then."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        print(f"gave up on {' '.join(command)} after {timeout} s", file=sys.stderr)
