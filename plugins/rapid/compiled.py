"""Templates: compiled once for many builds, and known again by the bytes of their files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, TemplateNotFound
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.ext import Extension

from .digests import of_file
from .ledger import read_kept, write_kept
from .tracing import is_known


def own_code(env: Environment) -> str:
    """What code of the site's own templates can call, not declared pure; empty if none."""
    pure: frozenset[str] = getattr(env, "pure", frozenset())
    for table, sort in ((env.filters, "filter"), (env.tests, "test")):
        for name in table:
            if name not in pure and not is_known(table, name):
                return f"the {sort} {name} of the site's own"
    for name in env.globals:
        if name not in DEFAULT_NAMESPACE and name not in pure:
            return f"the global {name} of the site's own"
    for extension in env.extensions.values():
        if not isinstance(extension, Extension) or not type(extension).__module__.startswith(
            "jinja2."
        ):
            return f"the extension {type(extension).__qualname__}"
    return "the environment's finalize" if env.finalize is not None else ""


class Compiled(FileSystemBytecodeCache):
    """Compiled templates on the disk, but for those in which code of the site's own may run.

    Jinja computes a filter of a constant when it compiles, and keeps the value. And it runs
    whatever it can load: here each has its digest, and one that was damaged is compiled again.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept, if it is whole."""
        if own_code(bucket.environment):
            return
        kept = read_kept(Path(self._get_cache_filename(bucket)))
        if isinstance(kept, bytes):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; a folder that cannot be written only makes builds slower."""
        if not own_code(bucket.environment):
            with contextlib.suppress(OSError):
                write_kept(Path(self._get_cache_filename(bucket)), bucket.bytecode_to_string())


Looked = tuple[tuple[str, str, str], ...]


class Templates:
    """The files of templates in one build, each looked at once."""

    def __init__(self) -> None:
        self._files: dict[tuple[int, str], str] = {}
        self._digests: dict[str, str] = {}

    def looked(self, found: Iterable[tuple[str, str]]) -> Looked:
        """Templates by name and file, with the digest of that file."""
        return tuple((name, file, self._digest(file)) for name, file in found)

    def same(self, env: Environment, looked: Looked) -> bool:
        """Whether each name still leads to the same file, with the same bytes, or to none."""
        return all(
            self._file(env, name) == file and self._digest(file) == digest
            for name, file, digest in looked
        )

    def _file(self, env: Environment, name: str) -> str:
        key = (id(env), name)
        if key not in self._files:
            try:
                assert env.loader is not None
                self._files[key] = env.loader.get_source(env, name)[1] or ""
            except TemplateNotFound:
                self._files[key] = ""
        return self._files[key]

    def _digest(self, file: str) -> str:
        if file not in self._digests:
            self._digests[file] = of_file(Path(file)) if file else ""
        return self._digests[file]
