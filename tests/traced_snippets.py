"""Small pieces of templates, changes to a site, and which of them a record gets wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from pelican.utils import DateFormatter
from rapid.tracing import Recorded, record, tracing_environment
from rapid.verifying import Verifier

from tests.traced import content, run, write


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
