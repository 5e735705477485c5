"""Every link of a finished site leads somewhere: checked by lychee, which asks nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from ..model.problems import Problem
from ..model.settings import SettingsError
from .programs import program, run, why

BROKEN_LINK = "broken-link"
# In JSON addresses are escaped; those feeds have the links of the Atom feeds beside them.
READ = (".html", ".atom", ".xml", ".txt", ".css")


def broken_links(folder: Path, paths: Iterable[str], site_url: str) -> list[Problem]:
    """List the links within a site that lead to no file, or to no place in it.

    ``paths`` are relative to ``folder``, which is served at ``site_url``. Links to
    other sites are not followed. Raises SettingsError if lychee is missing or fails.
    """
    root = folder.resolve()
    with TemporaryDirectory() as work:
        # It takes a name with a bracket for a pattern; such a file is none of ours.
        listed = [path for path in paths if PurePosixPath(path).suffix in READ]
        plain = (re.sub(r"([*?[])", r"[\1]", path) for path in sorted(listed))
        inputs = Path(work, "inputs")
        inputs.write_text("".join(f"{path}\n" for path in plain), "utf-8")
        command = [
            *(program("lychee"), "--offline", "--no-progress", "--format", "json"),
            *("--include-fragments", "--index-files", "index.html"),
            *("--root-dir", str(root), "--files-from", str(inputs)),
            *(("--remap", _remap(site_url, root)) if site_url else ()),
        ]
        done = run(command, cwd=root)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise SettingsError(f"the links could not be checked: lychee says {why(done)}") from None
    return sorted(set(_problems(found, root, site_url)))


def _remap(site_url: str, root: Path) -> str:
    """Say where the site's own address lies on this machine, in lychee's notation."""
    place = root.as_uri().replace("$", "$$")
    return f"^{re.escape(site_url)}(/.*|[#?].*|$) {place}$1"


def _problems(found: Mapping[str, Any], root: Path, site_url: str) -> Iterator[Problem]:
    for path, errors in found.get("error_map", {}).items():
        for error in errors:
            url = str(error["url"]).removeprefix(root.as_uri())
            if url.startswith("file:") and not path.endswith((".html", ".css")):
                continue  # words of a text, such as a path in an error message, and no link
            where = url if not urlsplit(url).scheme else url.removeprefix(site_url)
            why = str(error["status"].get("text", "")).partition(" '")[0].partition(".")[0]
            line = (error.get("span") or {}).get("line", 1)
            message = f"this page links to {where} ({why[:1].lower()}{why[1:]}): mend the link"
            yield Problem(str(path), int(line), BROKEN_LINK, message)
