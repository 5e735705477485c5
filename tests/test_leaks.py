"""Nothing of what is not public is in the output, in any form."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from tests.sites import Site, words

CANARY = b"canary"


def leaks(site: Site) -> list[str]:
    """Output files whose name, bytes, unpacked bytes or picture say CANARY."""
    secret = {
        sha256(path.read_bytes()).hexdigest()
        for path in (site.folder / "content").rglob("canary*.*")
    }
    found = []
    for path in sorted(site.output.rglob("*")):
        name = path.relative_to(site.output).as_posix()
        data = path.read_bytes() if path.is_file() else b""
        unpacked = gzip.decompress(data) if path.suffix == ".gz" else data
        texts = (name.encode(), data, unpacked)
        if any(CANARY in text.lower() for text in texts) or sha256(data).hexdigest() in secret:
            found.append(name)
    return found


def test_the_canaries_are_there_to_be_found(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build("-e", "NEWSROOM_DRAFTS=true").succeeds()
    names = leaks(drafts)
    for part in ("posts/draft/index.html", "incidents/held/index.html", "images/canary-draft.png"):
        assert part in names
    for part in ("feeds/all.atom", "feeds/all.json", "posts/draft/index.txt"):
        assert part in names
    for part in ("incidents/held/index.txt", "incidents/held/feed.atom"):
        assert part in names


def test_nothing_that_is_not_public_reaches_the_output(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build().succeeds()
    assert leaks(drafts) == []
    assert (drafts.output / "images/public.png").exists()
    for part in ("feeds/all.atom", "sitemap.xml", "posts/public/index.txt"):
        assert (drafts.output / part).exists()
    # A picture does not say CANARY in its bytes: there is just one for each public page.
    pages = {path.parent for path in drafts.output.rglob("index.txt")}
    assert {path.parent for path in drafts.output.rglob("card-*")} == pages
    assert len(list(drafts.output.rglob("card-*"))) == len(pages)
    assert "An open incident" in words(drafts.page("incidents/").main)
    assert "An open incident" in words(drafts.page("").main)


def test_a_draft_changes_no_state_count_or_promise(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build().succeeds()
    page = drafts.page("incidents/open/")
    assert "Responding" in words(page.find(class_="incident-state"))
    assert "Update 1 of 1" in words(page.main)
    assert "Next update" not in words(page.main)


def test_what_is_taken_back_leaves_the_output_too(site: Callable[[str], Site]) -> None:
    """A draft that was public before must not stay as an earlier build's file."""
    drafts = site("drafts")
    drafts.edit("content/posts/draft.md", "Status: draft\n", "")
    drafts.build().succeeds()
    assert "posts/draft/index.html" in leaks(drafts)
    drafts.edit("content/posts/draft.md", "Summary:", "Status: draft\nSummary:")
    drafts.build().succeeds()
    assert leaks(drafts) == []


def test_an_embargo_ends_with_the_first_build_after_it(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build(SOURCE_DATE_EPOCH="1780304399").succeeds()  # 2026-06-01 08:59:59 UTC
    assert leaks(drafts) == []
    drafts.build(SOURCE_DATE_EPOCH="1780304400").succeeds()  # 2026-06-01 09:00:00 UTC
    assert "posts/future/index.html" in leaks(drafts)


def test_a_withdrawn_body_leaves_every_output(built_thread: Site) -> None:
    for path in built_thread.output.rglob("*"):
        if path.is_file():
            assert b"SECRETWITHDRAWN" not in path.read_bytes(), path
    assert not list(built_thread.output.glob("images/withdrawn*")), "nor in another format"
    page = words(built_thread.page("posts/spring-range/").main)
    assert "Withdrawn 2 February 2026, 10:00 GMT . The range was never made." in page


def test_a_preview_marks_what_readers_do_not_see(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build("-e", "NEWSROOM_DRAFTS=true").succeeds()
    marks = {
        "posts/draft/": "Draft Readers do not see this yet.",
        "posts/future/": "Planned for 1 June 2026, 09:00 UTC",
        "fr/posts/draft/": "Attend son original",
        "incidents/held/follow-up/": "Waits for its statement",
    }
    for url, mark in marks.items():
        assert mark in words(drafts.page(url).find(class_="held-back")), url
    assert drafts.page("posts/public/").find(class_="held-back") is None
    assert not (drafts.output / "posts/skipped").exists()


def test_a_link_to_a_draft_stops_the_build(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.edit("content/posts/public.md", "A public", "[x]({filename}draft.md) A public")
    run = drafts.build().fails()
    assert "content/posts/public.md:8: {filename}draft.md is not public yet" in run.stderr


def test_static_paths_that_would_publish_evidence_are_refused(
    site: Callable[[str], Site], tmp_path: Path
) -> None:
    drafts = site("drafts")
    run = drafts.build("-e", 'STATIC_PATHS=["incidents"]').fails()
    assert "error: STATIC_PATHS: 'incidents' would publish pictures of drafts" in run.stderr
    assert not drafts.output.exists()
