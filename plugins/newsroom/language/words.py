"""The plugin's words for times, states and kinds: English ones here, others in catalogues.

Days and plurals follow the language (CLDR, through Babel). Gettext's catalogues are read as
translators write them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.messages import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations
from babel.units import format_unit
from markupsafe import Markup, escape

from ..files import overrides
from ..model.incident import Elapsed
from ..model.letters import isolated
from ..model.moment import Moment
from ..model.settings import SettingsError

DOMAIN = "newsroom"
SOURCE = "en"  # what the texts in the code are written in
OURS = Path(__file__).parent.parent / "locale"
_LINE = re.compile(r'(?:#.*|(?:msg(?:ctxt|id|id_plural|str|str\[\d\]) +)?"(?:[^"\\]|\\.)*")?')
_VALUE = re.compile(r"{\w+}|[{}]")  # or a brace that is without its other
# Plain English writes days and times as most of the world does, not as the United States do.
_LOCALES = {"en": "en-GB"}


def later(text: str) -> str:
    """Mark a text for the catalogues that is translated where it is used."""
    return text


STATES = {
    "responding": later("Responding"),
    "investigating": later("Investigating"),
    "acting": later("Acting"),
    "resolved": later("Resolved"),
    "withdrawn": later("Withdrawn"),
}
STATE_MEANINGS = {
    "responding": later("We know of it and are answering."),
    "investigating": later("We are finding out what happened."),
    "acting": later("We know what happened and are putting it right."),
    "resolved": later("What we promised is done."),
    "withdrawn": later("We have taken back everything that we said about it."),
}
CITATION_KINDS = {
    "social-post": later("Social media post"),
    "rumour": later("Rumour"),
    "article": later("Article"),
    "comment": later("Comment"),
}
DELETED = {
    "social-post": later("The post is deleted"),
    "rumour": later("The rumour is deleted"),
    "article": later("The article is deleted"),
    "comment": later("The comment is deleted"),
    "": later("The original is deleted"),
}
FINDINGS = {
    "false": later("False"),
    "misleading": later("Misleading"),
    "unproven": later("Unproven"),
    "true": later("True"),
}
ENTRY_KINDS = {
    "statement": later("Statement"),
    "follow-up": later("Follow-up"),
    "post": later("Post"),
}
# What elapsed times count from: the kind of a citation, or the statement.
SPANS = {"began": later("It began"), "ended": later("It was over")}
AFTER = {
    "social-post": later("{length} after the post"),
    "rumour": later("{length} after the rumour"),
    "article": later("{length} after the article"),
    "comment": later("{length} after the comment"),
    "statement": later("{length} after the statement"),
    "began": later("{length} after it began"),
    "": later("{length} after the original"),
}
# What a follow-up does to the advice that was given before.
ADVICE_CHANGES = {
    "new": later("This update says what you should do."),
    "changed": later("This update changes what you should do."),
    "ended": later("What we advised before no longer holds."),
}
SAME_DAY = {
    "social-post": later("the same day as the post"),
    "rumour": later("the same day as the rumour"),
    "article": later("the same day as the article"),
    "comment": later("the same day as the comment"),
    "statement": later("the same day as the statement"),
    "began": later("the same day as it began"),
    "": later("the same day as the original"),
}


@dataclass(frozen=True)
class Words:
    """What the newsroom says in one language, ``lang`` (BCP 47).

    Texts hold their values in braces, by name. ``catalogue`` translates them.
    """

    lang: str = "en"
    catalogue: NullTranslations = field(default_factory=NullTranslations, repr=False, compare=False)

    def say(self, text: str, /, **values: object) -> str:
        """Say a text in this language, plain."""
        said = self.catalogue.gettext(text) if text else ""  # gettext("") is a catalogue's head
        return said.format(**self._apart(values)) if values else said

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Say one of two texts, or of as many as the language has; ``{n}`` is the number."""
        return self.catalogue.ngettext(one, many, n).format(n=n, **values)

    def html(self, text: str, /, **values: object) -> Markup:
        """Say a text as HTML: what is not Markup, itself included, is escaped."""
        said = escape(self.catalogue.gettext(text) if text else "")
        return said.format(**self._apart(values)) if values else said

    def _apart(self, values: Mapping[str, object]) -> dict[str, object]:
        """Keep values from turning what is beside them; Markup says so itself, by ``<bdi>``."""
        return {
            name: isolated(value, self.direction) if type(value) is str else value
            for name, value in values.items()
        }

    def beside(self, *texts: str, between: str = ", ") -> str:
        """Put texts beside each other, such as a name and a role: none turns what follows it."""
        return between.join(isolated(text, self.direction) for text in texts if text)

    def forms(self, one: str, many: str) -> Mapping[str, str]:
        """Return a plural's texts by CLDR category, number not filled in, for scripts."""
        numbers = {self._locale.plural_form(n): n for n in range(200, -1, -1)}
        found = {name: self.catalogue.ngettext(one, many, n) for name, n in numbers.items()}
        return {"other": self.catalogue.ngettext(one, many, 2)} | found

    @cached_property
    def _locale(self) -> Locale:
        return locale_of(self.lang) or Locale("en", "GB")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, as HTML's ``dir`` has it."""
        return direction_of(self.lang)

    @cached_property
    def attributes(self) -> Markup:
        """``lang`` and ``dir``, for an element that is spoken in these words."""
        return Markup(' lang="{}" dir="{}"').format(self.lang, self.direction)

    def within(self, lang: str) -> Markup:
        """Return the same for an element in a text in ``lang``; empty if that is this language."""
        return self.attributes if self._is_other(lang) else Markup()

    def _is_other(self, lang: str) -> bool:
        return bool(lang) and lang.casefold() != self.lang.casefold()

    def marks(self, lang: str) -> Markup:
        """Return the attributes of an element in another language than this: ``lang``, ``dir``.

        WCAG 2.2, 3.1.2. Empty where the language is this one, or is not known.
        """
        if not self._is_other(lang):
            return Markup()
        direction = direction_of(lang)
        turned = Markup(' dir="{}"').format(direction) if direction != self.direction else ""
        return Markup(' lang="{}"{}').format(lang, turned)

    def marked(self, text: object, lang: str) -> Markup:
        """Put a text in a ``span`` that says its language, if that is another than this."""
        marks = self.marks(lang)
        return Markup("<span{}>{}</span>").format(marks, text) if marks else escape(text)

    def quoted(self, text: object, lang: str) -> Markup:
        """Set a name into a sentence: with its language, and turning nothing beside it."""
        return Markup("<bdi{}>{}</bdi>").format(self.marks(lang), text)

    def day(self, day: date) -> str:
        """Say ``2 November 2026``, whatever the locale of the process."""
        return format_date(day, "long", self._locale)

    def time(self, at: datetime) -> str:
        """Say ``2 November 2026, 08:56 GMT``: a visible time names its zone."""
        zone = at.strftime("%Z")
        return self.say(
            "{day}, {time} {zone}",
            day=self.day(at),
            time=format_time(at.replace(tzinfo=None), "short", locale=self._locale),
            zone=zone if zone.isalpha() else f"UTC{at:%z}",
        )

    def moment(self, moment: Moment) -> str:
        """Say a moment as exactly as it was written."""
        return self.time(moment.at) if moment.has_time else self.day(moment.at)

    def length(self, length: timedelta) -> str:
        """Say a length of time in its one or two largest units: ``1 day 3 hours``."""
        minutes = int(length.total_seconds() // 60)
        days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
        said = [
            self.plural("{n} day", "{n} days", days) if days else "",
            self.plural("{n} hour", "{n} hours", hours) if hours and days < 7 else "",
            self.plural("{n} minute", "{n} minutes", minutes) if minutes and not days else "",
        ]
        return " ".join(filter(None, said)) or self.say("less than a minute")

    def span(self, elapsed: Elapsed) -> str:
        """Say how long something took, without saying after what."""
        if elapsed.by_day and not elapsed.length:
            return self.say("the same day")
        return self.length(elapsed.length)

    def elapsed(self, elapsed: Elapsed, start: str) -> str:
        """Say ``42 minutes after the post``; ``start`` is what it counts from, a key of AFTER."""
        key = start if start in AFTER else ""
        if elapsed.by_day and not elapsed.length:
            return self.say(SAME_DAY[key])
        return self.say(AFTER[key], length=self.length(elapsed.length))

    def size(self, size: int) -> str:
        """Say how large a file of so many bytes is: ``220 kB``, ``2.4 MB``."""
        if size < 999_500:
            return self._measure(max(1, round(size / 1000)), "digital-kilobyte")
        return self._measure(round(size / 1_000_000, 1), "digital-megabyte")

    def _measure(self, value: float, unit: str) -> str:
        return format_unit(value, unit, "short", locale=self._locale)

    def state(self, state: str) -> str:
        """Say a state."""
        return self.say(STATES.get(state, state))


@cache
def locale_of(lang: str) -> Locale | None:
    """Return CLDR's locale of a language tag, or of its language alone; None if it has neither."""
    for tag in (_LOCALES.get(lang.lower(), lang), lang.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


@cache
def direction_of(lang: str) -> str:
    """Return ``rtl`` for a language that is written from right to left, else ``ltr``."""
    locale = locale_of(lang)
    return locale.text_direction if locale else "ltr"


def language_name(lang: str) -> str:
    """Return a language's own name for itself, else its tag."""
    locale = locale_of(lang)
    name = locale.get_language_name() if locale else None
    return name[0].upper() + name[1:] if name else lang


def catalogues(root: Path, theme: Path) -> tuple[Path, ...]:
    """Return the folders of a site's catalogues: what the first one says, counts."""
    return overrides(root, "locale"), theme / "locale", OURS


@dataclass(frozen=True)
class Languages:
    """The languages that the newsroom has words in. ``site`` is the site's own.

    ``folders`` hold catalogues, the first of them before the next.
    """

    site: str = SOURCE
    folders: tuple[Path, ...] = (OURS,)
    _read: dict[str, Words] = field(default_factory=dict, repr=False, compare=False)

    def of(self, lang: str) -> Words:
        """Return the words of a language, or of the site's, or English ones.

        ``fr-ca`` speaks as ``fr`` where it has no words of its own.
        Raises SettingsError for a catalogue that cannot be read.
        """
        if lang not in self._read:
            self._read[lang] = self._speak(lang)
        return self._read[lang]

    @property
    def words(self) -> Words:
        """The words of the site's own language."""
        return self.of(self.site)

    def knows(self, lang: str) -> bool:
        """Whether there are words in a language: a catalogue, unless it is English."""
        return lang.lower().partition("-")[0] == SOURCE or bool(self._files(lang))

    def _speak(self, lang: str) -> Words:
        if not self.knows(lang):
            return Words(SOURCE) if lang == self.site else self.words
        said = NullTranslations()
        for file in reversed(self._files(lang)):  # what one leaves out, the next one says
            read = read_catalogue(file)
            read.add_fallback(said)
            said = read
        return Words(lang, said)

    def _files(self, lang: str) -> list[Path]:
        """Return the catalogues of a language, those of its region and of the theme first."""
        parts = lang.lower().split("-")
        tags = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
        return [found[tag] for tag in tags for found in self._catalogues if tag in found]

    @cached_property
    def _catalogues(self) -> list[dict[str, Path]]:
        """The catalogues of each folder by language: ``pt_BR``, as gettext has it, is ``pt-br``."""
        found = [folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po") for folder in self.folders]
        return [{file.parts[-3].replace("_", "-").lower(): file for file in each} for each in found]


def read_catalogue(file: Path) -> Translations:
    """Read what a file says; fuzzy messages do not count. Raises SettingsError."""
    compiled = BytesIO()
    try:
        written = file.read_text("utf-8").splitlines()
        for number, line in enumerate(written, 1):
            if not _LINE.fullmatch(line.strip()):  # Babel would read on, and lose letters
                raise ValueError(f"line {number} has no text between two quotation marks")
        catalogue = read_po(written, abort_invalid=True)
        for message in catalogue:
            _check_values(message)
        write_mo(compiled, catalogue)
    except (PoFileError, ValueError, OSError) as error:
        raise SettingsError(f"{file}: this is no gettext catalogue: {error}") from None
    compiled.seek(0)
    return Translations(compiled, DOMAIN)


def _check_values(message: Message) -> None:
    """Raise ValueError for a translation that does not hold the values of its text.

    A form for one number may leave the number out.
    """
    source, said = (
        (text,) if isinstance(text, str) else tuple(text or ())
        for text in (message.id, message.string)
    )
    wanted = set(_VALUE.findall(" ".join(source)))
    for text in filter(None, said if message.id else ()):
        if set(_VALUE.findall(text)) not in (wanted, wanted - {"{n}"}):
            names = " and ".join(sorted(wanted)) or "no value"
            raise ValueError(f"line {message.lineno}: the translation {text!r} must hold {names}")
