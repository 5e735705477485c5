"""What the renders of real sites are recorded to have read, and what of it holds after an edit."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import jinja2
import pytest
from markupsafe import Markup
from pelican import Pelican, signals
from pelican.settings import read_settings
from pelican.utils import DateFormatter
from pelican.writers import Writer
from rapid.proxies import Recording, TracedList
from rapid.tracing import Recorded, Verifier, record, tracing_environment


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


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of eight articles and a page."""
    return content(tmp_path)


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


@pytest.mark.parametrize(("theme", "relative"), [("simple", False), ("notmyidea", True)])
def test_only_what_changes_is_rendered_again(site: Path, theme: str, relative: bool) -> None:
    settings: dict[str, Any] = {"THEME": theme, "RELATIVE_URLS": relative}
    before = build(site, **settings)
    assert {seen.recorded.always for seen in before.values()} == {""}
    for change in (
        lambda: None,
        lambda: write(site, 3, title="Better"),
        lambda: write(site, 3, title="Better", body="Other words."),
        lambda: write(site, 9),
        lambda: write(site, 11, category="fences"),
        lambda: write(site, 3, slug="elsewhere"),
        lambda: write(site, 3, slug="elsewhere", modified="2024-12-24"),
        lambda: (site / "content/pages/new.md").write_text("Title: New\n\nnew\n"),
        lambda: (site / "content/post-9.md").unlink(),
        lambda: write(site, 12, slug="post-5", lang="de"),
        lambda: write(site, 2, authors="Me, You"),
    ):
        change()
        after = build(site, before, **settings)
        held = kept(before, after)
        assert held == {
            name
            for name, seen in after.items()
            if name in before and before[name].text == seen.text
        }
        before = after


def test_a_new_article_leaves_the_pages_of_others_alone(site: Path) -> None:
    before = build(site)
    write(site, 9, category="beds")
    after = build(site, before)
    articles = {f"post-{number}.html" for number in range(8)}
    assert articles | {"pages/about.html", "category/paths.html"} <= kept(before, after)
    assert not after["category/beds2.html"].held


def test_a_category_on_the_menu_is_on_every_page(site: Path) -> None:
    before = build(site)
    write(site, 9, category="fences")
    after = build(site, before)
    assert not kept(before, after)


def test_reads_hold_in_another_process(site: Path) -> None:
    before = build(site)
    kept_reads = site / "reads"
    kept_reads.write_bytes(pickle.dumps({name: seen.recorded for name, seen in before.items()}))
    code = (
        "import pickle, sys; from pathlib import Path; from tests.test_rapid_tracing import *\n"
        "root = Path(sys.argv[1]); old = pickle.loads((root / 'reads').read_bytes())\n"
        "before = {name: Seen(each.text, each, False) for name, each in old.items()}\n"
        "after = build(root, before)\n"
        "assert kept(before, after) == after.keys() == before.keys()"
    )
    paths = os.pathsep.join(("plugins", "."))
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": paths}
    subprocess.run([sys.executable, "-c", code, str(site)], check=True, env=environment, timeout=60)


def double(number: int) -> int:
    return 2 * number


def clock() -> str:
    return "now"


def _parts(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("¦"))


