"""No setting and no link publishes a draft's source or picture: files count by where they are."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.sites import Site
from tests.test_leaks import leaks

HELD = "incidents/held/canary-held.png"


def link(site: Site, name: str, to: str) -> None:
    path = site.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(to)


def own_theme(site: Site) -> None:
    site.write("theme/templates/base.html", "{% block content %}{% endblock %}")
    site.write("theme/static/plain.css", "")
    site.edit("pelicanconf.py", 'THEME = "simple"', 'THEME = "theme"')


def evidence(site: Site) -> None:
    target = site.folder / "evidence/held/canary-received.png"
    target.parent.mkdir(parents=True)
    shutil.copy(site.folder / "content" / HELD, target)


def say(site: Site, line: str) -> None:
    site.write("pelicanconf.py", (site.folder / "pelicanconf.py").read_text() + line + "\n")


def show(site: Site, text: str) -> None:
    path = site.folder / "content/posts/public.md"
    path.write_text(f"{path.read_text('utf-8')}\n{text}\n", "utf-8")


def absolute(site: Site) -> None:
    say(site, f"STATIC_PATHS = ['{site.folder}/content/incidents']")


def absolute_file(site: Site) -> None:
    say(site, f"STATIC_PATHS = ['{site.folder}/content/posts/draft.md']")


def from_above(site: Site) -> None:
    say(site, "STATIC_PATHS = ['..']\nSTATIC_EXCLUDES = ['incidents', 'posts', 'pages']")


def excluding(site: Site) -> None:
    say(site, "STATIC_PATHS = ['.']\nSTATIC_EXCLUDES = ['incidents', 'posts', 'pages']")


def linked_folder(site: Site) -> None:
    link(site, "content/extra", "incidents")
    say(site, "STATIC_PATHS = ['extra']")


def linked_folder_within(site: Site) -> None:
    link(site, "content/extra/more", "../posts")
    say(site, "STATIC_PATHS = ['extra']")


def linked_from_outside(site: Site) -> None:
    link(site, "files/more", "../content/incidents/held")
    say(site, "STATIC_PATHS = ['../files']")


def linked_picture(site: Site) -> None:
    link(site, "content/extra/plain.png", f"../{HELD}")
    say(site, "STATIC_PATHS = ['extra']")


def linked_source(site: Site) -> None:
    link(site, "content/extra/plain.txt", "../posts/draft.md")
    say(site, "STATIC_PATHS = ['extra']")


def evidence_as_static(site: Site) -> None:
    evidence(site)
    say(site, "STATIC_PATHS = ['../evidence']")


def evidence_linked(site: Site) -> None:
    evidence(site)
    link(site, "content/extra", "../evidence")
    say(site, "STATIC_PATHS = ['extra']")


def misplaced_source(site: Site) -> None:
    shutil.copy(site.folder / "content/posts/draft.md", site.folder / "content/images/draft.md")
    say(site, "STATIC_PATHS = ['images', 'extra']")


def theme_folder(site: Site) -> None:
    own_theme(site)
    link(site, "theme/static/more", "../../content/incidents/held")


def theme_picture(site: Site) -> None:
    own_theme(site)
    link(site, "theme/static/more.png", f"../../content/{HELD}")


def theme_static_paths(site: Site) -> None:
    own_theme(site)
    say(site, "THEME_STATIC_PATHS = ['static', '../content/posts']")


def template_page(site: Site) -> None:
    say(site, "TEMPLATE_PAGES = {'posts/draft.md': 'draft.html'}")


def direct_template(site: Site) -> None:
    say(
        site,
        "THEME_TEMPLATES_OVERRIDES = ['content/posts']\nTEMPLATE_EXTENSIONS = ['.html', '.md']\n"
        "DIRECT_TEMPLATES = ['draft']",
    )


def included(site: Site) -> None:
    own_theme(site)
    link(site, "theme/templates/more", "../../content/posts")
    site.write("theme/templates/base.html", "{% include 'more/draft.md' %}")


def linked_by_a_page(site: Site) -> None:
    link(site, "content/images/more", "../incidents/held")
    show(site, "![x]({static}/images/more/canary-held.png)")


def linked_in_a_comment(site: Site) -> None:
    link(site, "content/images/more.png", f"../{HELD}")
    show(site, "<!-- <img src='{static}/images/more.png'> -->")


def linked_source_by_a_page(site: Site) -> None:
    link(site, "content/images/plain.txt", "../posts/draft.md")
    show(site, "[x]({static}/images/plain.txt)")


def linked_evidence_by_a_page(site: Site) -> None:
    evidence(site)
    link(site, "content/images/more", "../../evidence/held")
    show(site, "![x]({static}/images/more/canary-received.png)")


def another_place_in_the_output(site: Site) -> None:
    link(site, "content/extra/plain.png", f"../{HELD}")
    say(
        site,
        "STATIC_PATHS = ['extra']\n"
        "EXTRA_PATH_METADATA = {'extra/plain.png': {'path': 'plain.png'}}",
    )


WAYS = [
    *(absolute, absolute_file, from_above, excluding, linked_folder, linked_folder_within),
    *(linked_from_outside, linked_picture, linked_source),
    *(evidence_as_static, evidence_linked, misplaced_source, theme_folder, theme_picture),
    *(theme_static_paths, template_page, direct_template, included, linked_by_a_page),
    *(linked_in_a_comment, linked_source_by_a_page, linked_evidence_by_a_page),
    another_place_in_the_output,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_leads_the_public_to_what_is_held_back(
    way: Callable[[Site], None], site: Callable[[str], Site]
) -> None:
    drafts = site("drafts")
    way(drafts)
    run = drafts.build().fails()
    assert leaks(drafts) == []
    assert not drafts.output.exists()
    said = [line for line in run.stderr.splitlines() if line.startswith(("error: ", "content/"))]
    assert said, run.stderr


def test_a_picture_that_only_a_draft_uses_is_not_copied(site: Callable[[str], Site]) -> None:
    """One person's draft stops nobody, and its picture waits with it."""
    drafts = site("drafts")
    say(drafts, "STATIC_PATHS = ['images', 'extra']")
    shutil.copy(drafts.folder / "content" / HELD, drafts.folder / "content/images/unused.png")
    drafts.build().succeeds()
    assert leaks(drafts) == ["images/unused.png"]
    assert (drafts.output / "images/public.png").exists()


