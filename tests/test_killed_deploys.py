"""A deploy that is killed at any file: no page points at nothing, and running it again finishes."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path

import pytest
from newsroom.deploy.plan import Source
from newsroom.deploy.release import Target

from tests import deploys
from tests.servers.stores import CREDENTIALS, gate, rclone_store
from tests.test_s3_target import options, target


def test_at_every_file(tmp_path: Path, full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    pages = 130 if full else 6
    before, after = tmp_path / "before", tmp_path / "after"
    old = deploys.source(before, deploys.write_site(before, 1, range(pages)))
    shared = range(pages // 3, pages + pages // 3)
    new = deploys.source(after, deploys.write_site(after, 2, shared))
    start = tmp_path / "start" / "store"
    for name in ("site", "releases"):
        (start / name).mkdir(parents=True)
    with rclone_store(start) as address:
        deploys.deploy(target(address, tmp_path), old)
    whole = killed(start, after, None, new)
    assert whole > 2 * pages  # are sent or deleted
    points = range(whole) if full else range(1, whole, whole // 2)
    for number, point in enumerate(points):
        store = tmp_path / f"at-{point}" / "store"
        shutil.copytree(start, store)
        assert killed(store, after, point) == point
        assert deploys.dangling(store / "site", old.files.keys() & new.files) == []
        (store / "releases/lock").unlink()  # its time is over
        with rclone_store(store) as address:
            there: Target = target(address, tmp_path)
            deploys.deploy(there, (new, old)[number % 2])  # on, or back
            assert there.pending() == ()
            assert deploys.is_whole(there.releases()[-1], store / "site")
        shutil.rmtree(store.parent)
    assert len(points) >= 2


def killed(store: Path, site: Path, point: int | None, whole: Source | None = None) -> int:
    """Deploy and kill before the public file number ``point``; returns how many went.

    Without a ``point``, deploy the ``whole`` of a copy, to count.
    """
    counting, went, process = threading.Lock(), 0, None

    def passes(method: str, path: str) -> bool:
        nonlocal went
        if method not in ("PUT", "DELETE") or not path.startswith("/site/"):
            return True
        with counting:
            if point is not None and went >= point:
                assert process
                os.killpg(process.pid, signal.SIGKILL)
                return False
            went += 1
            return True

    if whole:
        store = shutil.copytree(store, store.parent / "counted")
    with rclone_store(store) as address, gate(address, passes) as front:
        if whole:
            deploys.deploy(target(front, site.parent), whole)
        else:
            process = deploys.start(options(front), site)
            assert process.wait() == -signal.SIGKILL
    return went
