"""A branch that GitHub Pages serves: one commit without history, and releases beside it.

    refs/heads/<branch>                what is public
    refs/newsroom/releases/<release>   a commit with the same files below ``site/``, and
                                       the record of the release

Both go in one push, which either happens or does not. A clone does not fetch the
releases, and what is removed from the branch is in none of its commits.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from ..model.problems import CommandError
from ..publish.manifest import hash_of
from ..publish.programs import Done, run
from .git import environment, git
from .release import BusyError, Delivery, Release, Target, Watch, locked, read_records
from .remedies import in_words

RELEASES = "refs/newsroom/releases"
SITE, RECORD = "site", "release.json"
STAGING = "staging"  # the branch of the scratch repository that a commit is made on
NEXT = "next"  # the folder in it with the files of that commit
DOMAIN = "CNAME"
OF_THE_HOST = (".nojekyll", DOMAIN)
NOBODY = "newsroom"

_USER = re.compile(r"//[^/\s]*@")
_CAME_BETWEEN = ("stale info", "fetch first", "cannot lock ref", "failed to update ref")


@dataclass(frozen=True)
class PagesTarget(Target):
    """A branch of the repository ``remote``. ``work`` is for a scratch repository of ours.

    ``domain`` is the site's own host name, if GitHub is to serve it there. ``work`` is a
    cache: it may be removed between deploys.
    """

    name: str
    remote: str = field(repr=False)  # it may hold a token
    branch: str
    domain: str
    work: Path

    limits = (
        "GitHub Pages sends no headers of yours: the policy stands in the pages instead, so there"
        " is no frame protection, no HSTS of yours, no caching for ever.",
        "GitHub Pages compresses by itself: compressed twins stay here.",
        "A public repository shows drafts and history to everybody: keep the content in a private"
        " one, and deploy to another.",
        "Whoever can read that other one can fetch its earlier releases too, with what has been"
        " covered or withdrawn since.",
    )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let one deploy of this machine go on; the push itself refuses one from another."""
        self.work.mkdir(parents=True, exist_ok=True)
        with locked(self.work / "deploying", self.name):
            # What a killed deploy left: its files, and the locks of its git.
            shutil.rmtree(self.work / NEXT, ignore_errors=True)
            for lock in self.work.rglob("*.lock"):
                lock.unlink(missing_ok=True)
            yield

    def releases(self) -> tuple[Release, ...]:
        """Return those in the repository, the live one last.

        Raises CommandError for a branch that no deploy of ours has made.
        """
        self._fetch()
        live = self._live()
        if not live:
            return ()
        shown = self._shown_by(live)
        if not shown:
            raise CommandError(
                f"{self.name}: the branch {self.branch} holds what no deploy has made: delete it,"
                " or name another branch"
            )
        refs = [f"{RELEASES}/{id}" for id in self._kept()]
        texts = {ref: self._git("cat-file", "blob", f"{ref}:{RECORD}") for ref in refs}
        return read_records(self.name, texts, shown[-1])

    def listed(self) -> set[str]:
        """Return all files of the branch but those that are for GitHub."""
        self._fetch()
        live = self._live()
        return set(self._tree(live)) if live else set()

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Commit what is to be public, and push it with its record.

        Raises BusyError if the branch is no longer what the delivery was planned for. The
        lease alone does not say so: somebody may have fetched here meanwhile.
        """
        release, live, before = delivery.release, delivery.live, self._live()
        if live.id not in self._shown_by(before) if live else before:
            raise self._came_between()
        commit = self._commit(delivery, before)
        record = self._record(release, commit)
        lease = f"--force-with-lease=refs/heads/{self.branch}:{before}"
        refs = [f"{commit}:refs/heads/{self.branch}", f"+{record}:{RELEASES}/{release.id}"]
        refs += [f":{RELEASES}/{id}" for id in self._kept() if id in delivery.forgotten]
        whole = len(list(delivery.changed))
        watch("files", 0, whole)
        self._git("push", "--atomic", "--quiet", lease, "--", self.remote, *refs, own=self._ssh())
        watch("files", whole, whole)

    def fetch(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Write files of a kept release, each held against its hash."""
        self._fetch()
        self._write(release.id, {path: release.everything[path] for path in paths}, folder)

    def _commit(self, delivery: Delivery, before: str) -> str:
        """Let ghp-import make a commit without parents; return its name.

        A ``CNAME`` of the site itself, or one that GitHub's own settings have put into the
        branch, stays where no domain is named.
        """
        release, folder = delivery.release, self.work / NEXT
        domain = self.domain or self._domain(before)
        if DOMAIN in release.everything:
            domain = ""
        self._git("update-ref", "-d", f"refs/heads/{STAGING}")
        message = f"Release {release.id}" + (f" of {release.commit}" if release.commit else "")
        command = [sys.executable, "-m", "ghp_import", "--no-jekyll", "--branch", STAGING]
        command += [f"--message={message}", *((f"--cname={domain}",) if domain else ())]
        command.append(str(folder.resolve()))
        try:
            self._lay_out(delivery, folder)
            own = environment(self._own() | self._signed(release))
            self._said(run(command, cwd=self.work, env=own))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        commit, *parents = self._git("rev-list", "--parents", "-1", f"refs/heads/{STAGING}").split()
        if parents:  # git of a deploy that was killed went on without it
            raise self._came_between()
        if odd := set(self._tree(commit)) ^ (set(release.everything) - set(OF_THE_HOST)):
            raise CommandError(f"{self.name}: git cannot hold a file of this name: {min(odd)!r}")
        return commit

    def _lay_out(self, delivery: Delivery, folder: Path) -> None:
        """Put together just what is to be public."""
        release = delivery.release
        for path, digest in release.files.items():
            if path.startswith('"') or "\n" in path:  # ghp-import hands them on as they are
                raise CommandError(f"{self.name}: git cannot hold a file of this name: {path!r}")
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(delivery.folder / path, place)
            place.chmod(0o644)
            if hash_of(place) != digest:
                raise CommandError(f"{place.name} has changed meanwhile: run it again")
        kept = {path: text for path, text in release.kept.items() if path not in release.files}
        if kept and delivery.live:
            self._write(delivery.live.id, kept, folder)

    def _record(self, release: Release, commit: str) -> str:
        """Make a commit that holds the site and the record of the release; return its name."""
        blob = self._git("hash-object", "-w", "--stdin", given=release.text())
        site = self._git("rev-parse", f"{commit}^{{tree}}")
        listed = f"100644 blob {blob}\t{RECORD}\n040000 tree {site}\t{SITE}\n"
        tree, message = self._git("mktree", given=listed), f"Record of {release.id}"
        return self._git("commit-tree", tree, "-m", message, own=self._signed(release))

    def _write(self, id: str, wanted: Mapping[str, str], folder: Path) -> None:
        """Write files of a release, by their paths and hashes. Their bytes are no text for git."""
        asked = "".join(f"{RELEASES}/{id}:{SITE}/{path}\n" for path in wanted).encode()
        command = ["git", "cat-file", "--batch"]
        with TemporaryFile() as answers:
            own = environment(self._own())
            subprocess.run(
                command, input=asked, stdout=answers, cwd=self.work, env=own, check=False
            )
            answers.seek(0)
            for path, digest in wanted.items():
                data = _next_blob(answers)
                if data is None or sha256(data).hexdigest() != digest:
                    raise CommandError(f"{self.name}: {path} of {id} is no longer there")
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
                place.chmod(0o644)

    def _fetch(self) -> None:
        """Bring the scratch repository up to date with the remote one."""
        self.work.mkdir(parents=True, exist_ok=True)
        # Again each time: it mends one whose making was broken off.
        self._git("init", "--bare", "--quiet", "--template=", str(self.work.resolve()))
        # With a star, for git to take a branch that is not there for none at all.
        heads = f"+refs/heads/{self.branch}*:refs/live/{self.branch}*"
        wanted = (heads, f"+{RELEASES}/*:{RELEASES}/*")
        how = ("--prune", "--no-tags", "--quiet", "--")
        self._git("fetch", *how, self.remote, *wanted, own=self._ssh())

    def _live(self) -> str:
        """Return the commit of the branch as it was last fetched; empty if there is none."""
        ref = f"refs/live/{self.branch}"
        return self._git("for-each-ref", "--format=%(objectname)", ref).partition("\n")[0]

    def _kept(self) -> list[str]:
        """Return the ids of the releases in the repository, oldest first."""
        refs = self._git("for-each-ref", "--format=%(refname)", f"{RELEASES}/").split()
        return [ref.rpartition("/")[2] for ref in refs]

    def _shown_by(self, commit: str) -> list[str]:
        """Return the ids of the releases whose files a commit of the branch has, oldest first."""
        if not commit:
            return []
        tree = self._tree(commit)
        return [id for id in self._kept() if self._tree(f"{RELEASES}/{id}:{SITE}") == tree]

    def _tree(self, name: str) -> dict[str, str]:
        """Return mode and content of each file by its path, without those that are for GitHub."""
        listed = self._git("ls-tree", "-r", "-z", name).split("\0")
        files = {path: what for what, _, path in (entry.partition("\t") for entry in listed)}
        return {path: what for path, what in files.items() if path and path not in OF_THE_HOST}

    def _domain(self, commit: str) -> str:
        """Return what the ``CNAME`` of a commit says; empty if it has none."""
        if not commit or not self._git("ls-tree", "--name-only", commit, DOMAIN):
            return ""
        return self._git("cat-file", "blob", f"{commit}:{DOMAIN}").strip()

    def _signed(self, release: Release) -> dict[str, str]:
        """Return who commits, as far as git knows, and when, for its environment."""
        name = self._git("config", "--default", NOBODY, "user.name")
        email = self._git("config", "--default", f"{NOBODY}@localhost", "user.email")
        when = f"{datetime.fromisoformat(release.deployed).timestamp():.0f} +0000"
        signed: dict[str, str] = {}
        for who in ("GIT_AUTHOR", "GIT_COMMITTER"):
            signed[f"{who}_NAME"] = os.environ.get(f"{who}_NAME", name)
            signed[f"{who}_EMAIL"] = os.environ.get(f"{who}_EMAIL", email)
            signed[f"{who}_DATE"] = when
        return signed

    def _ssh(self) -> dict[str, str]:
        """Let ssh never ask anything, unless git has been told another way to call it."""
        told = {"GIT_SSH", "GIT_SSH_COMMAND"} & set(os.environ)
        if told or self._git("config", "--default", "", "core.sshCommand"):
            return {}
        return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}

    def _git(self, *arguments: str, given: str = "", own: Mapping[str, str] | None = None) -> str:
        """Run git in the scratch repository. Raises CommandError, and BusyError as ``_said``."""
        done = git(self.work, *arguments, given=given, own=self._own() | dict(own or {}))
        return self._said(done).rstrip("\n")

    def _own(self) -> dict[str, str]:
        return {"GIT_DIR": str(self.work.resolve())}

    def _said(self, done: Done) -> str:
        """Return what a program printed. Raises CommandError, and BusyError if it came second."""
        if not done.code:
            return done.printed
        if any(mark in done.errors for mark in _CAME_BETWEEN):
            raise self._came_between()
        user, at, _ = self.remote.partition("//")[2].rpartition("@")
        said = done.errors.replace(user + at, "…@") if at else done.errors
        raise CommandError(f"{self.name}: {in_words(_USER.sub('//…@', said), 'git')}")

    def _came_between(self) -> BusyError:
        return BusyError(self.name, "another deploy came in between: run it again")


def _next_blob(answers: IO[bytes]) -> bytes | None:
    """Return the next file that ``git cat-file --batch`` has answered with; None if it had none."""
    *_, size = answers.readline().split() or [b""]
    if not size.isdigit():
        return None
    data = answers.read(int(size))
    answers.read(1)
    return data
