"""Single steps of a sequence of edits: each gets two numbers and says what it has done.

The numbers choose among the files that are there, so that any sequence makes sense and a shorter
one, which Hypothesis tries when it has found a failure, does too.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tests.sites import NOW, ROOT, SITES
from tests.twins import Twin

Step = Callable[[Twin, int, int], str]
Steps = dict[str, Step]

PEOPLE = ("Maud Ellery", "Olwen Pryce", "Nia Rees", "Idris Boateng, Olwen Pryce")
TAGS = ("potatoes", "Potatoes", "meeting, water", "hens", "spring")
STATUSES = ("draft", "published", "hidden", "skip")
ONE_ALWAYS_STAYS = "welcome.md"  # Pelican dates a feed without entries by its own clock
SETTINGS: tuple[tuple[str, object], ...] = (
    ("SITENAME", "The Hollin Lane Gardens"),
    ("DEFAULT_PAGINATION", 2),
    ("SUMMARY_MAX_LENGTH", 5),
    ("FEED_MAX_ITEMS", 2),
    ("RELATIVE_URLS", True),
    ("AUTHOR", "The chair"),
    ("TIMEZONE", "Asia/Tokyo"),
    ("DISPLAY_PAGES_ON_MENU", False),
    ("REVERSE_CATEGORY_ORDER", True),
    ("WITH_FUTURE_DATES", False),
)
NEWSROOM_SETTINGS: tuple[tuple[str, object], ...] = (
    ("SITENAME", "The bakery’s news"),
    ("NEWSROOM_COMPANY", "The Saltmarsh Bakery"),
    ("TIMEZONE", "Asia/Tokyo"),
    ("RELATIVE_URLS", True),
    ("FEED_MAX_ITEMS", 2),
    ("NEWSROOM_HASHED_NAMES", True),
    ("NEWSROOM_DRAFTS", True),
    ("SITEURL", ""),
    ("NEWSROOM_PRINCIPLES", "posts/open-day/"),  # it comes on the eighteenth of March
)
CATEGORIES = ("Works", "Yard", "Shop", "Bread")
OVERRIDDEN = ("_byline.html", "_time.html", "_entries.html", "home.html", "author.html")
# Templates that look at more than those of the plugin do.
CURIOUS = (
    (
        "category.html",
        "{% for one in articles_page.object_list %}{{ one.entry.position }}{% endfor %}",
    ),
    ("period_archives.html", "{% for one in articles %}{{ one.entry.incident.state }}{% endfor %}"),
    ("page.html", "{% for one in page.translations %}{{ one.title }}{% endfor %}"),
)
THEME = ROOT / "plugins" / "newsroom" / "templates" / "newsroom"


def pick(twin: Twin, pattern: str, which: int) -> Path | None:
    """One of the files below the content that match."""
    found = sorted(
        path
        for path in twin.folder.glob(pattern)
        if path.is_file() and path.name != ONE_ALWAYS_STAYS
    )
    return found[which % len(found)] if found else None


def on(pattern: str) -> Callable[[Callable[[Path, int], None]], Step]:
    """A step on one file that is there."""

    def made(change: Callable[[Path, int], None]) -> Step:
        def step(twin: Twin, which: int, what: int) -> str:
            file = pick(twin, pattern, which)
            if file is None:
                return "nothing is left"
            change(file, what)
            return f"{file.relative_to(twin.folder)}, {what}"

        return step

    return made


def append(file: Path, what: int) -> None:
    end = "</body>" if file.suffix == ".html" else ""
    text = file.read_text("utf-8").replace(end, "") if end else file.read_text("utf-8")
    file.write_text(f"{text}\nMore of it, {what}.\n{end}", "utf-8")


def with_field(name: str, values: Callable[[int], str]) -> Callable[[Path, int], None]:
    """Set a field of a source, in the way of Markdown, reST or HTML."""

    def change(file: Path, what: int) -> None:
        text, value = file.read_text("utf-8"), values(what)
        meta = f'<meta name="{name.lower()}" content="{value}" />'
        for pattern, line in (
            (rf"(?m)^{name}s?: .*", f"{name}: {value}"),
            (rf"(?m)^:{name.lower()}s?: .*", f":{name.lower()}: {value}"),
            (rf'<meta name="{name.lower()}s?" .*/>', meta),
        ):
            if re.search(pattern, text):
                file.write_text(re.sub(pattern, line, text, count=1), "utf-8")
                return
        if text.startswith("Title:"):
            file.write_text(f"{name}: {value}\n{text}", "utf-8")
        elif "</head>" in text:
            file.write_text(text.replace("</head>", f"{meta}</head>"), "utf-8")

    return change


def a_day(what: int) -> str:
    return f"{date(2025, 1, 3) + timedelta(days=29 * what)} 06:{what:02}"


def rename(file: Path, what: int) -> None:
    file.rename(file.with_name(f"renamed-{what}{''.join(file.suffixes)}"))


def move(file: Path, what: int) -> None:
    folders = sorted(path for path in file.parent.parent.iterdir() if path.is_dir())
    file.rename(folders[what % len(folders)] / file.name)


def remove(file: Path, _what: int) -> None:
    file.unlink()


def touch(file: Path, what: int) -> None:
    os.utime(file, (1_700_000_000 + what, 1_700_000_000 + what))


def number_a_template(file: Path, what: int) -> None:
    text = file.read_text("utf-8")
    if re.search(r"{% (macro|block content)\b", text):
        text = re.sub(r"({% (?:macro|block content)\b.*?%})", rf"\1<!-- {what} -->", text, count=1)
    else:
        text = f"{text}<!-- {what} -->\n"
    file.write_text(text, "utf-8")


def draw(file: Path, what: int) -> None:
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><path d="M{what} 0"/></svg>', "utf-8")


def add(twin: Twin, which: int, what: int) -> str:
    linked = pick(twin, "content/growing/*.*", which)
    to = f"{{filename}}/growing/{linked.name}" if linked else "{index}"
    folder = ("growing", "society", "bees", ".")[which % 4]
    header = f"Title: Added {what}\nDate: {a_day(what)}\nAuthors: {PEOPLE[which % 4]}\nTags: added"
    twin.write(f"content/{folder}/added-{what}.md", f"{header}\n\nSee [this]({to}).\n")
    return f"content/{folder}/added-{what}.md"


def change_code(twin: Twin, which: int, what: int) -> str:
    pattern, new = (
        (r"metres \* [\d.]+", f"metres * {what}.5"),
        (r"square_metres \* \d+", f"square_metres * {what}"),
        (r"> \d+", f"> {what * 100}"),
        (r'"winter\d*"', f'"winter{what}"'),
    )[which % 4]
    twin.write("garden.py", re.sub(pattern, new, twin.read("garden.py")))
    return new


def change_setting(choices: tuple[tuple[str, object], ...]) -> Step:
    def step(twin: Twin, which: int, what: int) -> str:
        """Every third time back to what it was."""
        name, value = choices[which % len(choices)]
        if what % 3:
            twin.settings[name] = value
        else:
            twin.settings.pop(name, None)
        return f"{name}, {'set' if what % 3 else 'as before'}"

    return step


def restore(site: str) -> Step:
    def step(twin: Twin, which: int, _what: int) -> str:
        """A file as it was at first, with the time that it had then."""
        files = sorted(path for path in (SITES / site).rglob("*.*") if path.is_file())
        files = [path for path in files if "__pycache__" not in path.parts]
        path = files[which * len(files) // 24].relative_to(SITES / site)
        (twin.folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(SITES / site / path, twin.folder / path)
        return str(path)

    return step


def override(twin: Twin, which: int, what: int) -> str:
    """A template of the plugin, in the site's own folder; gone again every third time."""
    name = OVERRIDDEN[which % len(OVERRIDDEN)]
    if what % 3 == 0:
        (twin.folder / "templates/newsroom" / name).unlink(missing_ok=True)
        return f"{name}, the plugin’s own"
    twin.write(f"templates/newsroom/{name}", (THEME / name).read_text("utf-8"))
    number_a_template(twin.folder / "templates/newsroom" / name, what)
    return f"{name}, {what}"


