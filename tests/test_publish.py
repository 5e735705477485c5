"""``invoke publish``: the same bytes anywhere, nothing leaked, every link whole, or no change."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import brotli
import pytest
from newsroom.commands.project import read_settings
from newsroom.model.policy import is_hashed, is_text
from newsroom.model.settings import Settings
from newsroom.publish.checksums import SIGNATURE, SUMS, release_fault
from newsroom.publish.links import broken_links
from PIL import Image

from tests import deploys
from tests.forked import Run
from tests.sites import Site
from tests.sizes import first
from tests.test_signing import make_key

KEY = "release"  # a file in the folder of each


def publish(site: Site, **environment: str) -> Run:
    return site.invoke("publish", f"--sign-key={KEY}", **environment)


def with_release_key(site: Site, keys: Path) -> Site:
    """Give a site the key, which lies in a folder, to sign its releases with."""
    public = (keys / f"{KEY}.pub").read_text("utf-8").strip()
    usual = "RELATIVE_URLS = False\n"
    site.edit("publishconf.py", usual, f"{usual}NEWSROOM_RELEASE_KEY = {public!r}\n")
    if keys != site.folder:
        shutil.copy(keys / KEY, site.folder)
    return site


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Two copies of a small sample in folders of different names, each published."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("here", "in another place"))
    here = Site.small(first / "sample")
    make_key(here.folder / KEY, "ed25519")
    publish(with_release_key(here, here.folder)).succeeds()
    there = with_release_key(Site.small(second / "sample"), here.folder)
    for kind in ("renditions", "cards"):  # the others are taken from here: they cost seconds
        for kept in sorted((there.folder / ".output.build" / kind).iterdir())[::8]:
            kept.unlink()
    publish(there, TZ="Asia/Tokyo", PYTHONHASHSEED="7", LANG="C").succeeds()
    return here, there


def manifest(site: Site) -> dict[str, str]:
    found = json.loads((site.folder / "output.manifest.json").read_text("utf-8"))
    assert found["built"] == "2026-11-16T12:00:00+00:00"
    files: dict[str, str] = found["files"]
    return files


class TestOutput:
    def test_two_clones_give_the_same_bytes_and_the_manifest_lists_them(
        self, clones: tuple[Site, Site]
    ) -> None:
        first, second = clones
        assert first.files() == second.files() == manifest(first)
        both = [(site.folder / "output.manifest.json").read_bytes() for site in clones]
        assert both[0] == both[1]

    def test_all_is_listed_and_signed(self, clones: tuple[Site, Site]) -> None:
        site = clones[0]
        sums = (site.output / SUMS).read_text("utf-8").splitlines()
        listed = {path: digest for digest, path in (line.split("  ", 1) for line in sums)}
        twins = {path for path in site.files() if path.endswith((".br", ".gz"))}
        assert listed.keys() == manifest(site).keys() - twins - {SUMS, SIGNATURE}
        assert listed.items() <= manifest(site).items()
        # What publishconf.py imports by its name may be that of another site, in one process.
        named = "NEWSROOM_RELEASE_KEY"
        key = read_settings(site.folder / "publishconf.py")[named]
        settings = Settings.read(read_settings(site.folder / "pelicanconf.py") | {named: key})
        signature = (site.output / SIGNATURE).read_bytes()
        assert not release_fault((site.output / SUMS).read_bytes(), signature, settings)

    def test_every_text_has_its_twins_and_nothing_else_has(self, clones: tuple[Site, Site]) -> None:
        paths = set(manifest(clones[0]))
        texts = {path for path in paths if is_text(path)}
        twins = {path for path in paths if path.endswith((".br", ".gz"))}
        assert {f"{path}{ending}" for path in texts for ending in (".br", ".gz")} == twins
        for path in texts:
            file = clones[0].output / path
            assert brotli.decompress(Path(f"{file}.br").read_bytes()) == file.read_bytes()
            assert gzip.decompress(Path(f"{file}.gz").read_bytes()) == file.read_bytes()

    def test_styles_and_scripts_are_named_by_what_is_in_them(
        self, clones: tuple[Site, Site]
    ) -> None:
        output = clones[0].output
        found = [file for file in output.rglob("*") if file.suffix in (".css", ".js")]
        own = [file for file in found if "pagefind" not in file.parts]
        assert len(own) == 7
        for file in own:
            assert is_hashed(file.relative_to(output).as_posix())
            assert f"-h{sha256(file.read_bytes()).hexdigest()[:12]}." in file.name
        style = next(file for file in own if "theme" in file.parts)
        icon = style.read_text("utf-8").partition('--logo:url("')[2].partition('"')[0]
        assert is_hashed(icon)
        assert (style.parent / icon).is_file()

    def test_a_changed_stylesheet_has_another_name(self, clones: tuple[Site, Site]) -> None:
        site = clones[1]
        before = set(site.output.glob("theme/css/*.css"))
        site.edit("theme/static/css/newsroom.css", "--accent:", "--accent-before: red; --accent:")
        publish(site).succeeds()
        after = set(site.output.glob("theme/css/*.css"))
        assert len(after) == 1
        assert not before & after


class TestCanaries:
    """What is not public is nowhere in what is published, whatever it is compressed with."""

    def test_nothing_that_is_held_back_is_published(
        self, clones: tuple[Site, Site], tmp_path: Path
    ) -> None:
        site = Site(tmp_path / "sample", clones[0].now)
        shutil.copytree(clones[0].folder, site.folder)
        key = "AKIA" + "CANARYCANARY2345"
        post = (
            "Title: {0}\nDate: {1}\nAuthor: Mei-Lin Ashworth\n{2}\n{0} {3}\n"
            "\n![a map]({{static}}map.png)\n"
        )
        for name, day, status in (
            ("canarydraft", "2026-11-10 09:00", "Status: draft\n"),
            ("canaryembargo", "2026-11-16 12:01", ""),
        ):
            folder = f"content/posts/{name}"
            site.write(f"{folder}/{name}.md", post.format(name, day, status, key))
            Image.new("RGB", (64, 64), "#123456").save(site.folder / folder / "map.png")
        unseen = Image.effect_noise((300, 200), 90).convert("RGB")
        (site.folder / "evidence").mkdir()
        for place in ("evidence/received.png", "content/incidents/flood-post/received.png"):
            unseen.save(site.folder / place)
        picture = (site.folder / "evidence/received.png").read_bytes()
        publish(site).succeeds()
        assert site.files() == clones[0].files()
        for path in site.files():
            data = _plain(site.output / path)
            assert not [mark for mark in (b"canary", b"CANARY") if mark in data]
            assert "canary" not in path
            assert data != picture


def _plain(file: Path) -> bytes:
    data = file.read_bytes()
    if file.suffix == ".br":
        return bytes(brotli.decompress(data))
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


class TestRefused:
    """Each stops the publish with its line, and leaves the last one as it was."""

    @pytest.fixture
    def site(self, tmp_path: Path, clones: tuple[Site, Site]) -> Site:
        copy = Site(tmp_path / "sample", clones[0].now)
        shutil.copytree(clones[0].folder, copy.folder)
        return copy

    def refused(self, site: Site, *said: str) -> Run:
        before = site.files()
        listed = (site.folder / "output.manifest.json").read_bytes()
        run = publish(site).fails()
        for text in said:
            assert text in run.stderr
        assert site.files() == before
        assert (site.folder / "output.manifest.json").read_bytes() == listed
        return run

    def test_what_must_not_leave_and_what_leads_nowhere(self, site: Site) -> None:
        home = "https://newsroom.alderandquince.example"
        lost, spot = f"{home}/posts/no-such-post/", f"{home}/about/#no-such-place"
        wrong = f'<a href="{lost}">lost</a> <a href="{spot}">spot</a>'
        site.edit("theme/templates/base.html", "</main>", f"<p>{wrong}</p></main>")
        exif = Image.Exif()
        exif[0x010F] = "Maker of cameras"
        Image.new("RGB", (64, 64)).save(site.folder / "theme/static/photo.jpg", exif=exif)
        self.refused(
            site,
            "output/posts/quince-week/index.html:",
            "posts/no-such-post/",
            "about/#no-such-place",
            "[broken-link]",
            "output/theme/photo.jpg:1: this image carries EXIF: Make: run invoke strip",
            "[image-metadata]",
        )

    @pytest.mark.parametrize(
        "broken", first(1, ["output/posts", "output.hosting", "output.manifest.json"])
    )
    def test_what_cannot_be_put_in_place(self, site: Site, broken: str) -> None:
        """Output, manifest and hosting files belong together: none of them changes alone."""
        post = next((site.folder / "content/posts").rglob("quince-week.md"))
        post.write_text(post.read_text("utf-8") + "\n\nAnd one thing more.\n", "utf-8")
        place = site.folder / broken
        place.rename(site.folder / "aside")
        if broken == "output.manifest.json":
            (place / "a folder").mkdir(parents=True)
        elif broken == "output.hosting":
            place.write_text("a file", "utf-8")
        else:
            os.mkfifo(place)
        names = ("output", "output.hosting", "aside")
        before = {name: deploys.contents(site.folder / name) for name in names}
        run = publish(site).fails()
        assert f"{site.folder / broken}" in run.stderr
        assert "nothing was published: output/ is as it was" in run.stderr
        assert {name: deploys.contents(site.folder / name) for name in names} == before

    @pytest.mark.full
    def test_an_output_that_is_a_link_is_published_there(self, site: Site) -> None:
        elsewhere = site.folder / "elsewhere"
        site.output.rename(elsewhere)
        site.output.symlink_to(elsewhere)
        before = manifest(site)
        post = next((site.folder / "content/posts").rglob("quince-week.md"))
        post.write_text(post.read_text("utf-8") + "\n\nAnd one thing more.\n", "utf-8")
        publish(site).succeeds()
        assert site.output.is_symlink()
        assert before.items() != manifest(site).items() <= site.files().items()

    @pytest.mark.full
    def test_a_user_without_a_name_and_a_home_can_publish(self, site: Site) -> None:
        """As in a container that is run as some number: nothing is written but in the site."""
        nobody = ["--reuid=12345", "--regid=12345", "--clear-groups"]
        may_read = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        command = ["env", "-u", "HOME", sys.executable, "-m", "invoke", "publish"]
        if os.geteuid() == 0 and shutil.which("setpriv"):
            subprocess.run(["chown", "-R", "12345:12345", str(site.folder)], check=True)
            command = ["setpriv", *nobody, *may_read, *command]
        before = site.files()
        site.run(*command).succeeds()
        assert site.files() == before
        site.run(*command[:-6], *command[-4:], HOME="/proc/nowhere").succeeds()


def test_a_path_in_a_text_or_feed_is_no_link(tmp_path: Path) -> None:
    escaped = "<feed><content>&lt;p&gt;file:///C:/tmp/fix&lt;/p&gt;</content></feed>"
    (tmp_path / "all.atom").write_text(escaped, "utf-8")
    (tmp_path / "index.txt").write_text(
        "error: at file:///C:/tmp/fix and file:///tmp/no\n", "utf-8"
    )
    assert broken_links(tmp_path, ["index.txt", "all.atom"], "https://news.example") == []
