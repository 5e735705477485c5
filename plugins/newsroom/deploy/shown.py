"""What a release shows that can be taken back: entries, pages, people, and what others wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from ..model.newsroom import Newsroom

LIVE, WITHDRAWN, HIDDEN = "live", "withdrawn", "hidden"
WORDS = "#words"  # after the path of a citation: its state is of what it quotes


def shown(newsroom: Newsroom, now: datetime) -> dict[str, str]:
    """Return what the public sees at a time, by the path of its file in the content folder.

    For an entry ``withdrawn``, or ``live`` with the number of its corrections, since when its
    history is shown if that is limited, and whether it is hidden from lists; for pages and goals
    ``live``; for a person a digest of what they may want back, for a citation the hash of its
    screenshot and a digest of its words.
    """
    public = newsroom.public(now)
    found = {page.path: LIVE for page in public.pages} | {goal.path: LIVE for goal in public.goals}
    for entry in public.entries:
        hidden = "" if newsroom.is_listed(entry) else f" {HIDDEN}"
        limits = [f" {limit.since and limit.since.at}" for limit in newsroom.history_limits(entry)]
        live = f"{LIVE} {len(newsroom.corrections(entry))}{''.join(limits)}{hidden}"
        found[entry.path] = WITHDRAWN if newsroom.withdrawal(entry) else live
    for author in public.authors:
        photo = author.photo.sha256 if author.photo else ""
        private = (author.name, photo, author.email, author.phone, *sorted(author.profiles))
        found[author.path] = f"person {_digest(private)}"
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
        now = today.get(path, "")
        if not now:  # also of what was withdrawn: a title and a reason were left
            yield path.removesuffix(WORDS), "this is no longer public"
        elif now != state and state not in (WITHDRAWN, f"{now} {HIDDEN}"):
            why = "this has been withdrawn, corrected, hidden, covered or changed since"
            yield path.removesuffix(WORDS), why


def _digest(texts: tuple[str, ...]) -> str:
    return sha256(repr(texts).encode()).hexdigest()
