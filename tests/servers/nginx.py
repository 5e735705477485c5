"""A real nginx for as long as a test needs it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.servers.installed import install, program

PACKAGES = ("nginx", "libnginx-mod-http-brotli-static")
BROTLI = "ngx_http_brotli_static_module.so"
HTTP, SERVER, WITH_BROTLI = "nginx-http.conf", "nginx.conf", "nginx-brotli.conf"

MAIN = """\
{load}
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes {workers};
events {{ worker_connections 512; }}
http {{
    access_log off;
    sendfile on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen {address};
        root {root};
        {server}
    }}
}}
"""


@cache
def brotli_module() -> Path | None:
    """nginx's module for ``brotli_static``, where there is one."""
    found = _module()
    if found is None:
        install(*PACKAGES)
        found = _module()
    return found


@contextmanager
def nginx(root: Path, files: Mapping[str, str], folder: Path, workers: int = 1) -> Iterator[str]:
    """The address at which nginx serves ``root``, ending in a slash.

    ``files`` are those of ``hosting_files``, of which nginx's are used: brotli's only where
    the module is there. ``folder`` is for nginx itself, and is made. ``root`` may be a link
    that comes to point elsewhere. Raises AssertionError with what nginx says of a wrong file.
    """
    executable = program("nginx", *PACKAGES)
    with socket.create_server(("127.0.0.1", 0), backlog=511) as listening:
        host, port = listening.getsockname()
        conf = _configure(root, files, folder, f"{host}:{port}", workers)
        command = (executable, "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(conf))
        tested = subprocess.run((*command, "-t"), capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        # A socket that already listens, as nginx hands it on to its successor: so the port
        # cannot be taken in between, and a request waits until nginx is ready.
        inherited = os.environ | {"NGINX": f"{listening.fileno()};"}
        running = subprocess.Popen(command, env=inherited, pass_fds=[listening.fileno()])
    try:
        yield f"http://{host}:{port}/"
    finally:
        running.terminate()
        running.wait()


def _configure(
    root: Path, files: Mapping[str, str], folder: Path, address: str, workers: int
) -> Path:
    """Write everything that nginx reads; return the file that it begins with."""
    folder.mkdir(parents=True, exist_ok=True)
    module = brotli_module() if WITH_BROTLI in files else None
    server = [SERVER, WITH_BROTLI] if module else [SERVER]
    for name in (HTTP, *server):
        if name in files:
            (folder / name).write_text(files[name], "utf-8")
    text = MAIN.format(
        load=f"load_module {module};" if module else "",
        user="user root;" if os.geteuid() == 0 else "",  # or it could not read a test's folder
        folder=folder,
        workers=workers,
        http=_includes([HTTP], files),
        address=address,
        root=root,
        server=_includes(server, files),
    )
    conf = folder / "main.conf"
    conf.write_text(text, "utf-8")
    return conf


def _includes(names: list[str], files: Mapping[str, str]) -> str:
    return " ".join(f"include {name};" for name in names if name in files)


def _module() -> Path | None:
    said = subprocess.run(
        (program("nginx", *PACKAGES), "-V"), capture_output=True, text=True, check=True
    ).stderr
    folder = re.search(r"--modules-path=(\S+)", said)
    path = Path(folder[1], BROTLI) if folder else None
    return path if path and path.is_file() else None
