"""A writer for Pelican that renders only what can have changed, and that in parallel.

What is to be rendered is collected while Pelican's generators run, with all
that a page is rendered from, and rendered at the end by forked processes. Where
a plugin listens to what is written, every page is rendered at once and here, as
in Pelican itself.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from posixpath import normpath
from typing import Any

from jinja2 import Environment, Template
from pelican.generators import ArticlesGenerator
from pelican.paginator import Paginator
from pelican.utils import get_relative_path, path_to_url, sanitised_join
from pelican.writers import FileOverwriteFailedError, Writer

from .build import Build
from .compiled import Looked, Templates, own_code
from .tracing import Recorded, record
from .verifying import Verifier
from .workers import Noise, in_order

# A plugin that knows what its pages are made of puts a function under this name into Pelican's
# context: from a page's path, its variables and its context, to the digest of its inputs, empty
# if they are not known, and to what the template sees in place of what they do not cover. Its
# ``whole``, if it has one, gives the digest of all that any of its pages and files is made of.
DECLARED = "rapid_inputs"
BUILD = "RAPID_BUILD"
ARTICLES = ("translations", "articles", "hidden_translations", "hidden_articles")


@dataclass(frozen=True)
class Rendering:
    """A page to render: with what, and where to.

    ``path`` is ``name`` without detours. ``local`` is Pelican's ``localsiteurl`` for
    links in contents, which the page before may have left; ``siteurl`` the page's own,
    None if that is the site's. Contents look for theirs in the context that they were
    made with, ``base``, which is another for a page that has a copy. ``instead`` gives
    what is seen in place of the whole.
    """

    path: str
    name: str
    template: Template
    context: dict[str, Any]
    variables: dict[str, Any]
    local: str | None
    siteurl: str | None
    base: dict[str, Any]
    base_local: str | None
    instead: Callable[[], Mapping[str, Any]]
    traced: bool

    def localcontext(self) -> dict[str, Any]:
        """What the template sees."""
        self.base["localsiteurl"] = self.base_local
        if self.local:
            self.context["localsiteurl"] = self.local
        seen = self.context.copy()
        seen["localsiteurl"] = self.local
        if self.siteurl is not None:
            seen["SITEURL"] = self.siteurl
        seen["output_file"] = self.name
        seen.update(self.variables)
        return seen

    def make(self) -> tuple[Any, Recorded | None]:
        """The page's bytes; and what was read for them, if that is recorded."""
        seen = self.localcontext()
        if not self.traced:
            try:
                return _encoded(self.template.render(seen | dict(self.instead()))), None
            except Exception as error:
                if not getattr(error, "undeclared", False):
                    raise
                text = self.template.render(seen)
                return _encoded(text), Recorded(text="", reads=(), templates=(), always=str(error))
        recorded = record(self.template, seen)
        return _encoded(recorded.text), recorded


@dataclass(frozen=True)
class Making:
    """A file to make that is no page; if it has an ``owner``, its path is made with it."""

    path: str
    how: Callable[[], Any]
    owner: str = ""

    def make(self) -> tuple[Any, None]:
        """Its bytes; its path besides, if it has an owner."""
        return self.how(), None


def pass_over(generator: ArticlesGenerator) -> None:
    """Let a generator do without the articles whose pages stay as they are."""
    write_articles = generator.generate_articles

    def generate_articles(write: Callable[..., None]) -> None:
        writer = getattr(getattr(write, "func", None), "__self__", None)
        if isinstance(writer, RapidWriter) and writer.nothing_changed:
            return
        lists = {name: getattr(generator, name) for name in ARTICLES}
        # With relative URLs, every page leaves something behind for the next.
        if isinstance(writer, RapidWriter) and not generator.settings["RELATIVE_URLS"]:
            for name, articles in lists.items():
                setattr(generator, name, writer.left_of(articles, generator))
        try:
            write_articles(write)
        finally:
            vars(generator).update(lists)

    generator.generate_articles = generate_articles


def _encoded(text: str) -> bytes:
    """A text as Pelican's writer puts it on this system's disk."""
    return (text if os.linesep == "\n" else text.replace("\n", os.linesep)).encode("utf-8")


