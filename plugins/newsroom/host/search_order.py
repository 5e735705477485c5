"""Pagefind's filters, always in one order: the same newsroom has the same index on every machine.

Pagefind 1.5 writes the values of a filter in the random order of its hash table. The
files are gzip of twelve letters and CBOR (RFC 8949), and are named by their hash.
"""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import cbor2

from ..model.settings import SettingsError

_MARK = b"pagefind_dcd"
_FILTERS = 3  # where the list of filters stands in the description of an index


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
    """Sort the values of one filter; returns the name that its file has then."""
    old = folder / "filter" / f"{hashed}.pf_filter"
    name, values = _read(old)
    data = _bytes([name, sorted([value, sorted(pages)] for value, pages in values)])
    new = f"{lang}_{sha256(data).hexdigest()[:10]}"
    old.unlink()
    (folder / "filter" / f"{new}.pf_filter").write_bytes(data)
    return new


def _read(file: Path) -> Any:
    return cbor2.loads(gzip.decompress(file.read_bytes()).removeprefix(_MARK))


def _bytes(value: Any) -> bytes:
    return gzip.compress(_MARK + cbor2.dumps(value), compresslevel=9, mtime=0)
