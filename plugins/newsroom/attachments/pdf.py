"""PDF files (ISO 32000): what they say besides their pages, found and taken out, by pypdf.

A title, a subject, keywords and what makes a file accessible stay; who made it, when, with what and
on which machine does not.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from .faults import PATH, DocumentError, NoLibraryError

BEGINS = b"%PDF-"
_KEPT = ("/Title", "/Subject", "/Keywords", "/Trapped")
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
# Of XMP (ISO 16684): the same, rights, and that a file is PDF/A or PDF/UA.
_KEPT_XMP = (
    *(_DC + name for name in ("title", "description", "subject", "language", "format", "rights")),
    *("{http://ns.adobe.com/pdf/1.3/}Keywords", "{http://ns.adobe.com/pdf/1.3/}Trapped"),
    *("{http://www.aiim.org/pdfa/ns/", "{http://www.aiim.org/pdfua/ns/", _RDF),
)
_PREFIXES = {
    "x": "adobe:ns:meta/",
    "rdf": _RDF[1:-1],
    "dc": _DC[1:-1],
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
}
_PACKET = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n%s\n<?xpacket end="w"?>'


@contextmanager
def _library() -> Iterator[Any]:
    """Give pypdf, without what it logs. Raises DocumentError for whatever it makes of a file."""
    try:
        import pypdf
    except ImportError:
        message = "cannot be looked into, as pypdf is not installed: run pip install pypdf"
        raise NoLibraryError(message) from None
    log = logging.getLogger("pypdf")
    before, log.disabled = log.disabled, True
    try:
        yield pypdf
    except DocumentError:
        raise
    except Exception as error:  # a file may be made to break a reader
        said = " ".join(str(error).split()) or type(error).__name__
        raise DocumentError(f"is damaged, or no PDF ({said}): save it again") from None
    finally:
        log.disabled = before


def extras(data: bytes) -> tuple[str, ...]:
    """Name what a PDF says of who made it, and where. Raises DocumentError."""
    with _library() as pypdf:
        reader = _opened(pypdf, data)
        found = list(_of_info(reader.trailer.get("/Info")))
        # A file that is prepared for the web has two.
        if data.count(b"startxref") > 1 + (b"/Linearized" in data[:1024]):
            found.append("an earlier version of itself")
        for item in _items(reader.trailer["/Root"]):
            found += _of_item(item)
        return tuple(dict.fromkeys(found))


def without_extras(data: bytes) -> bytes:
    """Write a PDF anew, with its pages and without what ``extras`` finds. Raises DocumentError."""
    with _library() as pypdf:
        reader = _opened(pypdf, data)
        if any(item.get("/Type") == "/Sig" for item in _items(reader.trailer["/Root"])):
            raise DocumentError("is signed, and would not be any more: sign one without metadata")
        info = (reader.trailer.get("/Info") or pypdf.generic.NullObject()).get_object() or {}
        writer = pypdf.PdfWriter(clone_from=reader, keep_initial_header=True)
        writer.metadata = None
        if kept := {key: str(value) for key, value in info.items() if key in _KEPT}:
            writer.metadata = kept
        for item in list(_items(writer.root_object)):
            _clean(item, is_root=item is writer.root_object)
        # What nothing leads to any more is left out when the file is written once more.
        once = _opened(pypdf, _written(writer))
        made = _written(pypdf.PdfWriter(clone_from=once, keep_initial_header=True))
        again = _opened(pypdf, made)
        before, after = (
            [page.get_contents() and page.get_contents().get_data() for page in each.pages]
            for each in (reader, again)
        )
        if before != after:
            raise DocumentError("cannot be written anew as it is: save it again, without metadata")
        return made


def _written(writer: Any) -> bytes:
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _opened(pypdf: Any, data: bytes) -> Any:
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise DocumentError("is protected, so nobody can see what it says: save it without that")
    return reader


def _items(root: Any) -> Iterator[Any]:
    """Yield every dictionary of a PDF that is reached from its root, streams too."""
    waiting, seen = [root], set[Any]()
    while waiting:
        item = waiting.pop()
        if hasattr(item, "idnum"):  # a reference
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, dict):
            yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _of_info(info: Any) -> Iterator[str]:
    info = info and info.get_object()
    if found := [key[1:] for key, value in (info or {}).items() if key not in _KEPT and str(value)]:
        yield f"who or what made it: {', '.join(sorted(found))}"


def _of_item(item: Any) -> Iterator[str]:
    """Yield what one dictionary tells."""
    if xmp := item.get("/Metadata"):
        try:
            _, said = _described(xmp.get_object().get_data())
        except ElementTree.ParseError:
            yield "XMP that nobody can read"
        else:
            told = {_tells(each) for _, each in said} - {""}
            if item.get("/Type") != "/Catalog":
                yield "XMP of a part"
            elif told:
                yield f"XMP: {', '.join(sorted(told))}"
    if "/PieceInfo" in item:
        yield "a program's own data"
    if "/EF" in item:
        yield f"the attached file {item.get('/UF') or item.get('/F')}"
    if _is_comment(item) and str(item.get("/T", "")):
        yield "who has commented it"
    for value in item.values():
        if isinstance(value, str) and (path := PATH.match(value)):
            yield f"the path {path[0]}"


def _is_comment(item: Any) -> bool:
    """Whether it is an annotation whose ``/T`` is a person; that of a field is its name."""
    return "/Subtype" in item and "/Rect" in item and item["/Subtype"] not in ("/Widget", "/Link")


def _described(xmp: bytes) -> tuple[Element, list[tuple[Element, Element | str]]]:
    """Return an XMP packet, and its properties: a child or an attribute, with what holds it."""
    root = ElementTree.fromstring(xmp.strip(b"\0 \r\n\t"))
    found: list[tuple[Element, Element | str]] = []
    for description in root.iter(f"{_RDF}Description"):
        found += ((description, child) for child in description)
        found += ((description, name) for name in description.attrib)
    return root, found


def _tells(item: Element | str) -> str:
    """Return the name of a property that tells who or what made a file; empty for another."""
    name = item if isinstance(item, str) else item.tag
    return "" if name.startswith(_KEPT_XMP) else name.rpartition("}")[2]


def _clean(item: Any, is_root: bool) -> None:
    """Take out of one dictionary what tells."""
    if xmp := item.get("/Metadata"):
        stream = xmp.get_object()
        try:
            bare = _bare(stream.get_data()) if is_root else b""
        except ElementTree.ParseError:
            bare = b""
        if bare:
            stream.set_data(bare)
        else:
            del item["/Metadata"]
    for key in ("/PieceInfo", "/AF", "/EmbeddedFiles", "/EF"):
        item.pop(key, None)
    if _is_comment(item):
        item.pop("/T", None)


def _bare(xmp: bytes) -> bytes:
    """Return an XMP packet with what may stay."""
    for prefix, uri in _PREFIXES.items():
        ElementTree.register_namespace(prefix, uri)
    root, properties = _described(xmp)
    root.attrib.clear()  # the program that wrote it
    for holder, each in properties:
        if _tells(each):
            if isinstance(each, str):
                del holder.attrib[each]
            else:
                holder.remove(each)
    return _PACKET % ElementTree.tostring(root)
