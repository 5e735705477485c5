"""What the renders of real sites are recorded to have read, and what of it holds after an edit."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from rapid.proxies import TracedList
from rapid.recording import Recording

from tests.traced import build, content, kept, write
from tests.traced_snippets import (
    ALONE,
    CHANGES,
    SETTINGS,
    SNIPPETS,
    mistakes,
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of eight articles and a page."""
    return content(tmp_path)


@pytest.mark.parametrize(("theme", "relative"), [("simple", False), ("notmyidea", True)])
def test_only_what_changes_is_rendered_again(site: Path, theme: str, relative: bool) -> None:
    settings: dict[str, Any] = {"THEME": theme, "RELATIVE_URLS": relative}
    before = build(site, **settings)
    assert {seen.recorded.always for seen in before.values()} == {""}
    for change in (
        lambda: None,
        lambda: write(site, 3, title="Better"),
        lambda: write(site, 3, title="Better", body="Other words."),
        lambda: write(site, 9),
        lambda: write(site, 11, category="fences"),
        lambda: write(site, 3, slug="elsewhere"),
        lambda: write(site, 3, slug="elsewhere", modified="2024-12-24"),
        lambda: (site / "content/pages/new.md").write_text("Title: New\n\nnew\n"),
        lambda: (site / "content/post-9.md").unlink(),
        lambda: write(site, 12, slug="post-5", lang="de"),
        lambda: write(site, 2, authors="Me, You"),
    ):
        change()
        after = build(site, before, **settings)
        held = kept(before, after)
        assert held == {
            name
            for name, seen in after.items()
            if name in before and before[name].text == seen.text
        }
        before = after


def test_a_new_article_leaves_the_pages_of_others_alone(site: Path) -> None:
    before = build(site)
    write(site, 9, category="beds")
    after = build(site, before)
    articles = {f"post-{number}.html" for number in range(8)}
    assert articles | {"pages/about.html", "category/paths.html"} <= kept(before, after)
    assert not after["category/beds2.html"].held


def test_a_category_on_the_menu_is_on_every_page(site: Path) -> None:
    before = build(site)
    write(site, 9, category="fences")
    after = build(site, before)
    assert not kept(before, after)


def test_reads_hold_in_another_process(site: Path) -> None:
    before = build(site)
    kept_reads = site / "reads"
    kept_reads.write_bytes(pickle.dumps({name: seen.recorded for name, seen in before.items()}))
    code = (
        "import pickle, sys; from pathlib import Path; from tests.traced import *\n"
        "root = Path(sys.argv[1]); old = pickle.loads((root / 'reads').read_bytes())\n"
        "before = {name: Seen(each.text, each, False) for name, each in old.items()}\n"
        "after = build(root, before)\n"
        "assert kept(before, after) == after.keys() == before.keys()"
    )
    paths = os.pathsep.join(("plugins", "."))
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": paths}
    subprocess.run([sys.executable, "-c", code, str(site)], check=True, env=environment, timeout=60)


ALL = bool(os.environ.get("RAPID_TRACING_ALL"))  # some minutes instead of some seconds
STEPS = (*CHANGES, *SETTINGS)
SOME = (
    "nothing",
    "title",
    "new",
    "gone",
    "category",
    "tags of another",
    "slug",
    "swapped",
    "nested",
    "global",
)


def test_what_holds_is_the_same_text(tmp_path: Path) -> None:
    snippets = SNIPPETS if ALL else (*ALONE, *SNIPPETS[len(ALONE) :: 37])
    assert not list(islice(mistakes(tmp_path, snippets, STEPS if ALL else SOME), 5))


@pytest.mark.parametrize(
    ("owner", "name", "broken", "snippet", "change"),
    [
        (Recording, "finish", lambda *_: None, "{% for a in articles %}.{% endfor %}", "new"),
        (TracedList, "__len__", lambda own: len(own.raw), "{{ articles|length }}", "new"),
        (TracedList, "__bool__", lambda own: bool(own.raw), "{% if drafts %}y{% endif %}", "draft"),
        (TracedList, "__contains__", lambda own, x: x in own.raw, "{{ 't9' in article.tags }}",
         "tags"),
        (Recording, "take", Recording.child, "{{ articles[3].title }}", "title of another"),
        (Recording, "name", lambda _, value, path: value, "{{ SITENAME }}", "name"),
        (Recording, "note", lambda *_: None, "{{ article.tags[0] }}", "tags"),
    ],
)  # fmt: skip
def test_a_read_that_is_not_reported_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, broken: Any,
    snippet: str, change: str,
) -> None:  # fmt: skip
    assert not list(mistakes(tmp_path / "whole", [snippet], ("nothing", change)))
    monkeypatch.setattr(owner, name, broken)
    assert list(mistakes(tmp_path / "broken", [snippet], ("nothing", change)))
