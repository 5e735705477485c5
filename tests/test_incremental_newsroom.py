"""What a build makes anew: what an edit can have changed, and little else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from newsroom.model import addresses
from newsroom.model.signed import signed_text

from tests import signing, sizes, twins
from tests.sites import ROOT
from tests.twins import Twin

FOLLOW_UP = "content/incidents/salt/every-batch.md"
WRITTEN = """\
Title: Every batch is weighed twice
Date: 2026-03-12 09:00
Modified: 2026-03-13 09:00
Author: Lise Perrin
Category: Bread
State: acting
Goals: less-salt
Summary: Since today every batch is weighed twice.
Correction: 2026-03-13 09:00 | We first wrote that it is weighed three times.

Since today every batch is weighed twice.
"""

# The pages that a follow-up to the incident `salt` is on, or that count or date it.
ITS_OWN_PAGE = {"incidents/salt/every-batch/index.html"}
ITS_THREAD = {
    "incidents/salt/index.html",
    "incidents/salt/statement/index.html",
    "incidents/salt/what-we-found/index.html",
}
ITS_THREAD_IN_FRENCH = {
    "fr/incidents/salt/index.html",
    "fr/incidents/salt/statement/index.html",
}
ITS_AUTHOR_AND_GOAL = {
    "authors/lise-perrin/index.html",
    "goals/index.html",
    "goals/less-salt/index.html",
}
ITS_YEAR_AND_CATEGORY = {
    "2026/index.html",
    "2026/incidents/index.html",
    "categories/bread/index.html",
    "categories/index.html",  # it says how many entries a category has
}
LISTS = {
    "index.html",
    "incidents/index.html",
    "states/acting/index.html",
    "corrections/index.html",
}
# Of each of these there is one, so they are made of all there is; and how the others stand.
SINGLE = {"tags/index.html", *map(addresses.file_of, addresses.SINGLE)}
OTHER_LISTS = {
    "2025/incidents/index.html",
    "states/investigating/index.html",
    "states/resolved/index.html",
    "states/responding/index.html",
    "authors/wen-alder/index.html",  # who wrote in the same thread
}
PAGES = (
    ITS_OWN_PAGE
    | ITS_THREAD
    | ITS_THREAD_IN_FRENCH
    | ITS_AUTHOR_AND_GOAL
    | ITS_YEAR_AND_CATEGORY
    | LISTS
)

# For machines: to make one of these anew in vain costs little, so they need not be so exact.
TEXTS = {"incidents/salt/*.txt", "fr/incidents/salt/*.*"}
FEEDS = {"feeds/*.atom", "feeds/*.json", "incidents/salt/feed.*", "corrections/feed.*"}
FOR_CRAWLERS = {"sitemap*.xml", "robots.txt"}
STATEMENTS = {addresses.STATEMENTS, addresses.statements_of(2026)}
FOR_MACHINES = TEXTS | FEEDS | FOR_CRAWLERS | STATEMENTS


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    folder = tmp_path_factory.mktemp("first")
    twin = Twin.copy("bakery", folder, theme=str(ROOT / "theme"), keeps_compiled=True)
    twin.check("nothing")
    return twin


@pytest.fixture
def built(first: Twin, tmp_path: Path) -> Twin:
    """The newsroom, built as it is published."""
    return first.again(tmp_path)


def changed_by(twin: Twin, edit: Callable[[], None]) -> set[str]:
    """Edit, build both ways, and say which files are not as they were."""
    before = twins.read(twin.clean)
    edit()
    twin.check("the edit")
    after = twins.read(twin.clean)
    return {name for name in after if before.get(name) != after[name]}


def pages(files: set[str]) -> set[str]:
    return {name for name in files if name.endswith(".html")}


def test_a_follow_up(built: Twin) -> None:
    changed = changed_by(built, lambda: built.write(FOLLOW_UP, WRITTEN))
    rendered = set(built.last.rendered)
    assert pages(changed) == PAGES
    assert PAGES <= pages(rendered) <= PAGES | SINGLE | OTHER_LISTS
    others = rendered - PAGES - SINGLE - OTHER_LISTS
    assert changed <= rendered
    assert {
        name for name in others if not any(fnmatchcase(name, to) for to in FOR_MACHINES)
    } == set()
    assert built.last.kept >= len(pages(set(twins.read(built.output))) - PAGES)


def test_the_follow_up_is_taken_away_again(built: Twin) -> None:
    built.write(FOLLOW_UP, WRITTEN)
    built.build().succeeds()
    changed = changed_by(built, lambda: built.remove(FOLLOW_UP))
    rendered = set(built.last.rendered)
    assert PAGES - ITS_OWN_PAGE <= pages(rendered) <= PAGES | SINGLE | OTHER_LISTS
    assert changed <= rendered | {"incidents/salt/every-batch/index.html"}


def test_no_change(built: Twin) -> None:
    assert changed_by(built, lambda: None) == set()
    last = built.last
    assert last.rendered == []
    assert last.always == {}


@pytest.mark.full
def test_time_alone(built: Twin) -> None:
    """News is news for two days, promises fall due, people get other roles."""
    for hours in (43, 24, 24, 30, 200, 20000):
        built.now = str(int(built.now) + hours * 3600)
        built.check(f"{hours} hours more")
        built.build().succeeds()
        assert built.last.rendered == []


@pytest.mark.full
def test_a_template_of_the_site_itself_is_edited(built: Twin) -> None:
    name = "templates/newsroom/_page_end.html"
    built.write(name, (ROOT / "plugins/newsroom" / name).read_text("utf-8") + "<!-- one -->")
    built.check("a template in place of ours")
    built.edit(name, "one", "two")
    built.check("it is edited")


@pytest.mark.full
def test_a_file_that_is_edited_in_the_output_is_mended_though_nothing_changed(built: Twin) -> None:
    for name in ("index.html", "feeds/all.atom", "posts/roof/index.txt"):
        (built.output / name).write_text("not ours")
        (built.output / "posts/roof/index.html").unlink()
        built.check(f"{name} was edited")


@pytest.mark.full
def test_a_draft_without_a_date_has_that_of_the_build(built: Twin) -> None:
    built.settings["NEWSROOM_DRAFTS"] = True
    header = "Title: Soon\nStatus: draft\nAuthor: Lise Perrin\nCategory: Bread\nSummary: S.\n"
    built.write("content/posts/2026/soon.md", f"{header}\nSoon.\n")
    built.check("a draft")
    built.now = str(int(built.now) + 5 * 3600)
    built.check("five hours later")


@pytest.mark.parametrize(
    ("linked", "part", "settings"),
    sizes.first(
        1,
        [
            ("templates/shared", "foot.html", {}),
            ("static/css", "*.css", {"NEWSROOM_HASHED_NAMES": True}),
        ],
    ),
)
@pytest.mark.full
def test_a_folder_of_the_theme_that_is_a_link(
    tmp_path: Path, linked: str, part: str, settings: dict[str, bool]
) -> None:
    theme, elsewhere = tmp_path / "theme", tmp_path / "elsewhere"
    shutil.copytree(ROOT / "theme", theme)
    base = theme / "templates" / "base.html"
    with_foot = base.read_text().replace("</body>", "{% include 'shared/foot.html' %}</body>")
    base.write_text(with_foot)
    (theme / "templates" / "shared").mkdir()
    (theme / "templates" / "shared" / "foot.html").write_text("<p>One</p>")
    (theme / linked).rename(elsewhere)
    (theme / linked).symlink_to(elsewhere)
    built = Twin.copy("bakery", tmp_path, theme=str(theme))
    built.settings |= settings
    built.check("nothing")
    for file in elsewhere.glob(part):
        file.write_text(file.read_text() + "\n/* new */\n")
    built.check("a file in the linked folder is edited")


PRICES = """\
from pathlib import Path

