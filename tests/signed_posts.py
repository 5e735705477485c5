"""Posts of each sort, all signed: public, held back, in no list, taken back."""

from __future__ import annotations

from newsroom.model.signed import signed_text

from tests import signing
from tests.forked import Run
from tests.sites import Site

BELOW = "https://copperline.example/news/"
ELSEWHERE = "https://example.org/keys"
NAMESPACE = "newsroom@copperline.example"
POST = "Title: Canary {name}\nDate: {date}\nAuthor: Ada Quill\n{more}\nThe canary {name}.\n"
POSTS = {
    "good": ("2026-03-01 10:00", ""),
    "draft": ("2026-03-01 10:00", "Status: draft\n"),
    "hidden": ("2026-03-01 10:00", "Status: hidden\n"),
    "planned": ("2026-05-01 10:00", ""),
    "gone": ("2026-03-01 10:00", "Withdrawn: 2026-03-02 10:00 | It was wrong.\n"),
}


def build(site: Site) -> Run:
    """Build the site ``thread`` with these posts, for a folder of its host."""
    key = signing.public_key("ada").line
    site.edit("content/authors/ada-quill.md", "Email:", f"Key: {key} until:2026-07-31\nEmail:")
    for name, (date, more) in POSTS.items():
        text = POST.format(name=name, date=date, more=more)
        source = site.write(f"content/posts/{name}.md", text)
        armoured = signing.sign(signed_text(text.encode()), "ada", NAMESPACE)
        source.with_name(f"{name}.md.ada-quill.sig").write_bytes(armoured)
    elsewhere = f'NEWSROOM_KEYS_ELSEWHERE=["{ELSEWHERE}"]'
    return site.build("-e", f'SITEURL="{BELOW[:-1]}"', elsewhere)
