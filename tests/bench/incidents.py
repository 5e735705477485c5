"""What goes wrong in the corpus: incidents with what they answer, statements, follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from tests.bench.text import body, fill, paragraph, summary


@dataclass(frozen=True)
class Scenario:
    """One way in which things go wrong. Its texts have slots."""

    stem: str
    name: str
    kind: str
    said: str
    statement: str
    follow_ups: tuple[str, ...]


SCENARIOS = (
    Scenario(
        "label",
        "The label on our {product}",
        "social-post",
        "Bought {product} at {place} on {day}. Label says NOTHING about nuts. Look at line three.",
        "Our {product} carried the wrong label",
        ("Which jars are affected", "How the labels were mixed up", "What {partner} found"),
    ),
    Scenario(
        "joke",
        "The post about {place}",
        "social-post",
        "Only people from {place} would boil {fruit} twice. Sorry, {place}!",
        "We made fun of {place}, and we are sorry",
        ("How the post came out", "Who reads our posts now", "An evening at {place}"),
    ),
    Scenario(
        "closing",
        "The rumour that {place} closes",
        "rumour",
        "FWD: they shut {place} in {month}. My cousin works with {team} and was told on {day}.",
        "{place} stays open",
        ("What we told {team}", "The plan for {place}, in full", "Where the rumour began"),
    ),
    Scenario(
        "pay",
        "The article on pay at {place}",
        "article",
        "Behind the yellow door\n\nAt {place}, {team} earn less than {partner} pays its cleaners. "
        "I have seen {n} payslips.",
        "What we pay at {place}",
        ("Every pay band, published", "What {partner} says about our pay", "Pay from {month} on"),
    ),
    Scenario(
        "spill",
        "The spill at {place}",
        "comment",
        "There is syrup in the beck below {place} again. The water is the colour of {fruit}.",
        "Syrup ran into the beck at {place}",
        ("How much ran out", "What the beck looks like today", "The valve that failed"),
    ),
    Scenario(
        "shop",
        "The orders that never came",
        "social-post",
        "Ordered {product} in {month}. Nothing came, nobody answers. {n} others say the same.",
        "We took money for orders that we did not send",
        ("Who has been paid back", "Why the shop went on selling", "The online shop opens again"),
    ),
)
OPEN_STATES = ("investigating", "acting", "responding")
FOLLOW_UPS = (1, 2, 3, 2, 4)  # how many an incident has, in turn
PAPERS = ("The Northmere Courier", "Shelf Talk", "Ettle Valley Voice", "Trade & Table")
WHO = ("Jess Amadi", "Hugh Pellow", "@ettlewatch", "Piers Lanyon", "@jamletters", "Mina Sorrell")
STAMP = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Plan:
    """One incident to be written."""

    number: int
    size: int
    begins: datetime
    is_open: bool

    @property
    def id(self) -> str:
        """Its folder."""
        return f"{SCENARIOS[self.number % len(SCENARIOS)].stem}-{self.number + 1:03}"


def plans(entries: int, first: datetime, last: datetime) -> list[Plan]:
    """Incidents with ``entries`` entries in all, over the years; the newest are open."""
    sizes: list[int] = []
    while (left := entries - sum(sizes)) > 0:
        size = 1 + FOLLOW_UPS[len(sizes) % len(FOLLOW_UPS)]
        sizes.append(left if left - size < 2 else size)
    still_open = max(1, len(sizes) // 8)
    step = (last - first) / len(sizes)
    return [
        Plan(number, size, first + step * (number + 1), number >= len(sizes) - still_open)
        for number, size in enumerate(sizes)
    ]


def incident_files(
    plan: Plan, signers: list[str], goals: list[str], posts: list[tuple[str, str]]
) -> dict[str, str | bytes]:
    """The files of an incident, by their names.

    ``posts`` are earlier posts to refer to, as names of files and titles.
    """
    rng = Random(f"incident {plan.number}")
    scenario = SCENARIOS[plan.number % len(SCENARIOS)]
    name = fill(rng, scenario.name)
    files: dict[str, str | bytes] = {}
    _cite(files, "original", scenario.kind, fill(rng, scenario.said), plan.begins, rng)
    signer, approver = rng.sample(signers, 2)
    at = plan.begins + timedelta(minutes=rng.randrange(20, 240))
    # The statement is short: it is written within minutes.
    files["statement.md"] = (
        f"Title: {fill(rng, scenario.statement)}\nDate: {at:{STAMP}}\nAuthor: {signer}\n"
        f"Incident: {name}\nState: investigating\nApproved_by: {approver}\n"
        f"Goals: {rng.choice(goals)}\nTags: social media\nSummary: {summary(rng)}\n\n"
        + "\n\n".join(paragraph(rng) for _ in range(4))
        + "\n"
    )
    for number in range(1, plan.size):
        at += timedelta(hours=rng.randrange(5, 30))
        is_last = number == plan.size - 1
        state = "resolved" if is_last and not plan.is_open else rng.choice(OPEN_STATES)
        answers = ""
        extra = ["We [said so at first]({filename}statement.md), and this is what we know now."]
        if number % 2 == 0:
            # Every second follow-up answers what somebody else has written meanwhile.
            stem, said = f"comment-{number}", paragraph(rng, 2, 3)
            _cite(files, stem, "comment", said, at - timedelta(hours=2), rng)
            answers = f"Answers: {stem}\n"
            extra.append("![]({cite}" + stem + ")")
        if posts:
            file, post_title = rng.choice(posts)
            extra.append(f"The background is in [{post_title}]({{filename}}/{file}).")
        due = at + timedelta(days=30)
        mark = "[ ]" if plan.is_open else "[x]"
        done = "" if plan.is_open else f" done:{at + timedelta(days=20):%Y-%m-%d}"
        promise = f"- {mark} Publish what we find, whole. due:{due:%Y-%m-%d}{done}"
        follow_up = fill(rng, scenario.follow_ups[(number - 1) % len(scenario.follow_ups)])
        files[f"update-{number}.md"] = (
            f"Title: {follow_up}\nDate: {at:{STAMP}}\nAuthor: {rng.choice([signer, *signers])}\n"
            f"State: {state}\nApproved_by: {approver}\n{answers}Goals: {rng.choice(goals)}\n"
            f"Summary: {summary(rng)}\n\n{body(rng, extra)}\n{promise}\n"
        )
    return files


def _cite(
    files: dict[str, str | bytes], stem: str, kind: str, said: str, at: datetime, rng: Random
) -> None:
    """Add a citation, and of a social post also its screenshot."""
    url = f"https://chirrup.example/p/{rng.randrange(10**8)}"
    lines = [
        f"Kind: {kind}",
        f"Author: {rng.choice(WHO)}",
        f"Publication: {rng.choice(PAPERS)}",
        f"Published: {at:{STAMP}}",
        f"Accessed: {at + timedelta(minutes=12):{STAMP}}",
        "Lang: en",
    ]
    if kind != "rumour":
        lines.append(f"Url: {url}")
    if kind == "social-post":
        picture = screenshot(said)
        files[f"{stem}.png"] = picture
        lines += [
            f"Screenshot: {stem}.png",
            f"Sha256: {sha256(picture).hexdigest()}",
            f"Alt: A post that reads: {said}",
        ]
    files[f"{stem}.cite.md"] = "\n".join(lines) + f"\n\n{said}\n"


def screenshot(said: str) -> bytes:
    """A picture of a post: its words on white."""
    words = said.split()
    lines = [" ".join(words[start : start + 8]) for start in range(0, len(words), 8)]
    image = Image.new("RGB", (640, 320), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((16, 16, 624, 304), outline="#999999")
    for number, line in enumerate(lines):
        draw.text((40, 60 + 24 * number), line.encode("ascii", "replace").decode(), fill="black")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def new_follow_up(folder: Path, number: int, at: datetime, signer: str) -> Path:
    """Write one more follow-up into an incident, as a newsroom would on the day."""
    rng = Random(f"follow-up {number}")
    file = folder / f"later-{number}.md"
    extra = ["We [said so at first]({filename}statement.md), and the matter goes on."]
    file.write_text(
        f"Title: {fill(rng, 'What {partner} told us on {day}')}\nDate: {at:{STAMP}}\n"
        f"Author: {signer}\nState: acting\nSummary: {summary(rng)}\n\n{body(rng, extra)}",
        "utf-8",
    )
    return file
