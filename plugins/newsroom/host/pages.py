"""The generator of the pages that Pelican does not know."""

from __future__ import annotations

import contextlib
import posixpath
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pelican import signals
from pelican.generators import Generator
from pelican.writers import FileOverwriteFailedError, Writer

from ..files import files_in, kept
from ..machine.feeds import made_anew
from ..machine.publication import Document, Publication
from ..machine.search_records import search_records
from ..model.addresses import (
    AUTHORS,
    CORRECTIONS,
    GOALS,
    PAGEFIND,
    SEARCH,
    SECURITY_TXT,
    alias_file,
    file_of,
)
from ..model.entry import Entry
from ..model.problems import ContentError, Problem
from ..model.settings import SettingsError
from ..reading.rulebook import located
from ..reading.urls import alias_clashes
from ..reading.withheld import Withheld
from ..view.context import ViewContext
from ..view.entry_view import EntryView
from ..view.newsroom_view import NewsroomView
from .adapter import NOT_READ
from .assets import STATIC
from .declared import Declared
from .inputs import Inputs, digest_of, digest_of_file
from .pieces import KeptPieces
from .publishing import publication
from .reports import print_problems
from .search import write_index

RAPID = "RAPID_BUILD"
FAVICON = "favicon.ico"


_OURS = ("newsroom.", "rapid.", "pelican.plugins.newsroom.", "pelican.plugins.rapid.")
# Whoever listens to these may put more into contents than we know of.
_MAKING = ("article_generator_", "page_generator_", "all_generators_", "content_object_init")
_DONE = ("_write_article", "_write_page", "_generator_init")


def others_listen() -> bool:
    """Whether another plugin hears of contents before they are shown."""
    heard = (
        receiver
        for name, signal in vars(signals).items()
        if name.startswith(_MAKING) and not name.endswith(_DONE)
        for receiver in signal.receivers_for(None)
    )
    return any(
        not receiver.__module__.startswith(_OURS) and not getattr(receiver, "rapid_pure", False)
        for receiver in heard
    )


@dataclass(frozen=True)
class PageToWrite:
    """A page: its URL, its template, what the template gets, and its file.

    ``of`` is the entry whose alias it is.
    """

    url: str
    template: str
    variables: dict[str, Any] = field(default_factory=dict)
    of: Entry | None = None

    @property
    def save_as(self) -> str:
        """The file that serves the page."""
        return file_of(self.url)


class NewsroomGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Writes the newsroom's own pages from the view in ``context["newsroom"]``.

    ``promised`` are the files that must be there at the end, each with its source.
    """

    promised: dict[str, str]

    def generate_context(self) -> None:
        """Make what machines are given. Runs after pages and articles, before static files."""
        self._find_pages()
        published = publication(
            self.context["newsroom_presenter"],
            self.context,
            Path(self.path),
            Path(self.output_path).parent / "cards",
        )
        self.context["newsroom_publication"] = published
        view: NewsroomView = self.context["newsroom"]
        self.context["newsroom_assets"].ask_for(self._template_sources(), view.has_search)
        # By file, so that every page finds its own, whoever writes it.
        self.context["newsroom_heads"] = published.heads if published else {}
        if RAPID in self.settings and not others_listen():
            self.context["rapid_inputs"] = Declared(
                self._inputs(), self.context["newsroom"], self.context, self.settings
            )

    def _find_pages(self) -> None:
        """Promise the pages of all public files. Raises ContentError if Pelican has dropped one."""
        presenter: ViewContext = self.context["newsroom_presenter"]
        made = self.context["generated_content"]
        shown = [page.path for page in presenter.newsroom.pages if page.status != "skip"]
        if lost := [path for path in shown if made.get(path) is None]:
            self._stop(Problem(path, 1, "unread", NOT_READ) for path in lost)
        sources = (*shown, *presenter.newsroom.by_path)
        self.promised.update((made[path].save_as, path) for path in sources)

    def _inputs(self) -> Inputs:
        """What pages are made of; every page has the menu, and names files of the theme."""
        sources = self.context["newsroom_sources"]
        pages = [each for page in self.context["pages"] for each in (page, *page.translations)]
        said = [f"{sources.get(page.relative_source_path)} {page.url}" for page in pages]
        published: Publication | None = self.context["newsroom_publication"]
        view: NewsroomView = self.context["newsroom"]
        said += [str(view.has_search), published.site.principles if published else ""]
        theme = Path(self.theme)
        for folder in (*self.settings["THEME_STATIC_PATHS"], "locale"):
            said += [
                f"{name} {digest_of_file(theme / folder / name)}"
                for name in files_in(theme / folder, follow=True)
            ]
        return Inputs(
            self.context["newsroom_presenter"],
            self.context["newsroom_pictures"],
            sources,
            self.context["generated_content"],
            self.context["static_content"],
            digest_of(said),
        )

    def _look_once_more(self) -> None:
        """The last line of defence: all that is about to be copied, whatever has named it.

        Pelican finds links where the rules saw none, in a comment for instance; and settings,
        themes and symbolic links lead anywhere. Raises ContentError or SettingsError.
        """
        withheld: Withheld | None = self.context["newsroom_withheld"]
        if withheld is None:  # a preview shows everything
            return
        linked = {posixpath.normpath(path) for path in self.context["static_links"]}
        hidden = sorted(
            path for path in linked - withheld.linkable if Path(self.path, path).is_file()
        )
        if hidden:
            message = "a public page links to this file, which is not public: take the link out"
            self._stop(Problem(path, 1, "link", message) for path in hidden)
        copied = self.context["static_content"]
        for path in sorted(copied.keys() - linked):
            file = Path(self.path, path)
            if withheld.is_unused(file):  # one person's draft stops nobody: it is not copied
                self.context["staticfiles"].remove(copied.pop(path))
            elif reason := withheld.reason(file):
                raise SettingsError(f"STATIC_PATHS: would publish {path}, which {reason}")
        for name, file in self._named_by_settings():
            if reason := withheld.reason(file):
                raise SettingsError(f"{name}: would publish {file}, which {reason}")

    def _named_by_settings(self) -> Iterator[tuple[str, Path]]:
        """Files that are published, or that templates may print, without a page's saying so."""
        theme = Path(self.theme)
        folders = [
            ("THEME_STATIC_PATHS", theme / each) for each in self.settings["THEME_STATIC_PATHS"]
        ]
        folders += [("THEME", theme / "templates")]
        folders += [
            ("THEME_TEMPLATES_OVERRIDES", Path(each))
            for each in self.settings["THEME_TEMPLATES_OVERRIDES"]
        ]
        for name, folder in folders:
            if folder.is_file():
                yield name, folder
            for file in files_in(folder, follow=True):
                if (folder / file).is_file():
                    yield name, folder / file
        for source in self.settings["TEMPLATE_PAGES"] or ():
            yield "TEMPLATE_PAGES", Path(self.path, source)

    def generate_output(self, writer: Writer) -> None:
        """Render and write every page, then the icon, the scripts and the pictures' renditions."""
        self._look_once_more()
        self._refuse_aliases()
        view: NewsroomView = self.context["newsroom"]
        published: Publication | None = self.context["newsroom_publication"]
        unchanged = getattr(writer, "nothing_changed", False)
        for page in () if unchanged else self._pages(view):
            try:
                writer.write_file(
                    page.save_as,
                    self.get_template(page.template),
                    self.context,
                    self.settings["RELATIVE_URLS"],
                    url=page.url,
                    **page.variables,
                )
            except FileOverwriteFailedError:
                if page.of is None:
                    raise
                message = f"/{page.save_as} is another page of this build: remove that alias"
                self._stop([Problem(page.of.path, page.of.line("Aliases"), "url", message)])
        self._write_favicon()
        self.context["newsroom_assets"].write(Path(self.output_path), view.has_search)
        if view.has_search:
            folder = Path(self.output_path, PAGEFIND)
            write_index(search_records(view), folder, view.languages.site)
        if published and not unchanged:
            self._write_documents(published, writer)
        self._write_for_others()
        for rendition in self.context["newsroom_renditions"]:
            path = Path(self.output_path, rendition.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(kept(rendition.kept))

    def _template_sources(self) -> Iterator[str]:
        """The text of every template that there is; a folder may hold what is none."""
        for name in self.env.list_templates():
            with contextlib.suppress(UnicodeDecodeError):  # a template is named where it is used
                yield self.env.loader.get_source(self.env, name)[0]

    def _write_documents(self, published: Publication, writer: Writer) -> None:
        """Feeds, sitemaps, plain texts and the like; share images beside their pages.

        A file of the same name that the site's own static folders hold stays.
        """
        taken = {file.save_as for file in self.context["static_content"].values()}
        inputs: Inputs | None = None
        declared = self.context.get("rapid_inputs")
        if declared and hasattr(writer, "write_made"):  # a third plugin may have brought another
            inputs = declared.inputs

        def kept(entry: EntryView, *paths: str) -> bool:
            if inputs is None or not taken.isdisjoint(paths):
                return False
            return bool(writer.keeps_made(paths, inputs.document(entry)))

        pieces = KeptPieces(inputs, self.settings[RAPID]) if inputs else made_anew
        for document in published.documents(kept, pieces):
            if document.path in taken:
                continue
            if inputs:
                writer.write_made(document.path, self._said(inputs, document), document.make)
            else:
                self._put(document.path, document.make())
        for drawing in published.pictures():
            if inputs:
                said = inputs.document(drawing.about)
                writer.write_named(drawing.url, said, drawing.make)
            else:
                self._put(*drawing.make())

    def _said(self, inputs: Inputs, document: Document) -> str:
        """The inputs of a document; empty for one that says only what it is made of this time."""
        about = inputs.document(*document.about) if document.about else ""
        if not document.said:
            return about
        return inputs.page(about, document.said.decode("utf-8"))

    def _put(self, place: str, data: bytes) -> None:
        path = Path(self.output_path, place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _write_for_others(self) -> None:
        """What others ask a site for at a fixed place: ``security.txt``, IndexNow's key.

        Raises SettingsError for a ``security.txt`` that has expired (RFC 9116, section 2.5.5).
        """
        presenter: ViewContext = self.context["newsroom_presenter"]
        settings, root = presenter.settings, Path(self.output_path)
        if settings.security and settings.site_url:
            if problem := settings.security.problem(presenter.now):
                raise SettingsError(problem)
            file = root / SECURITY_TXT
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(settings.security.text(f"{settings.site_url}/{SECURITY_TXT}"), "utf-8")
        if settings.indexnow_key and settings.site_url:
            (root / f"{settings.indexnow_key}.txt").write_text(settings.indexnow_key, "utf-8")

    def _pages(self, view: NewsroomView) -> Iterator[PageToWrite]:
        yield PageToWrite("", "newsroom/home")
        lists = self.context["newsroom_lists"]
        for shown in lists:
            yield PageToWrite(shown.url, "newsroom/incidents", {"shown": shown, "lists": lists})
        for incident in view.incident_pages:
            variables = {"incident": incident, "words": incident.words}
            yield PageToWrite(incident.url, "newsroom/incident", variables)
        yield PageToWrite(AUTHORS, "newsroom/authors")
        for author in view.authors:
            yield PageToWrite(author.url, "newsroom/author", {"person": author})
        yield PageToWrite(GOALS, "newsroom/goals")
        for goal in view.goals:
            yield PageToWrite(goal.url, "newsroom/goal", {"goal": goal})
        yield PageToWrite(CORRECTIONS, "newsroom/corrections")
        yield PageToWrite("404.html", "newsroom/404")
        if view.has_search:
            yield PageToWrite(SEARCH, "newsroom/search")
        for article, entry in self.context["newsroom_aliases"]:
            for alias in entry.aliases:
                variables = {"target": article}
                yield PageToWrite(alias_file(alias), "newsroom/alias", variables, entry)

    def _refuse_aliases(self) -> None:
        """Hold aliases against the files that only a build knows. Raises ContentError."""
        presenter: ViewContext = self.context["newsroom_presenter"]
        if found := list(located("url", alias_clashes(presenter.newsroom, self._others()))):
            if not presenter.settings.drafts:
                self._stop(found)
            self.context["newsroom_aliases"] = []  # a draft's must not keep others from looking

    def _others(self) -> Iterator[tuple[str, str]]:
        """Files of this build that are no pages of content files, and what each is."""
        for path, file in self.context["static_content"].items():
            yield file.save_as, f"the file {path}"
        for rendition in self.context["newsroom_renditions"]:
            yield rendition.path, "a picture"
        for name in ("categories", "tags"):
            for label, _ in self.context[name]:
                if label.save_as:
                    yield label.save_as, f"the list of {label.name}"
        for asset in self.context["newsroom_assets"].asked.values():
            yield asset.path, "a file of the theme"
        for place in (self.settings["TEMPLATE_PAGES"] or {}).values():
            yield place, "a page of TEMPLATE_PAGES"
        for name in self.settings["DIRECT_TEMPLATES"]:
            place = self.settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
            yield from [(place, f"the page {name}")] if place else []
        for folder in self.settings["THEME_STATIC_PATHS"]:
            for file in files_in(Path(self.theme, folder), follow=True):
                yield posixpath.join(self.settings["THEME_STATIC_DIR"], file), "a file of the theme"

    def _stop(self, problems: Iterable[Problem]) -> NoReturn:
        """Say what is wrong in the content, and end the build."""
        folder = Path(self.path).name
        error = ContentError(problem.below(folder) for problem in problems)
        print_problems(error.problems)
        raise error

    def _write_favicon(self) -> None:
        """Browsers ask for it at the root, where themes cannot put files."""
        for folder in self.settings["THEME_STATIC_PATHS"]:
            icon = Path(self.theme, folder, FAVICON)
            if icon.is_file():
                shutil.copyfile(icon, Path(self.output_path, FAVICON))
                return
        shutil.copyfile(STATIC / FAVICON, Path(self.output_path, FAVICON))
