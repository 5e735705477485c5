"""What PDFs and office files say of who made them: found, taken out, and refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from newsroom.attachments.documents import extras, without_extras
from newsroom.attachments.faults import DocumentError
from newsroom.commands.covering import stripped
from newsroom.model.problems import CommandError
from newsroom.publish.leaks import findings
from pypdf import PdfReader

from tests import talking


def test_a_pdf_says_who_made_it() -> None:
    told = "; ".join(extras(talking.pdf(), "x.pdf"))
    for part in (
        "who or what made it: Author, Company, CreationDate",
        "XMP: CreatorTool, creator",
        "a program's own data",
        "the attached file Jess Amadi.txt",
        "who has commented it",
    ):
        assert part in told
    assert talking.SECRET not in told.replace("Jess Amadi.txt", "")


def test_a_pdf_with_a_title_alone_says_nothing() -> None:
    assert extras(talking.pdf(talks=False), "x.pdf") == ()


def test_a_pdf_holds_what_it_was_before() -> None:
    data = talking.revised(talking.pdf(talks=False))
    assert extras(data, "x.pdf") == ("an earlier version of itself",)
    assert extras(without_extras(data, "x.pdf"), "x.pdf") == ()


def test_a_pdf_is_cleaned_and_stays_what_it_shows(tmp_path: Path) -> None:
    data = talking.pdf()
    bare = without_extras(data, "x.pdf")
    assert talking.SECRET.encode() not in bare
    assert talking.SECRET.encode("utf-16-be") not in bare
    assert extras(bare, "x.pdf") == ()
    assert talking.text_of(bare) == talking.text_of(data) == ["K7-114", "K7-115"]
    (tmp_path / "bare.pdf").write_bytes(bare)
    reader = PdfReader(tmp_path / "bare.pdf", strict=True)
    assert reader.metadata == {"/Title": "The batches"}
    xmp = reader.xmp_metadata
    assert xmp is not None
    assert xmp.dc_title == {"x-default": "The batches"}
    assert b"pdfuaid:part" in bare  # that it is made for those who cannot see it


def test_what_is_no_xmp_goes() -> None:
    data = talking.pdf(xmp=b"Jess Amadi")
    assert "XMP that nobody can read" in extras(data, "x.pdf")
    assert talking.SECRET.encode() not in without_extras(data, "x.pdf")


@pytest.mark.parametrize("name", talking.OFFICE)
def test_an_office_file_is_cleaned_and_stays_what_it_says(name: str) -> None:
    data = talking.OFFICE[name]()
    assert extras(data, name)
    bare = without_extras(data, name)
    assert extras(bare, name) == ()
    before, after = talking.parts(data), talking.parts(bare)
    for part, written in after.items():
        assert talking.SECRET.encode() not in written, part
    assert before.keys() - after.keys() == {
        part for part in before if "printerSettings1.bin" in part
    }
    assert b"".join(after.values()).count(b"K7-114") == 1
    assert b"<dc:title>The batches</dc:title>" in after.get(
        "docProps/core.xml", after.get("meta.xml", b"")
    )


def test_what_leads_elsewhere_in_an_office_file_stays() -> None:
    docx = talking.parts(without_extras(talking.docx(), "x.docx"))
    assert b'Target="letter.dotm"' in docx["word/_rels/settings.xml.rels"]
    assert b'Target="media/image1.jpeg"' in docx["word/_rels/settings.xml.rels"]
    assert b'mc:Ignorable="w14"' in docx["word/comments.xml"]
    assert b"<Pages>1</Pages><Manager/>" in docx["docProps/app.xml"]
    xlsx = talking.parts(without_extras(talking.xlsx(), "x.xlsx"))
    assert b'<pageSetup paperSize="9"/>' in xlsx["xl/worksheets/sheet1.xml"]
    assert b"printerSettings" not in xlsx["xl/worksheets/_rels/sheet1.xml.rels"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.pdf", b"%PDF-1.7 and no more", "is damaged"),
        ("x.pdf", b"<!DOCTYPE html>", "is damaged"),
        ("x.docx", b"no archive", "protected by a password"),
        ("x.docx", talking.archive({"word/media/a.png": b"no picture"}), "holds a picture"),
        ("x.doc", b"", "save it as PDF"),
    ],
)
def test_what_nobody_can_look_into_is_refused(name: str, data: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        extras(data, name)


def test_without_pypdf_a_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(DocumentError, match="run pip install pypdf"):
        extras(talking.pdf(talks=False), "x.pdf")


def test_strip_says_what_it_took_out(tmp_path: Path) -> None:
    file = tmp_path / "batches.PDF"
    file.write_bytes(talking.pdf())
    said = stripped(file)
    assert said[0] == f"changed  {file}"
    assert "         without XMP: CreatorTool, creator" in said
    assert stripped(file) == [f"kept     {file}: it carries nothing besides its content"]


def test_strip_leaves_what_it_cannot_clean(tmp_path: Path) -> None:
    file = tmp_path / "batches.doc"
    file.write_bytes(b"as it was")
    with pytest.raises(CommandError, match="save it as PDF"):
        stripped(file)
    assert file.read_bytes() == b"as it was"


def test_a_publish_finds_them_in_the_finished_site(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(talking.pdf())
    (tmp_path / "b.odt").write_bytes(talking.odt())
    (tmp_path / "c.pdf").write_bytes(talking.pdf(talks=False))
    found = findings(tmp_path, ["a.pdf", "b.odt", "c.pdf"])
    assert [problem.path for problem in found] == ["a.pdf", "b.odt"]
    assert {problem.rule for problem in found} == {"document-metadata"}
    assert "most likely content/a.pdf" in found[0].message
