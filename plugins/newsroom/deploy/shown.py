"""What a release shows that can be taken back: entries, pages, people, and what others wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from ..model.newsroom import Newsroom

LIVE, WITHDRAWN, HIDDEN, PERSON = "live", "withdrawn", "hidden", "person"
WORDS = "#words"  # after the path of a citation: its state is of what it quotes


def shown(newsroom: Newsroom, now: datetime) -> dict[str, str]:
    """Return what the public sees at a time, by the path of its file in the content folder.

    For an entry ``withdrawn``, or ``live`` with the number of its corrections and whether
    it is hidden from lists; for pages and goals ``live``; for a person a digest of what
    they may want back, for a citation the hash of its screenshot and a digest of its words.
    """
    public = newsroom.public(now)
    found = {page.path: LIVE for page in public.pages} | {goal.path: LIVE for goal in public.goals}
    for entry in public.entries:
        hidden = "" if newsroom.is_listed(entry) else f" {HIDDEN}"
        live = f"{LIVE} {len(newsroom.corrections(entry))}{hidden}"
        found[entry.path] = WITHDRAWN if newsroom.withdrawal(entry) else live
    for author in public.authors:
        photo = author.photo.sha256 if author.photo else ""
        private = (author.name, photo, author.email, author.phone, *sorted(author.profiles))
        found[author.path] = f"{PERSON} {_digest(private)}"
    for item in public.citations:
        words = (item.text, item.author, item.author_url, item.url, item.credit, item.credit_url)
        alt = item.screenshot.alt if item.screenshot else ""
        found[item.path + WORDS] = _digest((*words, item.warning, alt))
        if item.screenshot:
            found[item.path] = item.screenshot.sha256
    return found


def taken_back(before: Mapping[str, str], today: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what an earlier release shows and today's content does not: its file, and why."""
    for path, state in before.items():
        if why := _why(path, state, today.get(path, "")):
            yield path.removesuffix(WORDS), why


def _why(path: str, state: str, now: str) -> str:
    """Say why what had a state may not be seen again; empty if it may."""
    kind, *more = state.split()
    if state == now:
        return ""
    if kind in (LIVE, WITHDRAWN):
        if not now:  # of what was withdrawn, a title and a reason were left
            return "this is no longer public"
        if kind == WITHDRAWN:
            return ""
        if now == WITHDRAWN:
            return "this has been withdrawn since"
        if more and more[:1] != now.split()[1:2]:
            return "this has been corrected since"
        return "this has been taken off the lists since" if more and HIDDEN in now else ""
    if kind == PERSON:
        changed = "the name, the photo or the contacts of this person have been changed since"
        return changed if now else "this profile is no longer public"
    what = "what this quotes" if path.endswith(WORDS) else "the screenshot of this"
    how = "changed" if path.endswith(WORDS) else "covered or replaced"
    return f"{what} has been {how} since" if now else f"{what} is no longer public"


def _digest(texts: tuple[str, ...]) -> str:
    return sha256(repr(texts).encode()).hexdigest()
