"""What all processes of one run of tests keep for each other, in one folder."""

from __future__ import annotations

import atexit
import marshal
import os
import pickle
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from types import CodeType
from typing import Any

from filelock import FileLock
from jinja2 import Environment
from newsroom.incremental.templates import Looks

ROOT = Path(__file__).parent.parent
KEPT = Path(os.environ.get("NEWSROOM_TESTS_KEPT") or mkdtemp(prefix="newsroom-tests-"))
if "NEWSROOM_TESTS_KEPT" not in os.environ:
    os.environ["NEWSROOM_TESTS_KEPT"] = str(KEPT)
    atexit.register(shutil.rmtree, KEPT, ignore_errors=True)
# Whose filters are the same wherever their names are.
OURS = ("jinja2", "pelican", "newsroom", "markupsafe", "builtins", "_operator")


def once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that one process of a run makes and all read; nobody changes it."""
    folder = KEPT / "once" / name
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.with_suffix(".made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            folder.with_suffix(".made").touch()
    return folder


def remember_templates() -> None:
    """Let commands compile and parse templates once for all of a run of tests.

    What was made of a source is the same wherever the options and the filters are: Jinja computes
    filters of constants. It is not remembered where other code than ours could take part.
    """
    compile_template: Any = Environment.compile
    parse = Looks._parse

    def compiled(
        self: Environment,
        source: Any,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,
        **more: Any,
    ) -> Any:
        def make() -> Any:
            return compile_template(self, source, name, filename, raw=raw, **more)

        options = _options(self)
        if raw or not options:
            return make()
        code = _remembered(("code", source, name, *options), make, marshal.dumps, marshal.loads)
        return _moved(code, filename or "<template>")

    def parsed(self: Looks, name: str) -> Any:
        if not (options := _options(self.env)):
            return parse(self, name)
        with suppress(Exception):
            source = self.env.loader.get_source(self.env, name)[0]  # type: ignore[union-attr]
            key = ("looks", source, sorted(self.parts), sorted(self.own), *options)
            return _remembered(key, lambda: parse(self, name), pickle.dumps, pickle.loads)
        return parse(self, name)

    Environment.compile = compiled  # type: ignore[method-assign,assignment]
    Looks._parse = parsed  # type: ignore[method-assign]


def _remembered(
    key: object, make: Callable[[], Any], dump: Callable[[Any], bytes], load: Callable[[bytes], Any]
) -> Any:
    file = KEPT / "templates" / sha256(repr(key).encode()).hexdigest()
    with suppress(FileNotFoundError):
        return load(file.read_bytes())
    made = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    beside.write_bytes(dump(made))
    beside.replace(file)
    return made


def _options(env: Any) -> tuple[str, ...]:
    """What, besides its source, a compiled template is made of; empty if it may be anything."""
    found = []
    for name, each in sorted({**env.filters, **env.tests, **env.extensions}.items()):
        code = each.func if isinstance(each, partial) else each
        code = code if hasattr(code, "__qualname__") else type(code)
        given = f"{each.args} {each.keywords}" if isinstance(each, partial) else ""
        found.append(f"{name} {code.__module__} {code.__qualname__} {given}")
        if code.__module__.split(".")[0] not in OURS:
            return ()
    plain = ("block_start_string", "variable_start_string", "trim_blocks", "lstrip_blocks")
    return (*found, *(str(getattr(env, name)) for name in (*plain, "autoescape", "optimized")))


def _moved(code: CodeType, filename: str) -> CodeType:
    inner = tuple(
        _moved(each, filename) if isinstance(each, CodeType) else each for each in code.co_consts
    )
    return code.replace(co_filename=filename, co_consts=inner)
