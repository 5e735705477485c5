"""A newsroom of any size, the same each time: a whole project, ready to be built.

It is this repository's own theme, plugins and settings, with invented content: posts over ten
years, and a fiftieth of all entries in incidents.
"""

from __future__ import annotations

import compileall
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from tests.bench import incidents, text
from tests.sites import ROOT

EPOCH = "1794830400"  # 2026-11-16 12:00 UTC: the time of every build
FIRST = datetime(2016, 11, 14, 9)
LAST = datetime(2026, 11, 13, 17)
LATER = datetime(2026, 11, 15, 8)  # from here on, what is added while measuring
STAMP = incidents.STAMP

GOALS = {
    "fair-to-growers": "Fair to growers",
    "one-million-meals": "One million meals",
    "speak-plainly": "Speak plainly",
    "nothing-wasted": "Nothing wasted",
    "safe-work": "Safe work for everyone",
}
PEOPLE = {
    "Róisín Calder": "Chief Executive",
    "Thandiwe Marlowe": "Head of Communications",
    "Tomasz Zieliński": "Finance Director",
    "Davinder Rai": "Head of Grower Relations",
    "Mei-Lin Ashworth": "Head of Social and Community",
    "Olivia Brandreth": "Head of Kitchens",
    "Kwame Asante": "Head of Logistics",
    "Sigrid Halvorsen": "Head of Research",
    "Padraig Lynott": "Site Manager, Weirbridge",
    "Fatima Zahraoui": "Head of Safety",
    "George Tindall": "Head of Packaging",
    "Noor Siddiqui": "Customer Desk Lead",
    "Elena Marchetti": "Export Manager",
    "Callum Dunmore": "Energy Manager",
    "Beatriz Fonseca": "Head of People",
    "Harriet Loxley": "Apprentices Coordinator",
    "Jonas Weidmann": "Laboratory Manager",
    "Adaeze Obi": "Head of Digital",
    "Martin Peverell": "Estates Manager",
    "Lucy Trevanion": "Recipe Developer",
}
WITH_PHOTO = tuple(PEOPLE)[:5]  # the sample has five portraits
SLUGS = str.maketrans("óíń", "oin")

# Share images and renditions are left out for all. A newsroom makes each once and keeps it, and
# Hugo has no share images like ours: they would only hide what is measured here.
CONF = """
# The benchmark measures text, not pictures.
NEWSROOM_CARDS = False
NEWSROOM_RENDITION_WIDTHS = []
"""


@dataclass(frozen=True)
class Post:
    """A post that has been written: its file, below ``content/``, and its title."""

    file: str
    title: str


