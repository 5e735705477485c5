"""The search index: Pagefind's files, made of our records.

Pagefind reads a small page made of each record, not the site's pages: so results are the same
under every theme. Those pages are deleted afterwards.

Pagefind 1.5 writes the values of a filter in the random order of its hash table. They are put
in one order, so that the same newsroom has the same index on every machine. The files are gzip
of twelve letters and CBOR (RFC 8949), and are named by their hash.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from markupsafe import Markup

from ..machine.search_records import SearchRecord
from ..model.settings import SettingsError
from ..publish.programs import run, why

# Pagefind brings interfaces of its own, with styles and scripts that our page does not ask for.
NEEDED = ("pagefind.js", "pagefind-entry.json")
NEEDED_ENDINGS = (".pagefind", ".pf_meta", ".pf_index", ".pf_fragment", ".pf_filter")

_MARK = b"pagefind_dcd"
_FILTERS = 3  # where the list of filters stands in the description of an index


def write_index(records: Iterable[SearchRecord], folder: Path, lang: str) -> None:
    """Write the files of the index; one language serves all, so that a search finds them all.

    Raises SettingsError if Pagefind is not there, or fails.
    """
    if find_spec("pagefind") is None or find_spec("cbor2") is None:
        raise SettingsError(
            "the search index needs Pagefind: run pip install 'pelican-newsroom[search]', or build"
            " without search"
        )
    with TemporaryDirectory() as pages:
        for record in records:
            page = Path(pages, record.url, "index.html")
            page.parent.mkdir(parents=True, exist_ok=True)  # others may lie below it
            page.write_text(_page(record), "utf-8")
        _run_pagefind(Path(pages), folder.resolve(), lang.partition("-")[0])
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in NEEDED and file.suffix not in NEEDED_ENDINGS:
            file.unlink()
    put_in_order(folder)


def _run_pagefind(pages: Path, folder: Path, lang: str) -> None:
    """Have Pagefind read the pages, in their folder: no settings file of its own is there."""
    options = ("--site", ".", "--output-path", str(folder), "--force-language", lang, "--silent")
    done = run([sys.executable, "-m", "pagefind", *options], cwd=pages)
    if done.returncode or not (folder / "pagefind-entry.json").is_file():
        raise SettingsError(
            f"the search index failed ({why(done)}): run pip install --upgrade '.[search]',"
            " or build without search"
        )


def _page(record: SearchRecord) -> str:
    """Return a record as Pagefind reads it; its first text is the heading, which weighs most."""
    heading, *texts = record.text
    page = Markup('<!doctype html>\n<html>\n<meta charset="utf-8">\n{}<h1>{}</h1>\n{}</html>\n')
    paragraphs = Markup("").join(Markup("<p>{}</p>\n").format(text) for text in texts)
    return str(page.format(Markup("").join(_facts(record)), heading, paragraphs))


def _facts(record: SearchRecord) -> Iterator[Markup]:
    fact = Markup('<meta data-pagefind-{}="{}[content]" content="{}">\n')
    for name, value in record.shown.items():
        yield fact.format("meta", name, value)
    for name, values in record.filters.items():
        yield from (fact.format("filter", name, value) for value in values)
    yield fact.format("sort", "date", record.order)


def put_in_order(folder: Path) -> None:
    """Write the filters of the index in ``folder`` anew, sorted, and all that names them.

    Raises SettingsError for an index in another form than that of Pagefind 1.5.
    """
    entry = folder / "pagefind-entry.json"
    listed = json.loads(entry.read_text("utf-8"))
    for lang, about in listed["languages"].items():
        old = folder / f"pagefind.{about['hash']}.pf_meta"
        meta = _read(old)
        if not isinstance(meta, list) or not isinstance(meta[_FILTERS], list):
            raise SettingsError("the search index has an unknown form: install pagefind 1.5")
        meta[_FILTERS] = sorted(
            [name, _rename(folder, lang, hashed)] for name, hashed in meta[_FILTERS]
        )
        data = _bytes(meta)
        about["hash"] = f"{lang}_{sha256(data).hexdigest()[:10]}"
        old.unlink()
        (folder / f"pagefind.{about['hash']}.pf_meta").write_bytes(data)
    entry.write_text(json.dumps(listed, ensure_ascii=False, sort_keys=True), "utf-8")


def _rename(folder: Path, lang: str, hashed: str) -> str:
    """Sort the values of one filter, and return the name that its file has then."""
    old = folder / "filter" / f"{hashed}.pf_filter"
    name, values = _read(old)
    data = _bytes([name, sorted([value, sorted(pages)] for value, pages in values)])
    new = f"{lang}_{sha256(data).hexdigest()[:10]}"
    old.unlink()
    (folder / "filter" / f"{new}.pf_filter").write_bytes(data)
    return new


def _read(file: Path) -> Any:
    import cbor2  # only searches need it

    return cbor2.loads(gzip.decompress(file.read_bytes()).removeprefix(_MARK))


def _bytes(value: Any) -> bytes:
    import cbor2

    return gzip.compress(_MARK + cbor2.dumps(value), compresslevel=9, mtime=0)
