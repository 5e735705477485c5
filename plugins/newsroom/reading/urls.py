"""Which page of a newsroom has which URL, which entry which feed id, and which two the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ..model.addresses import (
    ATOM,
    AUTHORS,
    CORRECTIONS,
    FEEDS,
    GOALS,
    INCIDENTS,
    JSON,
    NEWS_SITEMAP,
    PAGEFIND,
    ROBOTS,
    SCRIPT,
    SEARCH,
    SEARCH_FILES,
    SECURITY_TXT,
    SITEMAP,
    alias_file,
    author_url,
    entry_url,
    feed_of,
    file_of,
    goal_url,
    in_language,
    incident_url,
    incidents_of_year,
    oembed_of,
    state_url,
    text_of,
    year_url,
)
from ..model.entry import STATES, Entry
from ..model.feed_ids import entry_key, entry_name, names_no_entry
from ..model.newsroom import Newsroom, Page
from ..model.problems import Problem
from ..model.settings import Settings
from .slugs import MOST_LETTERS, label_slug

OF_HOSTS = (".nojekyll", "CNAME", "_headers", "_redirects")
RESERVED = ("categories/", "tags/", FEEDS, PAGEFIND, "theme/")
_SITE = "the site's own files"


def check_urls(newsroom: Newsroom, settings: Settings) -> Iterator[Problem]:
    """A problem for each page or alias whose file another page already has.

    Files are compared without regard to case, as some file systems do. One
    also clashes with a folder that another needs.
    """
    taken = {_key(file_of(url)): page for url, page in _fixed(newsroom, settings)}
    folders = {folder: page for file, page in taken.items() for folder in _folders(file)}
    folders |= dict.fromkeys((url.rstrip("/") for url in RESERVED), _SITE)
    for files, path, line, remedy in _written(newsroom):
        keys = [_key(file) for file in files]
        within = _folders(keys[0])  # the others lie in the same folder
        above = [taken[folder] for folder in within if folder in taken]
        if not above and f"{keys[0]}/".startswith(RESERVED):
            above = [_SITE]
        # What is taken has its folders in ``folders``: in a new folder all is free.
        is_free = not above and within and within[-1] not in folders
        for file, key in zip(files, keys, strict=True) if not is_free else ():
            first = taken.get(key) or folders.get(key) or (above[0] if above else None)
            if first is not None:
                message = (
                    f"/{file.removesuffix('index.html')} is already taken by {first}: {remedy}"
                )
                yield Problem(path, line, "url", message)
                break
        else:
            page = f"{{content}}/{path}"
            taken |= dict.fromkeys(keys, page)
            folders |= dict.fromkeys(within, page)


def check_aliases(newsroom: Newsroom, others: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """A problem for each alias that stands where another file belongs, or is in its way.

    ``others`` are files that are no pages of content files, and what each is.
    """
    taken = {_key(file): what for file, what in others}
    folders = {folder: what for file, what in taken.items() for folder in _folders(file)}
    for entry in _settled(newsroom):
        for alias in entry.aliases:
            key = _key(alias_file(alias))
            above = [taken[folder] for folder in _folders(key) if folder in taken]
            first = taken.get(key) or folders.get(key) or (above[0] if above else None)
            if first is not None:
                message = f"{alias} is already taken by {first}: remove the alias {alias}"
                yield Problem(entry.path, entry.line("Aliases"), "url", message)


def used_files(newsroom: Newsroom, targets: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pictures and other files of the content that are copied to the path that they have."""
    paths = {author.photo.path for author in newsroom.authors if author.photo} | set(targets)
    paths |= {item.screenshot.path for item in newsroom.citations if item.screenshot}
    yield from ((path, f"the file {{content}}/{path}") for path in paths & newsroom.statics)


