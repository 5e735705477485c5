"""Which page of a newsroom has which URL, which entry which feed id, and which two the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ..model import addresses as to
from ..model.entry import STATES, Entry
from ..model.feed_ids import entry_key, entry_name, names_no_entry
from ..model.keys import ContentFile
from ..model.newsroom import Newsroom, Page
from ..model.settings import Settings
from .rulebook import Checked, Finding, rule
from .slugs import MOST_LETTERS, label_slug

OF_HOSTS = (".nojekyll", "CNAME", "_headers", "_redirects")
RESERVED = ("categories/", "tags/", to.FEEDS, to.PAGEFIND, "theme/")
_SITE = "the site's own files"


@rule("url", "two pages or aliases with one address; capitals do not matter")
def one_address_each(checked: Checked) -> Iterator[Finding]:
    """Let no two pages have one address."""
    return clashes(checked.newsroom, checked.settings)


def clashes(newsroom: Newsroom, settings: Settings) -> Iterator[Finding]:
    """Yield each page or alias whose file another page already has.

    Files are compared without regard to case, as some file systems do. One
    also clashes with a folder that another needs.
    """
    fixed = ((to.file_of(url), page) for url, page in _fixed(newsroom, settings))
    taken = _Taken(fixed, RESERVED)
    for files, source, where, remedy in _written(newsroom):
        found = ((file, taken.by(file)) for file in files)
        clash = next(((file, first) for file, first in found if first), None)
        if clash:
            file, first = clash
            address = file.removesuffix("index.html")
            yield source, where, f"/{address} is already taken by {first}: {remedy}"
        else:
            taken.add(files, f"{{content}}/{source.path}")


@rule("url", "an alias in the place of any other file")
def aliases(checked: Checked) -> Iterator[Finding]:
    """Let no alias stand where a file of the content belongs."""
    targets = (link.target_from(file.path) for file, link in checked.links if link.is_file)
    return alias_clashes(checked.newsroom, used_files(checked.newsroom, targets))


def alias_clashes(newsroom: Newsroom, others: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Yield each alias that stands where another file belongs, or is in its way.

    ``others`` are files that are no pages of content files, and what each is.
    """
    taken = _Taken(others)
    for entry in _settled(newsroom):
        for alias in entry.aliases:
            if first := taken.by(to.alias_file(alias)):
                message = f"{alias} is already taken by {first}: remove the alias {alias}"
                yield entry, "Aliases", message


class _Taken:
    """Which files, and the folders that they lie in, are taken by what."""

    def __init__(self, files: Iterable[tuple[str, str]], reserved: tuple[str, ...] = ()) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._reserved = reserved
        for file, what in files:
            self.add((file,), what)

    def add(self, files: Iterable[str], what: str) -> None:
        """Note that files are taken."""
        for file in files:
            key = _key(file)
            self._files[key] = what
            self._folders |= dict.fromkeys(_folders(key), what)

    def by(self, file: str) -> str:
        """Return what has a file, a folder of its name, or a file where its folder is to be."""
        key = _key(file)
        if first := self._files.get(key) or self._folders.get(key):
            return first
        if f"{key}/".startswith(self._reserved):
            return _SITE
        return next((self._files[above] for above in _folders(key) if above in self._files), "")


@rule("feed-id", "two entries with one feed id: mostly two posts in two subfolders")
def feed_ids(checked: Checked) -> Iterator[Finding]:
    """Let no two entries have one feed id, and none that of a feed."""
    newsroom, tag = checked.newsroom, checked.settings.feed_tag
    taken: dict[str, Entry] = {}
    for entry in _settled(newsroom):
        name = entry_name(entry, tag) if tag else entry.feed_id or entry_key(entry)
        if tag and entry.feed_id and names_no_entry(name, tag):
            yield entry, "Id", f"Id {name} may be the id of a feed: copy the id of the entry itself"
        first = taken.setdefault(name, entry)
        if first is not entry and _url_of(newsroom, first) != _url_of(newsroom, entry):
            remedy = "" if entry.feed_id else "give this file another name, or "
            message = (
                f"feeds would know this entry and {{content}}/{first.path} by one id:"
                f" {remedy}give it an Id of its own, such as tag:example.com,2026:{entry.slug}"
            )
            yield entry, "Id", message


