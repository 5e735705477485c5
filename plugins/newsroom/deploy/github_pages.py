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
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from ..model.problems import CommandError
from .git import environment, git
from .release import BusyError, Delivery, Release, Target, Watch, locked, read_records
from .remedies import in_words

RELEASES = "refs/newsroom/releases"
SITE, RECORD = "site", "release.json"
DOMAIN, AS_IT_IS = "CNAME", ".nojekyll"  # files that are for GitHub
NOBODY = "newsroom"
PLAIN = "100644 blob"  # how git lists a file that is no program

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
            # A git that was killed leaves its locks.
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
        refs = [f"{RELEASES}/{id}" for id in self._ids()]
        texts = {ref: self._git("cat-file", "blob", f"{ref}:{RECORD}") for ref in refs}
        return read_records(self.name, texts, shown[-1])

    def listed(self) -> set[str]:
        """Return all files of the branch but those that are for GitHub."""
        self._fetch()
        return set(self._site(self._live()))

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Commit what is to be public, and push it with its record.

        Raises BusyError if the branch is no longer what the delivery was planned for. The
        lease alone does not say so: somebody may have fetched here meanwhile.
        """
        release, live, before = delivery.release, delivery.live, self._live()
        if odd := [path for path in release.files if "\n" in path]:
            raise CommandError(f"{self.name}: git cannot hold a file of this name: {odd[0]!r}")
        delivery.check()
        if live.id not in self._shown_by(before) if live else before:
            raise self._came_between()
        commit = self._commit(delivery, before)
        record = self._record(release, commit)
        lease = f"--force-with-lease=refs/heads/{self.branch}:{before}"
        refs = [f"{commit}:refs/heads/{self.branch}", f"+{record}:{RELEASES}/{release.id}"]
        refs += [f":{RELEASES}/{id}" for id in self._ids() if id in delivery.forgotten]
        whole = len(list(delivery.changed))
        watch("files", 0, whole)
        self._git("push", "--atomic", "--quiet", lease, "--", self.remote, *refs, own=self._ssh())
        watch("files", whole, whole)

    def restore(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Write files of a kept release."""
        self._fetch()
        asked = "".join(f"{RELEASES}/{release.id}:{SITE}/{path}\n" for path in paths)
        command, own = ["git", "cat-file", "--batch"], environment(self._own)
        with TemporaryFile() as answers:  # what it says is no text
            given = asked.encode()
            subprocess.run(
                command, input=given, stdout=answers, cwd=self.work, env=own, check=False
            )
            answers.seek(0)
            for path in paths:
                *_, size = answers.readline().split()
                if size.isdigit():
                    place = folder / path
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(answers.read(int(size)))
                    answers.read(1)

    def _commit(self, delivery: Delivery, before: str) -> str:
        """Make a commit without parents, of just what is to be public; return its name.

        A ``CNAME`` of the site itself, or one that GitHub's own settings have put into the
        branch, stays where no domain is named.
        """
        release, index = delivery.release, self.work.resolve() / "index"
        domain = self._blob(self.domain) if self.domain else self._tree(before).get(DOMAIN, "")
        files = {AS_IT_IS: self._blob(""), DOMAIN: domain} | self._kept(delivery)
        files |= self._blobs(delivery)
        listed = "".join(f"{about}\t{path}\0" for path, about in files.items() if about)
        index.unlink(missing_ok=True)
        own = {"GIT_INDEX_FILE": str(index)}
        self._git("update-index", "-z", "--index-info", given=listed, own=own)
        tree = self._git("write-tree", own=own)
        if odd := release.everything.keys() - self._tree(tree).keys():
            raise CommandError(f"{self.name}: git cannot hold a file of this name: {min(odd)!r}")
        message = f"Release {release.id}" + (f" of {release.commit}" if release.commit else "")
        return self._git("commit-tree", tree, "-m", message, own=self._signed(release))

    def _blobs(self, delivery: Delivery) -> dict[str, str]:
        """Store the files of a release as they are; return how git lists each."""
        folder, files = delivery.folder.resolve(), delivery.release.files
        asked = "".join(f"{folder / path}\n" for path in files)
        said = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", given=asked)
        blobs = zip(files, said.split(), strict=True)
        return {path: f"{PLAIN} {blob}" for path, blob in blobs}

    def _kept(self, delivery: Delivery) -> dict[str, str]:
        """Return how git lists the assets that stay of earlier releases."""
        there = self._tree(f"{RELEASES}/{delivery.live.id}:{SITE}" if delivery.live else "")
        return {path: there[path] for path in delivery.release.kept if path in there}

    def _blob(self, text: str) -> str:
        return f"{PLAIN} {self._git('hash-object', '-w', '--stdin', given=text)}"

    def _record(self, release: Release, commit: str) -> str:
        """Make a commit that holds the site and the record of the release; return its name."""
        site = self._git("rev-parse", f"{commit}^{{tree}}")
        listed = f"{self._blob(release.text())}\t{RECORD}\n040000 tree {site}\t{SITE}\n"
        tree, message = self._git("mktree", given=listed), f"Record of {release.id}"
        return self._git("commit-tree", tree, "-m", message, own=self._signed(release))

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

    def _ids(self) -> list[str]:
        """Return the ids of the releases in the repository, oldest first."""
        refs = self._git("for-each-ref", "--format=%(refname)", f"{RELEASES}/").split()
        return [ref.rpartition("/")[2] for ref in refs]

    def _shown_by(self, commit: str) -> list[str]:
        """Return the ids of the releases whose files a commit of the branch has, oldest first."""
        site = self._site(commit) if commit else None
        return [id for id in self._ids() if self._site(f"{RELEASES}/{id}:{SITE}") == site]

    def _site(self, name: str) -> dict[str, str]:
        """Return the files of a commit or tree, without those that are for GitHub."""
        files = self._tree(name).items()
        return {path: about for path, about in files if path not in (DOMAIN, AS_IT_IS)}

    def _tree(self, name: str) -> dict[str, str]:
        """Return mode, type and name of each blob of a commit or tree, by its path."""
        listed = self._git("ls-tree", "-r", "-z", name).split("\0") if name else ()
        files = (entry.partition("\t") for entry in listed)
        return {path: about for about, _, path in files if path}

    def _signed(self, release: Release) -> dict[str, str]:
        """Return who commits, as far as git knows, and when, for its environment."""
        usual = {
            "NAME": self._git("config", "--default", NOBODY, "user.name"),
            "EMAIL": self._git("config", "--default", f"{NOBODY}@localhost", "user.email"),
            "DATE": f"{datetime.fromisoformat(release.deployed).timestamp():.0f} +0000",
        }
        who = ("GIT_AUTHOR", "GIT_COMMITTER")
        signed = {f"{one}_{what}": text for one in who for what, text in usual.items()}
        return {name: os.environ.get(name, text) for name, text in signed.items()}

    def _ssh(self) -> dict[str, str]:
        """Let ssh never ask anything, unless git has been told another way to call it."""
        told = {"GIT_SSH", "GIT_SSH_COMMAND"} & set(os.environ)
        if told or self._git("config", "--default", "", "core.sshCommand"):
            return {}
        return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}

    def _git(self, *arguments: str, given: str = "", own: Mapping[str, str] | None = None) -> str:
        """Run git in the scratch repository.

        Raises CommandError, and BusyError for a push that came second.
        """
        done = git(self.work, *arguments, given=given, own=self._own | dict(own or {}))
        if not done.code:
            return done.printed.rstrip("\n")
        if any(mark in done.errors for mark in _CAME_BETWEEN):
            raise self._came_between()
        user, at, _ = self.remote.partition("//")[2].rpartition("@")
        said = done.errors.replace(user + at, "…@") if at else done.errors
        raise CommandError(f"{self.name}: {in_words(_USER.sub('//…@', said), 'git')}")

    @property
    def _own(self) -> dict[str, str]:
        return {"GIT_DIR": str(self.work.resolve())}

    def _came_between(self) -> BusyError:
        return BusyError(self.name, "another deploy came in between: run it again")
