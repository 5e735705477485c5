"""The page that checks signatures, and the file to keep of it, in a browser under the policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from newsroom.model.policy import Policy
from playwright.sync_api import Browser, Page, Route, expect

from tests import signing
from tests.browser import SCREENS
from tests.signed_posts import BELOW
from tests.sites import Site
from tests.test_accessibility import OPTIONS
from tests.test_statements import LISTS, SAMPLE

POLICY = Policy.of({}, has_search=False)
STATEMENT = "incidents/payment-terms/statement/"
SPACE = "newsroom@newsroom.alderandquince.example"
GOOD = "Good: Tomasz Zieliński signed this text, and not a letter has changed since."
NO_ED25519 = """
const known = crypto.subtle.importKey;
crypto.subtle.importKey = function (form, key, algorithm, ...more) {
  if (algorithm.name === "Ed25519") throw new DOMException("unknown", "NotSupportedError");
  return known.call(this, form, key, algorithm, ...more);
};
"""


class Reader:
    """A page of a site under its policy, in a browser that asks nobody else and reports all.

    What ``changed`` has in the place of a file is served instead of it.
    """

    def __init__(self, browser: Browser, site: Site, home: str, **how: object) -> None:
        self.site, self.home = site, home
        self.changed: dict[str, bytes] = {}
        self.said: list[str] = []
        self.page = browser.new_page(**how)  # type: ignore[arg-type]
        self.page.route("**/*", self._answer)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _answer(self, route: Route) -> None:
        url = route.request.url
        path = unquote(urlsplit(url).path).removeprefix(urlsplit(self.home).path)
        path = f"{path}index.html" if path.endswith("/") or not path else path
        file = self.site.output / path
        if not url.startswith(self.home) or not (file.is_file() or path in self.changed):
            self.said.append(f"asked {url}")
            route.fulfill(status=404)
            return
        body = self.changed.get(path) or file.read_bytes()
        route.fulfill(body=body, headers=POLICY.headers(path))

    def open(self, query: str = "") -> Page:
        self.page.goto(f"{self.home}verify/{query}")
        return self.page

    def check(self, **fields: str) -> list[str]:
        """Fill the form anew, press Check, and return the verdicts."""
        self.page.evaluate("document.querySelector('.verify').reset()")
        self.page.evaluate("document.querySelector('.verify-verdicts').replaceChildren()")
        self.page.locator(".verify details").evaluate("one => one.open = true")
        for name, value in fields.items():
            self.page.fill(f"#verify-{name}", value)
        self.page.click(".verify-button")
        expect(self.page.locator(".verify-verdict").first).to_be_visible()
        return self.page.locator(".verify-verdict").all_inner_texts()


@pytest.fixture
def reader(browser: Browser, published: Site) -> Iterator[Reader]:
    found = Reader(browser, published, SAMPLE)
    yield found
    found.page.close()


def file(site: Site, path: str) -> str:
    return (site.output / path).read_text("utf-8")


def test_a_link_from_a_statement_checks_it(reader: Reader) -> None:
    page = reader.open(f"?of=/{STATEMENT}")
    status = page.get_by_role("status")
    expect(status.locator("p")).to_have_text(
        [GOOD, GOOD.replace("Tomasz Zieliński", "Davinder Rai")]
    )
    facts = page.locator(".verify-facts")
    expect(facts).to_contain_text("Tomasz Zieliński, Finance Director")
    expect(facts).to_contain_text("10 June 2026 at 11:30 BST")
    expect(facts).to_contain_text("tomasz-zielinski@newsroom.alderandquince.example")
    link = facts.get_by_role("link", name="We pay growers within 30 days, and that is not changing")
    assert link.get_attribute("href") == SAMPLE + STATEMENT
    lines = page.locator(".verify-details code").inner_text().split("\n")
    assert lines[0] == (
        "ssh-keygen -Y verify -f allowed_signers"
        f" -I tomasz-zielinski@newsroom.alderandquince.example -n {SPACE}"
        " -Overify-time=20260610103000Z -s statement.md.tomasz-zielinski.sig < statement.md"
    )
    assert reader.said == []


def test_each_verdict(reader: Reader) -> None:
    site = reader.site
    text, other = file(site, f"{STATEMENT}statement.md"), signing.public_key("ada").line
    signature = file(site, f"{STATEMENT}statement.md.tomasz-zielinski.sig")
    key = next(
        line.rpartition('" ')[2]
        for line in file(site, f"{LISTS}/allowed_signers").splitlines()
        if line.startswith("tomasz")
    )
    late = f'tz@x valid-after="20270101Z" {key}'
    elsewhere = signing.sign(text.encode(), "ada", "file").decode()
    quoted = {"text": text, "signature": signature}
    cases: list[tuple[dict[str, str], str]] = [
        ({"of": f"/{STATEMENT}"}, "Good: Tomasz Zieliński"),
        ({"of": f"{SAMPLE}{STATEMENT}"}, "Good: Tomasz Zieliński"),
        ({"of": f"{SAMPLE}{STATEMENT}index.html#top"}, "Good: Tomasz Zieliński"),
        ({"of": f"/{STATEMENT}statement.md"}, "Good: Tomasz Zieliński"),
        ({"of": f"/{STATEMENT}statement.md.davinder-rai.sig"}, "Good: Tomasz Zieliński"),
        ({"of": "/posts/quince-week/"}, "No signature"),
        ({"of": "/posts/none/"}, "There is no statement"),
        ({"of": "https://example.org/posts/"}, "This address is on another site, example.org"),
        ({"of": f"/{STATEMENT}", "signers": f"tz@x {key}"}, "Good: tz@x signed"),
        ({"of": f"/{STATEMENT}", "signers": f"tz@x {other}"}, "Unknown key"),
        (quoted, "Good: Tomasz Zieliński"),
        ({"text": text}, "Good: Tomasz Zieliński"),
        ({**quoted, "text": text.rstrip("\n")}, "Good: Tomasz Zieliński"),
        ({**quoted, "text": f"{text}\n\n"}, "Good: Tomasz Zieliński"),
        ({**quoted, "text": text.replace("30 days", "90 days")}, "Wrong: this signature is not"),
        ({**quoted, "signature": signature[:-60]}, "Wrong: this is no signature"),
        (
            {"text": text, "signature": elsewhere},
            "Wrong: this signature is for something else, file",
        ),
        ({**quoted, "signers": f"tz@x {other}"}, "Unknown key"),
        ({**quoted, "signers": f'tz@x namespaces="file" {key}'}, "Unknown key"),
        ({**quoted, "signers": f"tz@x {key}"}, "Good: tz@x signed"),
        (
            {**quoted, "signers": late},
            "Not valid then: the signature is of this text, but the key of tz@x",
        ),
        ({**quoted, "of": "/posts/quince-week/"}, "Not what is published"),
        ({"text": "Another text."}, "Not what is published"),
        ({"signature": signature}, "Something is missing"),
        ({}, "Something is missing"),
    ]
    reader.open()
    found = [(case, reader.check(**case)[0]) for case, _ in cases]
    assert [
        (case, verdict, wanted)
        for (case, verdict), (_, wanted) in zip(found, cases, strict=True)
        if not verdict.startswith(wanted)
    ] == []
    assert reader.said == []


def test_what_the_site_has_changed_is_seen(reader: Reader) -> None:
    text = (reader.site.output / f"{STATEMENT}statement.md").read_bytes()
    changed = text.replace(b"30 days", b"60 days")
    reader.open()
    reader.changed = {f"{STATEMENT}statement.md": changed}
    assert reader.check(of=f"/{STATEMENT}")[0].startswith("Wrong: this signature is not of this")
    by_ada = signing.sign(changed, "ada", SPACE)
    reader.changed[f"{STATEMENT}statement.md.tomasz-zielinski.sig"] = by_ada
    assert reader.check(of=f"/{STATEMENT}")[0].startswith("Unknown key")
    list_ = (reader.site.output / LISTS / "statements-2026.json").read_bytes()
    reader.changed = {
        f"{LISTS}/statements-2026.json": re.sub(rb'"sha256": "..', b'"sha256": "00', list_)
    }
    assert reader.check(of=f"/{STATEMENT}")[0].startswith("Not what is published")
    reader.changed = {f"{LISTS}/statements.json": b"{"}
    assert reader.check(of=f"/{STATEMENT}")[0].startswith("This could not be loaded")


def test_files_are_known_by_their_names(reader: Reader) -> None:
    page, folder = reader.open(), reader.site.output / STATEMENT
    page.locator(".verify details").evaluate("one => one.open = true")
    names = ("statement.md.davinder-rai.sig", "statement.md")
    page.set_input_files("#verify-files", [folder / name for name in names])
    page.click(".verify-button")
    expect(page.locator(".verify-verdict")).to_have_text(
        [GOOD.replace("Tomasz Zieliński", "Davinder Rai")]
    )


def test_a_browser_without_ed25519_says_so(reader: Reader) -> None:
    reader.page.add_init_script(NO_ED25519)
    page = reader.open(f"?of=/{STATEMENT}")
    expect(page.locator(".verify-verdict")).to_contain_text(
        "This browser cannot check such signatures"
    )
    assert page.locator(".verify-section pre").is_visible()


def test_of_a_site_in_a_folder(browser: Browser, signed_thread: Site) -> None:
    reader = Reader(browser, signed_thread, BELOW)
    page = reader.open("?of=/posts/good/")
    expect(page.locator(".verify-verdict")).to_contain_text("Good: Ada Quill signed")
    for address in ("/news/posts/good/", f"{BELOW}posts/good/good.md"):
        assert reader.check(of=address)[0].startswith("Good: Ada Quill")
    assert reader.check(of="/posts/gone/")[0].startswith("No signature")
    assert reader.check(of="/posts/hidden/")[0].startswith("There is no statement")
    page.close()
    assert reader.said == []


def test_the_keyboard_is_enough(reader: Reader) -> None:
    page = reader.open()
    page.locator("#verify-of").focus()
    page.keyboard.type(f"/{STATEMENT}")
    page.keyboard.press("Enter")
    expect(page.locator(".verify-verdict").first).to_contain_text("Good")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#verify-files")).to_be_focused()
    for name in ("text", "signature", "signers"):
        page.keyboard.press("Tab")
        expect(page.locator(f"#verify-{name}")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".verify-button")).to_be_focused()


def test_without_a_script_the_page_says_how_else(browser: Browser, published: Site) -> None:
    reader = Reader(browser, published, SAMPLE, java_script_enabled=False)
    page = reader.open(f"?of=/{STATEMENT}")
    assert not page.locator("form.verify").is_visible()
    assert page.locator("noscript p").is_visible()
    line = page.locator(".verify-section code").inner_text()
    assert line.startswith("ssh-keygen -Y verify -f allowed_signers -I tomasz-zielinski@")
    links = page.locator(".verify-section a").evaluate_all("all => all.map(one => one.href)")
    for name in re.findall(r"\S+\.sig|\S+\.md$|allowed_signers", line):
        assert [url for url in links if url.endswith(f"/{name}")], name
    page.close()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing(browser: Browser, published: Site, width: int, scheme: str) -> None:
    how = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    reader = Reader(browser, published, SAMPLE, bypass_csp=True, **how)
    page = reader.open(f"?of=/{STATEMENT}")
    expect(page.locator(".verify-verdict").first).to_be_visible()
    text = file(published, f"{STATEMENT}statement.md")
    for fields in ({"of": "/posts/quince-week/"}, {"text": text, "signature": "x"}):
        reader.check(**fields)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(page, options=OPTIONS).response["violations"] == []
    page.close()


class TestFileToKeep:
    @pytest.fixture
    def checker(self, published: Site, tmp_path: Path) -> Path:
        found = tmp_path / "checker.html"
        found.write_bytes((published.output / "verify/checker.html").read_bytes())
        return found

    def test_it_works_from_the_disk_and_asks_nobody(
        self, browser: Browser, published: Site, checker: Path
    ) -> None:
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: said.append(request.url))
        page.goto(checker.as_uri())
        folder = published.output / STATEMENT
        files = [folder / name for name in ("statement.md", "statement.md.davinder-rai.sig")]
        keys = published.output / LISTS / "allowed_signers"
        verdict = page.locator(".verify-verdict")
        for given, wanted in (
            ([*files, keys], "Good: davinder-rai@newsroom.alderandquince.example signed"),
            (files, "Something is missing"),
            ([published.output / "robots.txt", files[1], keys], "Wrong: this signature"),
        ):
            page.set_input_files("#verify-files", given)
            page.click(".verify-button")
            expect(verdict).to_contain_text(wanted)
        axe = Axe().run
        page.close()
        assert said == [checker.as_uri()]
        page = browser.new_page(bypass_csp=True)
        page.goto(checker.as_uri())
        assert axe(page, options=OPTIONS).response["violations"] == []
        page.close()

    def test_it_holds_nothing_of_the_site_and_no_address(self, checker: Path) -> None:
        text = checker.read_text("utf-8")
        assert "alder" not in text.lower()
        assert "://" not in text

    def test_where_it_is_served_it_says_to_save_it(self, browser: Browser, published: Site) -> None:
        reader = Reader(browser, published, SAMPLE)
        reader.page.goto(f"{SAMPLE}verify/checker.html")
        assert reader.page.locator(".verify-keep").is_visible()
        assert not reader.page.locator("form").is_visible()
        reader.page.close()
