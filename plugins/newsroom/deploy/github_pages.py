"""A branch that GitHub Pages serves: one commit without history, and releases beside it.

    refs/heads/<branch>                what is public
    refs/newsroom/releases/<release>   a commit with the same files below ``site/``, and
                                       the record of the release

Both go in one push, which either happens or does not. A clone does not fetch the
releases, and what is removed from the branch is in none of its commits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from ..publish.programs import Done, why
from .git import git
from .release import Delivery, Release, Target, Watch, read_records

RELEASES = "refs/newsroom/releases"
SITE, RECORD = "site", "release.json"
DOMAIN, AS_IT_IS = "CNAME", ".nojekyll"  # files that are for GitHub
PLAIN = "100644 blob"  # how git lists a file that is no program
_USER = re.compile(r"//[^/\s]*@")
_NOBODY = {
    f"GIT_{who}_{what}": text
    for who in ("AUTHOR", "COMMITTER")
    for what, text in (("NAME", "newsroom"), ("EMAIL", "newsroom@localhost"))
}


@dataclass(frozen=True)
class PagesTarget(Target):
    """A branch of the repository ``remote``, served by GitHub at its own ``domain``, if any.

    ``work`` is for a scratch repository of ours, which may be removed between deploys.
    """

    name: str
    remote: str = field(repr=False)  # it may hold a token
    branch: str
    domain: str
    work: Path

    limits = (
        "GitHub Pages sends no headers of yours: the policy stands in the pages instead, so there"
        " is no frame protection, no HSTS of yours, no caching for ever.",
        "A public repository shows drafts and history to everybody: keep the content in a private"
        " one, and deploy to another.",
        "Whoever can read that other one can fetch its earlier releases too, with what has been"
        " covered or withdrawn since.",
    )

    def reach(self, seconds: float) -> None:
        """Ask the repository for its branch, in time."""
        command = ("ls-remote", "--heads", "--", self.remote, self.branch)
        self._said(git(self.work.parents[1], *command, timeout=seconds))

    def releases(self) -> tuple[Release, ...]:
        """Return those in the repository, the live one last."""
        self._fetch()
        if not (tip := self._tip()):
            return ()
        refs = [f"{RELEASES}/{id}" for id in self._ids()]
        texts = {ref: self._git("cat-file", "blob", f"{ref}:{RECORD}") for ref in refs}
        return read_records(self.name, texts, self._live(tip))

    def listed(self) -> set[str]:
        """Return all files of the branch but those that are for GitHub."""
        self._fetch()
        return set(self._tree(self._tip())) - {DOMAIN, AS_IT_IS}

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Commit what is to be public, and push it with its record."""
        release, tip = delivery.release, self._tip()
        delivery.check()
        if (self._live(tip) if tip else "") != (delivery.live.id if delivery.live else ""):
            raise CommandError(f"{self.name}: another deploy came in between: run it again")
        site = self._site(delivery, tip)
        about = f"Release {release.id}" + (f" of {release.commit}" if release.commit else "")
        commit = self._git("commit-tree", site, "-m", about, own=_NOBODY)
        listed = f"{self._blob(release.text())}\t{RECORD}\n040000 tree {site}\t{SITE}\n"
        whole = self._git("mktree", given=listed)
        record = self._git("commit-tree", whole, "-m", f"Record of {release.id}", own=_NOBODY)
        lease = f"--force-with-lease=refs/heads/{self.branch}:{tip}"
        refs = [f"{commit}:refs/heads/{self.branch}", f"+{record}:{RELEASES}/{release.id}"]
        refs += [f":{RELEASES}/{id}" for id in self._ids() if id in delivery.forgotten]
        files = len(list(delivery.changed))
        watch("files", 0, files)
        self._git("push", "--atomic", "--quiet", lease, "--", self.remote, *refs)
        watch("files", files, files)

    def restore(self, release: Release, folder: Path) -> None:
        """Write the files of a kept release."""
        self._fetch()
        with TemporaryDirectory() as work:
            own = {"GIT_INDEX_FILE": f"{work}/index", "GIT_WORK_TREE": str(folder.resolve())}
            self._git("read-tree", f"{RELEASES}/{release.id}:{SITE}", own=own)
            as_it_is = ("-c", "core.autocrlf=false")
            self._git(*as_it_is, "checkout-index", "--all", "--force", own=own)

    def _site(self, delivery: Delivery, tip: str) -> str:
        """Store just what is to be public; return the name of the tree.

        A ``CNAME`` that GitHub's own settings have put into the branch stays.
        """
        release, folder = delivery.release, delivery.folder.resolve()
        domain = self._blob(self.domain) if self.domain else self._tree(tip).get(DOMAIN, "")
        before = self._tree(f"{RELEASES}/{delivery.live.id}:{SITE}" if delivery.live else "")
        files = {AS_IT_IS: self._blob(""), DOMAIN: domain}
        files |= {path: before[path] for path in release.kept}
        asked = "".join(f"{folder / path}\n" for path in release.files)
        said = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", given=asked)
        blobs = zip(release.files, said.split(), strict=True)
        files |= {path: f"{PLAIN} {blob}" for path, blob in blobs}
        listed = "".join(f"{about}\t{path}\0" for path, about in files.items() if about)
        with TemporaryDirectory() as work:
            own = {"GIT_INDEX_FILE": f"{work}/index"}
            self._git("update-index", "-z", "--index-info", given=listed, own=own)
            tree = self._git("write-tree", own=own)
        if odd := release.everything.keys() - self._tree(tree).keys():
            raise CommandError(f"{self.name}: git cannot hold a file of this name: {min(odd)!r}")
        return tree

    def _blob(self, text: str) -> str:
        return f"{PLAIN} {self._git('hash-object', '-w', '--stdin', given=text)}"

    def _fetch(self) -> None:
        """Bring the scratch repository up to date with the remote one."""
        self.work.mkdir(parents=True, exist_ok=True)
        # Again each time: it mends one whose making was broken off.
        self._git("init", "--bare", "--quiet", "--template=", str(self.work.resolve()))
        # With a star, for git to take a branch that is not there for none at all.
        heads = f"+refs/heads/{self.branch}*:refs/live/{self.branch}*"
        wanted = (heads, f"+{RELEASES}/*:{RELEASES}/*")
        self._git("fetch", "--prune", "--no-tags", "--quiet", "--", self.remote, *wanted)

    def _tip(self) -> str:
        """Return the commit of the branch as it was last fetched; empty if there is none."""
        ref = f"refs/live/{self.branch}"
        return self._git("for-each-ref", "--format=%(objectname)", ref).partition("\n")[0]

    def _ids(self) -> list[str]:
        """Return the ids of the releases in the repository, oldest first."""
        refs = self._git("for-each-ref", "--format=%(refname)", f"{RELEASES}/").split()
        return [ref.rpartition("/")[2] for ref in refs]

    def _live(self, tip: str) -> str:
        """Return the id of the newest release whose files a commit of the branch has.

        Raises CommandError for what no deploy of ours has made.
        """
        for id in reversed(self._ids()):
            differing = self._git("diff-tree", "-r", "--name-only", f"{RELEASES}/{id}:{SITE}", tip)
            if differing in ("", DOMAIN):
                return id
        raise CommandError(
            f"{self.name}: the branch {self.branch} holds what no deploy has made: delete it,"
            " or name another branch"
        )

    def _tree(self, name: str) -> dict[str, str]:
        """Return mode, type and name of each blob of a commit or tree, by its path."""
        listed = self._git("ls-tree", "-r", "-z", name).split("\0") if name else ()
        files = (entry.partition("\t") for entry in listed)
        return {path: about for about, _, path in files if path}

    def _git(self, *arguments: str, given: str = "", own: Mapping[str, str] | None = None) -> str:
        """Run git in the scratch repository. Raises CommandError."""
        here = {"GIT_DIR": str(self.work.resolve())}
        return self._said(git(self.work, *arguments, given=given, own=here | dict(own or {})))

    def _said(self, done: Done) -> str:
        """Return what git said. Raises CommandError, without a token, if it failed."""
        if done.returncode:
            user, at, _ = self.remote.partition("//")[2].rpartition("@")
            said = why(done).replace(user + at, "…@") if at else why(done)
            raise CommandError(f"{self.name}: {_USER.sub('//…@', said)}")
        return done.stdout.rstrip("\n")
