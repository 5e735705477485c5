"""What is published so that anyone can check it: signed texts, signatures, keys, and the lists."""

from __future__ import annotations

import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator
from newsroom.model.signed import signed_text

from tests import signing
from tests.signed_posts import BELOW, NAMESPACE, POSTS
from tests.sites import ROOT, Site
from tests.test_sitemaps import urls

SAMPLE = "https://newsroom.alderandquince.example/"
LISTS = ".well-known/newsroom"
SCHEMA = json.loads((ROOT / "docs" / "statements.schema.json").read_text("utf-8"))

Statements = dict[str, dict[str, Any]]


def lists(site: Site, home: str) -> tuple[dict[str, Any], Statements]:
    """The index, and all statements by the path of their page; each file is as the schema says."""
    check = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    index = json.loads((site.output / LISTS / "statements.json").read_text("utf-8"))
    check.validate(index)
    assert index["home"] == home
    found = {}
    for year in index["years"]:
        text = (site.output / year["url"].removeprefix(home)).read_text("utf-8")
        check.validate(listed := json.loads(text))
        assert (listed["year"], len(listed["statements"])) == (year["year"], year["statements"])
        for each in listed["statements"]:
            found[each["url"].removeprefix(home)] = each
    return index, found


def at(site: Site, home: str, url: str) -> Path:
    """The output file that is served at an address."""
    return site.output / unquote(url.removeprefix(home))


class TestSample:
    def test_the_lists_have_every_public_entry_once(self, published: Site) -> None:
        index, found = lists(published, SAMPLE)
        entries = re.compile(r"(?:\w\w/)?(?:incidents/[\w-]+|posts)/[\w-]+/")
        pages = {url.removeprefix(SAMPLE) for url in urls(published, "sitemap.xml")}
        assert set(found) == set(filter(entries.fullmatch, pages))
        assert len({each["id"] for each in found.values()}) == len(found)
        assert index["domain"] == "newsroom.alderandquince.example"

    def test_hashes_are_those_of_the_files(self, published: Site) -> None:
        _, found = lists(published, SAMPLE)
        files = [
            file for each in found.values() for file in (*each["pictures"], *each["documents"])
        ]
        assert {file["url"].rpartition(".")[2] for file in files} >= {"png", "jpg", "pdf"}
        files += [each["source"] for each in found.values() if each["signatures"]]
        for file in files:
            data = at(published, SAMPLE, file["url"]).read_bytes()
            assert file["sha256"] == sha256(data).hexdigest(), file["url"]

    def test_of_what_nobody_has_signed_there_is_no_text(self, published: Site) -> None:
        _, found = lists(published, SAMPLE)
        assert {url for url, each in found.items() if "url" in (each["source"] or {})} == {
            url for url, each in found.items() if each["signatures"]
        }
        sources = {path for path in published.files() if path.endswith((".md", ".sig"))}
        signed = [each for each in found.values() if each["signatures"]]
        named = [file["url"] for each in signed for file in (each["source"], *each["signatures"])]
        assert sources == {url.removeprefix(SAMPLE) for url in named}
        quinces = (ROOT / "content/posts/2026/quince-week.md").read_bytes()
        assert found["posts/quince-week/"]["source"] == {"sha256": sha256(quinces).hexdigest()}

    def test_a_published_text_is_what_was_signed_to_the_byte(self, published: Site) -> None:
        page = published.output / "incidents/payment-terms/statement"
        source = (ROOT / "content/incidents/payment-terms/statement.md").read_bytes()
        text = (page / "statement.md").read_bytes()
        assert text == signed_text(source)
        assert b"Approved_by" in source
        assert b"Approved_by" not in text

    def test_ssh_keygen_verifies_each_with_the_published_keys(self, published: Site) -> None:
        index, found = lists(published, SAMPLE)
        keys = at(published, SAMPLE, index["allowed_signers"])
        checked = 0
        for each in found.values():
            for signature in each["signatures"]:
                command = ["ssh-keygen", "-Y", "verify", "-f", str(keys), "-n", index["namespace"]]
                command += ["-I", signature["signer"]["principal"]]
                command += ["-s", str(at(published, SAMPLE, signature["url"]))]
                text = at(published, SAMPLE, each["source"]["url"]).read_bytes()
                done = subprocess.run(command, input=text, capture_output=True, check=False)
                assert b'Good "newsroom@' in done.stdout, done.stderr
                checked += 1
        assert checked == 5

    def test_pages_and_texts_say_who_signed_and_where_to_check(self, published: Site) -> None:
        page = published.page("incidents/payment-terms/statement/")
        (said,) = page.select(".entry-signed")
        assert said.get_text().startswith("Signed by Tomasz Zieliński, Davinder Rai · check ·")
        assert (
            said.select("a")[0]["href"] == f"{SAMPLE}verify/?of=/incidents/payment-terms/statement/"
        )
        thread = published.page("incidents/payment-terms/").select(".entry-signed")
        assert [one.get_text() for one in thread] == [
            "Signed by Tomasz Zieliński, Davinder Rai · check"
        ]
        text = (published.output / "incidents/payment-terms/statement/index.txt").read_text("utf-8")
        line = f"Tomasz Zieliński: {SAMPLE}incidents/payment-terms/statement/statement.md"
        assert line in " ".join(text.split())
        assert not published.page("posts/quince-week/").select(".entry-signed")

    def test_the_lists_are_in_no_sitemap(self, published: Site) -> None:
        assert not [url for url in urls(published, "sitemap.xml") if url.endswith((".md", ".json"))]


