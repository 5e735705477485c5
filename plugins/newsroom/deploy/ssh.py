"""The same folders as ``deploy.folders`` makes, on another machine: rsync over ssh.

The lock is held by a command on the server that lives as long as our connection: when
this process dies, however it dies, the lock is free.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from ..publish.manifest import hash_of
from .folders import CURRENT, INCOMING, LOCK, RELEASES, busy, foreign_root, in_order, unchanged
from .release import BusyError, Delivery, Release, Watch

_WORDS = {
    "Host key verification failed": "its key is not known: see that it is the right machine, and"
    " add it with ssh-keyscan",
    "Permission denied": "it lets nobody in with these keys: check identity and the ssh agent",
    "Connection refused": "nothing answers there: check host and port",
    "Could not resolve hostname": "there is no such machine: check host",
    "timed out": "it does not answer",
    "flock: not found": "it has no flock: install util-linux there",
    "flock: command not found": "it has no flock: install util-linux there",
    "rsync: not found": "it has no rsync: install it there",
    "rsync: command not found": "it has no rsync: install it there",
    "No space left": "its disk is full",
}


@dataclass(frozen=True)
class RsyncTarget:
    """Releases below the folder ``path`` of ``host``, reached by ssh."""

    name: str
    host: str
    path: str
    port: int = 22
    identity: str = ""
    options: Sequence[str] = ()
    sends_twins: bool = True
    sent_headers: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    @contextmanager
    def held(self) -> Iterator[None]:
        """One connection holds the lock for as long as it stands. Raises BusyError.

        It waits a moment first: a server takes some time to notice that one was killed.
        """
        script = (
            f"mkdir -p {quote(self.path)} && cd {quote(self.path)} &&"
            f" exec flock -w 3 -E 75 {LOCK} sh -c 'echo held; exec cat >/dev/null'"
        )
        process = subprocess.Popen(
            [*self._ssh(), self.host, script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        assert process.stdin
        assert process.stdout
        try:
            if process.stdout.readline().strip() != "held":
                _, errors = process.communicate()
                if process.returncode == 75:
                    raise BusyError(f"{self.name}: {busy()}")
                raise self._error(errors)
            yield
        finally:
            process.stdin.close()
            process.wait()

    def releases(self) -> tuple[Release, ...]:
        """Those whose folder is there; the one that ``current`` leads to last."""
        said = self._run(
            f"readlink {CURRENT} || echo\n"
            f"for record in {RELEASES}/*.json; do\n"
            '  if [ -d "${record%.json}" ]; then cat "$record"; fi\ndone\n'
        )
        link, *records = said.split("\n")
        return in_order(filter(None, records), link.rpartition("/")[2])

    def pending(self) -> tuple[Release, ...]:
        """Nothing is public before it is whole."""
        return ()

    def listed(self) -> set[str]:
        """All that lies in the live folder."""
        said = self._run(f"if [ -d {CURRENT} ]; then cd {CURRENT}/ && find . -type f; fi\n")
        return {line.removeprefix("./") for line in said.splitlines()}

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Bring what changed into the next folder, then swap the link."""
        release, live = delivery.release, delivery.live
        said = self._run(
            f"mkdir -p {RELEASES} {INCOMING}\n"
            f"if [ -e {CURRENT} ] && [ ! -L {CURRENT} ]; then echo foreign; fi\n"
        )
        if said.strip() == "foreign":
            raise CommandError(f"{self.name}: {foreign_root(f'{self.path}/{CURRENT}')}")
        with TemporaryDirectory(dir=delivery.folder.parent) as work:
            for path in release.files:
                place = Path(work, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                os.link(delivery.folder / path, place)
            # By checksum and without times: what has not changed is linked and keeps its time,
            # on which web servers build what they tell browsers.
            link = (f"--link-dest=../{RELEASES}/{live.id}",) if live else ()
            flags = ("--recursive", "--checksum", "--delete", "--chmod=D755,F644", *link)
            self._rsync([*flags, f"{work}/", self._at(f"{INCOMING}/")], delivery, watch)
        self._finish(delivery)

    def fetch(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Copy files of a kept release, each held against its hash."""
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as work:
            listed = Path(work, "paths")
            listed.write_text("".join(f"{path}\0" for path in paths), "utf-8")
            source = self._at(f"{RELEASES}/{release.id}/")
            self._rsync(["--from0", f"--files-from={listed}", source, f"{folder}/"])
        for path in paths:
            file = folder / path
            if not file.is_file() or hash_of(file) != release.everything[path]:
                raise CommandError(f"{self.name}: {path} of {release.id} is no longer there")

    def _finish(self, delivery: Delivery) -> None:
        """On the server: link kept assets, name the folder, record it, swap, forget."""
        release, live = delivery.release, delivery.live
        lines = ["umask 022"]
        for path in unchanged(delivery) if live else ():
            if live and path in release.kept:
                place = quote(f"{INCOMING}/{path}")
                lines.append(f"mkdir -p {quote(os.path.dirname(f'{INCOMING}/{path}'))}")  # noqa: PTH120
                lines.append(f"ln -f {quote(f'{RELEASES}/{live.id}/{path}')} {place}")
        record = f"{RELEASES}/{release.id}.json"
        lines += [
            # What a deploy left that was killed before it wrote the record.
            f"for found in {RELEASES}/*/; do",
            '  if [ -d "$found" ] && [ ! -e "${found%/}.json" ]; then rm -rf "$found"; fi',
            "done",
            f"mv {INCOMING} {RELEASES}/{release.id}",
            f"cat > {record}.new <<'END OF RECORD'\n{release.text()}END OF RECORD",
            f"mv {record}.new {record}",
            f"ln -sfn {RELEASES}/{release.id} .{CURRENT}",
            # GNU and busybox know -T, the BSDs -h: a link is to be replaced, not entered.
            f"mv -T .{CURRENT} {CURRENT} 2>/dev/null || mv -h .{CURRENT} {CURRENT}",
        ]
        for id in delivery.forgotten:
            lines.append(f"rm -rf {RELEASES}/{quote(id)}.json {RELEASES}/{quote(id)}")
        self._run("\n".join(lines) + "\n")

    def _run(self, script: str) -> str:
        """Run a POSIX shell script in the base folder; returns what it printed."""
        whole = f"set -eu\nmkdir -p {quote(self.path)}\ncd {quote(self.path)}\n{script}"
        done = subprocess.run(
            [*self._ssh(), self.host, "exec sh -s"],
            input=whole,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise self._error(done.stderr)
        return done.stdout

    def _rsync(
        self, arguments: Sequence[str], delivery: Delivery | None = None, watch: Watch | None = None
    ) -> None:
        """Run rsync, counting files as they go."""
        if shutil.which("rsync") is None:
            raise CommandError(f"{self.name}: there is no rsync here: install it")
        shell = " ".join(quote(part) for part in self._ssh())
        whole = len(list(delivery.changed)) if delivery else 0
        process = subprocess.Popen(
            ["rsync", "--protect-args", f"--rsh={shell}", "--out-format=%n", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        assert process.stdout
        gone = 0
        try:
            for line in process.stdout:
                if watch and not line.startswith("deleting") and not _is_folder(line):
                    gone = min(gone + 1, whole)
                    watch("files", gone, whole)
        except BaseException:
            process.terminate()
            raise
        errors = process.stderr.read() if process.stderr else ""
        if process.wait():
            raise self._error(errors)

    def _ssh(self) -> list[str]:
        """The command that reaches the server, but for its name; it never asks anything."""
        if shutil.which("ssh") is None:
            raise CommandError(f"{self.name}: there is no ssh here: install it")
        usual = ("BatchMode=yes", "ConnectTimeout=20", "ServerAliveInterval=15")
        given = [part for option in (*self.options, *usual) for part in ("-o", option)]
        key = ["-i", self.identity] if self.identity else []
        return ["ssh", "-p", str(self.port), *key, *given]

    def _at(self, path: str) -> str:
        return f"{self.host}:{self.path}/{path}"

    def _error(self, errors: str) -> CommandError:
        known = next((words for mark, words in _WORDS.items() if mark in errors), "")
        lines = [line for line in errors.strip().splitlines() if line]
        return CommandError(f"{self.name}: {known or (lines[-1] if lines else 'ssh failed')}")


def _is_folder(line: str) -> bool:
    """Whether rsync speaks of a folder."""
    return line.rstrip("\n").endswith("/")
