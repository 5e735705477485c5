"""A real OpenSSH server for as long as a test needs it, with keys of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from tests.servers.installed import program
from tests.servers.stores import free_port

CONF = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/client.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 50
MaxSessions 50
"""


@dataclass(frozen=True)
class SshServer:
    """How to reach it: the options of an ``rsync`` target but for its path."""

    host: str
    port: int
    identity: str
    ssh_options: tuple[str, ...]


@contextmanager
def sshd(folder: Path) -> Iterator[SshServer]:
    """A server that lets the user of the tests in; ``folder`` is made for its files."""
    server = program("sshd", "openssh-server")
    program("rsync", "rsync")
    folder.mkdir()
    for name in ("host", "client"):
        key = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
        subprocess.run(key, check=True)
    port = free_port()
    conf = folder / "sshd_config"
    conf.write_text(CONF.format(port=port, folder=folder), "utf-8")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    known = (folder / "host.pub").read_text("utf-8")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {known}", "utf-8")
    log, place = folder / "log", Path(mkdtemp(prefix="ssh-"))  # a socket's path must be short
    options = (
        f"UserKnownHostsFile={folder}/known_hosts",
        "StrictHostKeyChecking=yes",
        f"ControlPath={place}/shared",
    )
    found = SshServer(f"{getpass.getuser()}@127.0.0.1", port, str(folder / "client"), options)
    with log.open("wb") as said, ExitStack() as running:
        running.callback(shutil.rmtree, place, ignore_errors=True)
        command = [server, "-D", "-e", "-f", str(conf)]
        process = running.enter_context(_running(command, said))
        _wait(lambda: "Server listening" in log.read_text("utf-8", "replace"), process, log)
        # One connection for all commands: each of its own would take a tenth of a second.
        command = ["ssh", "-M", "-N", "-p", str(port), "-i", found.identity]
        command += [part for option in options for part in ("-o", option)]
        process = running.enter_context(_running([*command, found.host], said))
        _wait((place / "shared").exists, process, log)
        yield found


@contextmanager
def _running(command: list[str], said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stderr=said)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(is_there: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    while not is_there():
        assert process.poll() is None, log.read_text("utf-8", "replace")
        time.sleep(0.01)
