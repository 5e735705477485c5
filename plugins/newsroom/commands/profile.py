"""What the last build did, in lines: which pages it made anew, and where the time went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def rendered(report: Mapping[str, Any]) -> Iterator[str]:
    """Each page that was made anew, and why where it is made anew every time."""
    always: Mapping[str, str] = report.get("always", {})
    if report.get("serial"):
        yield f"every page was rendered, one after another: {report['serial']}"
    for path in report.get("rendered", ()):
        yield f"{path}: in every build, because {always[path]}" if path in always else path
    yield f"{len(report.get('rendered', ())):,} made anew, {report.get('kept', 0):,} kept"


def timed(report: Mapping[str, Any]) -> Iterator[str]:
    """Each part of the build with its seconds, in their order, and all together."""
    seconds: Mapping[str, float] = report.get("seconds", {})
    width = max(map(len, seconds), default=0)
    for name, value in seconds.items():
        yield f"{name:<{width}}  {value:7.3f} s"
    yield f"{'all':<{width}}  {sum(seconds.values()):7.3f} s"
