"""Documents that say who made them: a PDF, and small office files of each kind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

SECRET = "Jess Amadi"
XMP = f"""\
<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" xmp:CreatorTool="{SECRET}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">The batches</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{SECRET}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def pdf(talks: bool = True, xmp: bytes = XMP.encode()) -> bytes:
    """A PDF of two pages with a title; if it ``talks``, with all that tells who made it."""
    page = (
        '#set page(width: 9cm, height: 4cm)\n#set document(title: "x")\nK7-114 #pagebreak() K7-115'
    )
    writer = PdfWriter(clone_from=io.BytesIO(typst.compile(page.encode())))
    del writer.root_object["/Metadata"]
    writer.metadata = None
    writer.add_metadata({"/Title": "The batches"})
    if not talks:
        return _written(writer)
    writer.add_metadata({"/Author": SECRET, "/Company": SECRET, "/CreationDate": "D:2026"})
    packet = DecodedStreamObject()
    packet.set_data(xmp)
    writer.root_object[NameObject("/Metadata")] = writer._add_object(packet)
    private = DictionaryObject({NameObject("/Illustrator"): TextStringObject(SECRET)})
    writer.pages[0][NameObject("/PieceInfo")] = private
    writer.add_attachment(f"{SECRET}.txt", SECRET.encode())
    comment = FreeText(text="Is this right?", rect=(0, 0, 50, 50))
    comment[NameObject("/T")] = TextStringObject(SECRET)
    writer.add_annotation(0, comment)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def revised(data: bytes) -> bytes:
    """The same PDF with a change behind it, as programs save one that they have opened."""
    made = io.BytesIO()
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    writer.add_metadata({"/Title": "The batches, again"})
    writer.write(made)
    return made.getvalue()


def text_of(data: bytes) -> list[str]:
    """The text of each page of a PDF."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as files:
        for name, data in parts.items():
            files.writestr(name, data)
    return made.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        assert files.testzip() is None
        return {name: files.read(name) for name in files.namelist()}


def picture() -> bytes:
    """A picture with a name in its Exif."""
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = SECRET
    Image.new("RGB", (8, 8), "teal").save(made, "JPEG", exif=exif)
    return made.getvalue()


_CORE = f"""\
<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="http://x.example/cp" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">\
<dc:title>The batches</dc:title><dc:creator>{SECRET}</dc:creator>\
<cp:lastModifiedBy>{SECRET}</cp:lastModifiedBy><dcterms:created>2026</dcterms:created>\
</cp:coreProperties>"""
_APP = f"<Properties><Company>{SECRET}</Company><Pages>1</Pages><Manager/></Properties>"
_CUSTOM = f'<Properties><property name="_AuthorEmail"><s>{SECRET}</s></property></Properties>'
_RELS = f"""\
<Relationships><Relationship Id="rId1" Target="file:///C:\\Users\\{SECRET}\\letter.dotm"/>\
<Relationship Id="rId2" Target="media/image1.jpeg"/></Relationships>"""


def docx() -> bytes:
    comment = f'<w:comments xmlns:w="x" mc:Ignorable="w14"><w:comment w:author="{SECRET}" \
w:initials="JA"><w:p>Right?</w:p></w:comment></w:comments>'
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "docProps/core.xml": _CORE,
            "docProps/app.xml": _APP,
            "docProps/custom.xml": _CUSTOM,
            "word/document.xml": f'<w:body><w:ins w:author="{SECRET}">K7-114</w:ins></w:body>',
            "word/comments.xml": comment,
            "word/_rels/settings.xml.rels": _RELS,
            "word/media/image1.jpeg": picture(),
            "word/embeddings/sheet.xlsx": archive({"docProps/core.xml": _CORE}),
        }
    )


def xlsx() -> bytes:
    path = f"C:\\Users\\{SECRET}\\Documents\\"
    return archive(
        {
            "docProps/core.xml": _CORE,
            "xl/workbook.xml": f'<workbook><fileSharing userName="{SECRET}"/>'
            f'<x15ac:absPath url="{path}"/></workbook>',
            "xl/comments1.xml": f"<authors><author>{SECRET}</author></authors>",
            "xl/persons/person.xml": f'<person displayName="{SECRET}" userId="S::{SECRET}"/>',
            "xl/worksheets/sheet1.xml": '<c>K7-114</c><pageSetup paperSize="9" r:id="rId1"/>',
            "xl/worksheets/_rels/sheet1.xml.rels": '<Relationships><Relationship Id="rId1" '
            'Target="../printerSettings/printerSettings1.bin"/></Relationships>',
            "xl/printerSettings/printerSettings1.bin": SECRET.encode("utf-16-le"),
        }
    )


def pptx() -> bytes:
    return archive(
        {
            "docProps/core.xml": _CORE,
            "ppt/commentAuthors.xml": f'<p:cmAuthor name="{SECRET}" initials="JA"/>',
            "ppt/slides/slide1.xml": '<p:sp name="K7-114"/>',
        }
    )


def odt() -> bytes:
    meta = f"""\
<office:meta><meta:generator>{SECRET}</meta:generator><dc:title>The batches</dc:title>\
<meta:initial-creator>{SECRET}</meta:initial-creator><dc:creator>{SECRET}</dc:creator>\
<meta:template xlink:href="/home/{SECRET}/letter.ott"/><dc:date>2026</dc:date>\
<meta:user-defined meta:name="x">{SECRET}</meta:user-defined></office:meta>"""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "meta.xml": meta,
            "content.xml": f"<office:annotation><dc:creator>{SECRET}</dc:creator><text:p>K7-114"
            "</text:p></office:annotation>",
            "settings.xml": '<config:config-item config:name="PrinterName" config:type="string">'
            f"{SECRET}</config:config-item>",
        }
    )


OFFICE = {"batches.docx": docx, "batches.xlsx": xlsx, "batches.pptx": pptx, "batches.odt": odt}
