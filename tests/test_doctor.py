"""``doctor``: what a newsroom stands on, seen and never changed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import pytest
from newsroom.commands import doctor
from newsroom.commands.line import load, read
from newsroom.commands.project import Project, Result
from newsroom.deploy.targets import declared
from newsroom.model.problems import CommandError
from newsroom.model.settings import Settings

from tests import deploys
from tests.signing import public_key
from tests.test_starting import init

NOW = "1796115600"  # 2026-12-01 09:00 UTC
PERSON = "content/authors/ada-quill.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new newsroom, whose first author has a key."""
    folder = tmp_path_factory.mktemp("made") / "site"
    init(folder, author="Ada Quill")
    add_key(folder)
    return folder


@pytest.fixture
def site(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return shutil.copytree(made, tmp_path / "site")


def add_key(site: Path, days: str = "") -> None:
    """Give the first author a key, and no other."""
    file = site / PERSON
    lines = [line for line in file.read_text("utf-8").split("\n") if not line.startswith("Key:")]
    lines.insert(1, f"Key: {public_key('zoe').line} {days}".rstrip())
    file.write_text("\n".join(lines), "utf-8")


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def targets(site: Path, declared: Mapping[str, object]) -> None:
    add(site / "publishconf.py", f"NEWSROOM_TARGETS = {declared!r}\n")


def git(site: Path, *arguments: str, **environment: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@b.example")
    subprocess.run(["git", *who, *arguments], cwd=site, check=True, env=environment or None)


def examine(site: Path, *words: str) -> Result:
    sys.modules.pop("pelicanconf", None)  # that of another site, or as it was
    command = load("doctor")
    return command.work(Project(site / "pelicanconf.py"), read(command, words, "newsroom doctor"))


def marked(result: Result, mark: str = doctor.TO_DO) -> list[str]:
    """What is said below a mark."""
    return [note[7:] for note in result.notes if note.startswith(f"{mark} ")]


def test_a_new_newsroom_needs_nothing_and_is_not_changed(site: Path) -> None:
    before = deploys.contents(site)
    result = examine(site)
    assert (marked(result), result.code) == ([], 0)
    assert result.notes[-1] == "nothing must be done"
    assert {
        "git: ignores what builds make, and evidence/",
        "line ends: are the same on every machine",
        "key of Ada Quill: has no end",
        "clock: 2026-12-01 10:00 CET",
        "content: no error, 0 warnings",
    } <= {*marked(result, doctor.OK)}
    assert deploys.contents(site) == before


def test_settings_that_are_gone_and_misspelt_are_all_named(site: Path) -> None:
    add(site / "pelicanconf.py", "NEWSROOM_SECURITY = {}\nNEWSROOM_CONTAKT = {}\nRAPID = False\n")
    result = examine(site)
    assert result.code == 1
    said = marked(result)
    assert "pelicanconf.py: RAPID: is called NEWSROOM_INCREMENTAL since 1.0.0: rename it" in said
    assert any("NEWSROOM_SECURITY: is gone since 1.0.0: take it out" in line for line in said)
    assert any("did you mean NEWSROOM_CONTACT?" in line for line in said)


def test_a_site_that_was_not_updated_hears_all_at_once(site: Path) -> None:
    old = "NEWSROOM_SECURITY = {}\nNEWSROOM_LATEST = 'ten'\nTHEME = 'gone'\nPLUGINS = ['rapid']\n"
    add(site / "pelicanconf.py", old)
    add(site / "publishconf.py", "NEWSROOM_FEED_TAG = None\nNEWSROOM_TARGETS = {'x': {}}\n")
    (site / ".gitignore").write_text("/output/\n/.rapid/\n")
    (site / "templates/statements").mkdir(parents=True)
    result = examine(site, "--offline")
    assert [line.partition(": ")[0] for line in marked(result)] == [
        *("pelicanconf.py", "pelicanconf.py", "publishconf.py", "THEME", "PLUGINS", "PLUGINS"),
        *("templates/statements", "git", "target x"),
    ]
    assert "content: is looked at once the settings are right" in marked(result, doctor.NOTE)
    assert 'PLUGINS: add "newsroom": without it, Pelican publishes all drafts' in marked(result)
    assert "/.newsroom/ /.deploy-*.build/ /output.manifest.json /evidence/" in marked(result)[7]
    assert "'None' is no authority" in marked(result)[2]  # and not that it is missing


def test_errors_in_the_content_are_counted(site: Path) -> None:
    (site / "content/posts").mkdir()
    (site / "content/posts/bare.md").write_text("Title: Bare\n\nText.\n")
    (said,) = marked(examine(site))
    assert said == "content: 2 errors: invoke check"


def test_plugins_may_be_modules_or_left_to_pelican(site: Path) -> None:
    for plugins in ("None", "[__import__('newsroom')]", "['pelican.plugins.newsroom']"):
        add(site / "pelicanconf.py", f"PLUGINS = {plugins}\n")
        assert marked(examine(site)) == []


def test_a_theme_without_a_head_is_noted(site: Path) -> None:
    base = site / "theme/templates/base.html"
    base.parent.mkdir(parents=True)
    add(site / "pelicanconf.py", "THEME = 'theme'\nTHEME_TEMPLATES_OVERRIDES = ['templates']\n")
    for text in ("{%- block head %}", "{% extends '!simple/base.html' %}", "<head>"):
        base.write_text(text)
        said = [line for line in marked(examine(site), doctor.NOTE) if line.startswith("THEME")]
        assert bool(said) == (text == "<head>")
    assert "has no block head" in said[0]
    (site / "templates").mkdir()
    (site / "templates/base.html").write_text("{% extends '!theme/base.html' %}")
    assert "THEME" not in "".join(marked(examine(site), doctor.NOTE))


def test_an_error_that_several_checks_meet_is_said_once(site: Path) -> None:
    add(site / "pelicanconf.py", "NEWSROOM_LATEST = 'ten'\n")
    assert marked(examine(site)) == [
        "pelicanconf.py: NEWSROOM_LATEST: expected a whole number from 1, got 'ten'"
    ]
    (site / "pelicanconf.py").write_text("SITENAME = (\n", "utf-8")
    (said,) = marked(examine(site))
    assert said.startswith("project: pelicanconf.py:1: SyntaxError")


def test_what_git_should_ignore_and_does_not_is_named(site: Path) -> None:
    add(site / ".gitignore", "!/evidence/\n!/.*.build/\n")
    (site / "evidence").mkdir()
    (site / "evidence/post.png").write_bytes(b"")
    git(site, "add", ".")
    assert marked(examine(site)) == [
        "git: does not ignore all it should: add to .gitignore:"
        " /.output.build/ /.preview.build/ /.deploy-*.build/ /evidence/",
        "git: evidence is in the repository: git rm -r --cached evidence; its history keeps it:"
        " invoke docs safety",
    ]


def test_a_folder_of_somebody_else_is_told_as_git_tells_it(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    (said,) = marked(examine(site))
    assert "git config --global --add safe.directory" in said


def test_a_guest_may_keep_its_output_in_git(site: Path) -> None:
    add(site / "pelicanconf.py", "NEWSROOM_POSTS = 'pelican'\nOUTPUT_PATH = 'public'\n")
    add(site / ".gitignore", "!/output/\n")
    (site / "output").mkdir()
    (site / "output/index.html").write_text("Hello")
    git(site, "add", ".")
    result = examine(site)
    assert marked(result) == []
    assert [line for line in marked(result, doctor.NOTE) if line.startswith("git: ")] == [
        "git: does not ignore all it should: add to .gitignore: /output/ /public/",
        "git: output is in the repository: git rm -r --cached output",
    ]
    add(site / ".gitignore", "!/evidence/\n")
    (site / "evidence").mkdir()
    (site / "evidence/post.png").write_bytes(b"")
    git(site, "add", ".")
    assert [line.partition(":")[0] for line in marked(examine(site))] == ["git", "git"]


def test_line_ends_must_be_the_same_where_people_sign(site: Path) -> None:
    (site / ".gitattributes").unlink()
    (said,) = marked(examine(site))
    assert said.startswith("line ends: may differ")
    file = site / PERSON
    text = file.read_text("utf-8")
    file.write_text("\n".join(line for line in text.split("\n") if "Key:" not in line), "utf-8")
    result = examine(site)
    assert marked(result) == []
    assert any(line.startswith("line ends: may differ") for line in marked(result, doctor.NOTE))
    add(site / "publishconf.py", "NEWSROOM_REQUIRE_SIGNATURES = True\n")
    assert marked(examine(site)) == [said]


def test_what_is_not_the_content_is_looked_at_without_it(site: Path) -> None:
    shutil.rmtree(site / "content")
    result = examine(site)
    assert marked(result) == ["project: there is no content folder content"]
    assert {note.partition(":")[0][7:] for note in result.notes} > {"git", "rsync", "clock"}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("until:2027-03-01", "holds until 2027-03-01"),
        ("until:2026-12-24", "ends on 2026-12-24: add the next: invoke author"),
        ("until:2026-11-30", "none holds today: add the next"),
        ("since:2027-01-01", "none holds today"),
    ],
)
def test_a_key_that_ends_is_named(days: str, said: str, site: Path) -> None:
    add_key(site, days)
    mark = doctor.OK if "holds until" in said else doctor.NOTE
    (line,) = (line for line in marked(examine(site), mark) if line.startswith("key of"))
    assert said in line
    if "none" in said:
        add(site / "pelicanconf.py", "NEWSROOM_REQUIRE_SIGNATURES = True\n")
        assert said in "".join(marked(examine(site)))


def test_who_has_left_needs_no_key(site: Path) -> None:
    add_key(site, "until:2026-11-30")
    file = site / PERSON
    role = "Head of Communications"
    text = file.read_text("utf-8").replace(role, f"{role} until:2026-11-30")
    file.write_text(text, "utf-8")
    assert not any("key of" in note for note in examine(site).notes)


def test_a_clock_that_is_behind_and_a_history_cut_short_are_told(site: Path) -> None:
    git(site, "add", ".")
    for at in ("2026-12-01T09:30Z", "2026-12-02T09:30Z"):
        git(site, "commit", "-q", "--allow-empty", "-m", "x", GIT_COMMITTER_DATE=at)
    said = marked(examine(site))
    assert said == ["clock: 2026-12-01 10:00 CET is before the last commit: set it"]
    git(site.parent, "clone", "-q", "--depth=1", site.as_uri(), "shallow")
    said = marked(examine(site.parent / "shallow"))
    assert said[0].startswith("history: cut short")


def test_programs_that_are_missing_are_named_with_their_use(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets(site, {"server": {"type": "rsync", "host": "a@b.example", "path": "/srv"}})
    monkeypatch.setenv("PATH", str(site))
    monkeypatch.setenv("CHROME_PATH", "")
    result = examine(site, "--offline")
    assert [line.partition(";")[0] for line in marked(result)] == [
        f"{name}: is missing" for name in ("git", "ssh-keygen", "ssh", "rsync")
    ]
    assert any(line.startswith("browser: is missing") for line in marked(result, doctor.NOTE))


def test_packages_that_are_missing_or_old_are_named(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "pelican_newsroom-9.0.dist-info"
    info.mkdir()
    needs = (
        "pelican>=99",
        "no-wings; extra == 'publish'",
        *("no-such-package; extra == 'sign'", "pillow; extra == 'sign'"),
        *("nor-this; extra == 'capture'", "pelican; extra == 'capture'"),
    )
    lines = "".join(f"Requires-Dist: {need}\n" for need in needs)
    (info / "METADATA").write_text(f"Name: pelican-newsroom\nVersion: 9.0\n{lines}", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    each = f"pillow==1 ; python_version < '3'\npillow=={version('pillow')} ; python_version > '3'\n"
    pins = f"pelican[docs]==98.0\nnever-installed==1.0\n{each}"
    (site / "requirements.txt").write_text(pins, "utf-8")
    targets(site, {"here": {"type": "folder", "path": str(tmp_path / "public")}})
    result = examine(site)
    packages, publish, sign = marked(result)
    assert publish.startswith("pelican-newsroom[publish]: lacks no-wings; for publish, deploy")
    assert packages.startswith("pelican-newsroom: lacks pelican>=99 (it is 4")
    assert sign.startswith("pelican-newsroom[sign]: lacks no-such-package; for verify-statement")
    assert sign.endswith("pip install 'pelican-newsroom[sign]'")
    notes = marked(result, doctor.NOTE)
    assert notes[0].startswith("pelican-newsroom[capture]: lacks nor-this; for capture: pip")
    assert notes[1].endswith("not 98.0: pip install -r requirements.txt")
    assert "pillow" not in notes[1]


def test_targets_are_asked_unless_offline(site: Path, tmp_path: Path) -> None:
    gone = (tmp_path / "gone").as_uri()
    targets(
        site,
        {
            "here": {"type": "folder", "path": str(tmp_path / "public")},
            "server": {"type": "rsync", "host": "a@127.0.0.1", "port": 1, "path": "/srv"},
            "pages": {"type": "github-pages", "remote": gone},
            "bare": {"type": "rsync"},
        },
    )
    result = examine(site)
    server, pages, bare = marked(result)
    assert "target here: answers" in marked(result, doctor.OK)
    assert server.startswith("target server: ssh: connect to host 127.0.0.1 port 1")
    assert pages.startswith("target pages: fatal: ")
    assert bare.startswith("target bare: NEWSROOM_TARGETS['bare']: host")
    assert marked(examine(site, "--offline")) == [bare]
    assert not (tmp_path / "public").exists()


@pytest.fixture
def silence() -> Iterator[int]:
    """The port of a server that takes calls and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    "options",
    [
        {"type": "rsync", "host": "a@127.0.0.1", "path": "/srv"},
        {"type": "github-pages", "remote": "git://127.0.0.1:{port}/site"},
        {"type": "s3", "bucket": "a", "releases": "b", "endpoint": "http://127.0.0.1:{port}"},
    ],
    ids=lambda options: options["type"],
)
def test_a_target_that_is_silent_is_not_waited_for(
    options: dict[str, object], silence: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    filled = {key: str(text).format(port=silence) for key, text in options.items()}
    port = {"port": silence} if options["type"] == "rsync" else {}
    settings = Settings(targets={"far": filled | port})
    with pytest.raises(CommandError, match=r"no answer within 0\.3 seconds|Read timeout"):
        declared("far", settings, tmp_path).target.reach(0.3)
