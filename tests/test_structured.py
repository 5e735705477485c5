"""What pages say to machines in their head: JSON-LD, cards, addresses of their other forms."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PIL import Image

from tests.sites import Site

HOME = "https://newsroom.alderandquince.example/"
FLOOD = "incidents/flood-post/"
FOLLOW_UP = f"{FLOOD}what-happened-and-what-changes/"


def nodes(site: Site, url: str) -> dict[str, dict[str, Any]]:
    """The nodes of a page's JSON-LD by type."""
    scripts = site.page(url).select('script[type="application/ld+json"]')
    assert len(scripts) == 1, url
    graph = json.loads(scripts[0].get_text())
    assert graph["@context"] == "https://schema.org"
    return {node["@type"]: node for node in graph["@graph"]}


def meta(site: Site, url: str) -> dict[str, str]:
    """Open Graph's and Twitter's tags of a page; the last of those with one name."""
    found = site.page(url).select("meta[property], meta[name^='twitter:']")
    return {str(tag.get("property") or tag["name"]): str(tag["content"]) for tag in found}


def alternates(site: Site, url: str) -> dict[str, list[str]]:
    """A page's alternates: hrefs by media type, or by language."""
    found: dict[str, list[str]] = {}
    for link in site.page(url).select("link[rel=alternate]"):
        kind = str(link.get("type") or link["hreflang"])
        found.setdefault(kind, []).append(str(link["href"]).removeprefix(HOME))
    return found


def test_an_incident_is_a_live_blog(published: Site) -> None:
    live = nodes(published, FLOOD)["LiveBlogPosting"]
    assert live["headline"] == "Our post about the Ettle Valley flood"
    assert live["coverageStartTime"] == "2026-11-02T08:56:00+00:00"
    assert "coverageEndTime" not in live
    assert live["publishingPrinciples"] == f"{HOME}about/"
    assert [update["@id"] for update in live["liveBlogUpdate"]] == [
        f"{HOME}{FOLLOW_UP}",
        f"{HOME}{FLOOD}statement/",
    ]
    organization = nodes(published, FLOOD)["Organization"]
    assert live["publisher"] == {"@id": organization["@id"]}
    assert organization["logo"]["contentUrl"] == f"{HOME}theme/logo.png"
    assert organization["correctionsPolicy"] == f"{HOME}corrections/"


def test_a_resolved_incident_says_when_its_coverage_ended(published: Site) -> None:
    live = nodes(published, "incidents/harvest-column/")["LiveBlogPosting"]
    newest = nodes(published, "incidents/harvest-column/where-the-plums-went/")["BlogPosting"]
    assert live["coverageEndTime"] == newest["datePublished"]
    assert live["citation"]["@type"] == "NewsArticle"
    rumour = nodes(published, "incidents/payment-terms/")["LiveBlogPosting"]
    assert rumour["citation"]["@type"] == "Claim"


def test_the_original_is_cited_with_its_evidence(published: Site) -> None:
    cited = nodes(published, FLOOD)["LiveBlogPosting"]["citation"]
    assert cited["@type"] == "SocialMediaPosting"
    assert cited["url"] == "https://chirrup.example/alderandquince/118442097"
    shot = cited["associatedMedia"]
    assert shot["contentUrl"] == f"{HOME}{FLOOD}original.png"
    size = Image.open(published.output / FLOOD / "original.png").size
    assert (shot["width"]["value"], shot["height"]["value"]) == size
    assert shot["creditText"] == "Jess Amadi"
    assert len(shot["sha256"]) == 64
    assert shot["dateCreated"] == "2026-11-02T08:22:00+00:00"
    assert shot["embeddedTextCaption"].startswith("Water way to start the week")
    assert shot["digitalSourceType"] == "https://schema.org/ScreenCaptureDigitalSource"


def test_an_update_names_authors_corrections_and_what_it_is_part_of(published: Site) -> None:
    posting = nodes(published, FOLLOW_UP)["BlogPosting"]
    assert posting["@id"] == f"{HOME}{FOLLOW_UP}"
    assert posting["isPartOf"] == {"@id": f"{HOME}{FLOOD}"}
    assert posting["author"] == [
        {
            "@type": "Person",
            "name": "Thandiwe Marlowe",
            "jobTitle": "Head of Communications",
            "url": f"{HOME}authors/thandiwe-marlowe/",
        }
    ]
    (correction,) = posting["correction"]
    assert correction["@type"] == "CorrectionComment"
    assert correction["datePublished"] == "2026-11-03T17:45:00+00:00"
    assert posting["dateModified"] == "2026-11-03T17:45:00+00:00"
    assert [cited["@type"] for cited in posting["citation"]] == ["Comment", "NewsArticle"]
    assert [goal["name"] for goal in posting["about"]] == ["Speak plainly", "Fair to growers"]


