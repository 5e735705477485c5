"""Sites whose renders are recorded: written, built, and what holds after an edit."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from pelican import Pelican, signals
from pelican.settings import read_settings
from pelican.writers import Writer
from rapid.tracing import Recorded, record, tracing_environment
from rapid.verifying import Verifier


@dataclass(frozen=True)
class Seen:
    """A page of a build: its text as stock Pelican has it, and whether the last build's holds."""

    text: str
    recorded: Recorded
    held: bool


Page = Callable[[jinja2.Template, dict[str, Any]], str]


class Pages(Writer):  # type: ignore[misc]  # Pelican has no types
    """A writer that writes nothing, and hands over what each page would be rendered with."""

    def __init__(self, path: str, settings: Any, page: Page) -> None:
        super().__init__(path, settings=settings)
        self.page = page

    def write_file(self, name: str, template: Any, *args: Any, **kwargs: Any) -> None:
        super().write_file(name, _Stand(template, self.page), *args, **kwargs)

    def write_feed(self, *args: Any, **kwargs: Any) -> None:
        """Feeds are no pages."""


@dataclass(frozen=True)
class _Stand:
    """In place of a template, for Pelican's own writer."""

    template: jinja2.Template
    page: Page

    def render(self, context: dict[str, Any]) -> str:
        return self.page(self.template, context)


def run(root: Path, page: Page, **settings: Any) -> None:
    """Let Pelican build a site, but for the pages."""

    class Site(Pelican):  # type: ignore[misc]
        def _get_writer(self) -> Pages:
            return Pages(self.output_path, self.settings, page)

    def traced(generator: Any) -> None:
        tracing_environment(generator.env)

    defaults = {
        "PATH": str(root / "content"), "OUTPUT_PATH": str(root / "output"), "THEME": "simple",
        "THEME_TEMPLATES_OVERRIDES": [str(root / "templates")], "PLUGINS": [],
        "TIMEZONE": "Europe/London", "SITEURL": "https://site.example", "SITENAME": "Plots",
        "AUTHOR": "The committee", "DEFAULT_PAGINATION": 3, "LINKS": (("a", "b"),),
        "YEAR_ARCHIVE_SAVE_AS": "{date:%Y}/index.html", "SOCIAL": (("a", "x"),),
        "SHELF": {"a": "x", "b": "y"},
        "NESTED": {"a": {"b": {"c": 1}}, "z": [1]},
    } | settings  # fmt: skip
    signals.generator_init.connect(traced)
    try:
        Site(read_settings(path=None, override=defaults)).run()
    finally:
        signals.generator_init.disconnect(traced)


def build(root: Path, before: Mapping[str, Seen] | None = None, **settings: Any) -> dict[str, Seen]:
    """All pages of a site, recorded, and whether those of a build before hold."""
    seen: dict[str, Seen] = {}
    verifier: list[Verifier] = []

    def page(template: jinja2.Template, context: dict[str, Any]) -> str:
        name = context["output_file"]
        if not verifier:
            verifier.append(Verifier(context))
        old = (before or {}).get(name)
        held = (
            old is not None
            and not old.recorded.always
            and (verifier[0].holds(old.recorded.reads, context, template.globals))
        )
        recorded = record(template, context)
        text = template.render(context)
        assert recorded.text == text, name
        seen[name] = Seen(text, pickle.loads(pickle.dumps(recorded)), held)
        return text

    run(root, page, **settings)
    return seen


def content(root: Path) -> Path:
    """Write the sources of a site."""
    (root / "templates").mkdir(parents=True, exist_ok=True)
    for number in range(8):
        write(root, number)
    page = root / "content/pages/about.md"
    page.parent.mkdir()
    page.write_text("Title: About\n\nAbout [the first]({filename}/post-0.md).\n")
    return root


def write(root: Path, number: int, body: str = "", **metadata: str) -> Path:
    """Write an article of a site."""
    file = root / f"content/post-{number}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    fields = {
        "Title": f"Post {number}",
        "Date": f"2024-0{number % 8 + 1}-{10 + number}",
        "Category": ("beds", "paths")[number % 2],
        "Tags": f"t{number % 3}, all",
    } | {name.capitalize(): value for name, value in metadata.items()}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    other = (number + 1) % 8
    words = body or f"Words of {number}, see [the next]({{filename}}post-{other}.md)."
    file.write_text(f"{head}\n{words}\n")
    return file


def kept(before: Mapping[str, Seen], after: Mapping[str, Seen]) -> set[str]:
    """The pages that would be left out; none of them may have changed."""
    held = {name for name, seen in after.items() if seen.held}
    wrong = {name for name in held if after[name].text != before[name].text}
    assert not wrong, f"kept although changed: {wrong}"
    return held
