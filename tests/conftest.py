"""What all tests share: the long sizes, sites built in a subprocess, a browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.config import Config
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests import signed_posts
from tests.browser import ARGUMENTS, find_or_install
from tests.forked import Run
from tests.kept import once
from tests.sites import SITES, Site

ROOT = Path(__file__).parent.parent

# How long a test waits for what it needs: on a busy machine, longer than is usual.
expect.set_options(timeout=60_000)
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run long tests at their full size")
    parser.addoption("--update-goldens", action="store_true", help="write goldens anew")


def pytest_configure(config: Config) -> None:
    config.addinivalue_line("markers", "full: what only --full runs")


def pytest_collection_modifyitems(config: Config, items: list[pytest.Item]) -> None:
    """Leave out what only ``--full`` runs: it is no skipped test."""
    left_out = [item for item in items if item.get_closest_marker("full")]
    if left_out and not config.getoption("--full"):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where CI is set, a skipped test fails the run: there, everything must be there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: Config
) -> None:
    if os.environ.get("CI") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("CI is set: a skipped test fails the run", red=True)


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether long tests run at their full size."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(autouse=True)
def _settings_of_one_site() -> Iterator[None]:
    """Forget the settings of a test's site: the next site's publishconf.py imports its own."""
    yield
    for name in ("pelicanconf", "publishconf"):
        sys.modules.pop(name, None)


@pytest.fixture
def site(tmp_path: Path) -> Callable[[str], Site]:
    """Copies of the sites in ``tests/sites``, or of the sample newsroom."""
    return lambda name: Site.copy(name, tmp_path / name)


@pytest.fixture(scope="session")
def sample() -> Site:
    """The sample newsroom, built once as ``invoke build`` builds it."""
    return built("sample", "sample", lambda site: site.invoke("build"))


@pytest.fixture(scope="session")
def built_thread() -> Site:
    """The site ``thread``, built once."""
    return built("thread", "thread", lambda site: site.build())


@pytest.fixture(scope="session")
def published() -> Site:
    """The sample newsroom, built once with its production settings."""
    return built("published", "sample", lambda site: site.build(conf="publishconf.py"))


@pytest.fixture(scope="session")
def published_thread() -> Site:
    """The site ``thread``, built once for https://copperline.example/news."""
    url = 'SITEURL="https://copperline.example/news"'
    return built("published-thread", "thread", lambda site: site.build("-e", url))


@pytest.fixture(scope="session")
def signed_thread() -> Site:
    """The site ``thread`` with posts of each sort, all signed, built once."""
    return built("signed-thread", "thread", signed_posts.build)


@pytest.fixture(scope="session")
def attached() -> Site:
    """The site ``gate``, of figures, documents and recordings, built once."""
    url = 'SITEURL="https://harrowlifts.example/news"'
    return built("attached", "gate", lambda site: site.build("-e", url))


def built(name: str, site: str, build: Callable[[Site], Run]) -> Site:
    """A copy of a site, built once for all processes of the run."""

    def make(folder: Path) -> None:
        build(Site.copy(site, folder)).succeeds()

    return Site.of(site, once(name, make))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with ``tests/goldens/<name>``, or write it with --update-goldens."""

    def compare(name: str, text: str) -> None:
        path = SITES.parent / "goldens" / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), f"differs from {path.relative_to(ROOT)}"

    return compare


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, the system's or one installed now."""
    executable = find_or_install()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield running
        running.close()
