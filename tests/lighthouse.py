"""Lighthouse: installed at first need, run as a process of its own, and what it found.

It has a folder of its own: it is more than twice as large as all the validators together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser import ARGUMENTS, find_or_install
from tests.validators import installed

HERE = Path(__file__).parent / "lighthouse_runner"
METRICS = {
    "FCP": "first-contentful-paint",
    "LCP": "largest-contentful-paint",
    "TBT": "total-blocking-time",
    "CLS": "cumulative-layout-shift",
    "SI": "speed-index",
    "bytes": "total-byte-weight",
}


@dataclass(frozen=True)
class Report:
    """What Lighthouse says of one visit to a page."""

    written: dict[str, Any]

    def score(self, category: str) -> float:
        """A score, of 100. An audit that broke down leaves none at all."""
        score = self.written["categories"][category]["score"]
        assert score is not None, self.lost(category)
        return float(score) * 100

    def lost(self, category: str) -> list[str]:
        """The audits that cost points, each with its title and the places that it names."""
        weighed = [
            one for one in self.written["categories"][category]["auditRefs"] if one["weight"]
        ]
        audits = [self.written["audits"][one["id"]] for one in weighed]
        return ["\n    ".join(_said(audit)) for audit in audits if audit["score"] != 1]

    def figures(self) -> str:
        """The performance score and what it is made of, in a line."""
        audits = self.written["audits"]
        values = (f"{name} {round(audits[id]['numericValue'], 3)}" for name, id in METRICS.items())
        return f"performance {self.score('performance'):.0f}: {', '.join(values)}"


def lighthouse(url: str) -> Report:
    """Visit a page as Lighthouse does by default. It takes some ten seconds."""
    done = installed.run(
        "env",
        f"CHROME_PATH={find_or_install()}",
        installed.node(),
        str(installed.node_package("lighthouse/cli/index.js", HERE)),
        url,
        "--output=json",
        "--quiet",
        "--no-enable-error-reporting",
        f"--chrome-flags={' '.join(('--headless=new', *ARGUMENTS))}",
    )
    try:
        written: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise AssertionError(f"no report: {done.stdout[-300:]}{done.stderr[-900:]}") from None
    assert "runtimeError" not in written, written["runtimeError"]
    return Report(written)


def _said(audit: dict[str, Any]) -> Iterator[str]:
    """An audit's name and title, why it failed, and where, wherever in the details that is."""
    yield f"{audit['id']}: {audit['title']}"
    yield from (audit[why] for why in ("explanation", "errorMessage") if audit.get(why))
    waiting: list[object] = [audit.get("details")]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            if part.get("type") == "node":
                yield f"{part.get('selector')}: {part.get('snippet')}"
            elif isinstance(part.get("description"), str):
                yield part["description"]