def check_feed_ids(newsroom: Newsroom, settings: Settings) -> Iterator[Problem]:
    """A problem for each entry whose feed id one at another URL has."""
    taken: dict[str, Entry] = {}
    for entry in _settled(newsroom):
        tag = settings.feed_tag
        name = entry_name(entry, tag) if tag else entry.feed_id or entry_key(entry)
        if tag and entry.feed_id and names_no_entry(name, tag):
            message = f"Id {name} may be the id of a feed: copy the id of the entry itself"
            yield Problem(entry.path, entry.line("Id"), "feed-id", message)
        first = taken.setdefault(name, entry)
        if first is not entry and _url_of(newsroom, first) != _url_of(newsroom, entry):
            remedy = "" if entry.feed_id else "give this file another name, or "
            message = (
                f"feeds would know this entry and {{content}}/{first.path} by one id:"
                f" {remedy}give it an Id of its own, such as tag:example.com,2026:{entry.slug}"
            )
            yield Problem(entry.path, entry.line("Id"), "feed-id", message)


def check_page_slugs(newsroom: Newsroom) -> Iterator[Problem]:
    """A problem for each translation of a page that Pelican would not pair with its original."""
    slugs = {page.path: page.slug for page in newsroom.pages}
    for page in newsroom.pages:
        slug = slugs.get(page.translates, page.slug)
        if slug != page.slug:
            message = f"the Slug of this page's original is {slug}: give this one the same"
            yield Problem(page.path, 1, "url", message)


def check_labels(newsroom: Newsroom, settings: Settings) -> Iterator[Problem]:
    """A problem for each category or tag without an address, or with the address of another."""
    named: dict[tuple[str, str], str] = {}
    for entry in _settled(newsroom):
        labels = [("Category", entry.category, settings.category_slugs)] if entry.category else []
        labels += [("Tags", tag, settings.tag_slugs) for tag in entry.tags]
        for key, label, way in labels:
            slug = label_slug(label, way)
            first = named.setdefault((key, slug.casefold()), label)
            if not re.search(r"\w", slug) or len(label) > MOST_LETTERS:
                message = (
                    f"{key}: no address can be made of {label[:40]!r}:"
                    f" use letters or digits, at most {MOST_LETTERS}"
                )
            elif first != label:
                message = (
                    f"{key}: {label!r} has the address {slug!r}, as {first!r} has:"
                    " write both alike, or give one another name"
                )
            else:
                continue
            yield Problem(entry.path, entry.line(key), "url", message)


def unlisted_files(newsroom: Newsroom) -> frozenset[str]:
    """The files of what is in no list: hidden entries and pages, and translations of them."""
    hidden = {page.path for page in newsroom.pages if page.status == "hidden"}
    hidden |= {page.path for page in newsroom.pages if page.translates in hidden}
    hidden |= {entry.path for entry in newsroom.entries if not newsroom.is_listed(entry)}
    written = _written(newsroom)
    return frozenset(file for files, path, *_ in written if path in hidden for file in files)


def has_page(newsroom: Newsroom, settings: Settings, url: str) -> bool:
    """Whether a page of the newsroom is at ``url``, relative to the site's root."""
    return file_of(url.partition("#")[0]) in files_of_site(newsroom, settings)


def files_of_site(newsroom: Newsroom, settings: Settings) -> frozenset[str]:
    """The files that a newsroom's pages and lists are written to."""
    found = {file_of(url) for url, _ in _fixed(newsroom, settings)}
    found |= {file for files, *_ in _written(newsroom) for file in files}
    found |= {file_of("categories/"), file_of("tags/")}
    listed = [entry for entry in newsroom.entries if newsroom.is_listed(entry)]
    for category in {entry.category or settings.category for entry in listed}:
        found.add(file_of(f"categories/{label_slug(category, settings.category_slugs)}/"))
    for tag in {tag for entry in listed for tag in entry.tags}:
        found.add(file_of(f"tags/{label_slug(tag, settings.tag_slugs)}/"))
    return frozenset(found)


