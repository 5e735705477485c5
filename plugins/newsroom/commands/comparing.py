"""Compare the live site with what was published."""

from __future__ import annotations

from dataclasses import dataclass

from ..deploy.release import twins_in
from ..deploy.targets import declared
from ..model.problems import CommandError
from ..progress import Progress
from ..publish.finish import last_manifest, manifest_file
from .deploying import CONF, policy_of
from .options import Options, argument, command, option
from .project import Project
from .results import Result, count


@dataclass(frozen=True)
class VerifyOptions(Options):
    """Of a comparison."""

    where: str = argument(
        "Which site? Its address, or a target",
        help="The address of the live site, or the name of a target",
    )
    target: str = option(
        "Compare an address with what was deployed there (default: the last publish)"
    )


@command(VerifyOptions, conf=CONF)
def verify(project: Project, given: VerifyOptions) -> Result:
    """Fetch the live site and say what is missing, stale or foreign."""
    from ..deploy.live_site import Expected
    from ..deploy.live_site import verify as compare

    settings = project.settings
    known = filter(None, (*settings.targets, settings.site_url))
    where = project.asker.ask(given.question("where", choices=dict.fromkeys(known, "")))
    url = where if ":" in where else ""
    name = given.target or ("" if url else where)
    if name:
        there = declared(name, settings, project.root)
        kept = there.target.releases()
        if not kept:
            raise CommandError(f"nothing has been deployed to {name} yet")
        files, extra, listed = kept[-1].files, kept[-1].kept, there.target.listed()
        url = url or there.url or settings.site_url
        sends, only = not there.meta_policy, there.target.sent_headers
    else:
        manifest = last_manifest(project.output)
        if manifest is None:
            missing = f"{manifest_file(project.output).name} is missing or damaged"
            raise CommandError(f"{missing}: run invoke publish, or name a --target")
        files, extra, listed, sends, only = manifest.files, {}, set(), True, ()
    if not url:
        raise CommandError("which site? name its address, or set SITEURL")
    policy = policy_of(project)

    def headers(path: str) -> dict[str, str]:
        found = policy.headers(path) if sends else {}
        return {name: text for name, text in found.items() if not only or name in only}

    twins = twins_in({**extra, **files})  # they have no address of their own
    expected = [
        Expected(path, digest, headers(path)) for path, digest in files.items() if path not in twins
    ]
    progress = Progress()
    found = compare(
        url,
        expected,
        listed=listed - twins,
        kept=set(extra),
        watch=lambda done, whole: progress("fetched", done, whole),
    )
    differences = count(sum(one.files for one in found), "difference")
    lines = (*(f"{one.kind}: {one.message}" for one in found), f"{url}: {differences}")
    return Result(notes=lines, code=1 if found else 0)
