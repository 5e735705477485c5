"""The plugin's words for times, states and kinds: the one place where they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from .incident import Elapsed
from .moment import Moment

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

STATES = {
    "responding": "Responding",
    "investigating": "Investigating",
    "acting": "Acting",
    "resolved": "Resolved",
}
STATE_MEANINGS = {
    "responding": "We know of it and are answering.",
    "investigating": "We are finding out what happened.",
    "acting": "We know what happened and are putting it right.",
    "resolved": "What we promised is done.",
}
CITATION_KINDS = {
    "social-post": "Social media post",
    "rumour": "Rumour",
    "article": "Article",
    "comment": "Comment",
}
CITATION_NOUNS = {
    "social-post": "post",
    "rumour": "rumour",
    "article": "article",
    "comment": "comment",
}
ENTRY_KINDS = {"statement": "Statement", "follow-up": "Follow-up", "post": "Post"}
LANGUAGES = {
    "ar": "العربية",
    "cy": "Cymraeg",
    "da": "Dansk",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "it": "Italiano",
    "ja": "日本語",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "zh": "中文",
}


def day_text(day: date) -> str:
    """``2 November 2026``, whatever the locale of the process."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def time_text(at: datetime) -> str:
    """``2 November 2026, 08:56 GMT``: a visible time names its zone."""
    zone = at.strftime("%Z")
    named = zone if zone.isalpha() else f"UTC{at:%z}"
    return f"{day_text(at)}, {at:%H:%M} {named}"


def moment_text(moment: Moment) -> str:
    """A moment as exact as it was written."""
    return time_text(moment.at) if moment.has_time else day_text(moment.at)


def length_text(length: timedelta) -> str:
    """A length of time in its one or two largest units: ``1 day 3 hours``."""
    minutes = int(length.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 7:
        hours = 0
    if days:
        minutes = 0
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said) or "less than a minute"


def elapsed_text(elapsed: Elapsed, start: str) -> str:
    """``42 minutes after the post``; ``start`` is the noun for what it counts from."""
    if elapsed.by_day and not elapsed.length:
        return f"the same day as the {start}"
    return f"{length_text(elapsed.length)} after the {start}"


def language_name(lang: str) -> str:
    """A language's own name for itself, else its tag."""
    return LANGUAGES.get(lang.partition("-")[0], lang)
