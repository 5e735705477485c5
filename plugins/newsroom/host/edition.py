"""One run of a build: what its generators share, and how each page of ours is written.

Pages of other generators are Pelican's, in every build. Ours say what they are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from pelican import signals
from pelican.contents import Content
from pelican.generators import Generator
from pelican.writers import FileOverwriteFailedError, Writer

from ..incremental.build import Build, TwiceError
from ..incremental.templates import ANYTHING, Looks
from ..incremental.trust import listener, own_code
from ..model.entry import Entry
from ..model.newsroom import Newsroom
from ..model.problems import ContentError, Problem
from ..model.settings import Settings
from ..reading.withheld import Withheld
from ..view.context import ViewContext
from ..view.newsroom_view import NewsroomView
from ..view.pictures import BodyPictures
from .articles import EntryArticle
from .assets import Assets
from .inputs import Inputs
from .reader import Body, attaches
from .reports import print_problems

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

    ``paginated`` is the name by which Pelican divides it; ``of`` the entry whose alias it is.
    """

    save_as: str
    url: str
    template: str
    said: Iterable[str]
    variables: Mapping[str, Any] = field(default_factory=dict)
    override: bool = False
    paginated: str | None = None
    of: Entry | None = None


@dataclass
class Edition:
    """What one run reads and shows. ``promised`` are files that must be there, with sources.

    The rest is there once the generator of entries has read the content.
    """

    build: Build
    content: Path
    promised: dict[str, str] = field(default_factory=dict)
    settings: Settings = field(init=False)
    newsroom: Newsroom = field(init=False)
    assets: Assets = field(init=False)
    sources: Mapping[str, str] = field(init=False)
    withheld: Withheld | None = field(init=False)
    presenter: ViewContext = field(init=False)
    pictures: BodyPictures = field(init=False)
    bodies: Mapping[str, Body] = field(init=False)
    view: NewsroomView = field(init=False)
    inputs: Inputs = field(init=False)
    whole: str = ""
    unchanged: bool = False
    _looks: Looks = field(init=False)
    _further: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    def begin_output(self, generator: Generator, writer: Writer) -> None:
        """Find out what can be kept, now that everything is read."""
        build = self.build
        build.because = build.because or listener() or own_code(generator.env)
        if type(writer) is not Writer:
            build.because = f"{type(writer).__qualname__} writes the pages"
        self._looks = Looks(
            generator.env, build.cache, frozenset({"newsroom"}), frozenset({"newsroom_heads"})
        )
        self.whole = self.inputs.whole()
        self.unchanged = build.keeps_all(self.whole)

    def write(self, generator: Generator, writer: Writer, page: Page) -> None:
        """Write a page of ours, or keep it. One of TEMPLATE_PAGES at its place stays there."""
        taken = generator.settings["TEMPLATE_PAGES"] or {}
        if not page.save_as or page.save_as in taken.values():
            return
        template = generator.get_template(page.template)
        inputs = ""
        if not self.build.because:
            inputs = self._inputs(page, str(template.name), generator)
        write = partial(
            writer.write_file,
            page.save_as,
            template,
            generator.context,
            generator.settings["RELATIVE_URLS"],
            template_name=page.paginated,
            override_output=page.override,
            url=page.url,
            **page.variables,
        )
        try:
            self.build.make(page.save_as, inputs, partial(self._written_by, write))
        except (FileOverwriteFailedError, TwiceError):
            if page.of is None:
                raise
            message = f"/{page.save_as} is another page of this build: remove that alias"
            self.stop([Problem(page.of.path, page.of.line("Aliases"), "url", message)])

    def _inputs(self, page: Page, template: str, generator: Generator) -> str:
        """Return a page's inputs, by what its template looks at; empty if nobody knows them."""
        kind = (template, *page.variables)
        if kind not in self._further:
            known = {*USUAL, *page.variables, *generator.settings} - {"all_articles"}
            there = {*generator.context, ANYTHING}
            looks = self._looks.of(template) - known
            self._further[kind] = {name for name in looks if name.split(".")[0] in there}
        further = self._further[kind]
        if strange := {name for name in further if name.split(".")[0] not in CONTENT}:
            self.build.always[page.save_as] = f"its template looks at {', '.join(sorted(strange))}"
            return ""
        return self.inputs.of(*page.said, *([self.whole] if further else ()))

    def _written_by(self, write: Callable[[], None]) -> list[str]:
        """Have Pelican's writer write a page, and return the files of all its parts."""
        written: list[str] = []
        folder = f"{self.build.stage.folder}/"

        def note(path: str, **_: object) -> None:
            written.append(path.removeprefix(folder))

        with signals.content_written.connected_to(note):
            write()
        return written

    def stop(self, problems: Iterable[Problem]) -> NoReturn:
        """Say what is wrong in the content, and end the build. Raises ContentError."""
        raise stopping(problem.below(self.content.name) for problem in problems)


def attach(contents: Iterable[Content | None]) -> None:
    """Let ``{attach}`` links move their files, before anything asks where those lie."""
    for content in contents:
        if content is not None and attaches_file(content):
            content.content  # noqa: B018  (Pelican moves a file when it resolves the link)


def attaches_file(content: Content) -> bool:
    """Whether a content has an ``{attach}`` link."""
    if isinstance(content, EntryArticle) and not content.newsroom_changed:
        return content.newsroom_read.attaches
    return attaches(content._content)


def stopping(problems: Iterable[Problem]) -> ContentError:
    """Return the error to raise for problems, which are printed here and not by Pelican."""
    error = ContentError(problems)
    print_problems(error.problems)
    return error
