"""The times as a picture: bars, from nought, with every figure written beside its bar."""

from __future__ import annotations

from html import escape

from tests.bench.contenders import COLD, EDIT, FOLLOW_UP, NOTHING
from tests.bench.report import Figures

# Top to bottom: (contender, kind of work, what it is called in the picture).
BARS = (
    ("kept", NOTHING, "incremental: nothing changed"),
    ("kept", EDIT, "incremental: one post edited"),
    ("kept", FOLLOW_UP, "incremental: one follow-up added"),
    ("kept", COLD, "incremental: all, from nothing"),
    ("hugo", COLD, "Hugo: all"),
    ("stock", FOLLOW_UP, "without: one follow-up added"),
    ("stock", COLD, "without: all, from nothing"),
)
WIDTH, LEFT, RIGHT = 780, 280, 90
ROW, TOP = 34, 64
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 16px; }
.axis { stroke: #8c959f; }
.back { fill: #ffffff; }
.kept { fill: #1a7f5a; } .hugo { fill: #b3541e; } .stock { fill: #6e7781; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .axis { stroke: #6e7681; }
  .back { fill: #0d1117; }
  .kept { fill: #3fb68b; } .hugo { fill: #e08a52; } .stock { fill: #8b949e; }
}
"""


def plot(figures: Figures, size: int) -> str:
    """The times at one size, as SVG. It follows the reader's light or dark."""
    shown = [
        (who, label, figure.seconds)
        for who, kind, label in BARS
        if (figure := figures.get((size, who, kind)))
    ]
    longest = max((seconds for _, _, seconds in shown), default=1.0)
    title = f"Seconds to build a newsroom of {size:,} entries"
    height = TOP + ROW * len(shown) + 16
    told = "; ".join(f"{label}: {seconds:.2f} s" for _, label, seconds in shown)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="title told">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="told">{escape(told)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="back" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="20" y="34">{escape(title)}</text>',
    ]
    for place, (who, label, seconds) in enumerate(shown):
        y = TOP + ROW * place
        length = max(1.0, (WIDTH - LEFT - RIGHT) * seconds / longest)
        lines += [
            f'<text x="{LEFT - 12}" y="{y + 17}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="{who}" x="{LEFT}" y="{y}" width="{length:.1f}" height="{ROW - 10}"/>',
            f'<text x="{LEFT + length + 8:.1f}" y="{y + 17}">{seconds:.2f} s</text>',
        ]
    foot = TOP + ROW * len(shown) - 4
    lines.append(f'<line class="axis" x1="{LEFT}" x2="{LEFT}" y1="{TOP - 6}" y2="{foot}"/>')
    return "\n".join([*lines, "</svg>"]) + "\n"