LISTS = _parts("""
articles ¦ dates ¦ categories ¦ tags ¦ authors ¦ pages ¦ article.tags ¦ article.authors ¦
article.translations ¦ articles_page.object_list ¦ hidden_articles ¦ drafts ¦ LINKS ¦
period_archives.year ¦ period_archives.items() ¦ categories[0][1] ¦ articles[:3] ¦
article.nothing ¦ nothing ¦ categories|map(attribute=1)|list ¦ dates|sort(attribute='title') ¦
tags|sort ¦ articles|groupby('category') ¦ articles|map(attribute='tags')|sum(start=[]) ¦
articles|selectattr('modified', 'defined')|list ¦ articles|rejectattr('modified')|list ¦
article.metadata.items() ¦ article.metadata ¦ period_archives ¦ SHELF.items() ¦ SHELF ¦
article.tags + articles[0].tags ¦ [article, category] ¦ category ¦ article.title ¦
articles|batch(2)|list ¦ articles|slice(2)|list ¦ (tags|first)[1] ¦
articles|unique(attribute='category')|list ¦ articles|reverse|list ¦ dates[-2:] ¦
article.category ¦ all_articles ¦ tags|items|list ¦ tags|dictsort ¦ (articles, pages) ¦ NESTED ¦
NESTED.a ¦ NESTED.a.b ¦ MENUITEMS
""")
USES = _parts("""
{{ X|length }} ¦ {% for x in X %}.{% endfor %} ¦ {{ X[0] }} ¦ {{ X[1].title }} ¦ {{ X[-1].url }} ¦
{% if X %}y{% endif %} ¦ {{ (X|first).title }} ¦ {{ X|first }} ¦ {{ (X|last).slug }} ¦
{{ X == articles }} ¦ {{ article in X }} ¦ {{ category in X }} ¦ {{ 't1' in X }} ¦
{{ X is sequence }}{{ X is mapping }}{{ X is iterable }} ¦ {{ X }} ¦ {{ X|string|length }} ¦
{% for x in X %}{{ loop.length }}{{ loop.last }}{{ loop.nextitem.title }}{% endfor %} ¦
{% for x in X %}{% if loop.first %}{{ x.title }}{% endif %}{% endfor %} ¦
{% for x in X %}{{ x }}{% endfor %} ¦ {% for x in X %}{{ x.title }}{{ x.modified }}{% endfor %} ¦
{% for a, b in X %}{{ a }}{{ a.url }}{% endfor %} ¦
{% for a, b in X %}{{ b|length }}{% endfor %} ¦
{% for a, b in X %}{% for c in b %}{{ c.title }}{% endfor %}{% endfor %} ¦
{% for a, b in X %}{% if a == category %}{{ b[0].title }}{% endif %}{% endfor %} ¦
{{ X|map(attribute='title')|join(',') }} ¦ {{ X|map(attribute='name')|sort|join }} ¦
{{ (X|sort(attribute='title')|first).title }} ¦
{{ (X|sort(attribute='date', reverse=true))[0].slug }} ¦ {{ (X|max(attribute='date')).title }} ¦
{% for g in X|groupby('category') %}{{ g.grouper }}{{ g.list|length }}{% endfor %} ¦
{% for x in X[1:3] %}{{ x.summary }}{% endfor %} ¦ {{ X[:2]|length }} ¦
{{ X|selectattr('modified')|list|length }} ¦ {{ X is sameas articles }} ¦ {{ X|tojson }} ¦
{{ X.title }}|{{ X.name }}|{{ X.items }} ¦ {{ X.get('a') }}{{ X.get('title', 'no') }} ¦
{{ X|join(', ') }} ¦
{% set ns = namespace(n=0) %}{% for x in X %}{% set ns.n = ns.n
 + x.title|length %}{% endfor %}{{ ns.n }} ¦
{% macro m(a) %}{{ a|length }}{% for b in a %}{{ b.slug }}{% endfor %}{% endmacro %}{{ m(X) }} ¦
{% include 'part.html' %} ¦ {% import 'macros.html' as m with context %}{{ m.heads(X) }} ¦
{% from 'macros.html' import heads %}{{ heads(X) }} ¦
{% with y = X %}{{ y[0].date.year }}{% endwith %} ¦ {{ X|random }} ¦ {{ X != dates }} ¦
{{ X|list|length }} ¦ {{ X ~ '' }} ¦ {{ '%s' % X }} ¦ {{ '%s'|format(X) }} ¦
{{ '{}'.format(X) }} ¦ {% for x in X recursive %}{{ x.title }}{% endfor %} ¦
{{ X.index(article) }} ¦ {{ X.count(article) }} ¦ {{ X|default('none') }} ¦
{{ X|attr('title') }} ¦ {{ (X|attr('items'))()|list|length }} ¦ {{ X['title'] }} ¦ {{ X['a'] }} ¦
{% for k in X %}{{ k }}{{ X[k] }}{% endfor %} ¦ {{ X.keys()|list }} ¦
{{ X.values()|list|length }} ¦ {{ X + [] }} ¦ {{ [] + X }} ¦ {{ X|reverse|first }} ¦
{{ dict(a=X).a|length }} ¦ {{ X * 2 }} ¦ {{ X > articles }} ¦ {{ X|pprint }} ¦
{{ X|unique|list|length }} ¦ {{ X|min }} ¦ {{ X|urlencode }} ¦ {{ X|count }}{{ not X }} ¦
{{ X and 1 }}{{ X or 2 }} ¦
{% for x in X if x.category == category %}{{ x.url }}{% else %}none{% endfor %} ¦
{{ X.copy()|length }} ¦
{% set l = [] %}{% for x in X %}{% set _ = l.append(x) %}{% endfor %}
{{ l|length }}{{ (l|first).title }} ¦
{{ X|map('string')|list|length }} ¦ {{ X|map('upper')|list|length }} ¦
{{ X|select('in', articles)|list|length }} ¦
{% call(y) heads2(X) %}{{ y.title }}{% endcall %}{% macro heads2(z) %}{% for q in z %}
{{ caller(q) }}{% endfor %}{% endmacro %} ¦
{% filter upper %}{{ X|length }}{% endfilter %} ¦ {{ X[article.slug|length] }} ¦
{{ X.__class__.__name__ }} ¦ {{ X.path }}{{ X.raw }} ¦ {{ X|wordcount }} ¦
{{ X|list == articles }} ¦ {{ X[0] == article }} ¦ {{ X[0] is sameas article }} ¦
{{ X|batch(3)|first|length }} ¦ {{ range(X|length)|list }} ¦
{% for x in X %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x.category) }}{% endfor %} ¦
{% for x in X %}{{ loop.previtem.title }}{{ loop.revindex }}{% endfor %} ¦ {{ X.update }} ¦
{% for x in X|sort(attribute='modified') %}{{ x.slug }}{% endfor %}
""")
ALONE = _parts("""
{{ article.content }} ¦ {{ article.summary|striptags }} ¦ {{ article.url }}{{ article.save_as }} ¦
{{ article }} ¦ {{ article.date|strftime('%B') }} ¦ {{ article.date.strftime('%A') }} ¦
{{ article.date + (article.date - article.date) }} ¦
{{ article.locale_date }}{{ article.timezone }} ¦ {{ SITEURL }}/{{ output_file }} ¦
{{ period }}{{ page_name }} ¦
{{ article.metadata.get('x') }}{{ article.metadata.date }}{{ article.metadata['category'].slug }} ¦
{{ articles_page.number }}/{{ articles_paginator.num_pages }} ¦
{{ articles_page.has_next() }}{{ articles_next_page.url }} ¦
{{ articles_paginator.page(1).object_list[0].title }} ¦ {{ articles_page }} ¦
{{ articles_page == articles_previous_page }} ¦
{{ articles_paginator.count }}{{ articles_paginator.page_range }} ¦
{{ article == articles[0] }}{{ articles[0] == articles[-1] }} ¦
{{ article.get_url_setting('url') }}{{ article.get_content(SITEURL) }} ¦
{{ category.url }}{{ category.page_name }} ¦
{{ category > articles[0].category }}{{ category == 'beds' }} ¦
{{ (articles|first).category.slug }} ¦ {{ article.settings.SITENAME }} ¦
{{ article.settings['LINKS'] }} ¦ {{ article._context.SITENAME }} ¦
{{ article.translations[0].url }}{{ article.lang }} ¦
{% include ['missing-' ~ article.slug ~ '.html', 'part.html'] %} ¦
{% include 'missing.html' ignore missing %} ¦
{% extends 'frame.html' %}{% block a %}{{ super() }}{{ article.title }}{% endblock %} ¦
{{ self }}{% block q %}{{ article.slug }}{% endblock %}{{ self.q() }} ¦
{{ DEFAULT_PAGINATION }}{{ THEME_STATIC_DIR }}{{ JINJA_FILTERS }} ¦
{{ article.tags[0].name }}{{ article.tags|map(attribute='url')|join }} ¦
{% set a = articles %}{{ a is sameas articles }}{{ categories[0][1] is sameas articles }} ¦
{{ article.author.name }}{{ author.url }} ¦
{% for a in articles %}{% if a.category == article.category
 and a != article %}{{ a.title }}{% endif %}{% endfor %} ¦
{% for y in period_archives.year %}{{ y.period }}{{ y.articles|length }}{{ y.url }}{% endfor %} ¦
{{ period_archives['month'] }} ¦ {{ period_archives.get('month') }} ¦ {{ NESTED.a.b.c }} ¦
{{ NESTED['a']['b'] }} ¦ {{ NESTED == {'a': 1} }} ¦ {{ NESTED|tojson }} ¦
{% for k, v in NESTED.items() %}{{ k }}{% endfor %} ¦
{% for k, v in NESTED|dictsort %}{{ v }}{% endfor %} ¦ {{ SITENAME.upper() }}{{ SITENAME[0] }} ¦
{{ article.title|truncate(5) }} ¦ {{ lipsum() }} ¦ {{ article.nothing.more }} ¦
{{ article.status }}{{ article.source_path }} ¦
{{ 'all' in article.tags }}{{ article.tags == articles[0].tags }} ¦
{{ (categories|map('first')|list)[0] }} ¦ {{ dict(categories)[category]|length }} ¦
{{ categories|map('last')|map('length')|join(',') }} ¦ {{ (articles|list + pages|list)|length }} ¦
{{ {'a': articles}.a[0].title }} ¦
{% set first, second = categories[0] %}{{ first }}{{ second[0].slug }} ¦
{{ articles|selectattr('category', 'equalto', category)|map(attribute='slug')|join }} ¦
{{ articles|map(attribute='category.name')|unique|join }} ¦
{{ articles|map(attribute='tags.0.name')|join }} ¦ {{ '%(a)s' % {'a': article.title} }} ¦
{{ article.title ~ category ~ articles|length }} ¦
{% for t, a in tags %}{% if t in article.tags %}{{ a|length }}{% endif %}{% endfor %} ¦
{% for t in article.tags %}{% for u, a in tags if u == t %}{{ a|first }}{% endfor %}{% endfor %} ¦
{{ articles[0]['title'] }}{{ article['date'] }} ¦ {{ GREETING }}{{ GREETING2 }} ¦
{{ double(3) }} ¦ {{ 3|twice }} ¦ {{ article.title|twice }} ¦ {{ 3 is tiny }} ¦ {{ clock() }}
""")
SNIPPETS = (*ALONE, *(use.replace("X", f"({each})") for each in LISTS for use in USES))