def page_url(page: Page) -> str:
    """Where Pelican puts a page; a translation below its language."""
    translated = "." in page.path.rpartition("/")[2].removesuffix(".md")
    return f"{page.lang}/{page.slug}/" if translated else f"{page.slug}/"


def _fixed(newsroom: Newsroom, settings: Settings) -> Iterator[tuple[str, str]]:
    """The URLs that no file chooses."""
    yield "", "the home page"
    yield "404.html", "the page for what is not found"
    yield "favicon.ico", "the site's icon"
    for file in (SCRIPT, *SEARCH_FILES):
        yield file, "the site's script"
    yield SEARCH, "the search"
    yield SECURITY_TXT, "how to report a weakness"
    if settings.indexnow_key:
        yield f"{settings.indexnow_key}.txt", "the key of IndexNow"
    for file in OF_HOSTS:
        yield file, "what hosts are told"
    for file in (ROBOTS, SITEMAP, NEWS_SITEMAP):
        yield file, "what search engines read"
    yield INCIDENTS, "the list of incidents"
    for state in STATES:
        yield state_url(state), f"the list of incidents that are {state}"
    yield AUTHORS, "the list of authors"
    yield GOALS, "the list of goals"
    yield CORRECTIONS, "the list of corrections"
    for file in _feeds(CORRECTIONS):
        yield file, "the feed of corrections"
    for incident in newsroom.incidents:
        url, name = incident_url(incident.id), f"the incident {incident.id!r}"
        yield from ((file, name) for file in (url, *_feeds(url), text_of(url), oembed_of(url)))
        for lang in newsroom.languages_of(incident)[1:]:
            other = in_language(url, lang)
            yield from ((file, name) for file in (other, text_of(other), oembed_of(other)))
    for year in {entry.date.astimezone(settings.zone).year for entry in newsroom.entries}:
        yield year_url(year), f"the archive of {year}"
    for year in {item.starts_at.at.astimezone(settings.zone).year for item in newsroom.incidents}:
        yield incidents_of_year(year), f"the incidents of {year}"


def _written(newsroom: Newsroom) -> Iterator[tuple[tuple[str, ...], str, int, str]]:
    """What content files are written to: files, path, line that makes it so, remedy."""
    for author in newsroom.authors:
        yield (file_of(author_url(author.slug)),), author.path, 1, "rename this file"
    for goal in newsroom.goals:
        yield (file_of(goal_url(goal.slug)),), goal.path, 1, "rename this file"
    for page in newsroom.pages:
        yield (file_of(page_url(page)),), page.path, 1, "give this page another Slug"
    settled = _settled(newsroom)
    for entry in settled:
        url = _url_of(newsroom, entry)
        files = (file_of(url), text_of(url), oembed_of(url))
        yield files, entry.path, entry.line("Slug"), "give this page another Slug"
    for entry in settled:
        for alias in entry.aliases:
            remedy = f"remove the alias {alias}"
            yield (alias_file(alias),), entry.path, entry.line("Aliases"), remedy


def _url_of(newsroom: Newsroom, entry: Entry) -> str:
    return entry_url(entry, newsroom.original_of(entry))


def _feeds(page: str) -> tuple[str, str]:
    return feed_of(page) + ATOM, feed_of(page) + JSON


def _settled(newsroom: Newsroom) -> list[Entry]:
    """The entries, drafts last: one person's draft takes no one's URL."""
    return sorted(newsroom.entries, key=lambda entry: newsroom.original_of(entry).is_draft)


def _key(file: str) -> str:
    """A file as those file systems know it that mind neither capitals nor how accents are made."""
    return file.casefold() if file.isascii() else unicodedata.normalize("NFC", file).casefold()


def _folders(file: str) -> list[str]:
    """The folders that a file lies in."""
    found = []
    end = file.find("/")
    while end >= 0:
        found.append(file[:end])
        end = file.find("/", end + 1)
    return found