def follow_up(twin: Twin, which: int, what: int) -> str:
    incident = ("salt", "van")[which % 2]
    goals = "Goals: quiet-streets\n" if what % 2 else ""
    state = ("acting", "resolved", "investigating")[what % 3]
    author = ("Wen Alder", "Lise Perrin; Hugo Marsh")[which // 2 % 2]
    header = f"Title: What is new, {what}\nDate: 2026-03-{7 + what:02} 09:00\nAuthors: {author}\n"
    header += f"{goals}State: {state}\nSummary: News, {what}.\n"
    twin.write(f"content/incidents/{incident}/news-{what}.md", f"{header}\nThere is news.\n")
    return f"{incident}/news-{what}.md, on the {7 + what}th"


def post(twin: Twin, which: int, what: int) -> str:
    header = f"Title: A post, {what}\nDate: 2026-0{1 + which % 3}-0{1 + what % 9} 08:00\n"
    header += "Author: Hugo Marsh\nCategory: Works\nTags: spring\nSummary: Short.\n"
    twin.write(f"content/posts/2026/post-{what}.md", f"{header}\nIt is short.\n")
    return f"post-{what}.md"


def pass_time(twin: Twin, which: int, what: int) -> str:
    """Mostly forwards; an entry waits for the eighteenth of March."""
    days = what - 4 if which % 4 == 0 else what
    twin.now = str(int(twin.now) + days * 86400)
    return f"{days} days; it is day {(int(twin.now) - int(NOW)) // 86400}"


def look_further(twin: Twin, which: int, what: int) -> str:
    """A template that looks at what ours do not; gone again every third time."""
    name, body = CURIOUS[which % len(CURIOUS)]
    if what % 3 == 0:
        (twin.folder / "templates" / name).unlink(missing_ok=True)
        return f"{name}, the plugin’s own"
    block = f"{{% block content %}}{body}{{% endblock %}}"
    twin.write(f"templates/{name}", f'{{% extends "base.html" %}}\n{block}\n')
    twin.build()
    change_title = with_field("Title", lambda n: f"Règlement {n}")
    if (page := twin.folder / "content/pages/rules.fr.md").is_file():
        change_title(page, what)
    return f"{name}, and {follow_up(twin, 1, what)}"


def translate(twin: Twin, which: int, what: int) -> str:
    """A post in French, or no more."""
    file = pick(twin, "content/posts/*/*[!r].md", which)
    if file is None:
        return "nothing is left"
    there = file.with_suffix(".fr.md")
    if what % 3 == 0:
        there.unlink(missing_ok=True)
        return f"{there.name} is not there"
    header = f"Title: En français, {what}\nLang: fr\nDate: 2026-03-{1 + what % 12:02} 09:00\n"
    header += "Author: Lise Perrin\nSummary: Court.\n"
    there.write_text(f"{header}\nC’est court.\n", "utf-8")
    return f"{there.name}, {what}"


def first_entry(twin: Twin, which: int, what: int) -> str:
    """Of a newsroom with a search that had none: it was built before its one entry was public."""
    for file in twin.folder.glob(ENTRIES):
        if file.parts[-3] != "pages":
            file.unlink()
    text = (SITES / "bakery/content/posts/2026/open-day.md").read_text("utf-8")
    twin.write("content/posts/2026/open-day.md", text)
    twin.settings["NEWSROOM_SEARCH"] = True
    twin.now = NOW
    twin.build()
    twin.now = str(int(NOW) + (3 + what % 4) * 86400)
    return f"built {3 + what % 4} days before"


def swap_pictures(twin: Twin, which: int, _what: int) -> str:
    loaf, portrait = "content/images/loaf.png", "content/authors/wen-alder.png"
    there = (portrait, loaf, "content/images/loaf #1.png")[which % 3]
    other = (loaf, portrait, portrait)[which % 3]
    if (twin.folder / other).is_file():
        shutil.copyfile(twin.folder / other, twin.folder / there)
    return f"{there} as {other}"


def advise(twin: Twin, which: int, what: int) -> str:
    """A follow-up that gives advice, or ends it, with a hotline or the end of that."""
    incident, ends = ("salt", "van")[which % 2], what % 3 == 0
    header = f"Title: What to do, {what}\nDate: 2026-03-{7 + what:02} 10:00\nAuthor: Wen Alder\n"
    header += f"Summary: What to do, {what}.\nHotline: {'none' if what % 4 == 0 else '112'}\n"
    header += "Advice: ended\n" if ends else ""
    body = "It is over.\n" if ends else f"## What to do now {{.advice}}\n\nWait {what} days.\n"
    twin.write(f"content/incidents/{incident}/advice.md", f"{header}\n{body}")
    return f"{incident}/advice.md, {'ended' if ends else what}"


def attach(twin: Twin, which: int, what: int) -> str:
    """A document and a recording that an entry shows, and what lies beside the recording."""
    twin.write("content/docs/list.csv", f"loaf,{what}\n")
    media = twin.folder / "content/docs/radio.mp3"
    shutil.copyfile(SITES / "gate/content/media/radio.mp3", media)
    twin.write("content/docs/radio.txt", f"We said it {what} times.\n")
    captions = twin.folder / "content/docs/radio.vtt"
    captions.unlink(missing_ok=True)
    if what % 2:
        twin.write("content/docs/radio.vtt", f"WEBVTT\n\n00:00.000 --> 00:01.000\n{what}\n")
    file = pick(twin, ENTRIES, which)
    if file and "radio.mp3" not in file.read_text("utf-8"):
        shown = "[The list]({static}/docs/list.csv)\n\n![On the radio]({static}/docs/radio.mp3)"
        file.write_text(f"{file.read_text('utf-8')}\n{shown}\n", "utf-8")
    return f"{file and file.name}, {what}"


def nothing(_twin: Twin, _which: int, _what: int) -> str:
    return "nothing"


ENTRIES = "content/[ip]*/*/*.md"
NEWSROOM: Steps = {
    "follow up": follow_up,
    "post": post,
    "change": on(ENTRIES)(append),
    "delete": on(ENTRIES)(remove),
    "rename": on(ENTRIES)(rename),
    "date anew": on(ENTRIES)(with_field("Date", lambda n: f"2026-03-{1 + n:02} 08:00")),
    "another title": on(ENTRIES)(with_field("Title", lambda n: f"Title {n}")),
    "another status": on(ENTRIES)(with_field("Status", lambda n: STATUSES[n % 2])),
    "a post’s status": on("content/posts/*/*.md")(with_field("Status", lambda n: STATUSES[n % 4])),
    "a post’s category": on("content/posts/*/*.md")(
        with_field("Category", lambda n: CATEGORIES[n % 4])
    ),
    "a post’s tags": on("content/posts/*/*.md")(
        with_field("Tags", lambda n: ("spring", "oven", "spring, oven")[n % 3])
    ),
    "a post’s slug": on("content/posts/*/*.md")(with_field("Slug", lambda n: f"slug-{n}")),
    "a post’s aliases": on("content/posts/*/*.md")(with_field("Aliases", lambda n: f"/old/{n}/")),
    "a translation": translate,
    "the first entry": first_entry,
    "another state": on("content/incidents/*/[!orn]*.md")(
        with_field("State", lambda n: ("acting", "resolved")[n % 2])
    ),
    "correct": on("content/posts/*/*.md")(
        with_field("Correction", lambda n: f"2026-03-0{1 + n % 9} 10:00 | It was {n}.")
    ),
    "withdraw": on("content/posts/*/*.md")(
        with_field("Withdrawn", lambda n: f"2026-03-0{1 + n % 9} 10:00 | It was wrong.")
    ),
    "an author": on("content/authors/*.md")(append),
    "an author’s role": on("content/authors/*.md")(with_field("Role", lambda n: f"Role {n}")),
    "an author’s file": on("content/authors/*.md")(rename),
    "an author’s name": on("content/authors/*.md")(with_field("Name", lambda n: f"Name {n}")),
    "an author goes": on("content/authors/*.md")(remove),
    "a goal": on("content/goals/*.md")(append),
    "a goal’s title": on("content/goals/*.md")(with_field("Title", lambda n: f"Goal {n}")),
    "a citation": on("content/incidents/*/*.cite.md")(append),
    "a finding": on("content/incidents/*/*.cite.md")(
        with_field("Finding", lambda n: ("false", "unproven | Nobody knows.")[n % 2])
    ),
    "advice": advise,
    "attachments": attach,
    "a leading picture": on(ENTRIES)(
        with_field("Image", lambda n: f"{{static}}/images/loaf.png | A loaf | The {n}th")
    ),
    "a note of a change": on(ENTRIES)(
        with_field("Modified", lambda n: f"2026-03-{9 + n % 9:02} 10:00 | Mended {n}.")
    ),
    "a related incident": on("content/incidents/*/[!or]*.md")(
        with_field("Related", lambda n: ("salt", "van")[n % 2])
    ),
    "the end of a role": on("content/authors/*.md")(
        with_field("Role", lambda n: f"Baker since:2020-01-01 until:2026-03-{10 + n % 20}")
    ),
    "a page": on("content/pages/*.md")(append),
    "a page’s title": on("content/pages/*.md")(with_field("Title", lambda n: f"Page {n}")),
    "an override": override,
    "a template looks further": look_further,
    "pictures": swap_pictures,
    "a setting": change_setting(NEWSROOM_SETTINGS),
    "time": pass_time,
    "time passes": pass_time,
    "touch": on("content/**/*.*")(touch),
    "restore": restore("bakery"),
    "nothing": nothing,
}
