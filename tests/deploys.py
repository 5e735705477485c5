"""Small sites whose pages name each other, and a way to deploy them by themselves.

Each page asks for a stylesheet and a picture with hashed names and links to its
neighbours, so that whatever order a deploy gets wrong shows as a link to nothing.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from newsroom.deploy.plan import Source, plan
from newsroom.deploy.release import Delivery, Release, Target, Watch
from newsroom.deploy.targets import declared
from newsroom.model.addresses import hashed_name
from newsroom.model.policy import Policy
from newsroom.model.settings import Settings
from newsroom.publish.manifest import Manifest

from tests.sites import ROOT

BUILT = datetime(2026, 11, 16, 12, tzinfo=UTC)
_DEPLOYS = count()
_LINK = re.compile(r'(?:href|src)="/([^"#]*)"')


def write_site(
    folder: Path, version: int, pages: range, own: Mapping[str, str] | None = None
) -> Manifest:
    """A site of some pages, each other than in another version; ``own`` are more files."""
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, str] = dict(own or {})
    style = _add(made, "theme/css/newsroom.css", f"/* {version} */")
    for number in pages:
        picture = _add(made, f"images/picture-{number}.svg", f"<svg><!-- {number} {version} -->")
        beside = [other for other in (number - 1, number + 1) if other in pages]
        links = "".join(f'<a href="/posts/p{other}/">{other}</a>' for other in beside)
        made[f"posts/p{number}/index.html"] = (
            f'<link rel="stylesheet" href="/{style}"><p>{number}, version {version}</p>'
            f'<img src="/{picture}">{links}<a href="/">Home</a>\n'
        )
    listed = "".join(f'<a href="/posts/p{number}/">{number}</a>' for number in pages)
    made["index.html"] = f'<link rel="stylesheet" href="/{style}">{version} {listed}\n'
    made["feeds/all.atom"] = f"<feed>{version} {listed}</feed>\n"
    made["404.html"] = f'<link rel="stylesheet" href="/{style}">Nothing is here\n'
    for path, text in made.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return Manifest.of(folder, made, BUILT)


def _add(made: dict[str, str], plain: str, text: str) -> str:
    path = hashed_name(plain, sha256(text.encode()).hexdigest())
    made[path] = text
    return path


def source(
    folder: Path,
    manifest: Manifest,
    shown: Mapping[str, str] | None = None,
    headers: Mapping[str, str | None] | None = None,
) -> Source:
    """What is deployed, of a site that was written."""
    policy = Policy.of(headers or {}, has_search=False)
    return Source(folder, manifest.built, manifest.files, policy, shown or {})


def silent(_step: str, _done: int, _whole: int) -> None:
    """Watch a deploy without a word."""


def deploy(target: Target, what: Source, most: int = 10, watch: Watch = silent) -> Delivery:
    """Deploy as ``invoke deploy`` does, once everything is built."""
    with target.held():
        # A release is named by its second: on a fast machine, several would be made in one.
        at = datetime.now(UTC) + timedelta(seconds=next(_DEPLOYS))
        delivery = plan(target, what, at, most)
        target.send(delivery, watch)
    return delivery


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def dangling(folder: Path, known: Iterable[str]) -> list[str]:
    """Every link to nothing on the pages that readers can come to.

    They begin at the home page and at the paths that are ``known`` from before, and
    follow links from there. A new page that nothing links to yet is none of these.
    """
    found: list[str] = []
    waiting = {"index.html", *(path for path in known if path.endswith(".html"))}
    seen: set[str] = set()
    while waiting:
        page = waiting.pop()
        seen.add(page)
        if not (folder / page).is_file():
            continue  # it was removed, and whoever links to it is found there
        for link in _LINK.findall((folder / page).read_text("utf-8")):
            file = f"{link}index.html" if link.endswith("/") or not link else link
            if not (folder / file).is_file():
                found.append(f"{page} -> /{link}")
            elif file.endswith(".html") and file not in seen:
                waiting.add(file)
    return found


def is_whole(release: Release, folder: Path) -> bool:
    """Whether a public folder holds just what a release says."""
    return contents(folder) == release.everything


class Counted:
    """Watches a deploy, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, _step: str, _done: int, _whole: int) -> None:
        self.calls += 1


class Fatal:
    """Watches a deploy, and kills its process at a call."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, _step: str, _done: int, _whole: int) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def start(target: Mapping[str, Any], site: Path, dies_at: int = -1) -> subprocess.Popen[bytes]:
    """Deploy from a process of its own, which dies at a call of its watch, if that is named."""
    arguments = (json.dumps(target), str(site), str(dies_at))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.deploys", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "plugins")},
        start_new_session=True,
    )


def main() -> None:
    """Deploy a site as ``start`` says."""
    options, folder, dies_at = json.loads(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    settings = Settings(targets={"here": options})
    manifest = Manifest.of(folder, contents(folder), BUILT)
    target = declared("here", settings, folder.parent / "project").target
    with target.held():
        delivery = plan(target, source(folder, manifest), datetime.now(UTC), 10)
        target.send(delivery, Fatal(dies_at) if dies_at >= 0 else silent)


if __name__ == "__main__":
    main()
