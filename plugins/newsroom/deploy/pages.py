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
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from ..files import open_lock
from ..model.problems import CommandError
from .folders import busy, expect
from .release import BusyError, Delivery, Release, Watch, read_records

RELEASES = "refs/newsroom/releases"
SITE, RECORD = "site", "release.json"
STAGING = "staging"  # the branch of the scratch repository that a commit is made on
NEXT = "next"  # the folder in it with the files of that commit
DOMAIN = "CNAME"
OF_THE_HOST = (".nojekyll", DOMAIN)
NOBODY = "newsroom"
MINUTES = 10

# A hook of another repository, which may have started us, leaves these behind.
_OF_ANOTHER = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_WORK_TREE",
)
_USER = re.compile(r"//[^/\s]*@")
_CAME_BETWEEN = ("stale info", "fetch first", "cannot lock ref", "failed to update ref")
_WORDS = {
    "Permission denied": "the repository lets nobody in with these keys: check the ssh agent",
    "Authentication failed": "the repository refuses the credentials",
    "could not read Username": "the repository wants credentials: use a credential helper, or ssh",
    "could not read Password": "the repository wants credentials: use a credential helper, or ssh",
    " denied to ": "you may not write to the repository: check whose credentials git uses",
    "Write access to repository not granted": "these credentials may only read the repository",
    "error: 403": "the repository refuses the credentials",
    "Repository not found": "there is no such repository, or it does not show itself to you",
    "' not found": "there is no such repository, or it does not show itself to you",
    "does not appear to be a git repository": "there is no such repository: check remote",
    "Could not resolve host": "there is no such host, or no network: check remote",
    "Failed to connect": "nothing answers there: check remote, and the network",
    "Connection refused": "nothing answers there: check remote, and the network",
    "Connection timed out": "nothing answers there: check remote, and the network",
    "Operation timed out": "nothing answers there: check remote, and the network",
    "Network is unreachable": "there is no network",
    "Host key verification failed": "its key is not known: connect once by hand, and check it",
    "GH001": "a file is larger than the host takes: 100 MB",
    "GH013": "a rule of the repository refuses the push: see what its rules say of this branch",
    "rotected branch": "the branch is protected: let this deploy push to it with force",
    "No module named ghp_import": "ghp-import is not here: run pip install -e '.[publish]'",
}


