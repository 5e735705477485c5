"""Ways around the rules that once worked, or might: each is refused, or leaks nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.sites import ROOT, Site, words
from tests.test_leaks import leaks

HELD = "{static}/incidents/held/canary-held.png"
PUBLIC = "content/posts/public.md"

# Each appends a text to a public file of the site `drafts`.
TRICKS = {
    "biography": ("content/authors/bram-stone.md", f"\n![x]({HELD})\n"),
    "goal": ("content/goals/repair-first.md", f"\n![x]({HELD})\n"),
    "page": ("content/pages/about.md", f"\n![x]({HELD})\n"),
    "comment": (PUBLIC, f"\n<!-- <img src='{HELD}'> -->\n"),
    "unclosed fence": (PUBLIC, f"\n```\n\n![x]({HELD})\n"),
    "fence in a list": (PUBLIC, f"\n1. x\n\n   ```\n   c\n\n2. y ![s]({HELD})\n"),
    "escaped code": (PUBLIC, f"\n\\`![x]({HELD})\\`\n"),
    "angle brackets": (PUBLIC, f"\n![x](<{HELD}>)\n"),
    "reference": (PUBLIC, f"\n![x][r]\n\n[r]: {HELD}\n"),
    "raw html": (PUBLIC, f'\n<img src="{HELD}" alt="x">\n'),
    "dots": (PUBLIC, "\n![x]({static}/images/../incidents/held/canary-held.png)\n"),
    "draft's source": (PUBLIC, "\n<!-- <a href='{static}/posts/draft.md'>x</a> -->\n"),
    "attached": (PUBLIC, "\n<!-- <a href='{attach}/incidents/held/canary-held.png'>x</a> -->\n"),
    "old syntax": (PUBLIC, "\n<!-- <a href='|static|/incidents/held/canary-held.png'>x</a> -->\n"),
}


@pytest.mark.parametrize("name", TRICKS)
def test_no_trick_publishes_the_picture_of_a_draft(name: str, site: Callable[[str], Site]) -> None:
    path, text = TRICKS[name]
    drafts = site("drafts")
    with (drafts.folder / path).open("a", encoding="utf-8") as file:
        file.write(text)
    run = drafts.build()
    assert "Traceback" not in run.stderr
    assert leaks(drafts) == []
    if run.code:
        assert "[link]" in run.stderr


# What each says about its own status; all of them hold the text back.
HELD_BACK = {
    "two values": "Status: published\nStatus: draft\n",
    "two values, the other way": "Status: draft\nStatus: published\n",
    "continued": "Status: published\n    draft\n",
    "another case": "status: Draft\n",
    "a tab": "Status:\tdraft\n",
    "below the header": "\nStatus: draft\n",
}


@pytest.mark.parametrize("name", HELD_BACK)
def test_what_might_be_a_draft_is_never_public(name: str, site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.write(
        "content/posts/doubt.md",
        "Title: CANARY in doubt\nDate: 2026-03-01 09:00\nAuthor: Bram Stone\nSummary: CANARY\n"
        f"{HELD_BACK[name]}\nCANARY\n",
    )
    run = drafts.build()
    assert "Traceback" not in run.stderr
    assert leaks(drafts) == []


def test_other_peoples_words_do_not_switch_rules_off(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    cite = "content/incidents/rude-reply/original.cite.md"
    thread.edit(cite, "\nLearn to read", "\nStatus: draft\nLearn to read")
    thread.edit(cite, "Sha256: ", "Sha256: 0")
    assert "[screenshot-hash]" in thread.build().fails().stderr


@pytest.mark.parametrize(
    "setting",
    [
        'STATIC_PATHS=["posts"]',
        'STATIC_PATHS=["./incidents"]',
        'STATIC_PATHS=["images/../incidents"]',
        'STATIC_PATHS=["../content"]',
        'DEFAULT_METADATA={"status": "draft"}',
        'EXTRA_PATH_METADATA={"posts/open-day.md": {"Status": "draft"}}',
    ],
)
def test_settings_that_would_leak_are_refused(setting: str, site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    assert "error: " in drafts.build("-e", setting).fails().stderr
    assert not drafts.output.exists()


def test_sources_are_never_published(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.build("-e", "OUTPUT_SOURCES=true").succeeds()
    for path in thread.output.rglob("*"):
        assert not path.is_file() or b"SECRETWITHDRAWN" not in path.read_bytes()


def test_a_profile_that_is_forgiven_for_a_draft_is_not_published(
    site: Callable[[str], Site],
) -> None:
    drafts = site("drafts")
    drafts.write("content/authors/new.md", "Name: New Person\nRole: [[role]]\n\nCANARY [[todo]]\n")
    drafts.edit("content/posts/draft.md", "Author: Bram Stone", "Author: New Person")
    run = drafts.build().succeeds()
    assert "authors/new.md:2: warning: [[role]]" in run.stderr
    assert leaks(drafts) == []
    assert not (drafts.output / "authors/new").exists()


def test_a_profile_that_approves_something_public_is_not_forgiven(
    site: Callable[[str], Site],
) -> None:
    drafts = site("drafts")
    drafts.write("content/authors/new.md", "Name: New Person\nRole: [[role]]\n")
    drafts.edit("content/posts/draft.md", "Author: Bram Stone", "Author: New Person")
    drafts.edit("content/posts/public.md", "Category:", "Approved_by: New Person\nCategory:")
    assert "authors/new.md:2: [[role]]" in drafts.build().fails().stderr


def test_an_approver_without_a_profile_has_no_empty_role(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.edit("content/posts/draft.md", "Status:", "Approved_by: Ada Quill\nStatus:")
    drafts.build("-e", "NEWSROOM_DRAFTS=true").succeeds()
    pages = [page.read_text("utf-8") for page in drafts.output.rglob("index.html")]
    assert any("Approved by <bdi>Ada Quill</bdi></p>" in page for page in pages)


def test_a_translation_of_a_draft_page_and_a_page_of_the_future_wait(
    site: Callable[[str], Site],
) -> None:
    drafts = site("drafts")
    drafts.write("content/pages/canary-draft.fr.md", "Title: CANARY\nLang: fr\n\nCANARY\n")
    drafts.write("content/pages/later.md", "Title: CANARY\nDate: 2030-01-01\n\nCANARY\n")
    drafts.build().succeeds()
    assert leaks(drafts) == []


def test_a_withdrawn_translation_leaves_too(site: Callable[[str], Site]) -> None:
    site_ = site("translations")
    path = "content/incidents/rude-reply/what-we-found.fr.md"
    site_.edit(path, "Lang: fr\n", "Lang: fr\nWithdrawn: 2026-03-13 10:00 | Badly translated.\n")
    site_.build().succeeds()
    for file in site_.output.rglob("*"):
        assert not file.is_file() or b"plus courtes" not in file.read_bytes()
    page = words(site_.page("fr/incidents/rude-reply/what-we-found/").main)
    assert "Badly translated." in page


def test_a_zone_that_can_be_read_two_ways_breaks_no_embargo(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.edit("content/posts/future.md", "2026-06-01 09:00", "2026-03-15 09:00 UTC-5")
    assert "posts/future.md:2: Date: " in drafts.build().fails().stderr


class TestOutputFolder:
    """A wrong output folder must not cost anyone their work."""

    @pytest.mark.parametrize("output", [".", "content", "content/incidents/out"])
    def test_never_holds_or_lies_in_the_content(
        self, output: str, site: Callable[[str], Site]
    ) -> None:
        newsroom = site("sample")
        before = sorted(newsroom.folder.rglob("*"))
        command = ["content", "-s", "publishconf.py", "--fatal", "errors", "-o", output]
        run = newsroom.run(sys.executable, "-m", "pelican", *command).fails()
        assert "error: OUTPUT_PATH:" in run.stderr
        assert [p for p in before if "__pycache__" not in str(p) and not p.exists()] == []

    def test_is_not_a_file(self, site: Callable[[str], Site]) -> None:
        thread = site("thread")
        thread.write("output", "precious")
        assert "is a file" in thread.build().fails().stderr
        assert thread.output.read_text("utf-8") == "precious"


def test_ctrl_c_during_a_build_is_no_success(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.write(
        "interrupting.py",
        "import os, signal\nfrom pelican import signals\n"
        "def interrupt(path, context):\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "def register():\n    signals.content_written.connect(interrupt)\n",
    )
    run = thread.build("-e", 'PLUGINS=["newsroom", "interrupting"]', PYTHONPATH=f"{ROOT}/plugins:.")
    assert run.code == 130
    assert "the output is as it was" in run.stderr
    assert not thread.output.exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX's")
def test_a_folder_that_cannot_be_read_unpublishes_nothing(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.build().succeeds()
    before = thread.files()
    folder = thread.folder / "content/incidents/rude-reply"
    folder.chmod(0)
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    try:
        run = thread.run(*drop, sys.executable, "-m", "pelican", "content", "-o", "output")
    finally:
        folder.chmod(0o755)
    assert run.code != 0
    assert "content/incidents/rude-reply:1: this folder cannot be read" in run.stderr
    assert thread.files() == before


# Once, a check that passed was followed by a build that failed.
BUILDABLE = {
    "dotted picture": {"content/images/map.fr.png": "", PUBLIC: "![x]({static}/images/map.fr.png)"},
    "space in a picture": {"content/images/a b.png": "", PUBLIC: "![x](<{static}/images/a b.png>)"},
    "brackets": {"content/images/a (1).png": "", PUBLIC: "![x](<{static}/images/a (1).png>)"},
    "ampersand": {"content/images/a&b.png": "", PUBLIC: "![x]({static}/images/a&b.png)"},
    "slash after an incident": {PUBLIC: "[x]({filename}/incidents/open/)"},
    "task outside a follow-up": {PUBLIC: "- [ ] Buy milk. due:2026-99-99"},
}


@pytest.mark.parametrize("name", BUILDABLE)
def test_what_passes_the_check_builds_and_works(name: str, site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    for path, text in BUILDABLE[name].items():
        if path.endswith(".png"):
            shutil.copy(drafts.folder / "content/images/public.png", drafts.folder / path)
        else:
            with (drafts.folder / path).open("a", encoding="utf-8") as file:
                file.write(f"\n{text}\n")
    drafts.build().succeeds()
    page = str(drafts.page("posts/public/").main)
    assert "{static}" not in page
    assert "{filename}" not in page
    for path in BUILDABLE[name]:
        if path.endswith(".png"):
            assert (drafts.output / path.removeprefix("content/")).is_file()


REFUSED = {
    "control character": ("posts/public.md", "Everyone", "Every\x08one", "posts/public.md:6:"),
    "slug of dots": ("posts/public.md", "Category: News", "Slug: ..", "posts/public.md:4: Slug"),
    "reserved page": ("pages/about.md", "About us", "x\nSlug: tags", "pages/about.md:1: /tags/"),
    "alias of 404": ("posts/public.md", "Tags: kettles", "Aliases: /404.html", "public.md:5:"),
    "alias of a list": (
        "posts/public.md", "Tags: kettles", "Aliases: /incidents/index.html", "public.md:5:",
    ),
    "far year": ("incidents/open/statement.md", "State:", "Next_update: 9999-12-31\nState:", ":5:"),
    "cite in a summary": ("posts/public.md", "Everyone", "{cite}x", "works only in the text"),
    "cite in a post": ("posts/public.md", "A public picture", "[x]({cite}y)", "works only in an"),
    "file as page": (
        "posts/public.md", "A public picture", "[x]({filename}/images/public.png)", "{static}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_not_build_or_work_is_refused(name: str, site: Callable[[str], Site]) -> None:
    path, old, new, message = REFUSED[name]
    drafts = site("drafts")
    drafts.edit(f"content/{path}", old, new)
    assert message in drafts.build().fails().stderr


def test_a_preview_survives_what_drafts_get_wrong(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.write(
        "content/incidents/open/half.md",
        "Title: Half\nDate: soon\nAuthor: Nobody Yet\nState: acitng\nSlug: statement\n"
        "Status: draft\n\n![]({cite}nothing)\n\n- [ ] A promise. due:2026-13-45\n",
    )
    drafts.write("content/posts/untitled.md", "Status: draft\n\nJust text, [x]({cite}y).\n")
    drafts.build("-e", "NEWSROOM_DRAFTS=true").succeeds()
    assert "Just text" in words(drafts.page("posts/untitled/").main)


def test_a_commitment_may_run_over_lines_and_hold_a_link(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.edit(
        "content/incidents/rude-reply/what-we-found.md",
        "- [ ] Publish our `house rules`. due:2026-05-01",
        "- [ ] Publish the [whole review]({filename}review.md), with the names of those who\n"
        "  decided. due:2026-03-01\n    - a detail due:never",
    )
    run = thread.build().succeeds()
    assert "what-we-found.md:28: warning: this commitment was due on 2026-03-01" in run.stderr
    shown = words(thread.page("incidents/rude-reply/").find(class_="commitments"))
    assert "Open: Publish the whole review, with the names of those who decided." in shown
    assert "(due 1 March 2026 )" in shown
    assert "{filename}" not in (thread.output / "incidents/rude-reply/index.html").read_text()


def test_a_year_is_that_of_the_site_not_of_the_writer(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.edit("content/posts/2026/open-day.md", "2026-02-01 10:00", "2026-01-01 00:30+05:00")
    thread.build().succeeds()
    assert "Come & see" in words(thread.page("2025/").main)


def test_symbolic_links_in_a_circle_end(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    for name in ("a", "b"):
        (thread.folder / "content/posts" / name).symlink_to(".")
    (thread.folder / "content/images/loop.png").symlink_to("loop.png")
    stderr = thread.build().fails().stderr
    assert stderr.count("this is a link to content/posts/") == 2


def test_a_settings_file_that_fails_says_where(site: Callable[[str], Site]) -> None:
    newsroom = site("sample")
    newsroom.edit("pelicanconf.py", "SITENAME = ", "SITENAME = = ")
    for task in ("check", "build", "status"):
        run = newsroom.invoke(task).fails()
        assert run.stderr.startswith("error: pelicanconf.py:6: SyntaxError")


@pytest.mark.full
def test_a_stolen_second_build_time_is_refused(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    for epoch in ("soon", "-62135596800", "-1", "253402300799", "9" * 30):
        run = thread.build(SOURCE_DATE_EPOCH=epoch).fails()
        assert f"SOURCE_DATE_EPOCH is {epoch!r}: expected seconds since 1970" in run.stderr
        assert "Traceback" not in run.stderr


def test_compressed_twins_of_a_draft_would_be_found(site: Callable[[str], Site]) -> None:
    """The search itself: a plugin that compresses must not hide a canary from it."""
    drafts = site("drafts")
    drafts.build("-e", "NEWSROOM_DRAFTS=true").succeeds()
    page = drafts.output / "posts/draft/index.html"
    subprocess.run(["gzip", "-k", str(page)], check=True)
    assert "posts/draft/index.html.gz" in leaks(drafts)
