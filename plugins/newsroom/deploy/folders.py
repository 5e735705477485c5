"""Release folders beside each other, and a link to the one that is live; here, or over ssh.

    <path>/current                  a link to releases/<release>: the web server's root
    <path>/releases/<release>/      what was made public, whole
    <path>/releases/<release>.json  its record
    <path>/incoming/<release>/      the next one, until it is whole

rsync brings the files, a shell does the rest (``folders.sh``). The swap of the link is one
rename, so a reader sees the old site or the new one. A file that has not changed is the
same file in all releases. Only folders that bear a mark of ours are removed, and no link is
followed out of the target: others may have put things there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import join, quote
from tempfile import NamedTemporaryFile

from ..model.problems import CommandError
from ..publish.programs import run, why
from .release import RELEASE_IDS, Delivery, Release, Target, Watch, read_records

MARK = ".newsroom-deploy"  # lies in a folder of ours until it is whole
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

    def reach(self, seconds: float) -> None:
        """Ask whether a shell and rsync are there, in time."""
        self._run("command -v rsync >&2 || refuse 'rsync is not there'", False, seconds)

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
        """Bring what changed into the next folder, then swap the link."""
        release, live = delivery.release, delivery.live.id if delivery.live else ""
        delivery.check()
        links = self._run(f"prepare {release.id} '{live}'")
        source = "" if links else live  # through a link, files of others would be taken over
        whole = len(list(delivery.changed))
        watch("files", 0, whole)
        # By checksum and without times: what has not changed is linked and keeps its time,
        # on which web servers build what they tell browsers.
        link = (f"--link-dest=../../releases/{source}",) if source else ()
        # With --perms, or the umask of the server would have the last word.
        modes = ("--checksum", "--copy-links", "--perms", "--chmod=D755,F644")
        with NamedTemporaryFile("w", encoding="utf-8") as listed:
            listed.write("".join(f"{path}\0" for path in release.files))
            listed.flush()
            chosen = ("--from0", f"--files-from={listed.name}")
            places = (f"{delivery.folder.absolute()}/", self._at(f"incoming/{release.id}/"))
            self._rsync(*modes, *link, *chosen, *places)
        watch("files", whole, whole)
        old = release.kept if source else ()
        kept = [f"keep {source} {release.id} {quote(path)}" for path in old]
        record = f"finish {release.id} '{live}' <<'END OF RECORD'\n{release.text()}END OF RECORD"
        gone = [f"rm -rf releases/{id}.json releases/{id}" for id in delivery.forgotten]
        self._run("\n".join([*kept, record, *gone]))

    def restore(self, release: Release, folder: Path) -> None:
        """Copy the files of a kept release."""
        self._rsync("--recursive", self._at(f"releases/{release.id}/"), f"{folder}/")

    def _run(self, calls: str, make: bool = True, seconds: float | None = None) -> str:
        """Run calls of ``folders.sh`` there, in the folder; return what they printed."""
        shell = [*self._ssh(), self.host, "exec sh -s"] if self.host else ["sh", "-s"]
        done = run(shell, script(self.path, calls, make), timeout=seconds)
        if done.returncode:
            raise CommandError(f"{self.name}: {why(done)}")
        return done.stdout

    def _rsync(self, *arguments: str) -> None:
        over = ("--protect-args", f"--rsh={join(self._ssh())}") if self.host else ()
        done = run(["rsync", *over, *arguments])
        if done.returncode:
            raise CommandError(f"{self.name}: {why(done)}")

    def _ssh(self) -> list[str]:
        """Return the command that reaches the server, but for its name; it never asks anything."""
        usual = ("BatchMode=yes", "ConnectTimeout=20", "ServerAliveInterval=15")
        given = [part for option in (*self.options, *usual) for part in ("-o", option)]
        key = ["-i", self.identity] if self.identity else []
        return ["ssh", "-p", str(self.port), *key, *given]

    def _at(self, path: str) -> str:
        return f"{self.host}:{self.path}/{path}" if self.host else f"{self.path}/{path}"


def script(base: str, calls: str, make: bool = True) -> str:
    """Return commands for a POSIX shell, in the folder ``base``, which it can ``make``.

    In braces: the shell then reads all before it does anything. If we are killed while
    it reads, half a line could be quite another command.
    """
    path = quote(base)
    enter = f"mkdir -p {path}" if make else f"[ -d {path} ] || exit 0"
    begin = f"set -eu\numask 022\n{enter}\ncd {path}\nids='{RELEASE_IDS}' mark={MARK}"
    return f"{{\n{begin}\n{_SHELL}\n{calls}\n}}\n"
