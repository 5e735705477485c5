"""Files written whole or not at all, and what lies in a folder."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

OVERRIDES = "overrides"
_DIGEST = 32  # bytes that stand before what is kept


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file through a temporary one beside it, so that none is ever half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data.encode("utf-8") if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(PermissionError):  # shares of other systems may know no modes
            temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def files_in(folder: Path, follow: bool = False) -> list[str]:
    """List the files below a folder, relative to it, sorted; in linked ones if to ``follow``."""
    found: list[str] = []
    seen: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=follow):
        if follow:
            linked = {name: os.path.realpath(f"{root}/{name}") for name in folders}
            folders[:] = [
                name
                for name, real in sorted(linked.items())
                if real not in seen or not Path(root, name).is_symlink()
            ]
            seen |= set(linked.values())
        found += (Path(root, name).relative_to(folder).as_posix() for name in names)
    return sorted(found)


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hex."""
    return sha256(data).hexdigest()


def overrides(root: Path, part: str) -> Path:
    """Return where a site has what is otherwise there: statements, templates, static, locale."""
    return root / OVERRIDES / part


def remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder, and those that hold it below ``root``, while they are empty."""
    with suppress(OSError):
        while folder != root and folder.is_relative_to(root):
            folder.rmdir()
            folder = folder.parent


def keep(path: Path, data: bytes) -> None:
    """Keep what was costly to make, behind its digest: what is damaged meanwhile is seen."""
    write_whole(path, _digest(path, data) + data)


def kept(path: Path) -> bytes:
    """Return what was kept at a path. Raises OSError if nothing was, or it is damaged."""
    written = path.read_bytes()
    data = written[_DIGEST:]
    if written[:_DIGEST] != _digest(path, data):
        raise OSError(f"{path} is damaged")
    return data


def is_kept(path: Path) -> bool:
    """Whether something was kept at a path, and is whole."""
    try:
        kept(path)
    except OSError:
        return False
    return True


def _digest(path: Path, data: bytes) -> bytes:
    """Of what is kept and under which name, so that nothing is taken for something else."""
    return sha256(path.name.encode() + b"\0" + data).digest()
