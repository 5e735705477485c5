"""A real OpenSSH server for as long as a test needs it, with keys of its own."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    options = (f"UserKnownHostsFile={folder}/known_hosts", "StrictHostKeyChecking=yes")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([server, "-D", "-e", "-f", str(conf)], stderr=log)
        try:
            _wait_for(folder / "log", process)
            yield SshServer(f"{getpass.getuser()}@127.0.0.1", port, str(folder / "client"), options)
        finally:
            process.terminate()
            process.wait()


def _wait_for(log: Path, process: subprocess.Popen[bytes]) -> None:
    """Until it says that it listens."""
    while "Server listening" not in log.read_text("utf-8", "replace"):
        assert process.poll() is None, log.read_text("utf-8", "replace")
