"""The fonts shipped in ``fonts/``: which has a character, and loading them to draw with.

Pillow has no fallback from one font to another, so a text is split into runs by
what each font covers, read from the fonts' own tables. Joined and stacked
scripts need Pillow's Raqm layout, which loads the system's FriBidi. Without it
nothing fails, but Arabic letters stay apart and Indic marks out of place.
"""

from __future__ import annotations

import re
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from unicodedata import category, normalize

from PIL import ImageFont, features

from .linebreaks import SOFT_HYPHEN, ZERO_WIDTH_SPACE, clusters

FONTS = Path(__file__).parents[1] / "fonts"
_GONE = "\ufffc"  # stands for what no font has, until the text is tidied around it
_GETA = "\u3013"  # what printers in Japan set for an ideograph that they lack
_KEPT_CONTROLS = frozenset({SOFT_HYPHEN, ZERO_WIDTH_SPACE})


@dataclass(frozen=True)
class Face:
    """A typeface: the names of its files, and how much larger it is set to look as large.

    ``bold`` and ``regular`` cover the same characters; they are one file where
    one weight is shipped.
    """

    regular: str
    bold: str
    scale: float = 1.0


def _family(name: str, *weights: str, scale: float = 1.0) -> Face:
    return Face(f"{name}-{weights[0]}", f"{name}-{weights[-1]}", scale)


_HAN = _family("NotoSansCJK", "Medium.otf")
FACES = (
    _family("NotoSerif", "Regular.ttf", "Bold.ttf"),
    _family("NotoNaskhArabic", "Regular.ttf", "Bold.ttf", scale=1.14),
    _family("NotoSerifHebrew", "Regular.ttf", "Bold.ttf"),
    _family("NotoSerifArmenian", "Regular.ttf", "Bold.ttf"),
    _family("NotoSerifGeorgian", "Regular.ttf", "Bold.ttf"),
    _family("NotoSerifThai", "Regular.ttf", "Bold.ttf"),
    _family("NotoSerifBengali", "Bold.ttf"),
    _family("NotoSerifDevanagari", "Bold.ttf"),
    _family("NotoSerifEthiopic", "Bold.ttf"),
    _family("NotoSerifGujarati", "Bold.ttf"),
    _family("NotoSerifGurmukhi", "Bold.ttf"),
    _family("NotoSerifKannada", "Bold.ttf"),
    _family("NotoSerifKhmer", "Bold.ttf"),
    _family("NotoSerifLao", "Bold.ttf"),
    _family("NotoSerifMalayalam", "Bold.ttf"),
    _family("NotoSerifMyanmar", "Bold.ttf"),
    _family("NotoSerifSinhala", "Bold.ttf"),
    _family("NotoSerifTamil", "Bold.ttf"),
    _family("NotoSerifTelugu", "Bold.ttf"),
    _HAN,
    _family("DroidSansFallback", "Regular.ttf"),  # the rare ideographs, one by one
)
_LED_BY_HAN = frozenset({"zh", "ja", "ko", "yue"})


def shaping() -> bool:
    """Whether Pillow can shape: join Arabic, stack Indic, choose a language's own forms."""
    return bool(features.check("raqm"))


def fingerprint() -> str:
    """A hash of the shipped fonts' bytes, and of whether they can be shaped."""
    digest = sha256(str(shaping()).encode())
    for name in sorted({name for face in FACES for name in (face.regular, face.bold)}):
        digest.update((FONTS / name).read_bytes())
    return digest.hexdigest()


class _Loaded(threading.local):
    """Fonts by file name and size: a dictionary for each thread."""

    def __init__(self) -> None:
        self.fonts: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}


