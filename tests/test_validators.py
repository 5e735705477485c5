"""The validators themselves: each finds what is wrong, and nothing in what is right."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests import validators
from tests.validators import Node
from tests.validators.installed import HERE, grammar

GOOD, BAD = HERE / "cases" / "good", HERE / "cases" / "bad"

# For each bad case, words of each complaint that it gets, in their order.
ATOM = {
    "cut-off": ('required elements "id" and "updated"', "must start and end within the same"),
    "entry-without-id": ('missing required element "id"',),
    "updated-in-words": ('character content of element "updated" invalid',),
}
FEED = {
    "cut-off": ("no element found",),
    "entry-without-id": (),
    "updated-in-words": (),
}
JSON_FEED = {
    "date-in-words": ("items[0].date_published: '11 March 2026' is not a 'date-time'",),
    "item-without-content": ("items[0]: {'id'",),
    "no-items": ("'items' is a required property",),
}
SITEMAP = {
    "index-without-loc": ("Missing child element(s)",),
    "lastmod-in-words": ("lastmod': '11 March 2026' is not a valid value",),
    "link-without-hreflang": ("The attribute 'hreflang' is required",),
    "news-time-without-offset": ("'2026-03-11T09:20:00' is not a valid value",),
    "news-without-title": ("sitemap-news/0.9}title ).",),
    "no-url": ("Missing child element(s)",),
    "unknown-extension": ("No matching global element declaration",),
}
HTML = {
    "button-without-type": (),
    "duplicate-id": ("9: Duplicate ID “label”", "8: The first occurrence of ID “label”"),
    "section-without-heading": ("Section lacks heading",),
}
HTML_VALIDATE = {
    "button-without-type": ("[no-implicit-button-type]",),
    "duplicate-id": ('9: Duplicate ID "label" [no-dup-id]',),
    "section-without-heading": (),
}
VOCABULARY = {
    "day-that-is-none": ('datePublished: "2026-02-30" is not Date or DateTime',),
    "misspelt-property": ("headlin: no property headlin",),
    "misspelt-type": ("no type LiveBlogPostng",),
    "name-as-author": ('author: "Rosa Quill" is not Organization or Person',),
    "node-without-type": ("author: no @type",),
    "number-as-width": ("width: 1200 is not Distance or QuantitativeValue",),
    "other-context": ("@context is 'http://schema.org/'",),
    "reference-to-a-person": ("is not CreativeWork or URL",),
    "relative-url": ('url: "/label/" is not URL',),
    "superseded-property": ("contactPoints: superseded by contactPoint",),
    "time-without-offset": ('coverageStartTime: "2026-03-11T09:20:00" is not DateTime',),
    "unknown-member": ("is not IPTCDigitalSourceEnumeration",),
    "width-without-unit": ('width: "1200" is not Distance or QuantitativeValue',),
    "wrong-domain": ("author.jobTitle: not a property of Organization, but of Person",),
    "wrong-range": ("liveBlogUpdate[1]: ",),
}
# What has no entry here, the types do not know: to them, a date is any text.
TYPED = {
    "misspelt-property": ("headlin: Object literal may only specify known properties",),
    "misspelt-type": ("no exported member named 'LiveBlogPostng'",),
    "node-without-type": ("author: Type '{ name: string; }' is not assignable",),
    "number-as-width": ("width: Type 'number' is not assignable",),
    "other-context": ("@context: Type '\"http://schema.org/\"' is not assignable",),
    "superseded-property": (),
    "unknown-member": ("digitalSourceType: Type '\"https://schema.org/Screenshot",),
    "wrong-domain": ("author.jobTitle: Object literal may only specify known properties",),
    "wrong-range": ("liveBlogUpdate[1].@type: Type '\"NewsArticle\"' is not assignable",),
}


def cases(folder: Path, ending: str) -> list[Path]:
    """The cases for a validator. None at all would be a mistake in the pattern."""
    found = sorted(folder.glob(f"*.{ending}"))
    assert found
    return found


def node(case: Path) -> Node:
    read: Node = json.loads(case.read_text("utf-8"))
    return read


def assert_found(
    complaints: list[str], expected: Mapping[str, tuple[str, ...]], ending: str
) -> None:
    """Each case of this ending has exactly the complaints that are expected of it."""
    assert [path.stem for path in cases(BAD, ending)] == sorted(expected)
    remaining = list(complaints)
    for name, said in expected.items():
        of_case = [complaint for complaint in complaints if f"/{name}" in complaint.split(": ")[0]]
        assert len(of_case) == len(said), (name, of_case)
        for words, complaint in zip(said, of_case, strict=True):
            assert words in complaint
            assert "\n" not in complaint
        remaining = [complaint for complaint in remaining if complaint not in of_case]
    assert remaining == []


def each(validate: Callable[[Path], list[str]], folder: Path, ending: str) -> list[str]:
    return [complaint for case in cases(folder, ending) for complaint in validate(case)]


def test_atom_is_held_against_rfc_4287() -> None:
    assert validators.atom(cases(GOOD, "atom")) == []
    assert_found(each(lambda case: validators.atom([case]), BAD, "atom"), ATOM, "atom")


def test_of_many_atom_feeds_each_is_held_against_it() -> None:
    names = ("entry-without-id", "updated-in-words")
    complaints = validators.atom([*cases(GOOD, "atom"), *(BAD / f"{name}.atom" for name in names)])
    for name, complaint in zip(names, complaints, strict=True):
        assert f"/{name}.atom:" in complaint


def test_a_feed_reader_stumbles_only_over_what_is_no_xml() -> None:
    assert each(validators.feed, GOOD, "atom") == []
    assert_found(each(validators.feed, BAD, "atom"), FEED, "atom")


def test_json_feeds_are_held_against_their_schema() -> None:
    assert each(validators.json_feed, GOOD, "json") == []
    assert_found(each(validators.json_feed, BAD, "json"), JSON_FEED, "json")


def test_sitemaps_are_held_against_their_schemas() -> None:
    assert each(validators.sitemap, GOOD, "xml") == []
    assert_found(each(validators.sitemap, BAD, "xml"), SITEMAP, "xml")


@pytest.mark.full  # it is about the checker, not about pages
def test_pages_are_read_by_the_nu_html_checker() -> None:
    assert validators.html(GOOD) == []
    assert_found(validators.html(BAD), HTML, "html")


def test_pages_are_read_by_html_validate() -> None:
    assert validators.html_validate(cases(GOOD, "html")) == []
    assert_found(validators.html_validate(cases(BAD, "html")), HTML_VALIDATE, "html")


@pytest.mark.full
def test_of_many_pages_none_is_forgotten(tmp_path: Path) -> None:
    page = (BAD / "button-without-type.html").read_text("utf-8")
    files = [tmp_path / f"{number}.html" for number in range(150)]
    for file in files:
        file.write_text(page, "utf-8")
    complaints = validators.html_validate(files)
    assert sorted(complaint.split(":")[0] for complaint in complaints) == sorted(map(str, files))


def test_structured_data_is_held_against_the_vocabulary() -> None:
    assert validators.vocabulary(map(node, cases(GOOD, "jsonld"))) == []
    assert_found(validators.vocabulary(map(node, cases(BAD, "jsonld"))), VOCABULARY, "jsonld")


@pytest.mark.full
def test_structured_data_is_compiled_against_its_types() -> None:
    assert validators.typed(map(node, cases(GOOD, "jsonld"))) == []
    unknown: dict[str, tuple[str, ...]] = dict.fromkeys(VOCABULARY, ())
    assert_found(validators.typed(map(node, cases(BAD, "jsonld"))), unknown | TYPED, "jsonld")


def test_structured_data_and_microformats_are_found_in_pages() -> None:
    page = (GOOD / "page.html").read_text("utf-8")
    [article] = validators.json_ld(page)
    assert article["@type"] == "NewsArticle"
    assert validators.vocabulary([article]) == []
    [entry] = validators.microformats(page, "https://newsroom.example/label/")
    assert entry["type"] == ["h-entry"]
    assert entry["properties"]["url"] == ["https://newsroom.example/label/"]


def test_nothing_to_validate_is_not_valid(tmp_path: Path) -> None:
    for found in (validators.atom([]), validators.html(tmp_path), validators.html_validate([])):
        assert len(found) == 1
        assert "to validate" in found[0]


def test_without_a_grammar_a_test_is_skipped_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSROOM_GRAMMARS", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=r"sitemap\.xsd"):
        grammar("sitemap.xsd")


@pytest.mark.parametrize(
    "folder", [HERE, HERE.parent / "lighthouse_runner"], ids=lambda it: it.name
)
def test_the_lock_names_no_host(folder: Path) -> None:
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    for package in packages:
        assert package.get("integrity")
        assert "resolved" not in package


def test_the_readme_says_why_a_rule_is_off() -> None:
    rules = json.loads((HERE / "htmlvalidate.json").read_text("utf-8"))["rules"]
    said = (HERE / "README.md").read_text("utf-8")
    for rule in rules:
        assert f"- `{rule}`: " in said