def test_a_picture_that_only_a_withdrawn_entry_uses_is_not_copied(
    site: Callable[[str], Site],
) -> None:
    thread = site("thread")
    say(thread, "STATIC_PATHS = ['images', 'extra']")
    thread.build().succeeds()
    assert not list(thread.output.glob("images/withdrawn*"))


def test_links_that_lead_to_what_is_public_are_good(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    link(drafts, "content/shared.png", "images/public.png")
    link(drafts, "content/extra/logo.png", "../../logo.png")
    shutil.copy(drafts.folder / "content/images/public.png", drafts.folder / "logo.png")
    show(drafts, "![x]({static}/shared.png)")
    say(drafts, "STATIC_PATHS = ['extra']")
    drafts.build().succeeds()
    assert leaks(drafts) == []
    assert (drafts.output / "shared.png").exists()
    assert (drafts.output / "extra/logo.png").exists()


def test_a_check_says_it_before_a_build_does(site: Callable[[str], Site]) -> None:
    newsroom = site("sample")
    link(newsroom, "content/extra", "incidents")
    say(newsroom, "STATIC_PATHS = ['extra']")
    message = "error: STATIC_PATHS: 'extra' would publish pictures of drafts: it lies where"
    for task in ("check", "build", "status"):
        assert message in newsroom.invoke(task).fails().stderr
