"""The search index: Pagefind's files, made of our records.

Records rather than pages: what the search finds and shows is then ours to say,
no page carries marks for it, and it is the same under every theme.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from ..machine.search import SearchRecord
from ..model.settings import SettingsError

# Pagefind brings interfaces of its own, with styles and scripts that our page does not ask for.
NEEDED = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json")
NEEDED_ENDINGS = (".pagefind", ".pf_meta", ".pf_index", ".pf_fragment", ".pf_filter")


def write_index(records: Iterable[SearchRecord], folder: Path, lang: str) -> None:
    """Write the files of the index; one language serves all, so that a search finds them all.

    Raises SettingsError if Pagefind is not there, or fails.
    """
    try:
        pagefind = import_module("pagefind.index")
        import_module("pagefind_bin")
    except ImportError:
        raise SettingsError(
            "the search index needs Pagefind: run pip install '.[search]', or build without search"
        ) from None
    try:
        asyncio.run(_write(pagefind, list(records), folder, lang.partition("-")[0]))
    except Exception as error:  # whatever its process may say or not say
        raise SettingsError(
            f"the search index failed ({type(error).__name__}: {error}): build without search,"
            " or install another version of pagefind"
        ) from None
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in NEEDED and file.suffix not in NEEDED_ENDINGS:
            file.unlink()


async def _write(pagefind: Any, records: list[SearchRecord], folder: Path, lang: str) -> None:
    """Pagefind writes when the context is left, unless there was an error."""
    config = {"output_path": str(folder.resolve()), "force_language": lang}
    async with pagefind.PagefindIndex(config=config) as index:
        for record in records:
            await index.add_custom_record(
                url=f"/{record.url}",
                content=record.text,
                language=lang,
                meta=dict(record.shown),
                filters={name: list(values) for name, values in record.filters.items() if values},
                sort={"date": record.order},
            )