@rule("url", "a `Slug` in a translation; in that of a page, another than the original's")
def page_slugs(checked: Checked) -> Iterator[Finding]:
    """Let a page's translation have its original's slug, by which Pelican pairs them."""
    slugs = {page.path: page.slug for page in checked.newsroom.pages}
    for page in checked.newsroom.pages:
        slug = slugs.get(page.translates, page.slug)
        if slug != page.slug:
            yield page, 1, f"the Slug of this page's original is {slug}: give this one the same"


@rule("url", "two categories, or two tags, with one address")
def labels(checked: Checked) -> Iterator[Finding]:
    """Let each category and tag have an address, and one of its own."""
    settings = checked.settings
    named: dict[tuple[str, str], str] = {}
    for entry in _settled(checked.newsroom):
        found = [("Category", entry.category, settings.category_slugs)] if entry.category else []
        found += [("Tags", tag, settings.tag_slugs) for tag in entry.tags]
        for key, label, way in found:
            slug = label_slug(label, way)
            first = named.setdefault((key, slug.casefold()), label)
            if not re.search(r"\w", slug) or len(label) > MOST_LETTERS:
                message = (
                    f"{key}: no address can be made of {label[:40]!r}:"
                    f" use letters or digits, at most {MOST_LETTERS}"
                )
                yield entry, key, message
            elif first != label:
                message = (
                    f"{key}: {label!r} has the address {slug!r}, as {first!r} has:"
                    " write both alike, or give one another name"
                )
                yield entry, key, message