class TestBelowAPath:
    def test_nothing_else_is_published_of_what_is_not_public(self, signed_thread: Site) -> None:
        beside = {path for path in signed_thread.files() if path.endswith((".md", ".sig"))}
        assert beside == {f"posts/good/good.md{ending}" for ending in ("", ".ada-quill.sig")}
        _, found = lists(signed_thread, BELOW)
        assert {url for url in found if url in {f"posts/{name}/" for name in POSTS}} == {
            "posts/good/",
            "posts/gone/",
        }
        gone = found["posts/gone/"]
        assert (gone["source"], gone["signatures"]) == (None, [])
        assert gone["withdrawn"] == "2026-03-02T10:00:00+00:00"
        assert not signed_thread.page("posts/gone/").select(".entry-signed")
        assert not signed_thread.page("posts/hidden/").select(".entry-signed")

    def test_the_lists_say_where_else_the_keys_are(self, signed_thread: Site) -> None:
        index, _ = lists(signed_thread, BELOW)
        assert index["allowed_signers"] == f"{BELOW}{LISTS}/allowed_signers"
        assert index["keys_elsewhere"] == ["https://example.org/keys"]
        shown = signed_thread.page("verify/").select('a[href="https://example.org/keys"]')
        assert len(shown) == 1

    def test_a_key_holds_to_the_end_of_its_last_day_in_the_sites_zone(
        self, signed_thread: Site
    ) -> None:
        keys = (signed_thread.output / LISTS / "allowed_signers").read_text("utf-8")
        options = f'namespaces="{NAMESPACE}",valid-before="20260731225959Z"'
        key = signing.public_key("ada").line
        assert keys == f"ada-quill@copperline.example {options} {key}\n"

    def test_the_feed_in_json_says_where_the_signed_text_is(self, signed_thread: Site) -> None:
        feed = json.loads((signed_thread.output / "feeds/all.json").read_text("utf-8"))
        own = {item["url"]: item["_newsroom"] for item in feed["items"]}
        text = f"{BELOW}posts/good/good.md"
        assert own[f"{BELOW}posts/good/"]["source"] == text
        assert own[f"{BELOW}posts/good/"]["signatures"] == [f"{text}.ada-quill.sig"]
        assert "source" not in own[f"{BELOW}posts/gone/"]

    def test_without_its_signature_nothing_of_it_stays(
        self, signed_thread: Site, tmp_path: Path
    ) -> None:
        site = signed_thread.again(tmp_path / "thread")
        (site.folder / "content/posts/good.md.ada-quill.sig").unlink()
        site.build("-e", f'SITEURL="{BELOW[:-1]}"').succeeds()
        assert not [path for path in site.files() if path.endswith((".md", ".sig"))]
        assert not site.page("posts/good/").select(".entry-signed")
        _, found = lists(site, BELOW)
        assert found["posts/good/"]["signatures"] == []
