"""Office files, OOXML and ODF: what they say besides their content, found and taken out.

Both are ZIP archives of XML. XML is changed as text here, since its prefixes must stay.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from ..images import metadata
from ..images.opening import ImageError
from .faults import PATH, DocumentError

ENDINGS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")
_LARGEST = 500_000_000  # bytes, of all parts together
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_PRINTER = re.compile(r"printerSettings[^/]*\.bin$")
# What leads to the settings of a printer.
_TO_PRINTER = re.compile(
    r"<Relationship\b[^>]*printerSettings[^>]*/>|(?<=<pageSetup)(?P<before>\s[^>]*?)?\sr:id=\"[^\"]*\""
)
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP archive knows


@dataclass(frozen=True)
class _Telling:
    """In parts of a name: elements that go whole, elements whose text goes, and attributes."""

    part: str
    elements: str = ""
    texts: str = ""
    attributes: str = ""


_TELLING = (
    _Telling(
        r"docProps/core\.xml",
        "creator|lastModifiedBy|created|modified|lastPrinted|revision",
    ),
    _Telling(
        r"docProps/app\.xml",
        "Company|Manager|Application|AppVersion|Template|HyperlinkBase|TotalTime",
    ),
    _Telling(r"docProps/custom\.xml", "property"),
    # Comments, tracked changes, and the people of both.
    _Telling(r"word/[^/]*\.xml", attributes="author|initials|userId"),
    _Telling(r"ppt/(?:commentAuthors|authors)\.xml", attributes="name|initials|userId"),
    _Telling(r"xl/comments[^/]*\.xml", texts="author"),
    _Telling(r"xl/persons/[^/]*\.xml", attributes="displayName|userId"),
    _Telling(r"xl/workbook\.xml", attributes="userName"),
    _Telling(
        r"meta\.xml",
        "generator|initial-creator|creator|creation-date|date|printed-by|print-date"
        "|editing-cycles|editing-duration|template|user-defined",
    ),
    _Telling(r"(?:content|styles)\.xml", texts="creator|creator-initials|sender-initials"),
)
_ELEMENT = (
    r"<(?P<named>(?:[\w.-]+:)?(?P<name>{}))(?![\w:.-])(?P<said>[^>]*?)"
    r"(?:/>|>(?P<text>.*?)</(?P=named)\s*>)"
)
_ATTRIBUTE = (
    r"(?P<before>\s(?:[\w.-]+:)?(?P<name>{})=)"
    r"(?P<quote>[\"'])(?P<value>(?:(?!(?P=quote)).)+)(?P=quote)"
)
_ANY = re.compile(_ATTRIBUTE.format(r"[\w.-]+"))
# Settings of OpenDocument.
_PRINTERS = re.compile(
    r"(?P<before><config:config-item\b[^>]*config:name=\"(?P<name>PrinterName|PrinterSetup)\"[^>]*>)"
    r"[^<]+"
)


def extras(data: bytes) -> tuple[str, ...]:
    """Name what an office file says of who made it, and where. Raises DocumentError."""
    archive = _opened(data)
    found = ["a comment of the archive"] if archive.comment else []
    for name in archive.namelist():
        if told := _bare(name, archive.read(name))[1]:
            found.append(f"{name}: {', '.join(dict.fromkeys(told))}")
    return tuple(found)


def without_extras(data: bytes) -> bytes:
    """Write an office file anew without what ``extras`` finds. Raises DocumentError."""
    archive, made = _opened(data), io.BytesIO()
    with zipfile.ZipFile(made, "w") as clean:
        for name in archive.namelist():
            bare, _ = _bare(name, archive.read(name))
            # The type of an OpenDocument stands at the beginning, not compressed.
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            if bare is not None:
                clean.writestr(zipfile.ZipInfo(name, _MOMENT), bare, how)
    return made.getvalue()


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        if sum(item.file_size for item in archive.infolist()) > _LARGEST:
            raise DocumentError("is absurdly large: save it again")
        if damaged := archive.testzip():
            raise DocumentError(f"is damaged ({damaged}): save it again")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        message = "is damaged, protected by a password, or no such file"
        raise DocumentError(f"{message} ({error}): save it again") from None
    return archive


def _bare(name: str, data: bytes) -> tuple[bytes | None, list[str]]:
    """Return a part without what it tells, None if nothing is left of it; and what that is."""
    if _PRINTER.search(name):
        return None, ["the settings of a printer"]
    if name.lower().endswith(_PICTURES):
        try:
            told = list(metadata.extras(data))
            return metadata.without_extras(data) if told else data, told
        except ImageError as error:
            raise DocumentError(f"holds a picture, {name}, that {error}") from None
    if name.lower().endswith(ENDINGS):
        told = list(extras(data))
        return without_extras(data) if told else data, told
    if not name.endswith((".xml", ".rels")):
        return data, []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(f"is damaged ({name} is not UTF-8): save it again") from None
    bare, told = _bare_text(name, text)
    return data if bare == text else bare.encode(), told


def _bare_text(name: str, text: str) -> tuple[str, list[str]]:
    """Return the text of an XML part without what it tells; and what that is, by its names."""
    told: list[str] = []

    def take_element(found: re.Match[str]) -> str:
        if not (found["text"] or "=" in found["said"]):
            return found[0]
        told.append(found["name"])
        return ""

    def take_text(found: re.Match[str]) -> str:
        if not found["text"]:
            return found[0]
        told.append(found["name"])
        return f"<{found['named']}{found['said']}></{found['named']}>"

    def take_value(found: re.Match[str]) -> str:
        told.append(found["name"])
        return f"{found['before']}{found['quote']}{found['quote']}"

    def take_path(found: re.Match[str]) -> str:
        if not PATH.match(found["value"]):
            return found[0]
        told.append(f"the path {found['value']}")
        last = re.split(r"[\\/]", found["value"])[-1]
        return f"{found['before']}{found['quote']}{last}{found['quote']}"

    def take_printer(found: re.Match[str]) -> str:
        told.append(found["name"])
        return found["before"]

    for row in _TELLING:
        if re.fullmatch(row.part, name):
            for names, form, take in (
                (row.elements, _ELEMENT, take_element),
                (row.texts, _ELEMENT, take_text),
                (row.attributes, _ATTRIBUTE, take_value),
            ):
                text = re.sub(form.format(names), take, text, flags=re.S) if names else text
    text = _PRINTERS.sub(take_printer, _ANY.sub(take_path, text))
    return _TO_PRINTER.sub(lambda found: found["before"] or "", text), told