def used_files(newsroom: Newsroom, targets: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the files of the content that are copied to the path that they have, named."""
    paths = {author.photo.path for author in newsroom.authors if author.photo} | set(targets)
    paths |= {item.screenshot.path for item in newsroom.citations if item.screenshot}
    yield from ((path, f"the file {{content}}/{path}") for path in paths & newsroom.statics)


def unlisted_files(newsroom: Newsroom) -> frozenset[str]:
    """Return the files of what is in no list: hidden entries and pages, and translations."""
    hidden = {page.path for page in newsroom.pages if page.status == "hidden"}
    hidden |= {page.path for page in newsroom.pages if page.translates in hidden}
    hidden |= {entry.path for entry in newsroom.entries if not newsroom.is_listed(entry)}
    written = ((files, source) for files, source, *_ in _written(newsroom))
    return frozenset(file for files, source in written if source.path in hidden for file in files)


def has_page(newsroom: Newsroom, settings: Settings, url: str) -> bool:
    """Whether a page of the newsroom is at ``url``, relative to the site's root."""
    return to.file_of(url.partition("#")[0]) in files_of_site(newsroom, settings)


def files_of_site(newsroom: Newsroom, settings: Settings) -> frozenset[str]:
    """Return the files that a newsroom's pages and lists are written to."""
    found = {to.file_of(url) for url, _ in _fixed(newsroom, settings)}
    found |= {file for files, *_ in _written(newsroom) for file in files}
    found |= {to.file_of("categories/"), to.file_of("tags/")}
    listed = [entry for entry in newsroom.entries if newsroom.is_listed(entry)]
    for category in {entry.category or settings.category for entry in listed}:
        found.add(to.file_of(f"categories/{label_slug(category, settings.category_slugs)}/"))
    for tag in {tag for entry in listed for tag in entry.tags}:
        found.add(to.file_of(f"tags/{label_slug(tag, settings.tag_slugs)}/"))
    return frozenset(found)


def page_url(page: Page) -> str:
    """Where Pelican puts a page; a translation below its language."""
    translated = "." in page.path.rpartition("/")[2].removesuffix(".md")
    return f"{page.lang}/{page.slug}/" if translated else f"{page.slug}/"


# The URLs that every newsroom has, and what is there.
_ALWAYS = {
    "": "the home page",
    "404.html": "the page for what is not found",
    "favicon.ico": "the site's icon",
    **dict.fromkeys((to.SCRIPT, *to.SEARCH_FILES), "the site's script"),
    to.SEARCH: "the search",
    to.SECURITY_TXT: "how to report a weakness",
    **dict.fromkeys(OF_HOSTS, "what hosts are told"),
    **dict.fromkeys((to.ROBOTS, to.SITEMAP, to.NEWS_SITEMAP), "what search engines read"),
    to.INCIDENTS: "the list of incidents",
    **{to.state_url(state): f"the list of incidents that are {state}" for state in STATES},
    to.AUTHORS: "the list of authors",
    to.GOALS: "the list of goals",
    to.CORRECTIONS: "the list of corrections",
    **dict.fromkeys(
        (to.feed_of(to.CORRECTIONS) + to.ATOM, to.feed_of(to.CORRECTIONS) + to.JSON),
        "the feed of corrections",
    ),
}


def _fixed(newsroom: Newsroom, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the URLs that no file chooses."""
    yield from _ALWAYS.items()
    if settings.indexnow_key:
        yield f"{settings.indexnow_key}.txt", "the key of IndexNow"
    for incident in newsroom.incidents:
        url, name = to.incident_url(incident.id), f"the incident {incident.id!r}"
        yield from (
            (file, name) for file in (url, *_feeds(url), to.text_of(url), to.oembed_of(url))
        )
        for lang in newsroom.languages_of(incident)[1:]:
            other = to.in_language(url, lang)
            yield from ((file, name) for file in (other, to.text_of(other), to.oembed_of(other)))
    for year in {entry.date.astimezone(settings.zone).year for entry in newsroom.entries}:
        yield to.year_url(year), f"the archive of {year}"
    for year in {item.starts_at.at.astimezone(settings.zone).year for item in newsroom.incidents}:
        yield to.incidents_of_year(year), f"the incidents of {year}"


def _written(newsroom: Newsroom) -> Iterator[tuple[tuple[str, ...], ContentFile, str | int, str]]:
    """Yield what content files are written to: files, source, what makes it so, remedy."""
    for author in newsroom.authors:
        yield (to.file_of(to.author_url(author.slug)),), author, 1, "rename this file"
    for goal in newsroom.goals:
        yield (to.file_of(to.goal_url(goal.slug)),), goal, 1, "rename this file"
    for page in newsroom.pages:
        yield (to.file_of(page_url(page)),), page, 1, "give this page another Slug"
    settled = _settled(newsroom)
    for entry in settled:
        url = _url_of(newsroom, entry)
        files = (to.file_of(url), to.text_of(url), to.oembed_of(url))
        yield files, entry, "Slug", "give this page another Slug"
    for entry in settled:
        for alias in entry.aliases:
            yield (to.alias_file(alias),), entry, "Aliases", f"remove the alias {alias}"


def _url_of(newsroom: Newsroom, entry: Entry) -> str:
    return to.entry_url(entry, newsroom.original_of(entry))


def _feeds(page: str) -> tuple[str, str]:
    return to.feed_of(page) + to.ATOM, to.feed_of(page) + to.JSON


def _settled(newsroom: Newsroom) -> list[Entry]:
    """Return the entries, drafts last: one person's draft takes no one's URL."""
    return sorted(newsroom.entries, key=lambda entry: newsroom.original_of(entry).is_draft)


def _key(file: str) -> str:
    """Return a file as file systems know it that mind neither capitals nor accents' form."""
    return file.casefold() if file.isascii() else unicodedata.normalize("NFC", file).casefold()


def _folders(file: str) -> list[str]:
    """Return the folders that a file lies in."""
    found = []
    end = file.find("/")
    while end >= 0:
        found.append(file[:end])
        end = file.find("/", end + 1)
    return found
