"""The same folders as ``deploy.folders`` makes, on another machine: rsync over ssh.

The lock is held by a command on the server that lives as long as our connection: when
this process dies, however it dies, the lock is free.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Timer

from ..model.problems import CommandError
from ..publish.manifest import hash_of
from ..publish.programs import MINUTES, run
from .folders import (
    CURRENT,
    INCOMING,
    LOCK,
    MARK,
    RELEASES,
    a_link,
    busy,
    expect,
    foreign_incoming,
    foreign_root,
    refuse_twice,
    unchanged,
)
from .release import RELEASE_IDS, BusyError, Delivery, Release, Watch, read_records

# What ssh, rsync and shells say, and what to do about it; the first that fits counts.
_WORDS = (
    (
        "IDENTIFICATION HAS CHANGED",
        "its key is not the one that is known: ask who runs it before you trust the new one",
    ),
    (
        "Host key verification failed",
        "its key is not known: see that it is the right machine, and add it with ssh-keyscan",
    ),
    (
        r"Permission denied \([a-z]",
        "it lets nobody in with these keys: check identity and the ssh agent",
    ),
    ("Permission denied", "its user may not write there: let the folder be that user's (chown)"),
    ("Connection refused", "nothing answers there: check host and port"),
    ("Could not resolve hostname", "there is no such machine: check host"),
    ("timed out", "it does not answer"),
    ("flock: (?:command )?not found", "it has no flock: install util-linux there"),
    ("rsync: (?:command )?not found", "it has no rsync: install it there"),
    ("No space left", "its disk is full"),
)
_FOREIGN, _UNMARKED, _LINK, _LIVE, _BUSY = "foreign", "unmarked", "link", "live", 75
QUIET_MINUTES = 60  # a server may read that long before the first file goes
# Nothing is followed out of the folder. The first word that it prints says what is wrong.
_NO_LINKS = f"""\
for name in {LOCK} {RELEASES} {INCOMING}; do
  if [ -L "$name" ]; then echo {_LINK} "$name"; exit 0; fi
done
"""
# busybox knows no -w; it says busy at once then.
_HOLD = f"""\
command -v flock >/dev/null || {{ echo 'flock: not found' >&2; exit 1; }}
{_NO_LINKS}exec 9>>{LOCK}
flock -n 9 || flock -w 2 9 2>/dev/null || exit {_BUSY}
echo held
exec cat >/dev/null
"""
_PREPARE = f"""\
{_NO_LINKS}if [ -L {CURRENT} ]; then
  case $(readlink {CURRENT}) in {RELEASES}/{RELEASE_IDS}) ;; *) echo {_FOREIGN}; exit 0 ;; esac
elif [ -e {CURRENT} ]; then
  echo {_FOREIGN}; exit 0
fi
if [ -d {INCOMING} ] && [ ! -f {INCOMING}/{MARK} ] && [ -n "$(ls -A {INCOMING})" ]; then
  echo {_UNMARKED}; exit 0
fi
mkdir -p {RELEASES} {INCOMING}
: > {INCOMING}/{MARK}
"""
_RECORDS = f"""\
{_NO_LINKS}echo {_LIVE} "$(readlink {CURRENT} || echo)"
for record in {RELEASES}/{RELEASE_IDS}.json; do
  if [ -d "${{record%.json}}" ] && [ ! -L "${{record%.json}}" ] && [ ! -L "$record" ]; then
    printf '%s\\t' "$record"; cat "$record"; printf '\\0'
  fi
done
"""
_LISTED = f"""\
if [ -d {CURRENT} ]; then
  cd {CURRENT}/
  find . -type f -exec printf '%s\\0' {{}} +