@dataclass(frozen=True)
class Typefaces:
    """The shipped faces, read and loaded once for one batch of cards.

    May be shared by threads: each loads its own fonts, as FreeType's are not safe to share.
    """

    shaping: bool = field(default_factory=shaping)
    _covered: dict[str, frozenset[int]] = field(default_factory=dict, repr=False)
    _chosen: dict[tuple[str, bool], Face | None] = field(default_factory=dict, repr=False)

    @cached_property
    def _loaded(self) -> _Loaded:
        return _Loaded()

    def font(self, name: str, size: int) -> ImageFont.FreeTypeFont:
        """A font at a size in pixels to the em, loaded once in each thread."""
        kept = self._loaded.fonts
        if (name, size) not in kept:
            engine = ImageFont.Layout.RAQM if self.shaping else ImageFont.Layout.BASIC
            kept[name, size] = ImageFont.truetype(FONTS / name, size, layout_engine=engine)
        return kept[name, size]

    def covers(self, face: Face, text: str) -> bool:
        """Whether a face has every character of a text."""
        if face.bold not in self._covered:
            self._covered[face.bold] = covered(FONTS / face.bold)
        return self._covered[face.bold].issuperset(map(ord, text))

    def face(self, character: str, lang: str) -> Face | None:
        """The first face that has a character, where the Chinese one leads its own languages."""
        han = re.split("[-_]", lang.lower())[0] in _LED_BY_HAN
        if (character, han) not in self._chosen:
            order = (_HAN, *FACES) if han else FACES
            found = next((face for face in order if self.covers(face, character)), None)
            self._chosen[character, han] = found
        return self._chosen[character, han]

    def cleaned(self, text: str, lang: str) -> str:
        """A text as it can be drawn: no controls, no double spaces, nothing that no font has.

        A character that no font has, such as an emoji, is replaced by its plain
        equivalent (NFKC) or left out with the space before it. An ideograph is
        never left out, as that could make another name of a name: a geta mark
        stands for it.
        """
        text = normalize("NFC", text)
        text = re.sub("[\u2007-\u200a\u202f]", "\u00a0", text)
        plain = "".join(
            ""
            if _control(character)
            else " "
            if character in "\t\n\v\f\r\x85\u2028\u2029"
            else character
            for character in text
        )
        drawn = "".join(self._drawn(cluster, lang) for cluster in clusters(plain))
        drawn = re.sub(f"\\s*(?:{_GONE}\\s*)+(?=[!?.,;:)]|$)", "", drawn)
        drawn = re.sub(f"(?:\\s*{_GONE})+", "", drawn)
        return re.sub(r"[^\S\u00a0]+", " ", drawn).strip()

    def _drawn(self, cluster: str, lang: str) -> str:
        if cluster.isspace() or cluster in _KEPT_CONTROLS:
            return cluster
        for text in (cluster, normalize("NFKC", cluster)):
            face = self.face(text[0], lang)
            if face:
                return "".join(character for character in text if self.covers(face, character))
        return _GETA if _ideograph(cluster) else _GONE

    def runs(self, text: str, lang: str) -> Iterator[tuple[Face, str]]:
        """A cleaned text as runs of one face each.

        Spaces, digits and punctuation stay with the run before them if its face has them.
        """
        parts: list[tuple[Face, str]] = []
        for cluster in clusters(text):
            face = parts[-1][0] if parts else None
            if face is None or cluster[0].isalpha() or not self.covers(face, cluster):
                face = self.face(cluster[0], lang) or face or FACES[0]
            parts.append((face, cluster))
        for face, group in groupby(parts, key=lambda part: part[0]):
            yield face, "".join(cluster for _, cluster in group)


def covered(path: Path) -> frozenset[int]:
    """The code points that a font has glyphs for: its cmap table, format 12 (OpenType 1.9.1).

    Raises ValueError if the font has no such table; those shipped have.
    """
    data = path.read_bytes()
    for index in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, start, _ = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if tag == b"cmap":
            break
    else:
        raise ValueError(f"{path.name} has no cmap table")
    for index in range(struct.unpack_from(">H", data, start + 2)[0]):
        table = start + struct.unpack_from(">I", data, start + 4 + 8 * index + 4)[0]
        if struct.unpack_from(">H", data, table)[0] == 12:
            groups = struct.unpack_from(">I", data, table + 12)[0]
            ranges = struct.iter_unpack(">III", data[table + 16 : table + 16 + 12 * groups])
            return frozenset(code for low, high, _ in ranges for code in range(low, high + 1))
    raise ValueError(f"{path.name} has no cmap subtable of format 12")


def _ideograph(cluster: str) -> bool:
    return "\u3400" <= cluster[0] <= "\u9fff" or "\U00020000" <= cluster[0] <= "\U0003ffff"


def _control(character: str) -> bool:
    """Whether a character is neither shown nor needed: bidi controls, selectors, tags."""
    if character in _KEPT_CONTROLS or character in "\u200c\u200d\t\n\v\f\r\x85":
        return False
    return (
        category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} or "\ufe00" <= character <= "\ufe0f"
    )
