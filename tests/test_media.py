"""Own video and audio, played in a real browser under the policy that hosts are told to send."""

from __future__ import annotations

import base64
import wave
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from newsroom.model.policy import Policy
from playwright.sync_api import Browser, Page, Route

from tests.sites import Site

HOME = "https://copperline.example/"
POST = """\
Title: The gate on film
Date: 2026-03-12 09:00
Author: Ada Quill

<video src="{static}/media/gate.webm" controls></video>

<video controls poster="{static}/media/gate.png">
<source src="{static}/media/gate.webm" type="video/webm">
</video>

<audio src="{static}/media/gate.wav" controls></audio>
"""
RECORD = """async () => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 16
  const drawn = canvas.getContext('2d')
  const recorder = new MediaRecorder(canvas.captureStream(30), {mimeType: 'video/webm'})
  const parts = []
  let frames = 0
  const stopped = new Promise((done) => { recorder.onstop = done })
  recorder.ondataavailable = (event) => parts.push(event.data)
  recorder.start()
  const draw = () => {
    drawn.fillRect(frames++ % 16, 0, 1, 16)
    frames < 20 ? requestAnimationFrame(draw) : recorder.stop()
  }
  draw()
  await stopped
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
  return btoa(String.fromCharCode(...bytes))
}"""
LOADED = """() => Promise.all([...document.querySelectorAll('video, audio')].map((media) =>
  new Promise((done) => {
    const say = () => done(media.error ? media.error.message : 'plays')
    media.addEventListener('error', say, true)
    if (media.readyState >= 2) say()
    media.addEventListener('loadeddata', say)
    media.load()
  })))"""


def film(page: Page) -> bytes:
    """A short film, recorded by the browser itself."""
    page.goto("about:blank")
    return base64.b64decode(page.evaluate(RECORD))


@pytest.fixture
def site(tmp_path: Path, browser: Browser) -> Site:
    site = Site.copy("thread", tmp_path / "thread")
    media = site.folder / "content/media"
    media.mkdir()
    page = browser.new_page()
    (media / "gate.webm").write_bytes(film(page))
    page.screenshot(path=media / "gate.png")
    page.close()
    with wave.open(str(media / "gate.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(bytes(8000))
    site.write("content/posts/gate.md", POST)
    return site


def test_own_video_and_audio_play_under_the_policy(site: Site, browser: Browser) -> None:
    site.build("-e", f'SITEURL="{HOME}"').succeeds()
    policy = Policy.of({}, has_search=False)
    page = browser.new_page()
    said: list[str] = []

    def answer(route: Route) -> None:
        path = unquote(urlsplit(route.request.url).path).lstrip("/")
        path = f"{path}index.html" if not path or path.endswith("/") else path
        headers = policy.headers(path)
        route.fulfill(body=(site.output / path).read_bytes(), headers=headers)

    page.route("**/*", answer)
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{HOME}posts/gate/")
    assert page.evaluate(LOADED) == ["plays", "plays", "plays"]
    assert not [text for text in said if "Content Security Policy" in text]
    page.close()


def test_a_film_of_another_host_does_not_get_that_far(site: Site) -> None:
    site.edit("content/posts/gate.md", 'src="{static}/media', 'src="https://elsewhere.example')
    failed = site.build().fails()
    assert "posts/gate.md:5: browsers will block https://elsewhere.example/gate.webm" in (
        failed.stderr
    )
    assert "posts/gate.md:11: browsers will block" in failed.stderr
