"""Pictures in bodies and of authors: their size is known, and files of the size that is shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image, ImageDraw

from tests.sites import Site

POST = """Title: Pictures
Date: 2026-03-01 10:00
Author: Ada Quill
Summary: Some pictures.

{body}
"""
HOME = "https://copperline.example"


def draw(path: Path, width: int, height: int, **options: object) -> None:
    """A picture, red on its left and blue on its right."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2, height), fill="red")
    picture.save(path, **options)  # type: ignore[arg-type]


@pytest.fixture
def pictures(site: Callable[[str], Site]) -> Callable[[str], Site]:
    """The site ``thread`` with a post of a given body, built for a whole URL."""
    thread = site("thread")
    folder = thread.folder / "content/images"
    draw(folder / "wide.png", 1400, 700)
    turned = Image.Exif()
    turned[0x0112] = 6  # shown a quarter turn to the right
    draw(folder / "turned.jpg", 600, 300, exif=turned)
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue")]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])

    def built(body: str) -> Site:
        thread.write("content/posts/2026/pictures.md", POST.format(body=body))
        thread.build("-e", f'SITEURL="{HOME}"').succeeds()
        return thread

    return built


def test_a_picture_has_its_room_before_it_comes(pictures: Callable[[str], Site]) -> None:
    site = pictures("![Wide]({static}/images/wide.png)\n\n![Again]({static}/images/wide.png)\n")
    first, second = site.page("posts/pictures/").select(".prose img")
    assert (first["width"], first["height"]) == ("720", "360")
    assert first.get("loading") is None  # it may be the first thing that is seen
    assert second["loading"] == "lazy"


def test_it_is_there_in_the_sizes_that_are_shown(pictures: Callable[[str], Site]) -> None:
    site = pictures("![Wide]({static}/images/wide.png)\n")
    sources = site.page("posts/pictures/").select(".prose picture source")
    assert [source["type"] for source in sources] == ["image/avif", "image/avif", "image/webp"]
    phone = sources[0]
    assert phone["media"] == "(max-width: 48rem)"
    assert (phone["width"], phone["height"]) == ("288", "144")
    for source in sources:
        for candidate in str(source["srcset"]).split(", "):
            url, width = candidate.split()
            with Image.open(site.output / url.removeprefix(f"{HOME}/")) as picture:
                assert f"{picture.width}w" == width


def test_a_turned_picture_is_measured_and_made_as_it_is_shown(
    pictures: Callable[[str], Site],
) -> None:
    site = pictures("![Turned]({static}/images/turned.jpg)\n")
    image = site.page("posts/pictures/").select_one(".prose img")
    assert image is not None
    assert (image["width"], image["height"]) == ("300", "600")
    (made,) = (site.output / "images").glob("turned-*-300.webp")
    with Image.open(made) as picture:
        assert picture.size == (300, 600)
        assert not picture.getexif()
        top, bottom = (picture.convert("RGB").getpixel((150, y)) for y in (50, 550))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200
    assert bottom[2] > 200


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("![Moving]({static}/images/moving.gif)", ("300", "200")),
        ('<img src="{static}/images/wide.png" alt="Small" width="140">', ("140", None)),
        ("![Elsewhere](/theme/a.png)", (None, None)),
    ],
    ids=["animation", "sized by its writer", "elsewhere"],
)
def test_what_is_not_ours_to_change_stays(
    pictures: Callable[[str], Site], body: str, size: tuple[str | None, str | None]
) -> None:
    page = pictures(body + "\n").page("posts/pictures/")
    image = page.select_one(".prose img")
    assert image is not None
    assert (image.get("width"), image.get("height")) == size
    assert page.select(".prose picture") == []


@pytest.mark.parametrize("name", ["p" * 240, "é" * 122, "𝄞" * 60, "p" * 251])
def test_a_picture_with_a_long_name_has_its_renditions(
    pictures: Callable[[str], Site], tmp_path: Path, name: str
) -> None:
    draw(tmp_path / "thread/content/images" / f"{name}.png", 1400, 700)
    site = pictures(f"![Wide]({{static}}/images/{name}.png)\n")
    page = site.page("posts/pictures/")
    found = [str(source["srcset"]).split(" ")[0] for source in page.select(".prose source")]
    found += [str(image["src"]) for image in page.select(".prose img")]
    assert len(found) == 4
    for url in found:
        assert (site.output / unquote(url.removeprefix(f"{HOME}/"))).is_file()


def test_what_was_kept_of_a_picture_and_is_damaged_is_not_published(
    pictures: Callable[[str], Site],
) -> None:
    site = pictures("![Wide]({static}/images/wide.png)\n")
    made = site.files()
    for path in (site.folder / ".output.build").glob("[cr]*s/*.*"):
        path.write_bytes(path.read_bytes()[:-9] + b"no picture")
    site.build("-e", f'SITEURL="{HOME}"').succeeds()
    assert site.files() == made
    shutil.rmtree(site.output)
    site.build("-e", f'SITEURL="{HOME}"').succeeds()
    assert site.files() == made


def test_feed_readers_find_whole_addresses(pictures: Callable[[str], Site]) -> None:
    site = pictures("![Wide]({static}/images/wide.png)\n")
    feed = json.loads((site.output / "feeds/all.json").read_text("utf-8"))
    (html,) = [item["content_html"] for item in feed["items"] if item["title"] == "Pictures"]
    assert "{static}" not in html
    assert f'srcset="{HOME}/images/wide-' in html


def test_a_thread_shows_them_too(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    draw(thread.folder / "content/images/wide.png", 1400, 700)
    path = "content/incidents/rude-reply/review.md"
    written = (thread.folder / path).read_text("utf-8")
    thread.write(path, written + "\n![Wide]({static}/images/wide.png)\n")
    thread.build().succeeds()
    image = thread.page("incidents/rude-reply/").select_one(".thread-entry img[alt=Wide]")
    assert image is not None
    assert image["width"] == "720"
    assert "{static}" not in (thread.output / "incidents/rude-reply/index.html").read_text("utf-8")


def test_a_face_is_small_where_it_is_shown_small(published: Site) -> None:
    page = published.page("incidents/flood-post/")
    source = page.select_one(".standing .byline source")
    assert source is not None
    smallest = str(source["srcset"]).split(" ")[0].removeprefix(HOME)
    path = "authors/" + smallest.rpartition("/authors/")[2]
    assert (published.output / path).stat().st_size < 5_000