CHANGES: Mapping[str, Callable[[Path], object]] = {
    "nothing": lambda root: None,
    "title": lambda root: write(root, 0, title="Another"),
    "title of another": lambda root: write(root, 3, title="A first"),
    "body": lambda root: write(root, 0, body="Short."),
    "body of another": lambda root: write(root, 6, body="Short."),
    "category": lambda root: write(root, 4, category="paths"),
    "new category": lambda root: write(root, 4, category="aaa"),
    "tags": lambda root: write(root, 0, tags="t9"),
    "tags of another": lambda root: write(root, 7, tags="t9, t1"),
    "authors": lambda root: write(root, 1, authors="Me, You"),
    "new": lambda root: write(root, 8),
    "newest": lambda root: write(root, 15),
    "gone": lambda root: (root / "content/post-5.md").unlink(),
    "modified": lambda root: write(root, 2, modified="2025-01-01"),
    "modified itself": lambda root: write(root, 0, modified="2025-01-01"),
    "slug": lambda root: write(root, 0, slug="moved"),
    "slug of another": lambda root: write(root, 1, slug="moved"),
    "translation": lambda root: write(root, 9, slug="post-0", lang="de"),
    "hidden": lambda root: write(root, 9, status="hidden"),
    "draft": lambda root: write(root, 3, status="draft"),
    "page": lambda root: (root / "content/pages/new.md").write_text("Title: New\n\nNew\n"),
    "metadata": lambda root: write(root, 0, x="y"),
    "date": lambda root: write(root, 2, date="2023-01-01"),
    "date itself": lambda root: write(root, 0, date="2025-02-02"),
    "swapped": lambda root: [write(root, 1, date="2024-03-12"), write(root, 2, date="2024-02-11")],
}
SETTINGS: Mapping[str, dict[str, Any]] = {
    "name": {"SITENAME": "Others"},
    "links": {"LINKS": (("a", "b"), ("c", "d"))},
    "social": {"SHELF": {"a": "x", "b": "z"}},
    "nested": {"NESTED": {"a": {"b": {"c": 2}}, "z": [1]}},
    "nested deep": {"NESTED": {"a": {"b": {"c": 3}}}},
    "pagination": {"DEFAULT_PAGINATION": 2},
    "url": {"ARTICLE_URL": "a/{slug}.html", "ARTICLE_SAVE_AS": "a/{slug}.html"},
    "archives": {"MONTH_ARCHIVE_SAVE_AS": "{date:%Y}/{date:%m}.html"},
    "global": {"JINJA_GLOBALS": {"GREETING": "Hi", "double": double, "clock": clock}},
}