class RapidWriter(Writer):  # type: ignore[misc]  # Pelican has no types
    """Pelican's writer, which puts off what it can and leaves out what it may."""

    def __init__(self, output_path: str, settings: Mapping[str, Any]) -> None:
        super().__init__(output_path, settings=settings)
        self.build: Build = settings[BUILD]
        self.build.write_all = self.write_all
        self.waiting: dict[str, tuple[Rendering | Making, str]] = {}
        self.verifier: Verifier | None = None
        self.templates = Templates()
        self.own: dict[int, str] = {}

    def write_file(  # the host's own signature
        self,
        name: str,
        template: Template,
        context: dict[str, Any],
        relative_urls: bool = False,
        paginated: dict[str, Any] | None = None,
        template_name: str | None = None,
        override_output: bool = False,
        url: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Keep a page, or note it to be rendered; see Pelican's writer for the arguments.

        Raises FileOverwriteFailedError as that does.
        """
        if not name or self.build.nothing_changed:
            return
        if self.build.serial:
            self._write_now(
                name, template, context, relative_urls, paginated, template_name,
                override_output, url, **kwargs,
            )  # fmt: skip
            return
        for part, variables in self._pages(name, paginated, template_name, url, kwargs):
            siteurl = path_to_url(get_relative_path(part)) if relative_urls else None
            local = siteurl if siteurl is not None else context.get("localsiteurl")
            if local:
                context["localsiteurl"] = local
            path = normpath(part)
            if self._claim(part, path, override_output):
                declared = None if self._own_code(template.environment) else context.get(DECLARED)
                inputs, instead = declared(path, variables, context) if declared else ("", dict)
                if inputs and self.build.keeps(path, self.build.key(inputs)):
                    self.waiting.pop(path, None)
                    continue
                base = self.build.context
                left = base.get("localsiteurl")
                traced = not inputs
                page = Rendering(
                    path, part, template, context, variables, local, siteurl, base, left, instead,
                    traced,
                )  # fmt: skip
                self._take(page, inputs)

    def _write_now(self, name: str, *arguments: Any, **kwargs: Any) -> None:
        super().write_file(name, *arguments, **kwargs)
        self.build.always[normpath(name)] = self.build.serial

    def write_made(self, path: str, inputs: str, how: Callable[[], bytes]) -> None:
        """Keep a file that is no page, if it was made of the same inputs; else make it.

        ``inputs`` is the digest of all that ``how`` reads. For plugins that know it.
        """
        build = self.build
        if build.nothing_changed:
            return
        if build.serial or not inputs or not build.keeps(path, build.key(inputs)):
            self.waiting[path] = (Making(path, how), inputs)

    def keeps_made(self, paths: Sequence[str], inputs: str) -> bool:
        """Keep some files that are no pages if all were made of these inputs; if not, none."""
        build, key = self.build, self.build.key(inputs)
        if build.serial or not inputs:
            return False
        for path in paths:
            if not build.same(path, key):
                return False
        for path in paths:
            build.keep(path, build.previous[path])
        return True

    def left_of(self, articles: list[Any], generator: ArticlesGenerator) -> list[Any]:
        """The articles whose pages are not known to be made of the same inputs.

        The pages of the others are kept.
        """
        context, build = generator.context, self.build
        declared = context.get(DECLARED)
        if declared is None or build.serial or self._own_code(generator.env):
            return articles
        left: list[Any] = []
        for article in articles:
            name = article.save_as
            path = normpath(name)
            inputs, _ = declared(path, {"article": article}, context)
            if inputs and build.keeps(path, build.key(inputs)):
                self._claim(name, path, hasattr(article, "override_save_as"))
            else:
                left.append(article)
        return left

    def write_named(self, owner: str, inputs: str, how: Callable[[], tuple[str, bytes]]) -> None:
        """The same for a file whose path is known only once it is made; one for each ``owner``."""
        build = self.build
        if build.nothing_changed:
            return
        path = build.owned.get(owner, "")
        if build.serial or not path or not inputs or not build.keeps(path, build.key(inputs)):
            self.waiting[f"{owner}\0"] = (Making("", how, owner), inputs)

    @property
    def nothing_changed(self) -> bool:
        """Whether every file stays as it is: what is written now is passed over."""
        return self.build.nothing_changed

    def _own_code(self, env: Environment) -> str:
        """Why nobody can declare what a page of this environment is made of; empty if one can."""
        if id(env) not in self.own:
            self.own[id(env)] = own_code(env)
        return self.own[id(env)]

    def _pages(
        self,
        name: str,
        paginated: dict[str, Any] | None,
        template_name: str | None,
        url: str | None,
        kwargs: dict[str, Any],
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The path and the variables of a page, or of each of its parts if it has several."""
        if paginated is None:
            paginated = {key: kwargs[key] for key in ("articles", "dates") if key in kwargs}
        per_page = self.settings["PAGINATED_TEMPLATES"].get(template_name, ())
        if not paginated or per_page == ():
            yield name, kwargs
            return
        size = per_page or self.settings["DEFAULT_PAGINATION"]
        paginators = {
            key: Paginator(name, url, items, self.settings, size)
            for key, items in paginated.items()
        }
        for number in range(1, next(iter(paginators.values())).num_pages + 1):
            variables, path = dict(kwargs), name
            for key, paginator in paginators.items():
                page = paginator.page(number)
                path = page.save_as
                variables |= {
                    f"{key}_paginator": paginator,
                    f"{key}_page": page,
                    f"{key}_previous_page": paginator.page(number - 1) if number > 1 else None,
                    f"{key}_next_page": (
                        paginator.page(number + 1) if number < paginator.num_pages else None
                    ),
                }
            yield path, variables

    def _claim(self, path: str, plain: str, override: bool) -> bool:
        """Whether a page may be written at ``path``: Pelican's rule for two at one place."""
        if plain.startswith((".", "/")):  # Pelican says what is wrong with it
            sanitised_join(self.output_path, path)
        file = f"{self.output_path}/{plain}"
        if file in self._overridden_files:
            if override:
                raise FileOverwriteFailedError(
                    f'Failed to overwrite "{file}" a second time (was previously overwritten)'
                )
            return False
        if file in self._written_files and not override:
            raise FileOverwriteFailedError(
                f'Failed to overwrite "{file}" as Pelican has already '
                "written to it previously (set `override=True` if intended)"
            )
        if override:
            self._overridden_files.add(file)
        self._written_files.add(file)
        return True

    def _take(self, page: Rendering, inputs: str) -> None:
        """Let a page wait to be rendered, unless all that its last render read is the same."""
        build = self.build
        made = build.find(page.path) if not inputs else None
        if made and made.key == build.key("") and self._reads_the_same(page, *made.reads):
            build.keep(page.path, made)
            self.waiting.pop(page.path, None)
            return
        build.kept.pop(page.path, None)
        build.stage.kept.discard(page.path)
        self.waiting[page.path] = (page, inputs)

    def _reads_the_same(self, page: Rendering, looked: Looked, reads: Any) -> bool:
        if self.verifier is None:
            self.verifier = Verifier(page.context)
        return self.templates.same(page.template.environment, looked) and self.verifier.holds(
            reads, page.localcontext(), page.template.globals
        )

    def _give_way(self, path: str) -> None:
        """Pelican copies static files last: one at the place of a page is what stays there."""
        self.waiting.pop(path, None)
        self.build.kept.pop(path, None)
        self.build.stage.kept.discard(path)

    def write_all(self) -> None:
        """Render what waits, in parallel, and write it where Pelican would have."""
        build = self.build
        for file in (build.context.get("static_content") or {}).values():
            self._give_way(normpath(file.save_as))
        waiting, self.waiting = self.waiting, {}
        made = partial(_made, self.output_path, set())
        for (item, inputs), (path, recorded, noisy) in in_order(list(waiting.values()), made):
            reads = item.owner if isinstance(item, Making) else None
            if noisy:  # what it warned of must be said again next time
                build.always[path] = "it was rendered with warnings"
            elif recorded and recorded.always:
                build.always[path] = recorded.always
            elif recorded:
                looked = self.templates.looked(recorded.templates)
                build.note(path, build.key(""), (looked, recorded.reads))
            elif inputs:
                build.note(path, build.key(inputs), reads)
            else:
                build.unknown.add(path)


def _made(
    output: str, folders: set[str], work: tuple[Rendering | Making, str]
) -> tuple[str, Recorded | None, bool]:
    """Make one file; its path, what its render read, and whether anything was said.

    ``folders`` are those which this process knows to be there.
    """
    item, _ = work
    noise = Noise()
    logger = logging.getLogger()
    logger.addHandler(noise)
    try:
        made, recorded = item.make()
    finally:
        logger.removeHandler(noise)
    if isinstance(item, Making) and item.owner:
        path, data = made
    else:
        path, data = item.path, made
    file = sanitised_join(output, path)
    folder = os.path.dirname(file)
    if folder not in folders:
        os.makedirs(folder, exist_ok=True)
        folders.add(folder)
    with open(file, "wb") as out:
        out.write(data)
    return path, replace(recorded, text="") if recorded else None, bool(noise.count)
