"""Recordings: the browser's own player, with what lies beside it; nothing of what is not public."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from newsroom.attachments.recordings import captions_fault, read_recording, told_by
from newsroom.model.attachment import beside
from newsroom.model.policy import Policy
from playwright.sync_api import Browser, Route

from tests import validators
from tests.sites import ROOT, SITES, Site, words
from tests.test_documents import ATOM, URL
from tests.test_media import LOADED
from tests.twins import Twin

FOUND = "incidents/lift-gate/what-we-found/"
MEDIA = SITES / "gate/content/media"
FIXTURES = Path(__file__).parent / "recordings"


def test_a_video_is_the_browsers_own_player(attached: Site) -> None:
    figure = attached.page(FOUND).select(".prose .recording")[0]
    (video,) = figure.select("video")
    assert {"controls", "playsinline"} <= video.attrs.keys()
    assert video["preload"] == "none"
    assert video["aria-label"] == "The switch in the gate"
    assert (video["width"], video["height"]) == ("96", "64")
    assert video["poster"] == f"{URL}/media/switch.png"
    assert [source["src"] for source in video.select("source")] == [f"{URL}/media/switch.mp4"]
    tracks = [(str(each["srclang"]), "default" in each.attrs) for each in video.select("track")]
    assert tracks == [("en", True), ("fr", False)]
    assert words(figure.figcaption) == (
        "The switch in the gate (MP4, 2 kB) Filmed on 11 March Film: Odile Marsh"
    )
    transcript = figure.select_one("details.transcript:not([open])")
    assert 'so 5 < 6 & the "gate" opens before it should.' in words(transcript)


def test_sound_has_a_player_and_a_transcript(attached: Site) -> None:
    figure = attached.page(FOUND).select(".prose .recording")[1]
    assert figure.select_one("audio[controls][preload=none] > source[type='audio/mpeg']")
    assert "We fitted it the wrong way round" in words(figure.details)


def test_a_translation_has_what_is_in_its_language(attached: Site) -> None:
    figure = attached.page("fr/incidents/lift-gate/statement/").select(".prose .recording")[0]
    tracks = [(str(each["srclang"]), "default" in each.attrs) for each in figure.select("track")]
    assert tracks == [("en", False), ("fr", True)]
    assert "Voici l’interrupteur, posé à l’envers." in words(figure.details)
    assert "Transcription" in words(figure.details)


def test_pages_biographies_and_incidents_show_them_too(attached: Site) -> None:
    for url, name in (("about/", "A lift that arrives"), ("authors/ines-moreau/", "A chorus")):
        (figure,) = attached.page(url).select(".recording")
        assert name in words(figure.figcaption)
        assert figure.audio is not None
    assert len(attached.page("incidents/lift-gate/").select(".recording video")) == 1


def test_what_lies_beside_it_is_there_too(attached: Site) -> None:
    there = {path.name for path in (attached.output / "media").iterdir()} - {"index.html"}
    assert there == {path.name for path in MEDIA.iterdir() if "canary" not in path.name}
    assert not [path for path in attached.output.rglob("*") if "canary" in path.name]


def test_feeds_and_plain_text_have_the_transcript_in_full(attached: Site) -> None:
    feed = ElementTree.parse(attached.output / "incidents/lift-gate/feed.atom")
    films = feed.findall(f"{ATOM}entry/{ATOM}link[@type='video/mp4']")
    assert [(link.get("rel"), link.get("length")) for link in films] == [("enclosure", "1769")]
    content = "".join(each.text or "" for each in feed.findall(f"{ATOM}entry/{ATOM}content"))
    assert content.count('<details class="transcript">') == 2
    found = json.loads((attached.output / "incidents/lift-gate/feed.json").read_text("utf-8"))
    given = [each for item in found["items"] for each in item.get("attachments", ())]
    assert [(each["mime_type"], each.get("duration_in_seconds")) for each in given][:2] == [
        ("video/mp4", 2),
        ("audio/mpeg", None),
    ]
    text = (attached.output / FOUND / "index.txt").read_text("utf-8")
    assert "The switch in the gate [1] (MP4, 2 kB)\nFilmed on 11 March\nFilm: Odile Marsh" in text
    assert 'It was fitted upside down, so 5 < 6 & the "gate" opens\nbefore it should.' in text


def nodes(html: str) -> list[dict[str, Any]]:
    return [node for graph in validators.json_ld(html) for node in graph["@graph"]]


def test_structured_data_has_transcript_and_captions(attached: Site) -> None:
    html = (attached.output / FOUND / "index.html").read_text("utf-8")
    (posting,) = [node for node in nodes(html) if node["@type"] == "BlogPosting"]
    assert validators.vocabulary(validators.json_ld(html)) == []
    (video,) = posting["video"] if isinstance(posting["video"], list) else [posting["video"]]
    assert video["@type"] == "VideoObject"
    assert video["duration"] == "PT2S"
    assert video["thumbnailUrl"] == f"{URL}/media/switch.png"
    assert "fitted upside down" in video["transcript"]
    assert [each["inLanguage"] for each in video["caption"]] == ["en", "fr"]
    whole = (attached.output / "incidents/lift-gate/index.html").read_text("utf-8")
    assert "transcript" not in json.dumps(nodes(whole))


def test_they_play_with_captions_under_the_policy(attached: Site, browser: Browser) -> None:
    policy, page, said = Policy.of({}, has_search=False), browser.new_page(), list[str]()

    def answer(route: Route) -> None:
        path = unquote(urlsplit(route.request.url).path).removeprefix("/news/")
        path = f"{path}index.html" if not path or path.endswith("/") else path
        file = attached.output / path
        route.fulfill(body=file.read_bytes(), headers=policy.headers(path))

    page.route("**/*", answer)
    page.on("console", lambda message: said.append(message.text))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{URL}/{FOUND}")
    assert not [url for url in asked if url.endswith((".mp4", ".mp3"))]  # before anyone plays it
    assert page.evaluate(LOADED) == ["plays", "plays"]
    page.wait_for_function("document.querySelector('video').textTracks[0].cues?.length === 2")
    assert not [text for text in said if "Content Security Policy" in text]
    page.close()


def test_an_edit_of_what_lies_beside_is_seen(tmp_path: Path) -> None:
    """A transcript, captions that come, a still, a document: each changes its pages alone."""
    twin = Twin.copy("gate", tmp_path, theme=str(ROOT / "theme"), keeps_compiled=True)
    twin.build().succeeds()
    media, page = twin.folder / "content/media", f"{FOUND}index.html"
    (media / "switch.txt").write_text("Said anew.", "utf-8")
    (media / "switch.de.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nDa.\n", "utf-8")
    shutil.copy(media.parent / "images/gate.png", media / "switch.png")
    (media / "chorus.txt").write_text("[They hum.]", "utf-8")
    twin.write("content/docs/lifts out of service.csv", "none\n")
    twin.check("what lies beside a video and a sound, and a document")
    html = (twin.output / page).read_text("utf-8")
    assert "Said anew." in html
    assert 'srclang="de"' in html
    of_statement = "incidents/lift-gate/statement/index.html"
    assert {page, of_statement, "authors/ines-moreau/index.html"} <= set(twin.last.rendered)
    assert "posts/taken-back/index.html" not in twin.last.rendered


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nx\n", ""),
        ("\ufeffWEBVTT - a title\r\n\r\n00:00.000 --> 00:01.000\r\nx".encode(), ""),
        (b"1\n00:00:00,000 --> 00:00:01,000\nx\n", "does not begin with WEBVTT"),
        (b"WEBVTTX\n00:00.000 --> 00:01.000", "does not begin with WEBVTT"),
        (b"WEBVTT\n", "holds no captions"),
        (b"WEBVTT\n\xff", "is not UTF-8"),
    ],
)
def test_captions_are_webvtt(data: bytes, said: str) -> None:
    assert captions_fault(data).startswith(said)
    assert bool(captions_fault(data)) == bool(said)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("talks.mp4", ("a person", "a place")),
        ("talks.mp3", ("a person",)),
        ("talks.m4a", ("a person",)),
        ("../sites/gate/content/media/switch.mp4", ()),
        ("../sites/gate/content/media/radio.mp3", ()),
        ("../sites/gate/content/media/switch.txt", ()),
    ],
)
def test_tags_that_tell_are_named(name: str, told: tuple[str, ...]) -> None:
    assert told_by(FIXTURES / name) == told


def test_how_long_it_is_is_read_of_mp4() -> None:
    def seconds(name: str) -> int | None:
        return read_recording(MEDIA, name, frozenset()).seconds

    assert [seconds(name) for name in ("switch.mp4", "chorus.m4a", "radio.mp3")] == [2, 3, None]


def test_what_lies_beside_is_found_by_its_name() -> None:
    files = {"a/x.mp4", "a/x.txt", "a/x.fr.txt", "a/x.vtt", "a/x.pt-br.vtt", "a/x.old.copy.vtt"}
    files |= {"a/x.jpg", "a/xy.vtt", "x.vtt", "a/x.webp"}
    found = beside("a/x.mp4", files)
    assert found.still == "a/x.jpg"
    assert sorted(found.transcripts) == [("", "a/x.txt"), ("fr", "a/x.fr.txt")]
    assert sorted(found.captions) == [("", "a/x.vtt"), ("pt-br", "a/x.pt-br.vtt")]