@dataclass(frozen=True)
class PagesTarget:
    """A branch of the repository ``remote``. ``work`` is for a scratch repository of ours.

    ``domain`` is the site's own host name, if GitHub is to serve it there. ``work`` is a
    cache: it may be removed between deploys.
    """

    name: str
    remote: str = field(repr=False)  # it may hold a token
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
        "Whoever can read that other one can fetch its earlier releases too, with what has been"
        " covered or withdrawn since.",
    )

    @contextmanager
    def held(self) -> Iterator[None]:
        """One deploy on this machine; the push itself refuses one from another."""
        self.work.mkdir(parents=True, exist_ok=True)
        with open_lock(self.work / "deploying") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BusyError(f"{self.name}: {busy()}") from None
            self._clear()
            yield

    def releases(self) -> tuple[Release, ...]:
        """Those in the repository, the live one last.

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

    def pending(self) -> tuple[Release, ...]:
        """A push is whole or not there."""
        return ()

    def listed(self) -> set[str]:
        """All files of the branch but those that are for GitHub."""
        self._fetch_if_new()
        live = self._live()
        return set(self._tree(live)) if live else set()

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Commit what is to be public, and push it with its record.

        Raises BusyError if the branch is no longer what the delivery was planned for.
        """
        release, before = delivery.release, self._live()
        if not self._is_planned_for(delivery, before):
            raise self._came_between()
        commit = self._commit(delivery, before)
        record = self._record(release, commit)
        gone = [id for id in self._kept() if id in delivery.forgotten]
        lease = f"--force-with-lease=refs/heads/{self.branch}:{before}"
        refs = [f"{commit}:refs/heads/{self.branch}", f"+{record}:{RELEASES}/{release.id}"]
        refs += [f":{RELEASES}/{id}" for id in gone]
        whole = sum(len(step.paths) for step in delivery.steps)
        watch("files", 0, whole)
        self._git("push", "--atomic", "--quiet", lease, "--", self.remote, *refs, own=self._ssh())
        watch("files", whole, whole)
        # As a fetch would have it: from here on nothing can fail for want of a network.
        told = [f"update refs/live/{self.branch} {commit}"]
        told += [f"update {RELEASES}/{release.id} {record}"]
        told += [f"delete {RELEASES}/{id}" for id in gone]
        self._git("update-ref", "--stdin", given="\n".join(told) + "\n")

    def fetch(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Write files of a kept release, each held against its hash."""
        self._fetch_if_new()
        self._write(release.id, {path: release.everything[path] for path in paths}, folder)

    def _is_planned_for(self, delivery: Delivery, before: str) -> bool:
        """Whether the branch still has what the delivery calls live.

        The lease alone does not say so: somebody may have fetched here meanwhile.
        """
        if delivery.live is None:
            return not before
        return delivery.live.id in self._shown_by(before)

    def _commit(self, delivery: Delivery, before: str) -> str:
        """A commit without parents, made by ghp-import; returns its name.

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
        try:
            self._lay_out(delivery, folder)
            self._run([*command, str(folder.resolve())], own=self._signed(release))
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
            expect(place, digest)
        kept = {path: text for path, text in release.kept.items() if path not in release.files}
        if kept and delivery.live:
            self._write(delivery.live.id, kept, folder)

    def _record(self, release: Release, commit: str) -> str:
        """A commit that holds the site and the record of the release."""
        blob = self._git("hash-object", "-w", "--stdin", given=release.text())
        site = self._git("rev-parse", f"{commit}^{{tree}}")
        listed = f"100644 blob {blob}\t{RECORD}\n040000 tree {site}\t{SITE}\n"
        tree, message = self._git("mktree", given=listed), f"Record of {release.id}"
        return self._git("commit-tree", tree, "-m", message, own=self._signed(release))

    def _write(self, id: str, wanted: Mapping[str, str], folder: Path) -> None:
        """Write files of a release, by their paths and hashes."""
        asked = "".join(f"{RELEASES}/{id}:{SITE}/{path}\n" for path in wanted)
        with TemporaryFile() as answers:
            self._run(["git", "cat-file", "--batch"], asked, into=answers)
            answers.seek(0)
            for path, digest in wanted.items():
                data = _next_blob(answers)
                if data is None or sha256(data).hexdigest() != digest:
                    raise CommandError(f"{self.name}: {path} of {id} is no longer there")
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
                place.chmod(0o644)

    def _clear(self) -> None:
        """Remove what a deploy left that was killed: its files, and the locks of its git."""
        shutil.rmtree(self.work / NEXT, ignore_errors=True)
        for lock in self.work.rglob("*.lock"):
            lock.unlink(missing_ok=True)

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

    def _fetch_if_new(self) -> None:
        if not (self.work / "HEAD").is_file():
            self._fetch()

    def _live(self) -> str:
        """The commit of the branch as it was last fetched; empty if there is none."""
        ref = f"refs/live/{self.branch}"
        return self._git("for-each-ref", "--format=%(objectname)", ref).partition("\n")[0]

    def _kept(self) -> list[str]:
        """The ids of the releases in the repository, oldest first."""
        refs = self._git("for-each-ref", "--format=%(refname)", f"{RELEASES}/").split()
        return [ref.rpartition("/")[2] for ref in refs]

    def _shown_by(self, commit: str) -> list[str]:
        """The ids of the releases whose files a commit of the branch has, oldest first."""
        if not commit:
            return []
        tree = self._tree(commit)
        return [id for id in self._kept() if self._tree(f"{RELEASES}/{id}:{SITE}") == tree]

    def _tree(self, name: str) -> dict[str, str]:
        """Mode and content of each file by its path, without those that are for GitHub."""
        listed = self._git("ls-tree", "-r", "-z", name).split("\0")
        files = {path: what for what, _, path in (entry.partition("\t") for entry in listed)}
        return {path: what for path, what in files.items() if path and path not in OF_THE_HOST}

    def _domain(self, commit: str) -> str:
        """What the ``CNAME`` of a commit says; empty if it has none, or there is no commit."""
        if not commit or not self._git("ls-tree", "--name-only", commit, DOMAIN):
            return ""
        return self._git("cat-file", "blob", f"{commit}:{DOMAIN}").strip()

    def _signed(self, release: Release) -> dict[str, str]:
        """Who commits, as far as git knows, and when."""
        name = self._git("config", "--default", NOBODY, "user.name")
        email = self._git("config", "--default", f"{NOBODY}@localhost", "user.email")
        when = f"{datetime.fromisoformat(release.deployed).timestamp():.0f} +0000"
        signed: dict[str, str] = {}
        for who in ("GIT_AUTHOR", "GIT_COMMITTER"):
            signed[f"{who}_NAME"] = os.environ.get(f"{who}_NAME", name)
            signed[f"{who}_EMAIL"] = os.environ.get(f"{who}_EMAIL", email)
            signed[f"{who}_DATE"] = when
        return signed

    def _git(
        self, *arguments: str, given: str | None = None, own: Mapping[str, str] | None = None
    ) -> str:
        return self._run(["git", *arguments], given, own).rstrip("\n")

    def _run(
        self,
        command: list[str],
        given: str | None = None,
        own: Mapping[str, str] | None = None,
        into: IO[bytes] | None = None,
    ) -> str:
        """Run a command in the scratch repository; it never asks anything.

        ``own`` are variables of its environment, ``into`` takes what it prints instead.
        Raises CommandError, and BusyError for a push that came second.
        """
        try:
            done = subprocess.run(
                command,
                cwd=self.work,
                env=self._environment() | dict(own or {}),
                input=given or "",
                stdout=into or subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                timeout=MINUTES * 60,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CommandError(f"{self.name}: git took more than {MINUTES} minutes") from None
        except FileNotFoundError:
            raise CommandError(f"{self.name}: git is not here: install it") from None
        if done.returncode:
            raise self._error(self._redacted(done.stderr))
        return done.stdout or ""

    def _environment(self) -> dict[str, str]:
        """That of this process, bound to the scratch repository; git speaks English there."""
        ours = {name: text for name, text in os.environ.items() if name not in _OF_ANOTHER}
        bound = {"GIT_DIR": str(self.work.resolve()), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        return ours | bound

    def _ssh(self) -> dict[str, str]:
        """The way to call ssh so that it never asks, unless git has been told another one."""
        told = {"GIT_SSH", "GIT_SSH_COMMAND"} & set(os.environ)
        if told or self._git("config", "--default", "", "core.sshCommand"):
            return {}
        return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}

    def _redacted(self, said: str) -> str:
        user, at, _ = self.remote.partition("//")[2].rpartition("@")
        return _USER.sub("//…@", said.replace(user + at, "…@") if at else said)

    def _came_between(self) -> BusyError:
        return BusyError(f"{self.name}: another deploy came in between: run it again")

    def _error(self, said: str) -> CommandError:
        if any(mark in said for mark in _CAME_BETWEEN):
            return self._came_between()
        known = next((words for mark, words in _WORDS.items() if mark in said), "")
        return CommandError(f"{self.name}: {known or _telling(said)}")


def _next_blob(answers: IO[bytes]) -> bytes | None:
    """The next file that ``git cat-file --batch`` has answered with; None if it had none."""
    *_, size = answers.readline().split()
    if not size.isdigit():
        return None
    data = answers.read(int(size))
    answers.read(1)
    return data


def _telling(said: str) -> str:
    """The line that says why git failed, of many: what the remote says comes first."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for mark in ("remote: ", "! ", "fatal: "):
        for line in lines:
            if line.startswith(mark):
                return line.removeprefix(mark)
    return lines[-1] if lines else "git failed"
