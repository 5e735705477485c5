"""What people do to a site between two builds. `every-feature` is the site."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from tests.twins import Twin

Edit = Callable[[Twin], None]
EDITS: list[Edit] = []

POTATOES = "content/growing/first-potatoes.md"
BLIGHT = "content/growing/blight.md"
NEW = (
    "Title: Hens\nDate: 2025-08-08 08:00\nAuthor: Olwen Pryce\nTags: hens\n\nAllowed since today.\n"
)


def edits(edit: Edit) -> Edit:
    EDITS.append(edit)
    return edit


@edits
def an_article_is_added(site: Twin) -> None:
    site.write("content/society/hens.md", NEW)


@edits
def an_article_is_added_in_a_new_folder(site: Twin) -> None:
    site.write("content/animals/hens.md", NEW)


@edits
def an_article_is_changed(site: Twin) -> None:
    site.edit(BLIGHT, "Burn them", "Bury them")


@edits
def an_article_is_changed_unseen(site: Twin) -> None:
    site.edit_unseen(BLIGHT, "Burn them", "Bury them")


@edits
def an_older_file_takes_the_place_of_an_article(site: Twin) -> None:
    site.edit(BLIGHT, "Burn them", "Bury them")
    os.utime(site.folder / BLIGHT, (1_000_000_000, 1_000_000_000))


@edits
def an_article_has_another_title(site: Twin) -> None:
    site.edit(BLIGHT, "Title: Blight", "Title: Blight is back")


@edits
def an_article_is_removed(site: Twin) -> None:
    site.remove(BLIGHT)


@edits
def an_article_that_others_link_is_removed(site: Twin) -> None:
    site.remove(POTATOES)


@edits
def a_file_is_renamed(site: Twin) -> None:
    site.rename(BLIGHT, "content/growing/brown-spots.md")


@edits
def a_file_is_renamed_into_another_category(site: Twin) -> None:
    site.rename(BLIGHT, "content/society/blight.md")


@edits
def a_linked_file_is_renamed_and_renamed_back(site: Twin) -> None:
    site.rename("content/growing/seed-swap.rst", "content/growing/swap.rst")
    site.check("the file has another name")
    site.rename("content/growing/swap.rst", "content/growing/seed-swap.rst")


@edits
def a_linked_article_has_another_address(site: Twin) -> None:
    site.edit("content/growing/seed-swap.rst", ":tags:", ":slug: swap\n:tags:")


@edits
def an_article_says_where_it_is_saved(site: Twin) -> None:
    site.edit(BLIGHT, "Tags:", "Save_as: blight/index.html\nUrl: blight/\nTags:")


@edits
def a_file_becomes_a_folder_and_a_file_again(site: Twin) -> None:
    site.edit(BLIGHT, "Tags:", "Save_as: blight\nUrl: blight\nTags:")
    site.check("the page is a file")
    site.edit(BLIGHT, "blight\nUrl: blight\n", "blight/index.html\nUrl: blight/\n")
    site.check("the page is in a folder")
    site.edit(BLIGHT, "blight/index.html\nUrl: blight/\n", "blight\nUrl: blight\n")


@edits
def a_tag_is_changed(site: Twin) -> None:
    site.edit(BLIGHT, "Tags: potatoes", "Tags: tomatoes, weather")


@edits
def a_tag_is_used_no_more(site: Twin) -> None:
    site.edit("content/growing/bean-frames.md", "Tags: beans, woodwork", "Tags: beans")


@edits
def a_tag_is_written_in_another_way(site: Twin) -> None:
    site.edit(POTATOES, "Tags: potatoes", "Tags: Potatoes")


@edits
def a_category_loses_all_its_articles(site: Twin) -> None:
    site.edit("content/welcome.md", "Date:", "Category: Kitchen\nDate:")


@edits
def an_article_has_another_author(site: Twin) -> None:
    site.edit(
        "content/society/wet-july.md", "Author: Olwen Pryce", "Authors: Nia Rees, Olwen Pryce"
    )


@edits
def an_article_becomes_a_draft(site: Twin) -> None:
    site.edit(BLIGHT, "Status: published", "Status: draft")


@edits
def a_draft_is_published_and_withdrawn(site: Twin) -> None:
    site.edit("content/society/new-gate.md", "Status: draft", "Status: published")
    site.check("the draft is published")
    site.edit("content/society/new-gate.md", "Status: published", "Status: draft")


@edits
def an_article_is_hidden(site: Twin) -> None:
    site.edit(BLIGHT, "Status: published", "Status: hidden")


@edits
def a_hidden_article_is_published(site: Twin) -> None:
    site.edit("content/society/key-code.md", "Status: hidden", "Status: published")


@edits
def a_skipped_article_is_published(site: Twin) -> None:
    site.edit("content/society/old-rules.md", "Status: skip", "Status: published")


@edits
def an_article_is_dated_anew(site: Twin) -> None:
    site.edit(BLIGHT, "Date: 2025-07-28", "Date: 2023-07-28")


@edits
def two_articles_have_the_same_date(site: Twin) -> None:
    site.edit(BLIGHT, "Date: 2025-07-28 21:40", "Date: 2025-05-02 07:15")


@edits
def an_article_says_when_it_was_changed(site: Twin) -> None:
    site.edit(POTATOES, "Modified: 2025-03-20", "Modified: 2025-03-21")


@edits
def a_summary_is_changed(site: Twin) -> None:
    site.edit("content/growing/bean-frames.md", "{static}/images/frame.svg", "{filename}blight.md")


@edits
def a_translation_is_added(site: Twin) -> None:
    text = "Title: La pomme de terre\nSlug: blight\nLang: fr\nDate: 2025-07-29\n\nCoupez.\n"
    site.write("content/growing/mildiou.md", text)


@edits
def an_original_of_a_translation_is_removed(site: Twin) -> None:
    site.remove("content/growing/bean-frames.md")


@edits
def a_page_is_changed(site: Twin) -> None:
    site.edit("content/pages/plots/north.md", "Twelve plots", "Thirteen plots")


@edits
def a_page_has_another_title(site: Twin) -> None:
    site.edit("content/pages/about.md", "Title: About us", "Title: About the allotments")


@edits
def a_page_is_renamed(site: Twin) -> None:
    site.rename("content/pages/plots/north.md", "content/pages/plots/hill.md")


@edits
def a_page_is_removed(site: Twin) -> None:
    site.remove("content/pages/hours.rst")


@edits
def a_template_is_changed(site: Twin) -> None:
    site.edit("templates/recipe.html", "Serves", "Enough for")


@edits
def an_included_template_is_changed(site: Twin) -> None:
    site.edit("templates/_footnote.html", "Set in", "Printed in")


@edits
def a_macro_is_changed(site: Twin) -> None:
    site.edit("templates/_macros.html", "(by", "(from")


@edits
def a_template_of_the_theme_gets_an_override(site: Twin) -> None:
    block = "{% block content %}{{ tag }}: {{ articles|length }}{% endblock %}"
    site.write("templates/tag.html", '{% extends "base.html" %}\n' + block)


@edits
def an_override_that_templates_extend_comes_and_goes(site: Twin) -> None:
    site.write(
        "templates/base.html", "<title>{{ SITENAME }}</title>\n{% block content %}{% endblock %}\n"
    )
    site.check("the base of all is overridden")
    site.remove("templates/base.html")


@edits
def an_override_goes(site: Twin) -> None:
    site.remove("templates/period_archives.html")


@edits
def a_template_page_is_changed(site: Twin) -> None:
    site.edit("content/extra/signs/noticeboard.html", "Noticeboard", "On the board")


@edits
def an_included_text_is_changed(site: Twin) -> None:
    site.edit("content/shared/opening-hours.inc", "to noon", "to one")


@edits
def a_text_that_an_included_one_includes_is_changed(site: Twin) -> None:
    site.edit("content/shared/telephone.inc", "960 155", "960 156")


@edits
def a_linked_text_is_changed_where_it_lies(site: Twin) -> None:
    """The content holds a symbolic link; its target is elsewhere."""
    site.rename("content/shared/telephone.inc", "telephone")
    (site.folder / "content/shared/telephone.inc").symlink_to("../../telephone")
    site.check("the text is behind a link")
    site.edit("telephone", "960 155", "960 156")


@edits
def a_static_file_is_changed(site: Twin) -> None:
    site.edit("content/images/shed.svg", "M1 3", "M1 4")


@edits
def a_static_file_is_changed_unseen(site: Twin) -> None:
    site.edit_unseen("content/images/shed.svg", "M1 3", "M1 4")


@edits
def a_linked_static_file_is_changed(site: Twin) -> None:
    site.edit("content/pages/plots/north.svg", "h12", "h11")


@edits
def static_files_come_and_go(site: Twin) -> None:
    site.write("content/images/wheel.svg", "<svg/>\n")
    site.remove("content/images/frame.svg")


@edits
def a_file_is_attached(site: Twin) -> None:
    old, new = "The path", "[The minutes]({attach}minutes-2024.txt). The path"
    site.edit("content/society/wet-july.md", old, new)
    site.edit("content/society/annual-meeting.md", "{static}minutes", "/minutes")


@edits
def a_filter_is_changed(site: Twin) -> None:
    site.edit("garden.py", "3.281", "3.381")


@edits
def what_a_filter_uses_is_changed(site: Twin) -> None:
    site.edit("garden.py", '"summer"', '"high summer"')


@edits
def a_global_is_changed_unseen(site: Twin) -> None:
    site.edit_unseen("garden.py", "square_metres * 2", "square_metres * 3")


@edits
def a_test_is_changed(site: Twin) -> None:
    site.edit("garden.py", "> 1200", "> 12")


@edits
def the_name_of_the_site_is_changed(site: Twin) -> None:
    site.edit("pelicanconf.py", "Hollin Lane Allotments", "The Hollin Lane Gardens")


@edits
def the_pages_are_longer(site: Twin) -> None:
    site.settings["DEFAULT_PAGINATION"] = 5


@edits
def addresses_are_made_in_another_way(site: Twin) -> None:
    site.edit("pelicanconf.py", 'ARTICLE_SAVE_AS = "{date:%Y}/', 'ARTICLE_SAVE_AS = "{date:%y}/')


@edits
def feeds_are_given_up(site: Twin) -> None:
    text = site.read("pelicanconf.py")
    site.write("pelicanconf.py", re.sub(r"(?m)^(\w*FEED\w*_(ATOM|RSS)) = .*", r"\1 = None", text))


@edits
def the_theme_is_another(site: Twin) -> None:
    site.theme = "simple" if site.theme == "notmyidea" else "notmyidea"


@edits
def links_are_made_in_another_way(site: Twin) -> None:
    site.settings["RELATIVE_URLS"] = not site.settings["RELATIVE_URLS"]


@edits
def every_file_is_touched(site: Twin) -> None:
    for file in site.folder.glob("*/**/*"):
        if file.is_file() and site.ledger not in file.parents:
            os.utime(file)


@edits
def a_file_is_not_readable_as_an_article_for_a_while(site: Twin) -> None:
    """Pelican says so, leaves the article out, and goes on."""
    site.edit(BLIGHT, "Date: 2025-07-28 21:40", "Date: someday")
    site.check("an article has no date")
    site.edit(BLIGHT, "Date: someday", "Date: 2025-07-28 21:40")


@edits
def everything_is_removed_but_one_article(site: Twin) -> None:
    for file in (site.folder / "content").rglob("*.*"):
        if file.is_file() and file.suffix in (".md", ".rst") and file.name != "welcome.md":
            file.unlink()
