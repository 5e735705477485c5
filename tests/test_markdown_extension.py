"""What Python-Markdown is made to say differently, tag by tag."""

from __future__ import annotations

import pytest
from markdown import Markdown
from newsroom.host.defaults import MARKDOWN_EXTENSION


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("    code", '<pre tabindex="0"><code>code'),
        ("```\ncode\n```", '<pre tabindex="0"><code>code'),
        ("- a\n\n        code", '<pre tabindex="0"><code>code'),
        ("a | b\n--|--\nc | d", '<table tabindex="0">\n<thead>'),
        ('<pre class="a>b">code</pre>', '<pre class="a>b" tabindex="0">code</pre>'),
        ("<TABLE><tr><td>a</td></tr></TABLE>", '<TABLE tabindex="0"><tr>'),
        ('<table tabindex="-1"><tr><td>a</td></tr></table>', '<table tabindex="-1"><tr>'),
        ('<p title="<pre x>">It\'s <b>a</b> < b</p>', '<p title="<pre x>">It\'s <b>a</b> < b</p>'),
        ("<pre-view>a</pre-view>", "<pre-view>a</pre-view>"),
        ("`<pre>` and <prefix>", "<code>&lt;pre&gt;</code> and <prefix>"),
    ],
)
def test_code_and_tables_take_the_keyboards_focus(source: str, written: str) -> None:
    markdown = Markdown(extensions=["extra", MARKDOWN_EXTENSION], output_format="html")
    assert written in markdown.convert(source)