def test_authors_goals_and_the_home_page(published: Site) -> None:
    person = nodes(published, "authors/thandiwe-marlowe/")["ProfilePage"]["mainEntity"]
    assert person["jobTitle"] == "Head of Communications"
    assert "https://chirrup.example/thandiwemarlowe" in person["sameAs"]
    steps = nodes(published, FOLLOW_UP)["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3, 4]
    assert steps[2]["item"] == {"@id": f"{HOME}{FLOOD}"}
    assert set(nodes(published, "")) == {"WebSite", "Organization"}
    assert nodes(published, "goals/speak-plainly/")["BreadcrumbList"]


def test_every_date_has_its_offset(published: Site) -> None:
    def dates(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value[key] for key in value if key.startswith(("date", "coverage"))]
            return own + [found for inner in value.values() for found in dates(inner)]
        return (
            [found for inner in value for found in dates(inner)] if isinstance(value, list) else []
        )

    found = [date for node in nodes(published, FLOOD).values() for date in dates(node)]
    assert len(found) > 10
    assert all(datetime.fromisoformat(date).tzinfo for date in found)


SCRIPT = "https://copperline.example/newsroom.js"
HOSTILE = 'How </script><script>alert("1")</script> & <!-- came about'


def test_a_title_cannot_end_the_script(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.edit("content/incidents/rude-reply/review.md", "What the review says", HOSTILE)
    thread.edit("content/incidents/rude-reply/statement.md", "Our rude reply", HOSTILE)
    thread.build("-e", 'SITEURL="https://copperline.example"').succeeds()
    for url, type in (("review/", "BlogPosting"), ("", "LiveBlogPosting")):
        page = thread.page(f"incidents/rude-reply/{url}")
        assert len(page.find_all("script", src=False)) == 1
        assert [script["src"] for script in page.find_all("script", src=True)] == [SCRIPT]
        assert nodes(thread, f"incidents/rude-reply/{url}")[type]["headline"] == HOSTILE
        assert meta(thread, f"incidents/rude-reply/{url}")["og:title"] == HOSTILE
    text = (thread.output / "incidents/rude-reply/review/index.txt").read_text("utf-8")
    assert "</script>" in text


class TestCards:
    def test_open_graph_and_twitter(self, published: Site) -> None:
        found = meta(published, FOLLOW_UP)
        assert found["og:type"] == "article"
        assert found["og:url"] == f"{HOME}{FOLLOW_UP}"
        assert found["og:site_name"] == "Alder & Quince newsroom"
        assert found["article:author"] == f"{HOME}authors/thandiwe-marlowe/"
        assert found["article:modified_time"] == "2026-11-03T17:45:00+00:00"
        assert found["twitter:card"] == "summary_large_image"

    def test_every_entry_and_incident_has_an_image_of_its_own(self, published: Site) -> None:
        pages = [path.parent for path in published.output.rglob("index.txt")]
        assert len(pages) == 25
        images = []
        for folder in pages:
            url = f"{folder.relative_to(published.output).as_posix()}/"
            found = meta(published, url)
            path = published.output / found["og:image"].removeprefix(HOME)
            with Image.open(path) as image:
                said = int(found["og:image:width"]), int(found["og:image:height"])
                assert image.size == said
            # A post may have a picture of its own instead.
            assert said == (1200, 630) or url.startswith("posts/"), url
            assert found["og:image:alt"]
            images.append(path.read_bytes())
        assert len(set(images)) == len(images)

    def test_the_screenshot_is_nobodys_article_image(self, published: Site) -> None:
        for path in published.output.rglob("index.html"):
            url = path.parent.relative_to(published.output).as_posix()
            page = published.page(url)
            for tag in page.select("meta[property^='og:image'], meta[name='twitter:image']"):
                assert "original" not in str(tag["content"]), url
            for script in page.select("script"):
                text = script.get_text()
                assert not re.search(r'"image":\{[^{}]*(original|trade-blog)', text), url

    def test_the_same_text_is_drawn_once(self, site: Callable[[str], Site]) -> None:
        story = site("story")
        shutil.rmtree(story.folder / ".output.build", ignore_errors=True)  # of other copies
        steps = story.folder / "steps" / "statement"
        for path in steps.rglob("*.md"):
            story.write(path.relative_to(steps).as_posix(), path.read_text("utf-8"))
        story.build().succeeds()
        kept = story.folder / ".output.build" / "cards"
        before = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
        assert len(before) == 2
        story.build().succeeds()
        assert {path: path.stat().st_mtime_ns for path in kept.iterdir()} == before
        story.edit("content/incidents/lids/statement.md", "Some lids", "Some of our lids")
        story.build().succeeds()
        assert len(list(kept.iterdir())) == 3
        assert len(list((story.output / "incidents/lids/statement").glob("card-*"))) == 1

    def test_they_can_be_turned_off(self, site: Callable[[str], Site]) -> None:
        thread = site("thread")
        options = ('SITEURL="https://copperline.example"', "NEWSROOM_CARDS=false")
        thread.build("-e", *options).succeeds()
        found = meta(thread, "incidents/rude-reply/")
        assert "og:image" not in found
        assert found["twitter:card"] == "summary"
        assert not list(thread.output.rglob("card-*"))


def test_a_page_says_where_its_other_forms_are(published: Site) -> None:
    assert alternates(published, FOLLOW_UP) == {
        "en": [FOLLOW_UP],
        "fr": [f"fr/{FOLLOW_UP}"],
        "application/atom+xml": [f"{FLOOD}feed.atom", "feeds/all.atom"],
        "application/feed+json": [f"{FLOOD}feed.json", "feeds/all.json"],
        "text/plain": [f"{FOLLOW_UP}index.txt"],
    }
    for url in ("authors/thandiwe-marlowe/", "corrections/"):
        found = alternates(published, url)["application/atom+xml"]
        assert len(found) == 2, url
        assert all((published.output / feed).is_file() for feed in found)


def test_every_page_but_404_has_one_canonical_address(published: Site) -> None:
    for path in published.output.rglob("*.html"):
        url = path.relative_to(published.output).as_posix().removesuffix("index.html")
        links = published.page(url or "index.html").select("link[rel=canonical]")
        expected = [] if url in ("404.html", "verify/checker.html") else [HOME + url]
        assert [str(link["href"]) for link in links] == expected


def test_without_a_site_url_there_is_nothing_for_machines(sample: Site) -> None:
    names = " ".join(sample.files())
    for part in (".atom", ".json", "sitemap", "robots", "index.txt", "card-"):
        assert part not in names, part
    page = sample.page(FLOOD)
    assert page.select("script:not([src]), link[rel=canonical], meta[property]") == []


def test_roles_are_those_of_the_day_everywhere(published_thread: Site) -> None:
    """Ada was promoted between the statement and what came after it."""
    roles = {
        "statement": ["Ada Quill, Press Officer"],
        "what-we-found": ["Ada Quill, Head of Communications", "Bram Stone, Managing Director"],
        "review": ["Ada Quill, Head of Communications"],
    }
    folder = published_thread.output / "incidents/rude-reply"
    feed = json.loads((folder / "feed.json").read_text("utf-8"))
    live = nodes(published_thread, "incidents/rude-reply/")["LiveBlogPosting"]
    for stem, expected in roles.items():
        url = f"incidents/rude-reply/{stem}/"
        (item,) = [item for item in feed["items"] if item["url"].endswith(f"/{stem}/")]
        assert [f"{n}, {r}" for n, r in item["_newsroom"]["roles"].items()] == expected
        assert [author["name"] for author in item["authors"]] == [
            name.split(", ")[0] for name in expected
        ]
        inside = [
            update for update in live["liveBlogUpdate"] if update["url"].endswith(f"/{stem}/")
        ]
        for posting in (nodes(published_thread, url)["BlogPosting"], *inside):
            assert [f"{p['name']}, {p['jobTitle']}" for p in posting["author"]] == expected
        text = (folder / stem / "index.txt").read_text("utf-8")
        assert re.findall(r"^By (.*), Copperline Kettles$", text, re.M) == expected
        whole = (folder / "index.txt").read_text("utf-8")
        assert all(f"By {one}" in whole for one in expected)
        shown = published_thread.page(url).select(".entry-header .byline-text")
        assert [", ".join(byline.stripped_strings) for byline in shown] == expected
    person = nodes(published_thread, "authors/ada-quill/")["ProfilePage"]["mainEntity"]
    assert person["jobTitle"] == "Head of Communications"
