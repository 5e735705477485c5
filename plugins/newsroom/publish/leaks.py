"""The last look at a finished site: every file that would be published, for what must not be.

Secrets, places on somebody's machine, and what a picture says besides what it shows. The
rules stand in the rooms beside this one; here files are read and what was found is said.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from PIL import Image, UnidentifiedImageError

from ..images.extras import DamagedError, extras, kind_of
from ..images.opening import FORMATS
from ..model.policy import TWINS
from ..model.problems import Problem
from .local_paths import LocalPaths, mentions
from .secrets import KINDS, Kind, own_secrets, secrets

SECRET = "secret"
LOCAL_PATH = "local-path"
IMAGE_METADATA = "image-metadata"
DAMAGED_IMAGE = "damaged-image"

Guards = tuple[Sequence[Kind], LocalPaths]
"""The secrets and the places that are looked for."""

_IMAGES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".svg"))
_HEAD = 8192  # bytes in which a file that is no text has a zero

# How HTML, JSON and web addresses write the characters that the rules look for.
_ESCAPES: Mapping[bytes, tuple[tuple[bytes, bytes], ...]] = {
    b"&": (
        (b"&amp;", b"&"),
        (b"&quot;", b'"'),
        (b"&lt;", b"<"),
        (b"&gt;", b">"),
        (b"&sol;", b"/"),
        (b"&bsol;", b"\\"),
        (b"&colon;", b":"),
        (b"&commat;", b"@"),
    ),
    b"\\": ((b"\\/", b"/"), (b'\\"', b'"')),
    b"%": (
        (b"%2F", b"/"),
        (b"%2f", b"/"),
        (b"%3A", b":"),
        (b"%3a", b":"),
        (b"%40", b"@"),
        (b"%20", b" "),
        (b"%0A", b" "),
    ),
}
# Without its backslash the letter would seem to belong to what follows.
_WHITE_IN_JSON = re.compile(rb"(?<!\\)\\[nrt]")
_NUMBERED = re.compile(rb"&#(?:x0*([2-7][0-9a-f])|0*(\d{2,3}));|\\u00([2-7][0-9a-f])", re.I)


def findings(
    folder: Path, paths: Iterable[str], local: LocalPaths, environment: Mapping[str, str]
) -> list[Problem]:
    """What must not be published, in the files ``paths`` of the site in ``folder``.

    ``paths`` are POSIX and relative to the site's root, and so are those of the problems.
    Compressed twins are passed over: the file beside them is read. The same on one line
    is said once. No message repeats a secret. Raises OSError if a file cannot be read.
    """
    known = set(paths)
    kinds = (*own_secrets(environment), *KINDS)
    return sorted(
        {
            problem
            for path in known
            if not _is_twin(path, known)
            for problem in _of_file(path, (folder / path).read_bytes(), kinds, local)
        }
    )


def _is_twin(path: str, known: set[str]) -> bool:
    return path.endswith(TWINS) and path.rpartition(".")[0] in known


def _of_file(path: str, data: bytes, kinds: Sequence[Kind], local: LocalPaths) -> Iterator[Problem]:
    kind = kind_of(data)
    is_text = kind in ("", "SVG") and not data.startswith(b"%PDF") and b"\0" not in data[:_HEAD]
    plain = _plain(data, is_json=path.endswith(".json")) if is_text else data
    yield from _said(path, plain, kinds, local, is_text)
    if kind or PurePosixPath(path).suffix.lower() in _IMAGES:
        yield from _of_image(path, data)


def in_text(text: str, path: str, line: int, guards: Guards) -> Iterator[Problem]:
    """What must not be published, in a text of the file ``path`` that begins at ``line``."""
    for found in _said(path, _plain(text.encode("utf-8", "replace"), is_json=False), *guards):
        yield Problem(path, line + found.line - 1, found.rule, found.message)


def guards_here(project: Path, environment: Mapping[str, str]) -> Guards:
    """What is looked for on this machine."""
    return (*own_secrets(environment), *KINDS), LocalPaths.here(project)


def _said(
    path: str, plain: bytes, kinds: Sequence[Kind], local: LocalPaths, is_text: bool = True
) -> Iterator[Problem]:
    def line(at: int) -> int:
        return plain.count(b"\n", 0, at) + 1 if is_text else 1

    for secret in secrets(plain, kinds):
        yield Problem(path, line(secret.start), SECRET, _about_secret(secret.name, secret.begins))
    for mention in mentions(plain, local, path, is_text):
        yield Problem(
            path,
            line(mention.start),
            LOCAL_PATH,
            f"names {mention.what}: write a path within the project, or shorten it (/home/…)",
        )


def _about_secret(name: str, begins: str) -> str:
    shown = f" that begins with {begins}" if begins else ""
    example = f" ({begins}…)" if begins else ""
    return (
        f"holds {name}{shown}: take it out and have it revoked, for others may have seen it;"
        f" in a text about such keys, shorten it{example}"
    )


def _of_image(path: str, data: bytes) -> Iterator[Problem]:
    try:
        found = extras(data)
        _open(path, data)
    except DamagedError as error:
        yield Problem(path, 1, DAMAGED_IMAGE, f"this image {error}: save it again as an image")
        return
    # A drawing is a text, and each of its extras has a line of its own.
    told: dict[int, list[str]] = {}
    for extra in found:
        line = data.count(b"\n", 0, extra.start) + 1 if kind_of(data) == "SVG" else 1
        told.setdefault(line, []).append(extra.what)
    for line, words in told.items():
        yield Problem(
            path,
            line,
            IMAGE_METADATA,
            f"this image carries {'; '.join(dict.fromkeys(words))}: run invoke strip on the file"
            f" that it comes from, most likely content/{path}, and build again",
        )


def _open(path: str, data: bytes) -> None:
    """Read an image's header, or the whole of a drawing. Raises DamagedError.

    A browser takes any picture of pixels for any other, whatever its name; an SVG it does
    not. The pixels are not unpacked: that would take minutes where there are many pictures.
    """
    is_drawing, suffix = kind_of(data) == "SVG", PurePosixPath(path).suffix.lower()
    if suffix in _IMAGES and is_drawing != (suffix == ".svg"):
        raise DamagedError("is no SVG" if suffix == ".svg" else f"is an SVG, and no {suffix[1:]}")
    try:
        if is_drawing:
            ElementTree.fromstring(data)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                Image.open(io.BytesIO(data), formats=FORMATS).close()
    except UnidentifiedImageError:
        raise DamagedError("cannot be read") from None
    except Image.DecompressionBombError:
        raise DamagedError("is too large to be shown") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise DamagedError(f"cannot be read ({error})") from None


def _plain(data: bytes, is_json: bool) -> bytes:
    """A text with its escapes resolved, as far as the rules need it; its lines stay the same."""
    if is_json:
        data = _WHITE_IN_JSON.sub(b" ", data)
    for sign, pairs in _ESCAPES.items():
        if sign in data:
            for written, meant in pairs:
                data = data.replace(written, meant)
    if b"&#" in data or b"\\u00" in data:
        data = _NUMBERED.sub(_meant, data)
    return data


def _meant(found: re.Match[bytes]) -> bytes:
    in_html, in_decimal, in_json = found.groups()
    number = int(in_decimal) if in_decimal else int(in_html or in_json, 16)
    return bytes((number,)) if 0x20 < number < 0x7F else found[0]
