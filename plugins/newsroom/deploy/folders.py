"""Release folders beside each other, and a link to the one that is live; here, or over ssh.

    <path>/current                  a link to releases/<release>: the web server's root
    <path>/releases/<release>/      what was made public, whole
    <path>/releases/<release>.json  its record
    <path>/incoming/                the next one, until it is whole
    <path>/.lock                    held by the deploy that is running

rsync brings the files, a shell does the rest. The swap of the link is one rename, so a
reader sees the old site or the new one. A file that has not changed is the same file in
all releases. Only folders that bear a mark of ours are emptied, and no link is followed
out of the target: others may have put things there.
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
from ..publish.manifest import hash_of
from ..publish.programs import run
from .release import RELEASE_IDS, BusyError, Delivery, Release, Target, Watch, locked, read_records
from .remedies import in_words

CURRENT, RELEASES, INCOMING, LOCK = "current", "releases", "incoming", ".lock"
MARK = ".newsroom-deploy"  # lies in a folder of ours until its record is written
QUIET_MINUTES = 60  # a server may read that long before the first file goes
_LIVE, _BUSY = "live", 75
# The first word that a script prints says what is in the way.
_IN_THE_WAY = {
    "foreign": (
        "is something that no deploy has made: move it away, or name another path;"
        " the web server's root will be a link of that name"
    ),
    "unmarked": (
        "holds what no deploy has marked as its own: move it away, or name another path;"
        " if an earlier deploy left it there, remove it"
    ),
    "link": (
        "is a link, and a deploy follows none out of its folder: remove it,"
        " or name the place that it leads to as path"
    ),
}
_NO_LINKS = f"""\
for name in {LOCK} {RELEASES} {INCOMING}; do
  if [ -L "$name" ]; then echo link "$name"; exit 0; fi
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
  case $(readlink {CURRENT}) in
    {RELEASES}/{RELEASE_IDS}) ;;
    *) echo foreign {CURRENT}; exit 0 ;;
  esac
elif [ -e {CURRENT} ]; then
  echo foreign {CURRENT}; exit 0
fi
if [ -d {INCOMING} ] && [ ! -f {INCOMING}/{MARK} ] && [ -n "$(ls -A {INCOMING})" ]; then
  echo unmarked {INCOMING}; exit 0
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
# What a deploy left that was killed before it wrote the record, or just after.
_TIDY = f"""\
for found in {RELEASES}/{RELEASE_IDS}; do
  if [ ! -L "$found" ] && [ -f "$found/{MARK}" ]; then
    if [ -e "$found.json" ]; then rm "$found/{MARK}"; else rm -rf "$found"; fi
  fi
done
"""
# GNU and busybox know -T, the BSDs -h: a link is to be replaced, not entered.
_SWAP = f"""\
[ ! -e {{folder}} ] || {{{{ echo {{folder}} is there already >&2; exit 1; }}}}
mv {INCOMING} {{folder}}
rm -f {{folder}}.new
cat > {{folder}}.new <<'END OF RECORD'
{{record}}END OF RECORD
mv {{folder}}.new {{folder}}.json
rm {{folder}}/{MARK}
ln -sfn {{folder}} .{CURRENT}
mv -T .{CURRENT} {CURRENT} 2>/dev/null || mv -h .{CURRENT} {CURRENT}
"""


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
            self._run(_NO_LINKS)
            with locked(Path(self.path, LOCK), self.name):
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
                    process.stdin.write(script(self.path, _HOLD))
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
        live, _, said = self._run(_RECORDS, make=False).partition("\n")
        records = dict(record.split("\t", 1) for record in said.split("\0") if record)
        return read_records(self.name, records, live.rpartition("/")[2])

    def listed(self) -> set[str]:
        """Return all that lies in the live folder."""
        said = self._run(_LISTED, make=False).split("\0")
        return {path.removeprefix("./") for path in said if path}

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Bring what changed into the next folder, then swap the link.

        Raises CommandError for a root of others, and where server or build fail.
        """
        release, live = delivery.release, delivery.live
        if release.id in {live.id if live else "", *delivery.forgotten}:
            raise CommandError("the same was deployed in this very second: run it again")
        self._run(_PREPARE)
        # A release of ours has no links: from one that has, nothing is taken over.
        if live and self._run(f"find {RELEASES}/{quote(live.id)} -type l | head -n 1\n"):
            live = None
        with TemporaryDirectory() as work:
            for path, digest in release.files.items():
                file, place = delivery.folder.absolute() / path, Path(work, path)
                if hash_of(file) != digest:
                    raise CommandError(f"{file.name} has changed meanwhile: run it again")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(file)
            # By checksum and without times: what has not changed is linked and keeps its time,
            # on which web servers build what they tell browsers.
            link = (f"--link-dest=../{RELEASES}/{live.id}",) if live else ()
            flags = ("--recursive", "--copy-links", "--checksum", "--delete", *link)
            # With --perms, or the umask of the server would have the last word.
            modes = (f"--exclude=/{MARK}", "--perms", "--chmod=D755,F644")
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
        """Run commands there, in the folder; return what they printed."""
        done = run(self._shell(), script(self.path, body, make))
        if done.code:
            raise CommandError(f"{self.name}: {in_words(done.errors, self._shell()[0])}")
        self._refuse(done.printed)
        return done.printed

    def _rsync(self, arguments: Sequence[str], whole: int = 0, watch: Watch | None = None) -> None:
        """Run rsync, counting files as they go, up to ``whole``."""
        shell = (f"--rsh={' '.join(map(quote, self._ssh()))}",) if self.host else ()
        command = [self._program("rsync"), "--protect-args", "--out-format=%n", *shell, *arguments]
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
        """Raise CommandError where the first word that was said is of something in the way."""
        word, _, name = said.partition("\n")[0].partition(" ")
        if word in _IN_THE_WAY:
            raise CommandError(f"{self.name}: {self.path}/{name} {_IN_THE_WAY[word]}")


def script(base: str, body: str, make: bool = True) -> str:
    """Return commands for a POSIX shell, in the folder ``base``, which it can ``make``.

    In braces: the shell then reads all before it does anything. If we are killed while
    it reads, half a line could be quite another command.
    """
    path = quote(base)
    enter = f"mkdir -p {path}" if make else f"[ -d {path} ] || exit 0"
    return f"{{\nset -eu\numask 022\n{enter}\ncd {path}\n{body}}}\n"


def _finish(delivery: Delivery, live: Release | None) -> str:
    """Return commands: link kept assets of ``live``, name the folder, record it, swap, forget."""
    release = delivery.release
    lines = [f"keep {live.id} {quote(path)}\n" for path in release.kept] if live else []
    swap = _SWAP.format(folder=f"{RELEASES}/{release.id}", record=release.text())
    forget = [f"rm -rf {RELEASES}/{id}.json {RELEASES}/{id}\n" for id in delivery.forgotten]
    return "".join((_KEEP, *lines, _TIDY, swap, *forget))
