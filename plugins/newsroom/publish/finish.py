"""From a built site to one that can be published: guarded, checked, compressed, listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..files import files_in, write_whole
from ..model.addresses import OF_INCIDENTS
from ..model.policy import Policy, is_hashed
from ..model.problems import Problem, Severity
from ..model.settings import Settings
from .hosting import hosting_files
from .leaks import findings
from .links import BROKEN_LINK, broken_links
from .manifest import Manifest
from .twins import write_twins

FEW = 10  # warnings of one rule about pages that are not ours: a site may have thousands


def problems_in(folder: Path, name: str, settings: Settings) -> list[Problem]:
    """List what must not be published, or leads nowhere, in a site; ``name`` is that of output.

    What Pelican's own pages have of it is a warning.
    """
    paths = files_in(folder)
    found = findings(folder, paths) + broken_links(folder, paths, settings.site_url)
    if settings.is_guest:
        found = list(lenient(found))
    return [problem.below(name) for problem in found]


def lenient(found: list[Problem]) -> Iterator[Problem]:
    """Yield what is wrong in the pages of incidents, and the first warnings about all others.

    A link that is dead in others, too, is the theme's. So is one to a place within a page: those
    of texts have been checked.
    """
    others = {problem.message for problem in found if not OF_INCIDENTS.match(problem.path)}
    warnings: dict[str, list[Problem]] = {}
    for problem in found:
        to_a_place = problem.rule == BROKEN_LINK and "#" in problem.message
        if problem.message in others or to_a_place:
            warnings.setdefault(problem.rule, []).append(problem.as_warning())
        else:
            yield problem
    for rule, problems in warnings.items():
        yield from problems[:FEW]
        if (more := len(problems) - FEW) > 0:
            yield Problem("", 1, rule, f"and {more} more like these", Severity.WARNING)


def compress(folder: Path, output: Path, built: datetime) -> Manifest:
    """Write the twins of a site, and list all that is there then; ``output`` has the last one."""
    before = last_manifest(output)
    write_twins(folder, files_in(folder), output, before.files if before else {})
    return Manifest.of(folder, files_in(folder), built)


def write_hosting(manifest: Manifest, output: Path, settings: Settings) -> None:
    """Write what web servers are to be told, in ``output.hosting/`` beside the output."""
    address = urlsplit(settings.site_url)
    policy = Policy.of(settings.headers, settings.search)
    hashed = filter(is_hashed, manifest.files)
    texts = hosting_files(policy, address.path, address.hostname or "", hashed)
    for name, text in texts.items():
        write_whole(hosting_folder(output) / name, text)


def hosting_folder(output: Path) -> Path:
    """Name the folder of what web servers are to be told: ``output.hosting``."""
    return output.with_name(f"{output.name}.hosting")


def manifest_file(output: Path) -> Path:
    """Name the manifest, beside the output: ``output.manifest.json``."""
    return output.with_name(f"{output.name}.manifest.json")


def last_manifest(output: Path) -> Manifest | None:
    """Read what the last publish made; None if there was none, or it cannot be read."""
    file = manifest_file(output)
    try:
        return Manifest.read(file.read_text("utf-8")) if file.is_file() else None
    except (OSError, ValueError):
        return None