from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor


class Filled(Preprocessor):
    def run(self, lines):
        price = Path(__file__).with_name("price").read_text().strip()
        return [line.replace("@price@", price) for line in lines]


class Prices(Extension):
    def extendMarkdown(self, md):
        md.preprocessors.register(Filled(md), "prices", 30)
"""


@pytest.mark.full
def test_a_file_that_a_summary_or_a_body_includes(built: Twin) -> None:
    post, conf = "content/posts/2025/new-oven.md", built.read("pelicanconf.py")
    added = 'import sys\nsys.path.insert(0, ".")\nMARKDOWN = {"extensions": ["prices:Prices"]}\n'
    built.write("prices.py", PRICES)
    built.write("price", "nine pounds")
    built.write("pelicanconf.py", conf + added)
    built.edit(post, "Summary: ", "Summary: At @price@. ")
    built.check("a summary with a price")
    changed = changed_by(built, lambda: built.edit("price", "nine", "ten"))
    assert "index.html" in changed
    built.edit(post, "ninety loaves", "ninety loaves (@price@)")
    built.edit("content/incidents/salt/what-we-found.md", "every batch twice", "for @price@")
    built.check("a body with a price")
    changed_by(built, lambda: built.edit("price", "ten", "two"))


@pytest.mark.full
def test_the_text_of_a_post(built: Twin) -> None:
    """Nobody but its own page and what holds its text for machines knows of a word in it."""
    post = "content/posts/2025/new-oven.md"
    changed_by(built, lambda: built.edit(post, "ninety loaves.\n", "a hundred loaves.\n"))
    assert "posts/new-oven/index.html" in built.last.rendered
    unrelated = pages(set(built.last.rendered)) - LISTS - SINGLE
    assert not any("salt" in name or "van" in name for name in unrelated), unrelated
    assert not any(name.startswith(("goals/", "authors/l")) for name in unrelated), unrelated


@pytest.mark.parametrize("kinds", sizes.first(1, ["key sign", "key sign change sign remove"]))
def test_a_signature_comes_and_goes_with_what_is_published_of_it(built: Twin, kinds: str) -> None:
    statement = built.folder / "content/incidents/salt/statement.md"
    signature = statement.with_name("statement.md.lise-perrin.sig")
    profile = built.folder / "content/authors/lise-perrin.md"
    line = signing.public_key("lise").line
    for kind in kinds.split():
        if kind == "key":
            profile.write_text(profile.read_text("utf-8").replace("\n", f"\nKey: {line}\n", 1))
        elif kind == "change":
            statement.write_text(statement.read_text("utf-8") + "More.\n")
        elif kind == "remove":
            signature.unlink()
        else:
            text = signed_text(statement.read_bytes())
            signature.write_bytes(signing.sign(text, "lise", "newsroom@saltmarsh.example"))
        if kind in ("sign", "remove"):
            built.check(kind)
