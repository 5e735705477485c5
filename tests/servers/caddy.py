"""A real Caddy for as long as a test needs it."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.servers.installed import program

FILE = "Caddyfile"
READY = "serving initial configuration"

MAIN = """\
{{
    admin off
    auto_https off
}}
import Caddyfile
http://{address} {{
    root * {root}
    import newsroom
}}
"""


@contextmanager
def caddy(root: Path, files: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The address at which Caddy serves ``root``, ending in a slash.

    ``files`` are those of ``hosting_files``, of which its one is used. ``folder`` is for
    Caddy itself, and is made. ``root`` may be a link that comes to point elsewhere. Raises
    AssertionError with what Caddy says of a wrong file.
    """
    executable = program("caddy", "caddy")
    with socket.create_server(("127.0.0.1", 0)) as free:
        host, port = free.getsockname()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(files[FILE], "utf-8")
    conf = folder / "main"
    conf.write_text(MAIN.format(address=f"{host}:{port}", root=root), "utf-8")
    command = (executable, "run", "--adapter", "caddyfile", "--config", str(conf))
    at_home = os.environ | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with subprocess.Popen(command, env=at_home, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stderr is not None
            said: list[str] = []
            while not said or READY not in said[-1]:
                said.append(running.stderr.readline())
                assert said[-1], "".join(said)
            yield f"http://{host}:{port}/"
        finally:
            running.terminate()