FILES = {
    "part.html": "{{ article.title }}{{ articles|length }}{% if x %}{{ x.slug }}{% endif %}",
    "macros.html": "{% macro heads(l) %}{% for e in l %}{{ e.title }}{{ SITENAME }}{% endfor %}"
    "{% endmacro %}{% set n = plots %}",
    "frame.html": "{% block a %}{{ SITENAME }}{% endblock %}"
    "{% for c, l in categories %}{{ c }}{% endfor %}",
}


Contexts = dict[str, dict[str, Any]]


def stages(root: Path, names: Iterable[str]) -> Iterator[tuple[str, Contexts, dict[str, Any]]]:
    """What pages are rendered with after each change, and what is added to Jinja's globals."""
    for name in names:
        shutil.rmtree(root, ignore_errors=True)  # the same for all: where a site is, is a setting
        content(root)
        if name in CHANGES:
            CHANGES[name](root)
        settings = SETTINGS.get(name, {})
        contexts: Contexts = {}

        def page(_: jinja2.Template, context: dict[str, Any], to: Contexts = contexts) -> str:
            source = getattr(context.get("article"), "relative_source_path", "")
            to[source or context["output_file"]] = context
            return ""

        run(root, page, **settings)
        yield name, contexts, settings.get("JINJA_GLOBALS", {})