@dataclass(frozen=True)
class Corpus:
    """A project that has been written, and what can be edited in it."""

    folder: Path
    entries: int
    posts: tuple[Post, ...]
    open_incident: str

    @property
    def content(self) -> Path:
        """The content folder."""
        return self.folder / "content"

    def copy(self, to: Path) -> Corpus:
        """The same project in another folder."""
        shutil.copytree(self.folder, to)
        return Corpus(to, self.entries, self.posts, self.open_incident)

    def add_follow_up(self, number: int) -> Path:
        """Write one more follow-up into the open incident; each number is later than the last."""
        folder = self.content / "incidents" / self.open_incident
        at = LATER + timedelta(minutes=20 * number)
        return incidents.new_follow_up(folder, number, at, list(PEOPLE)[number % len(PEOPLE)])

    def edit_post(self, number: int) -> Path:
        """Change a sentence in the body of an old post; each number is another post."""
        place = (len(self.posts) // 3 + number) % len(self.posts)
        file = self.content / self.posts[place].file
        header, _, body = file.read_text("utf-8").partition("\n\n")
        first, _, rest = body.partition(". ")
        changed = f"{first}, as {first.split(maxsplit=1)[0].lower()} says. {rest}"
        file.write_text(f"{header}\n\n{changed}", "utf-8")
        return file


def write_corpus(folder: Path, entries: int) -> Corpus:
    """Write the project of a newsroom with ``entries`` entries, translations not counted."""
    _write_project(folder)
    content = folder / "content"
    _write_profiles(content)
    planned = incidents.plans(max(6, round(entries * 0.02)), FIRST, LAST - timedelta(days=5))
    number = entries - sum(plan.size for plan in planned)
    posts = _write_posts(content, number, [(plan.begins, plan.id) for plan in planned])
    for plan in planned:
        # A post at the same share of the posts as of the time has been written by then.
        before = posts[: max(0, int(len(posts) * (plan.begins - FIRST) / (LAST - FIRST)) - 1)]
        nearest = [(post.file, post.title) for post in before[-20:]]
        files = incidents.incident_files(plan, list(PEOPLE)[:8], list(GOALS), nearest)
        for name, data in files.items():
            _write(content / "incidents" / plan.id / name, data)
    return Corpus(folder, entries, tuple(posts), planned[-1].id)


def _write_project(folder: Path) -> None:
    """Copy what builds a newsroom, compiled, so that no contender compiles it while measured."""
    folder.mkdir(parents=True)
    unwanted = shutil.ignore_patterns("__pycache__")
    for part in ("theme", "overrides", "plugins"):
        shutil.copytree(ROOT / part, folder / part, ignore=unwanted)
    for part in ("pelicanconf.py", "publishconf.py", "tasks.py"):
        shutil.copy(ROOT / part, folder / part)
    conf = folder / "pelicanconf.py"
    conf.write_text(conf.read_text("utf-8") + CONF, "utf-8")
    compileall.compile_dir(str(folder), quiet=1)


def _write_profiles(content: Path) -> None:
    """Authors, goals, pages and pictures."""
    sample = ROOT / "content"
    for name, role in PEOPLE.items():
        rng = Random(name)
        slug = slug_of(name)
        photo = ""
        if name in WITH_PHOTO:
            photo = f"Photo: {slug}.jpg\n"
            _write(
                content / "authors" / f"{slug}.jpg", (sample / f"authors/{slug}.jpg").read_bytes()
            )
        roles = f"Role: {role}\n"
        if rng.random() < 0.4:
            roles = f"Role: Deputy {role} since:2015-01-01\nRole: {role} since:2021-04-01\n"
        email = f"Email: {slug}@alderandquince.example\n"
        bio = f"{name} joined us in {rng.randrange(1998, 2016)}. {text.paragraph(rng, 2, 3)}\n"
        _write(content / "authors" / f"{slug}.md", f"Name: {name}\n{roles}{photo}{email}\n{bio}")
    for slug, title in GOALS.items():
        says = text.paragraph(Random(slug), 4, 6)
        _write(content / "goals" / f"{slug}.md", f"Title: {title}\n\n{says}\n")
    for slug, title in (("about", "About this newsroom"), ("media-contact", "Media contact")):
        _write(content / "pages" / f"{slug}.md", f"Title: {title}\n\n{text.body(Random(slug))}")
    for picture in sorted((sample / "images").glob("*.jpg")):
        _write(content / "images" / picture.name, picture.read_bytes())


def _write_posts(content: Path, number: int, planned: list[tuple[datetime, str]]) -> list[Post]:
    """Write the posts, oldest first."""
    pictures = sorted(path.name for path in (content / "images").iterdir())
    categories, people, goals = list(text.SUBJECTS), list(PEOPLE), list(GOALS)
    posts: list[Post] = []
    taken: set[str] = set()
    for place in range(number):
        rng = Random(f"post {place}")
        at = FIRST + (LAST - FIRST) * (place + 1) / number
        at = at.replace(hour=rng.randrange(8, 17), minute=rng.randrange(60))
        category = rng.choice(categories)
        title = text.title(rng, category)
        slug = slug_of(title)
        if slug in taken:
            slug += f"-{place}"
        taken.add(slug)
        extra = []
        for other in rng.sample(posts[-60:-1], 2 if place > 60 and rng.random() < 0.5 else 0):
            extra.append(f"We wrote about it in [{other.title}]({{filename}}/{other.file}).")
        past = [id for begins, id in planned if at - begins > timedelta(days=10)]
        if past and rng.random() < 0.05:
            extra.append(
                f"It began with [what went wrong then]({{filename}}/incidents/{past[-1]})."
            )
        picture = ""
        if rng.random() < 0.08:
            alt = text.fill(rng, "{fruit} at {place}")
            picture = f"![{alt}]({{static}}/images/{rng.choice(pictures)})"
        file = f"posts/{at.year}/{slug}.md"
        signed = "; ".join(rng.sample(people, 2 if rng.random() < 0.05 else 1))
        header = (
            f"Title: {title}\nDate: {at:{STAMP}}\nAuthors: {signed}\nCategory: {category}\n"
            f"Tags: {', '.join(rng.sample(text.TAGS, rng.randint(1, 3)))}\n"
        )
        if rng.random() < 0.3:
            header += f"Goals: {rng.choice(goals)}\n"
        if place % 100 == 33:
            header += _correction(rng, at)
        summary = text.summary(rng)
        body = text.body(rng, extra, picture)
        _write(content / file, f"{header}Summary: {summary}\n\n{body}")
        if place % 100 == 50:
            _write(content / file.replace(".md", ".fr.md"), _in_french(rng, title, signed, at))
        posts.append(Post(file, title))
    return posts


def _correction(rng: Random, at: datetime) -> str:
    """The lines of a correction, made an hour after the post."""
    when = at + timedelta(hours=1)
    wrong, right = rng.sample(text.SLOTS["place"], 2)
    said = f"We first wrote {wrong}; in fact it was {right}."
    return f"Correction: {when:{STAMP}} | {said}\nModified: {when:{STAMP}}\n"


def _in_french(rng: Random, title: str, signed: str, at: datetime) -> str:
    """The translation of a post."""
    at += timedelta(hours=3)
    return (
        f"Title: {title} (en français)\nLang: fr\nDate: {at:{STAMP}}\nAuthors: {signed}\n"
        f"Summary: {rng.choice(text.FRENCH)}\n\n{text.french_body(rng)}"
    )


def slug_of(name: str) -> str:
    """The name of a file for a title or a person."""
    plain = name.lower().translate(SLUGS).replace("’", "")
    return "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in plain).split())


def _write(file: Path, data: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
