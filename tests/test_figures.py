"""Pictures that stand alone in a paragraph: figures with captions and credits, and galleries."""

from __future__ import annotations

import pytest
from markdown import Markdown
from newsroom.host.defaults import MARKDOWN_EXTENSION
from newsroom.language.words import Words
from newsroom.machine.prose import plain

FIGURE = '<figure class="figure"><img alt="a" src="x.jpg"><figcaption>{}</figcaption></figure>'


def html(source: str) -> str:
    markdown = Markdown(extensions=["extra", MARKDOWN_EXTENSION], output_format="html")
    return markdown.convert(source)


@pytest.mark.parametrize(
    ("source", "caption"),
    [
        ('![a](x.jpg "What & why")', "What &amp; why"),
        ('![a](x.jpg "What | Whose")', 'What<br><small class="credit">Whose</small>'),
        ('![a](x.jpg "| Whose")', '<small class="credit">Whose</small>'),
        (r'![a](x.jpg "This \| that")', "This | that"),
        ('![a](x.jpg "1 < 2 | & Co")', '1 &lt; 2<br><small class="credit">&amp; Co</small>'),
        ('![a][r]\n\n[r]: x.jpg "What | Whose"', 'What<br><small class="credit">Whose</small>'),
    ],
)
def test_a_title_is_caption_and_credit(source: str, caption: str) -> None:
    assert html(source) == FIGURE.format(caption)


def test_a_link_may_be_around_the_picture() -> None:
    figure = html('[![a](x.jpg "What")](large.jpg)')
    assert figure.startswith('<figure class="figure"><a href="large.jpg"><img alt="a" src="x.jpg">')
    assert figure.endswith("</a><figcaption>What</figcaption></figure>")


@pytest.mark.parametrize(
    "source",
    [
        "![a](x.jpg)",
        '![a](x.jpg " | ")',
        'In a sentence ![a](x.jpg "t | c"), it stays.',
        '- ![a](x.jpg "t | c")',
        '<img src="x.jpg" alt="a" title="of a writer\'s own">',
        "![]({cite}blog)",
    ],
)
def test_elsewhere_there_is_no_figure(source: str) -> None:
    assert "figure" not in html(source)


def test_pictures_in_one_paragraph_are_a_gallery() -> None:
    said = html('![a](x.jpg "One | Ann")\n![b](y.jpg)  \n![c](z.jpg "Three")')
    assert said.startswith('<div class="gallery')
    assert said.count("<figure") == 2
    assert "<p>" not in said
    assert "<br>\n" not in said


def test_a_picture_that_is_not_alone_makes_no_gallery() -> None:
    for source in ("![a](x.jpg) ![b](y.jpg) and a word", "![]({cite}blog)\n![b](y.jpg)"):
        assert "gallery" not in html(source)


def test_plain_text_has_caption_and_credit() -> None:
    said, _ = plain(html('![a](x.jpg "One | Ann")\n![b](y.jpg "Two")\n![c](z.jpg)'), Words())
    assert said == "[Image: a]\n\nOne\nAnn\n\n[Image: b]\n\nTwo\n\n[Image: c]"