fi
"""
# ``keep RELEASE PATH``: if somebody has removed it by hand, nothing more can be done.
_KEEP = f"""\
keep() {{
  from={RELEASES}/$1/$2 to={INCOMING}/$2
  if [ -f "$from" ]; then
    mkdir -p "${{to%/*}}"
    ln -f "$from" "$to" || cp -p "$from" "$to"
  fi
}}
"""


@dataclass(frozen=True)
class RsyncTarget:
    """Releases below the folder ``path`` of ``host``, reached by ssh.

    ``options`` are for ssh, as in its configuration: ``ProxyJump=gate.example.com``.
    """

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
            limit = Timer(MINUTES * 60, process.kill)
            limit.start()
            try:
                with suppress(BrokenPipeError):  # why it went away, it says itself
                    process.stdin.write(script(self.path, _HOLD))
                    process.stdin.flush()
                if (line := process.stdout.readline()).strip() != "held":
                    process.communicate()
                    self._refuse(line)
                    errors.seek(0)
                    if process.returncode == _BUSY:
                        raise BusyError(f"{self.name}: {busy()}")
                    raise self._error(errors.read())
                limit.cancel()
                yield
            finally:
                limit.cancel()
                with suppress(BrokenPipeError, subprocess.TimeoutExpired):
                    process.communicate(timeout=60)
                process.kill()
                process.wait()

    def releases(self) -> tuple[Release, ...]:
        """Those whose folder is there; the one that ``current`` leads to last."""
        live, _, said = self._run(_RECORDS, make=False).partition("\n")
        records = dict(record.split("\t", 1) for record in said.split("\0") if record)
        return read_records(self.name, records, live.rpartition("/")[2])

    def pending(self) -> tuple[Release, ...]:
        """Nothing is public before it is whole."""
        return ()

    def listed(self) -> set[str]:
        """All that lies in the live folder."""
        said = self._run(_LISTED, make=False).split("\0")
        return {path.removeprefix("./") for path in said if path}

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Bring what changed into the next folder, then swap the link.

        Raises CommandError for a root of others, and where server or build fail.
        """
        refuse_twice(delivery)
        self._run(_PREPARE)
        folder, live = delivery.folder.absolute(), delivery.live
        # A release of ours has no links: from one that has, nothing is taken over.
        if live and self._run(f"find {RELEASES}/{quote(live.id)} -type l | head -n 1\n"):
            live = None
        with TemporaryDirectory() as work:
            for path, digest in delivery.release.files.items():
                expect(folder / path, digest)
                place = Path(work, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(folder / path)
            # By checksum and without times: what has not changed is linked and keeps its time,
            # on which web servers build what they tell browsers.
            link = (f"--link-dest=../{RELEASES}/{live.id}",) if live else ()
            flags = ("--recursive", "--copy-links", "--checksum", "--delete", *link)
            flags += (f"--exclude=/{MARK}",)
            # With --perms, or the umask of the server would have the last word.
            modes = ("--perms", "--chmod=D755,F644")
            places = (f"{work}/", self._at(f"{INCOMING}/"))
            self._rsync([*flags, *modes, *places], len(list(delivery.changed)), watch)
        self._run(_finish(delivery, live))

    def fetch(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Copy files of a kept release, each held against its hash."""
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as work:
            listed = Path(work, "paths")
            listed.write_text("".join(f"{path}\0" for path in paths), "utf-8")
            flags = ("--from0", f"--files-from={listed}", "--ignore-missing-args")
            self._rsync([*flags, self._at(f"{RELEASES}/{release.id}/"), f"{folder}/"])
        for path in paths:
            file = folder / path
            if not file.is_file() or hash_of(file) != release.everything[path]:
                raise CommandError(f"{self.name}: {path} of {release.id} is no longer there")

    def _run(self, body: str, make: bool = True) -> str:
        """Run commands on the server, in the base folder; returns what they printed."""
        done = run(self._shell(), script(self.path, body, make))
        if done.code:
            raise self._error(done.errors)
        self._refuse(done.printed)
        return done.printed

    def _rsync(self, arguments: Sequence[str], whole: int = 0, watch: Watch | None = None) -> None:
        """Run rsync, counting files as they go, up to ``whole``."""
        if shutil.which("rsync") is None:
            raise CommandError(f"{self.name}: there is no rsync here: install it")
        shell = " ".join(quote(part) for part in self._ssh())
        command = ["rsync", "--protect-args", f"--rsh={shell}", "--out-format=%n", *arguments]
        gone = 0

        def hears(line: str) -> None:
            nonlocal gone
            if watch and not line.startswith("deleting") and not _is_folder(line):
                gone = min(gone + 1, whole)
                watch("files", gone, whole)

        done = run(command, hears=hears, minutes=QUIET_MINUTES)
        if done.code:
            raise self._error(done.errors)

    def _shell(self) -> list[str]:
        """A shell on the server that reads what it is to do."""
        return [*self._ssh(), self.host, "exec sh -s"]

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

    def _refuse(self, said: str) -> None:
        """Raises CommandError where the server's first word says what is in the way."""
        word, _, name = said.partition("\n")[0].partition(" ")
        if word in (_FOREIGN, _UNMARKED, _LINK):
            place = f"{self.path}/{name or (INCOMING if word == _UNMARKED else CURRENT)}"
            words = {_FOREIGN: foreign_root, _UNMARKED: foreign_incoming, _LINK: a_link}[word]
            raise CommandError(f"{self.name}: {words(place)}")

    def _error(self, errors: str) -> CommandError:
        return CommandError(f"{self.name}: {in_words(errors)}")


def script(base: str, body: str, make: bool = True) -> str:
    """Commands for a POSIX shell, in the folder ``base``, which it can ``make``.

    In braces: the shell then reads all before it does anything. If we are killed while
    it reads, half a line could be quite another command.
    """
    path = quote(base)
    enter = f"mkdir -p {path}" if make else f"[ -d {path} ] || exit 0"
    return f"{{\nset -eu\numask 022\n{enter}\ncd {path}\n{body}}}\n"


def in_words(errors: str) -> str:
    """What ssh, rsync or a shell said on standard error, in one line that says what to do."""
    for mark, words in _WORDS:
        if re.search(mark, errors):
            return words
    lines = [line for line in errors.splitlines() if line.strip()]
    own = [line for line in lines if not line.startswith("rsync error:")]
    return next(reversed(own or lines), "ssh failed")


def _finish(delivery: Delivery, live: Release | None) -> str:
    """On the server: link kept assets of ``live``, name the folder, record it, swap, forget."""
    release = delivery.release
    lines = [_KEEP]
    for path in unchanged(delivery) if live else ():
        if live and path in release.kept:
            lines.append(f"keep {quote(live.id)} {quote(path)}")
    folder = f"{RELEASES}/{quote(release.id)}"
    lines += [
        # What a deploy left that was killed before it wrote the record, or just after.
        f"for found in {RELEASES}/{RELEASE_IDS}; do",
        f'  if [ ! -L "$found" ] && [ -f "$found/{MARK}" ]; then',
        f'    if [ -e "$found.json" ]; then rm "$found/{MARK}"; else rm -rf "$found"; fi',
        "  fi",
        "done",
        f"[ ! -e {folder} ] || {{ echo {folder} is there already >&2; exit 1; }}",
        f"mv {INCOMING} {folder}",
        f"rm -f {folder}.new",
        f"cat > {folder}.new <<'END OF RECORD'\n{release.text()}END OF RECORD",
        f"mv {folder}.new {folder}.json",
        f"rm {folder}/{MARK}",
        f"ln -sfn {folder} .{CURRENT}",
        # GNU and busybox know -T, the BSDs -h: a link is to be replaced, not entered.
        f"mv -T .{CURRENT} {CURRENT} 2>/dev/null || mv -h .{CURRENT} {CURRENT}",
    ]
    for id in map(quote, delivery.forgotten):
        lines.append(f"rm -rf {RELEASES}/{id}.json {RELEASES}/{id}")
    return "\n".join(lines) + "\n"


def _is_folder(line: str) -> bool:
    """Whether rsync speaks of a folder."""
    return line.rstrip("\n").endswith("/")
