"""How much the generated configuration of nginx carries: ``python -m tests.load``.

The sample, built as it is published, with its compressed twins, on this machine's loopback:
nginx and wrk, who asks, share its cores. The figures are those of docs/hosting.md.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import brotli
import pytest
from newsroom.model.policy import Policy, is_text
from newsroom.publish.hosting import hosting_files

from tests.servers.installed import program
from tests.servers.nginx import nginx
from tests.sites import Site

SECONDS = 8
CONNECTIONS = 64
HOST = "newsroom.alderandquince.example"
WEIGHED = {
    "the home page": "index.html",
    "an incident": "incidents/flood-post/index.html",
    "a post": "posts/no-more-palm-oil/index.html",
}
STYLESHEET = "theme/css/newsroom*.css"
FEED = "feeds/all.atom"


@dataclass(frozen=True)
class Load:
    """What wrk measured of one address; latencies and transfer as wrk writes them."""

    requests: float
    p50: str
    p99: str
    transfer: str
    errors: str


def main() -> None:
    """Build, serve, measure, and print the tables in Markdown."""
    try:
        wrk = program("wrk", "wrk")
        with TemporaryDirectory() as folder:
            measure_all(Path(folder), wrk)
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))


def measure_all(folder: Path, wrk: str) -> None:
    site = Site.copy("sample", folder / "sample")
    site.build(conf="publishconf.py").succeeds()
    add_twins(site.output)
    [stylesheet] = site.output.glob(STYLESHEET)
    asked = dict(list(WEIGHED.items())[:2])
    asked |= {
        "the stylesheet": stylesheet.relative_to(site.output).as_posix(),
        "the feed of all": FEED,
    }
    files = hosting_files(Policy.of({}, has_search=False), "", HOST)
    cores = os.cpu_count() or 1
    workers = max(1, cores - 1)  # one core is for wrk
    print(f"{cores} cores, nginx on {workers}, {CONNECTIONS} connections, {SECONDS} s each\n")
    print("| | requests a second | p50 | p99 | transfer a second | bytes in Brotli |")
    print("|---|---|---|---|---|---|")
    with nginx(site.output, files, folder / "nginx", workers=workers) as address:
        for name, path in asked.items():
            load = measure(wrk, address + path.removesuffix("index.html"))
            weight = (site.output / f"{path}.br").stat().st_size
            shown = f"{load.requests:,.0f} | {load.p50} | {load.p99} | {load.transfer}"
            print(f"| {name} | {shown} | {weight:,} |{load.errors}")
    print("\n| | bytes | bytes in Brotli |\n|---|---|---|")
    for row in weights(site.output):
        print(row)


def add_twins(root: Path) -> None:
    """Compress each text file as strongly as can be, as a deploy does."""
    for file in [one for one in root.rglob("*") if one.is_file() and is_text(one.name)]:
        body = file.read_bytes()
        Path(f"{file}.br").write_bytes(brotli.compress(body, quality=11))
        Path(f"{file}.gz").write_bytes(gzip.compress(body, 9, mtime=0))


def measure(wrk: str, address: str) -> Load:
    """Ask one address for SECONDS, over connections that stay open, and take Brotli."""
    options = ("-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency")
    done = subprocess.run(
        (wrk, *options, "-H", "Accept-Encoding: br", address),
        capture_output=True,
        text=True,
        check=True,
    )
    return Load(
        float(_found(r"Requests/sec:\s+([\d.]+)", done.stdout)),
        _found(r"^ +50% +(\S+)", done.stdout),
        _found(r"^ +99% +(\S+)", done.stdout),
        _found(r"Transfer/sec:\s+(\S+)", done.stdout),
        "".join(re.findall(r"(?:Non-2xx|Socket errors).*", done.stdout)),
    )


def weights(root: Path) -> Iterator[str]:
    """How heavy pages are, as rows of a table."""
    for name, path in WEIGHED.items():
        plain, small = ((root / each).stat().st_size for each in (path, f"{path}.br"))
        yield f"| {name} | {plain:,} | {small:,} |"


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    assert found is not None, text
    return found[1]


if __name__ == "__main__":
    main()
