"""Sitemaps, with the extensions for news and for translations, and indexes of sitemaps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

from tests.validators.installed import HERE, grammar

SCHEMAS = HERE / "schemas"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# sitemap.xsd wants foreign elements to be valid themselves: so these must be known to it.
EXTENSIONS = {
    "http://www.google.com/schemas/sitemap-news/0.9": SCHEMAS / "news.xsd",
    "http://www.w3.org/1999/xhtml": SCHEMAS / "xhtml.xsd",
}


def sitemap(file: Path) -> list[str]:
    """What the schemas forbid in a sitemap or in an index of sitemaps."""
    try:
        document = etree.parse(file, _parser())
    except etree.XMLSyntaxError as error:
        return [f"{file}: {error}"]
    if document.getroot().tag == f"{{{SITEMAP}}}sitemapindex":
        schema = _schema({SITEMAP: SCHEMAS / "siteindex.xsd"})
    else:
        schema = _schema({SITEMAP: grammar("sitemap.xsd")} | EXTENSIONS)
    schema.validate(document)
    return [f"{file}:{error.line}: {error.message}" for error in schema.error_log]


def _schema(parts: dict[str, Path]) -> etree.XMLSchema:
    return _joined(tuple((namespace, path.as_uri()) for namespace, path in parts.items()))


@cache
def _joined(parts: tuple[tuple[str, str], ...]) -> etree.XMLSchema:
    """One schema that imports others, since lxml takes only one."""
    xsd = "http://www.w3.org/2001/XMLSchema"
    root = etree.Element(f"{{{xsd}}}schema", nsmap={"xsd": xsd})
    for namespace, location in parts:
        name = f"{{{xsd}}}import"
        etree.SubElement(root, name, namespace=namespace, schemaLocation=location)
    return etree.XMLSchema(etree.fromstring(etree.tostring(root), _parser()))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, resolve_entities=False)
