"""Release folders beside each other, and a link to the one that is live; here, or over ssh.

    <path>/current                  a link to releases/<release>: the web server's root
    <path>/releases/<release>/      what was made public, whole
    <path>/releases/<release>.json  its record
    <path>/incoming/                the next one, until it is whole
    <path>/.lock                    held by the deploy that is running

rsync brings the files, a shell does the rest (``folders.sh``). The swap of the link is one
rename, so a reader sees the old site or the new one. A file that has not changed is the
same file in all releases. Only folders that bear a mark of ours are emptied, and no link
is followed out of the target: others may have put things there.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory, TemporaryFile

from ..model.problems import CommandError
from ..publish.programs import run
from .release import RELEASE_IDS, BusyError, Delivery, Release, Target, Watch, locked, read_records
from .remedies import in_words

MARK = ".newsroom-deploy"  # lies in a folder of ours until its record is written
QUIET_MINUTES = 60  # a server may read that long before the first file goes
_BUSY, _REFUSED = 75, "refused "
_SHELL = Path(__file__).with_suffix(".sh").read_text("utf-8")


@dataclass(frozen=True)
class FolderTarget(Target):
    """Releases below the folder ``path``, of this machine or of ``host``, reached by ssh.

    ``options`` are for ssh, as in its configuration: ``ProxyJump=gate.example.com``.
    """

    name: str
    path: str
    host: str = ""
    port: int = 22
    identity: str = ""
    options: Sequence[str] = ()

    sends_twins = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, on a server by a connection for as long as it stands. Raises BusyError.

        It waits a moment there: a server takes some time to notice that one was killed.
        """
        if not self.host:
            self._run("no_links")
            with locked(Path(self.path, ".lock"), self.name):
                yield
            return
        with TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:  # it never fills up
            process = subprocess.Popen(
                self._shell(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
            )
            assert process.stdin
            assert process.stdout
            try:
                with suppress(BrokenPipeError):  # why it went away, it says itself
                    process.stdin.write(script(self.path, "hold"))
                    process.stdin.flush()
                said = process.stdout.readline()
                if said.strip() == "held":
                    yield
                    return
            finally:
                with suppress(BrokenPipeError):
                    process.communicate()
            self._refuse(said)
            if process.returncode == _BUSY:
                raise BusyError(self.name)
            errors.seek(0)
            raise CommandError(f"{self.name}: {in_words(errors.read(), 'ssh')}")

    def releases(self) -> tuple[Release, ...]:
        """Return those whose folder is there; the one that ``current`` leads to last."""
        live, _, said = self._run("records", make=False).partition("\n")
        records = dict(record.split("\t", 1) for record in said.split("\0") if record)
        return read_records(self.name, records, live.rpartition("/")[2])

    def listed(self) -> set[str]:
        """Return all that lies in the live folder."""
        said = self._run("listed", make=False).split("\0")
        return {path.removeprefix("./") for path in said if path}

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Bring what changed into the next folder, then swap the link.

        Raises CommandError for a root of others, and where server or build fail.
        """
        release, live = delivery.release, delivery.live
        if release.id in {live.id if live else "", *delivery.forgotten}:
            raise CommandError("the same was deployed in this very second: run it again")
        delivery.check()
        self._run("prepare")
        # A release of ours has no links: from one that has, nothing is taken over.
        if live and self._run(f"find releases/{live.id} -type l | head -n 1"):
            live = None
        with TemporaryDirectory() as work:
            for path in release.files:
                place = Path(work, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(delivery.folder.absolute() / path)
            # By checksum and without times: what has not changed is linked and keeps its time,
            # on which web servers build what they tell browsers.
            link = (f"--link-dest=../releases/{live.id}",) if live else ()
            flags = ("--recursive", "--copy-links", "--checksum", "--delete", *link)
            # With --perms, or the umask of the server would have the last word.
            modes = (f"--exclude=/{MARK}", "--perms", "--chmod=D755,F644")
            places = (f"{work}/", self._at("incoming/"))
            self._rsync([*flags, *modes, *places], len(list(delivery.changed)), watch)
        kept = [f"keep {live.id} {quote(path)}" for path in release.kept] if live else []
        record = f"finish {release.id} <<'END OF RECORD'\n{release.text()}END OF RECORD"
        gone = [f"rm -rf releases/{id}.json releases/{id}" for id in delivery.forgotten]
        self._run("\n".join([*kept, record, *gone]))

    def restore(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Copy files of a kept release."""
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as work:
            listed = Path(work, "paths")
            listed.write_text("".join(f"{path}\0" for path in paths), "utf-8")
            flags = ("--from0", f"--files-from={listed}", "--ignore-missing-args")
            self._rsync([*flags, self._at(f"releases/{release.id}/"), f"{folder}/"])

    def _run(self, body: str, make: bool = True) -> str:
        """Run commands of ``folders.sh`` there, in the folder; return what they printed."""
        done = run(self._shell(), script(self.path, body, make))
        if done.code:
            raise CommandError(f"{self.name}: {in_words(done.errors, self._shell()[0])}")
        self._refuse(done.printed)
        return done.printed

    def _rsync(self, arguments: Sequence[str], whole: int = 0, watch: Watch | None = None) -> None:
        """Run rsync, counting files as they go, up to ``whole``."""
        command = [self._program("rsync"), "--out-format=%n", *arguments]
        if self.host:
            command += ["--protect-args", f"--rsh={' '.join(map(quote, self._ssh()))}"]
        gone = 0

        def hears(line: str) -> None:
            nonlocal gone
            if watch and not line.startswith("deleting") and not line.endswith("/\n"):
                gone = min(gone + 1, whole)
                watch("files", gone, whole)

        done = run(command, hears=hears, minutes=QUIET_MINUTES)
        if done.code:
            raise CommandError(f"{self.name}: {in_words(done.errors, 'rsync')}")

    def _shell(self) -> list[str]:
        """Return a shell there that reads what it is to do."""
        return [*self._ssh(), self.host, "exec sh -s"] if self.host else ["sh", "-s"]

    def _ssh(self) -> list[str]:
        """Return the command that reaches the server, but for its name; it never asks anything."""
        usual = ("BatchMode=yes", "ConnectTimeout=20", "ServerAliveInterval=15")
        given = [part for option in (*self.options, *usual) for part in ("-o", option)]
        key = ["-i", self.identity] if self.identity else []
        return [self._program("ssh"), "-p", str(self.port), *key, *given]

    def _program(self, name: str) -> str:
        if shutil.which(name) is None:
            raise CommandError(f"{self.name}: {name} is not here: install it")
        return name

    def _at(self, path: str) -> str:
        return f"{self.host}:{self.path}/{path}" if self.host else f"{self.path}/{path}"

    def _refuse(self, said: str) -> None:
        """Raise CommandError where what was said first is that something is in the way."""
        first = said.partition("\n")[0]
        if first.startswith(_REFUSED):
            raise CommandError(f"{self.name}: {self.path}/{first.removeprefix(_REFUSED)}")


def script(base: str, calls: str, make: bool = True) -> str:
    """Return commands for a POSIX shell, in the folder ``base``, which it can ``make``.

    In braces: the shell then reads all before it does anything. If we are killed while
    it reads, half a line could be quite another command.
    """
    path = quote(base)
    enter = f"mkdir -p {path}" if make else f"[ -d {path} ] || exit 0"
    begin = f"set -eu\numask 022\n{enter}\ncd {path}\nids='{RELEASE_IDS}' mark={MARK}"
    return f"{{\n{begin}\n{_SHELL}\n{calls}\n}}\n"