def environment(folder: Path, traced: bool = True, **more: Any) -> jinja2.Environment:
    """An environment as Pelican makes it, with filters, tests and functions of a site's own."""
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(folder))
    env.filters |= {"strftime": DateFormatter(), "twice": lambda value: value * 2}
    env.tests["tiny"] = lambda value: value < 5
    env.globals |= {"double": double, "clock": clock, "plots": 40, **more}
    if traced:
        tracing_environment(env, pure={"twice", "double"})
    return env


def outcome(env: jinja2.Environment, name: str, context: Any) -> tuple[str, Recorded | None]:
    """What a render gives, or the name of what it raises."""
    try:
        template = env.get_template(name)
        if env.context_class is jinja2.runtime.Context:
            return template.render(context), None
        recorded = record(template, context)
    except Exception as error:
        return type(error).__name__, None
    return recorded.text, recorded


def mistakes(root: Path, snippets: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Renders that differ when they are recorded, and reads that hold though the text differs."""
    folder = root / "snippets"
    folder.mkdir(parents=True)
    for name, text in (FILES | {f"{at}.html": text for at, text in enumerate(snippets)}).items():
        (folder / name).write_text(text)
    environments: dict[bool, tuple[jinja2.Environment, jinja2.Environment]] = {}
    cases = []
    for name, contexts, more in stages(root / "site", names):
        if bool(more) not in environments:
            made = environment(folder, False, **more), environment(folder, **more)
            environments[bool(more)] = made
        cases.append((name, contexts, *environments[bool(more)]))
    for at, snippet in enumerate(snippets):
        for page in ("post-0.md", "index.html", "category/beds.html"):
            seen: list[tuple[str, str, Recorded | None, Any, Any]] = []
            for name, contexts, plain, traced in cases:
                context = contexts[page]
                text, _ = outcome(plain, f"{at}.html", context)
                same, recorded = outcome(traced, f"{at}.html", context)
                random = "random" in snippet or "lipsum" in snippet
                if text != same and not random and " at 0x" not in text:
                    yield f"{snippet} on {page} after {name}: {text[:80]!r}, recorded {same[:80]!r}"
                seen.append((name, text, recorded, context, traced.globals))
            first = seen[0]
            verifiers = {name: Verifier(context, globals) for name, _, _, context, globals in seen}
            for here, there in ((first, each) for each in seen):
                for old, new in ((here, there), (there, here)):
                    if old[2] is None or old[2].always or " at 0x" in old[1] or "+at+0x" in old[1]:
                        continue  # no two builds print the same addresses
                    if verifiers[new[0]].holds(old[2].reads, new[3]) and old[1] != new[1]:
                        yield f"{snippet} on {page} holds from {old[0]} to {new[0]}: {new[1][:80]}"


ALL = bool(os.environ.get("RAPID_TRACING_ALL"))  # some minutes instead of some seconds
STEPS = (*CHANGES, *SETTINGS)
SOME = (
    "nothing",
    "title",
    "new",
    "gone",
    "category",
    "tags of another",
    "slug",
    "swapped",
    "nested",
    "global",
)


def test_what_holds_is_the_same_text(tmp_path: Path) -> None:
    snippets = SNIPPETS if ALL else (*ALONE, *SNIPPETS[len(ALONE) :: 37])
    assert not list(islice(mistakes(tmp_path, snippets, STEPS if ALL else SOME), 5))


@pytest.mark.parametrize(
    ("owner", "name", "broken", "snippet", "change"),
    [
        (Recording, "finish", lambda *_: None, "{% for a in articles %}.{% endfor %}", "new"),
        (TracedList, "__len__", lambda own: len(own.raw), "{{ articles|length }}", "new"),
        (TracedList, "__bool__", lambda own: bool(own.raw), "{% if drafts %}y{% endif %}", "draft"),
        (TracedList, "__contains__", lambda own, x: x in own.raw, "{{ 't9' in article.tags }}",
         "tags"),
        (Recording, "take", Recording.child, "{{ articles[3].title }}", "title of another"),
        (Recording, "name", lambda _, value, path: value, "{{ SITENAME }}", "name"),
        (Recording, "note", lambda *_: None, "{{ article.tags[0] }}", "tags"),
    ],
)  # fmt: skip
def test_a_read_that_is_not_reported_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, broken: Any,
    snippet: str, change: str,
) -> None:  # fmt: skip
    assert not list(mistakes(tmp_path / "whole", [snippet], ("nothing", change)))
    monkeypatch.setattr(owner, name, broken)
    assert list(mistakes(tmp_path / "broken", [snippet], ("nothing", change)))


@dataclass
class Shelf:
    """An object of a plugin, of which equality and text are what its fields are."""

    name: str
    books: list[Any]


class Bare:
    """An object of a plugin that is equal to itself only."""


TWIN, OTHER = Bare(), Bare()


class Clock:
    """An object of a plugin with code of its own."""

    def __iter__(self) -> Iterator[int]:
        return iter([1])

    def __str__(self) -> str:
        return "noon"


class Pair(NamedTuple):
    """A tuple with code of its own."""

    one: str

    def other(self) -> str:
        return self.one


def rendered(folder: Path, snippet: str, *, more: Any = None, **context: Any) -> Recorded:
    """A snippet, recorded, next to its text when it is not."""
    folder.mkdir(exist_ok=True)
    for name, text in (FILES | {"snippet.html": snippet}).items():
        (folder / name).write_text(text)
    env = environment(folder, **(more or {}))
    template = env.get_template("snippet.html")
    recorded = record(template, context)
    assert recorded.text == template.render(context)
    return recorded


@pytest.mark.parametrize(
    ("snippet", "value", "reason"),
    [
        ("{{ [1, 2]|random }}", 0, "filter random"),

        ("{{ clock() }}", 0, "clock()"),
        ("{{ x|own }}", 0, "filter own"),
        ("{{ [x]|map('own')|list }}", 0, "filter own"),
        ("{{ 1|own }}", 0, "filter own of the site's own on a constant"),
        ("{{ x is tiny }}", 0, "test tiny"),
        ("{{ [x]|select('tiny')|list }}", 0, "test tiny"),
        ("{{ x() }}", clock, "clock()"),
        ("{{ x.now() }}", datetime, "now()"),
        ("{{ x.now() }}", datetime(2024, 1, 1), "now()"),
        ("{{ x.timestamp() }}", datetime(2024, 1, 1), "time zone of the system"),
        ("{{ x.exists() }}", Path("/"), "exists()"),
        ("{{ x|list }}", iter([1]), "an iterator"),
        ("{{ x }}", Clock(), "code of its own"),
        ("{{ x.one }}", Pair("a"), "code of its own"),
        ("{{ x.pop() }}", [1, 2, 3, 4], "pop: it changes what other pages read"),
        ("{{ x.update({'b': 1}) }}", {"a": 1}, "update: it changes"),
        ("{{ x['c'] }}", defaultdict(list, a=[1]), "a new item"),
        ("{{ x }}", [double], "where objects are in memory"),
        ("{{ x }}", [object()], "equal to no other"),
        ("{{ '{0.a}'.format(x) }}", SimpleNamespace(a=1), "given an object"),
        ("{{ x|twice }}", [SimpleNamespace(a=1)], "filter twice is given an object"),
        ("{{ 'a' is sameas x }}", "a", "sameas"),
        ("{% import 'state.html' as s %}{{ s.n }}", 0, "may keep what pages change"),

    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_rendered_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snippet: str, value: Any, reason: str
) -> None:
    monkeypatch.setitem(FILES, "state.html", "{% set n = [1] %}")
    for name, text in (FILES | {"snippet.html": snippet}).items():
        (tmp_path / name).write_text(text)
    env = environment(tmp_path)
    env.filters["own"] = lambda own: own
    assert reason in record(env.get_template("snippet.html"), {"x": value}).always


@pytest.mark.parametrize(
    ("snippet", "one", "other", "holds"),
    [
        ("{{ x.name }}", Shelf("a", [1]), Shelf("a", [1]), True),
        ("{{ x.name }}", Shelf("a", [1]), Shelf("b", [1]), False),
        ("{{ x }}", Shelf("a", [1]), Shelf("a", [2]), False),
        ("{{ x.a }}", SimpleNamespace(a=1), SimpleNamespace(a=1, b=[2]), False),
        ("{{ x|length }}", [1, 2], [3, 4], True),
        ("{{ x|length }}", [1, 2], {3: 4, 5: 6}, False),
        ("{{ x[0] }}", [1, 2], [1, 3, 4], True),
        ("{{ x|first }}", [1, 2], [1, 3, 4], True),
        ("{{ x|first }}", [1, 2], [2, 1], False),
        ("{{ x[true] }}", [1, 2], [1, 3], False),
        ("{{ x[-1] }}", [1, 2], [5, 2], True),
        ("{{ x.a }}", {"a": 1, "b": 2}, {"a": 1, "b": 3}, True),
        ("{{ x.a.b }}", {"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ("{{ x.get('c') }}", {"a": 1}, {"a": 2}, True),
        ("{{ x.get('c') }}", {"a": 1}, {"c": 2}, False),
        ("{{ 'a' in x }}", {"a": 1}, {"a": 2}, True),
        ("{{ x.items()|list|length }}", {"a": 1}, {"a": 2}, False),
        ("{{ x|join }}", {"a"}, {"b"}, False),
        ("{{ x == y }}", [1, [2]], [1, [3]], False),
        ("{{ x == 1 }}", 1, True, False),
        ("{{ x }}", 1, 1.0, False),
        ("{{ x }}", Markup("a"), "a", False),
        ("{{ x.year }}", datetime(2024, 1, 1), datetime(2024, 1, 2), False),
        ("{% for a, b in x %}{{ a }}{% endfor %}", [("a", [1])], [("a", [2])], True),
        ("{% for a, b in x %}{{ a }}{% endfor %}", [["a", [1]]], [["a", [2]]], True),
        ("{% for a, b in x %}{{ a }}{{ b }}{% endfor %}", [("a", [1])], [("a", [2])], False),
        ("{{ x is defined }}", None, 1, False),
        ("{{ x[0] == x[1] }}", [TWIN, TWIN], [TWIN, TWIN], True),
        ("{{ x[0] == x[1] }}", [TWIN, TWIN], [TWIN, OTHER], False),
        ("{{ x[0] == x[1] }}", [TWIN, OTHER], [TWIN, TWIN], False),
        ("{{ x[0] == x[1] }}", [TWIN, OTHER], [OTHER, TWIN], True),
        ("{{ z }}", 1, 2, True),
    ],
)  # fmt: skip
def test_what_is_read_of_a_value(
    tmp_path: Path, snippet: str, one: Any, other: Any, holds: bool
) -> None:
    recorded = rendered(tmp_path, snippet, x=one, y=[1, [2]])
    assert not recorded.always
    before = {"x": one, "y": [1, [2]]}
    assert Verifier(before, {}).holds(recorded.reads, before)
    after = {"x": other, "y": [1, [2]]}
    assert Verifier(after, {}).holds(recorded.reads, after) is holds


def test_names_that_were_missing_and_globals_are_read(tmp_path: Path) -> None:
    recorded = rendered(tmp_path, "{{ absent }}{{ plots }}")
    assert Verifier({}, {"plots": 40}).holds(recorded.reads, {})
    assert not Verifier({}, {"plots": 41}).holds(recorded.reads, {})
    assert not Verifier({}, {"plots": 40, "absent": 1}).holds(recorded.reads, {})
    assert not Verifier({}, {"plots": 40}).holds(recorded.reads, {"absent": 1})
    assert not Verifier({}, {"plots": 40}).holds(recorded.reads, {"plots": 40})


def test_all_templates_that_were_looked_for_are_named(tmp_path: Path) -> None:
    snippet = "{% include ['none-' ~ x, 'part.html'] %}{% include 'no.html' ignore missing %}"
    recorded = rendered(
        tmp_path, snippet + "{% import 'macros.html' as m %}", x="a", article={}, articles=[]
    )
    assert {name: Path(file).name for name, file in recorded.templates} == {
        "snippet.html": "snippet.html", "none-a": "", "part.html": "part.html", "no.html": "",
        "macros.html": "macros.html",
    }  # fmt: skip


def test_what_an_import_has_read_each_page_has_read(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text("{% import 'macros.html' as m %}{{ m.n }}")
    (tmp_path / "macros.html").write_text("{% set n = plots + 1 %}")
    env = environment(tmp_path)
    for _ in range(2):
        recorded = record(env.get_template("one.html"), {})
        assert not recorded.always
        assert Verifier({}, {"plots": 40}).holds(recorded.reads, {})
        assert not Verifier({}, {"plots": 41}).holds(recorded.reads, {})


def test_attached_files_are_moved_by_their_page(site: Path) -> None:
    (site / "content/plan.svg").write_text("<svg/>")
    write(site, 0, body="[The plan]({attach}plan.svg)")
    seen = build(site)
    assert "post-0.md attaches files" in seen["post-0.html"].recorded.always
    assert not seen["post-1.html"].recorded.always
