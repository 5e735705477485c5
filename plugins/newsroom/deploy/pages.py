"""A branch that GitHub Pages serves: one commit without history, and releases beside it.

    refs/heads/<branch>                what is public
    refs/newsroom/releases/<release>   a commit with the same files below ``site/``, and
                                       the record of the release

Both go in one push, which either happens or does not. A clone does not fetch the
releases, and what is removed from the branch is in none of its commits.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from ..publish.manifest import hash_of
from .folders import busy, in_order
from .release import BusyError, Delivery, Release, Watch

RELEASES = "refs/newsroom/releases"
SITE, RECORD = "site", "release.json"
STAGING = "staging"  # the branch of the scratch repository that a commit is made on
OF_THE_HOST = (".nojekyll", "CNAME")
MINUTES = 10

_USER = re.compile(r"//[^/@\s]+@")
_WORDS = {
    "Permission denied": "the repository lets nobody in with these keys: check the ssh agent",
    "Authentication failed": "the repository refuses the credentials",
    "could not read Username": "the repository wants credentials: use a credential helper, or ssh",
    "not found": "there is no such repository, or it does not show itself to you",
    "does not appear to be a git repository": "there is no such repository: check remote",
    "Could not resolve host": "there is no such host: check remote",
    "protected branch": "the branch is protected: let this deploy push to it with force",
}


@dataclass(frozen=True)
class PagesTarget:
    """A branch of the repository ``remote``. ``work`` is for a scratch repository of ours.

    ``domain`` is the site's own host name, if GitHub is to serve it there.
    """

    name: str
    remote: str
    branch: str
    domain: str
    work: Path
    sends_twins: bool = False
    sent_headers: tuple[str, ...] = ()
    limits: tuple[str, ...] = (
        "GitHub Pages sends no headers of yours: the policy stands in the pages instead, so there"
        " is no frame protection, no HSTS of yours, no caching for ever.",
        "GitHub Pages compresses by itself: compressed twins stay here.",
        "A public repository shows drafts and history to everybody: keep the content in a private"
        " one, and deploy to another.",
    )

    @contextmanager
    def held(self) -> Iterator[None]:
        """One deploy on this machine; the push itself refuses one from another."""
        self.work.mkdir(parents=True, exist_ok=True)
        with (self.work / "deploying").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BusyError(f"{self.name}: {busy()}") from None
            yield

    def releases(self) -> tuple[Release, ...]:
        """Those in the repository, the live one last.

        Raises CommandError for a branch that no deploy of ours has made.
        """
        self._fetch()
        listed = self._git("for-each-ref", "--format=%(refname)", f"{RELEASES}/").split()
        texts = {ref: self._git("cat-file", "blob", f"{ref}:{RECORD}") for ref in listed}
        live = self._live()
        if not live:
            return ()
        tree = self._git("rev-parse", f"{live}^{{tree}}")
        shown = [ref for ref in listed if self._git("rev-parse", f"{ref}:{SITE}") == tree]
        if not shown:
            raise CommandError(
                f"{self.name}: the branch {self.branch} holds what no deploy has made: delete it,"
                " or name another branch"
            )
        return in_order(texts.values(), shown[-1].rpartition("/")[2])

    def pending(self) -> tuple[Release, ...]:
        """A push is whole or not there."""
        return ()

    def listed(self) -> set[str]:
        """All files of the branch but those that are for GitHub."""
        live = self._live()
        names = self._git("ls-tree", "-r", "-z", "--name-only", live) if live else ""
        return {name for name in names.split("\0") if name and name not in OF_THE_HOST}

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Commit what is to be public, and push it with its record."""
        release, before = delivery.release, self._live()
        with TemporaryDirectory(dir=delivery.folder.parent) as work:
            folder = Path(work, SITE)
            self._lay_out(delivery, folder)
            commit = self._commit(release, folder)
        record = self._record(release, commit)
        leased = f"--force-with-lease=refs/heads/{self.branch}:{before}"
        refs = [f"{commit}:refs/heads/{self.branch}", f"+{record}:{RELEASES}/{release.id}"]
        refs += [f":{RELEASES}/{id}" for id in delivery.forgotten]
        whole = sum(len(step.paths) for step in delivery.steps)
        watch("files", 0, whole)
        self._git("push", "--atomic", "--quiet", leased, self.remote, *refs)
        watch("files", whole, whole)
        self._fetch()

    def fetch(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Write files of a kept release, each held against its hash."""
        for path in paths:
            self._write(release.id, path, folder / path, release.everything[path])

    def _lay_out(self, delivery: Delivery, folder: Path) -> None:
        """Put together just what is to be public."""
        for path, digest in delivery.release.everything.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if path in delivery.release.files:
                shutil.copyfile(delivery.folder / path, place)
                place.chmod(0o644)
            elif delivery.live:
                self._write(delivery.live.id, path, place, digest)

    def _commit(self, release: Release, folder: Path) -> str:
        """A commit without parents, made by ghp-import; returns its name."""
        self._git("update-ref", "-d", f"refs/heads/{STAGING}")
        message = f"Release {release.id}" + (f" of {release.commit}" if release.commit else "")
        command = [sys.executable, "-m", "ghp_import", "--no-jekyll", "--branch", STAGING]
        command += ["--message", message, *(("--cname", self.domain) if self.domain else ())]
        self._run([*command, str(folder.resolve())])
        return self._git("rev-parse", f"refs/heads/{STAGING}")

    def _record(self, release: Release, commit: str) -> str:
        """A commit that holds the site and the record of the release."""
        blob = self._git("hash-object", "-w", "--stdin", given=release.text())
        site = self._git("rev-parse", f"{commit}^{{tree}}")
        listed = f"100644 blob {blob}\t{RECORD}\n040000 tree {site}\t{SITE}\n"
        tree = self._git("mktree", given=listed)
        return self._git("commit-tree", tree, "-m", f"Record of {release.id}")

    def _write(self, id: str, path: str, place: Path, digest: str) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            subprocess.run(
                ["git", "cat-file", "blob", f"{RELEASES}/{id}:{SITE}/{path}"],
                cwd=self.work,
                stdout=file,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        if hash_of(place) != digest:
            raise CommandError(f"{self.name}: {path} of {id} is no longer there")

    def _fetch(self) -> None:
        """Bring the scratch repository up to date with the remote one."""
        if not (self.work / "HEAD").is_file():
            self.work.mkdir(parents=True, exist_ok=True)
            self._run(["git", "init", "--bare", "--quiet", "."])
        heads = f"+refs/heads/{self.branch}*:refs/live/{self.branch}*"
        wanted = (heads, f"+{RELEASES}/*:{RELEASES}/*")
        self._git("fetch", "--prune", "--no-tags", "--quiet", self.remote, *wanted)

    def _live(self) -> str:
        """The commit of the branch as it was last fetched; empty if there is none."""
        ref = f"refs/live/{self.branch}"
        return self._git("for-each-ref", "--format=%(objectname)", ref).partition("\n")[0]

    def _git(self, *arguments: str, given: str | None = None) -> str:
        return self._run(["git", *arguments], given).rstrip("\n")

    def _run(self, command: list[str], given: str | None = None) -> str:
        """Run a command in the scratch repository; it never asks anything.

        Raises CommandError, and BusyError for a push that came second.
        """
        usual = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
        nobody = {f"GIT_{who}_NAME": "newsroom" for who in ("AUTHOR", "COMMITTER")}
        nobody |= {f"GIT_{who}_EMAIL": "newsroom@localhost" for who in ("AUTHOR", "COMMITTER")}
        try:
            done = subprocess.run(
                command,
                cwd=self.work,
                env=usual | nobody | os.environ | {"GIT_DIR": str(self.work.resolve())},
                input=given,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=MINUTES * 60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CommandError(f"{self.name}: git took more than {MINUTES} minutes") from None
        if done.returncode:
            raise self._error(_USER.sub("//…@", done.stderr))
        return done.stdout

    def _error(self, said: str) -> CommandError:
        if "stale info" in said or "fetch first" in said or "failed to lock" in said:
            return BusyError(f"{self.name}: another deploy came in between: run it again")
        known = next((words for mark, words in _WORDS.items() if mark in said), "")
        lines = [line for line in said.strip().splitlines() if line]
        return CommandError(f"{self.name}: {known or (lines[-1] if lines else 'git failed')}")
