"""How a page of ours is written by Pelican's writer, or kept.

Pages of other generators are Pelican's, in every build. Ours say what they are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pelican import signals
from pelican.generators import Generator
from pelican.writers import Writer

from ..incremental.build import Build
from ..incremental.templates import ANYTHING, Looks
from ..incremental.trust import listener, own_code
from .inputs import Inputs

# Of what is no setting, every page may look at this; what it says is in every page's inputs.
USUAL = {
    "pages", "words", "localsiteurl", "output_file", "newsroom_assets", "newsroom_policy",
    *(f"newsroom.{name}" for name in (
        "company", "name", "site_url", "contact", "is_preview", "poll_seconds", "has_search",
        "languages",
    )),
}  # fmt: skip
# What is made of the content by Pelican or by us: whoever looks at it depends on all of it.
CONTENT = {
    "articles", "drafts", "hidden_articles", "dates", "tags", "categories", "authors",
    "related_posts", "period_archives", "hidden_pages", "draft_pages", "generated_content",
    "static_content", "static_links", "staticfiles", "newsroom_heads", "newsroom", "all_articles",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page to write: its file, its template, what the template gets, and what it is made of.

    ``paginated`` is the name by which Pelican divides it.
    """

    save_as: str
    url: str
    template: str
    said: Iterable[str]
    variables: Mapping[str, Any] = field(default_factory=dict)
    paginated: str | None = None


class PageWriter:
    """Writes the pages of a generator."""

    def __init__(self, build: Build, generator: Generator, writer: Writer, inputs: Inputs) -> None:
        self.build, self.generator, self.writer, self.inputs = build, generator, writer, inputs
        build.because = build.because or listener() or own_code(generator.env)
        if type(writer) is not Writer:
            build.because = f"{type(writer).__qualname__} writes the pages"
        parts, own = frozenset({"newsroom"}), frozenset({"newsroom_heads"})
        self._looks = Looks(generator.env, build.cache, parts, own)
        self._further: dict[tuple[str, ...], set[str]] = {}

    def write(self, page: Page) -> None:
        """Write a page of ours, or keep it. One of TEMPLATE_PAGES at its place stays there."""
        generator = self.generator
        if (
            not page.save_as
            or page.save_as in (generator.settings["TEMPLATE_PAGES"] or {}).values()
        ):
            return
        template = generator.get_template(page.template)
        inputs = "" if self.build.because else self._inputs(page, str(template.name))
        write = partial(
            self.writer.write_file,
            page.save_as,
            template,
            generator.context,
            generator.settings["RELATIVE_URLS"],
            template_name=page.paginated,
            url=page.url,
            **page.variables,
        )
        self.build.make(page.save_as, inputs, partial(self._written_by, write))

    def _inputs(self, page: Page, template: str) -> str:
        """Return a page's inputs, by what its template looks at; empty if nobody knows them."""
        generator, kind = self.generator, (template, *page.variables)
        if kind not in self._further:
            known = {*USUAL, *page.variables, *generator.settings} - {"all_articles"}
            there = {*generator.context, ANYTHING}
            looks = self._looks.of(template) - known
            self._further[kind] = {name for name in looks if name.split(".")[0] in there}
        further = self._further[kind]
        if strange := {name for name in further if name.split(".")[0] not in CONTENT}:
            self.build.always[page.save_as] = f"its template looks at {', '.join(sorted(strange))}"
            return ""
        return self.inputs.of(*page.said, *([self.inputs.whole] if further else ()))

    def _written_by(self, write: Callable[[], None]) -> list[str]:
        """Have Pelican's writer write a page, and return the files of all its parts."""
        written: list[str] = []
        folder = f"{self.build.stage.folder}/"

        def note(path: str, **_: object) -> None:
            written.append(path.removeprefix(folder))

        with signals.content_written.connected_to(note):
            write()
        return written
