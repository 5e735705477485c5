"""``verify-statement``: any site of this kind, or files, checked from the command line."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from newsroom.commands.line import load, read
from newsroom.commands.project import Project, Result
from newsroom.deploy.fetching import FetchError, fetch
from newsroom.model.problems import CommandError

from tests import signing
from tests.serve import running, serving
from tests.signed_posts import BELOW, NAMESPACE
from tests.sites import ROOT, Site

COMMAND = load("verify-statement")
GOOD = (
    "good: Ada Quill (Press Officer), ada-quill@copperline.example, signed this text with the key"
)
PAGE = "posts/good/"
TEXT, SIGNATURE = f"{PAGE}good.md", f"{PAGE}good.md.ada-quill.sig"
YEAR = ".well-known/newsroom/statements-2026.json"


def verify(*words: str) -> Result:
    given = read(COMMAND, words, "newsroom")
    return COMMAND.work(Project("/nowhere/publishconf.py"), given)


@pytest.fixture(scope="module")
def address(signed_thread: Site) -> Iterator[str]:
    with serving(signed_thread.output) as found:
        yield found


@pytest.fixture(scope="module")
def www(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder, and where it is served."""
    folder = tmp_path_factory.mktemp("www")
    with serving(folder) as found:
        yield folder, found


@pytest.fixture
def altered(signed_thread: Site, www: tuple[Path, str]) -> tuple[Path, str]:
    """A copy of the site to change, and where it is served, in a folder of its host."""
    folder, address = www
    shutil.rmtree(folder / "news", ignore_errors=True)
    shutil.copytree(signed_thread.output, folder / "news")
    return folder / "news", f"{address}news/"


class TestAddress:
    @pytest.mark.parametrize("path", [PAGE, f"{PAGE}index.html#top", TEXT, SIGNATURE])
    def test_of_a_page_its_text_or_a_signature(self, address: str, path: str) -> None:
        result = verify(address + path)
        assert result.code == 0
        assert result.notes[0].startswith(GOOD)
        assert result.notes[1] == "dated 2026-03-01T10:00:00+00:00"
        assert result.notes[2].startswith("The keys are those of the same site")

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("posts/gone/", "cannot tell: nobody has signed it"),
            ("posts/spring-range/", "cannot tell: nobody has signed it"),
            ("posts/hidden/", "cannot tell: no list of statements names"),
            ("posts/draft/", "cannot tell: no list of statements names"),
        ],
    )
    def test_what_cannot_be_told(self, address: str, path: str, said: str) -> None:
        result = verify(address + path)
        assert result.code == 2
        assert result.notes[0].startswith(said)

    def test_a_host_that_does_not_answer(self) -> None:
        result = verify("http://127.0.0.1:9/posts/good/")
        assert result.code == 2
        assert "there is no list of statements above http://127.0.0.1:9" in result.notes[0]

    def test_keys_that_one_has_kept(self, address: str, tmp_path: Path) -> None:
        key = signing.public_key("ada").line
        signers = tmp_path / "signers"
        for options, code, said in (
            (f'namespaces="{NAMESPACE}" {key}', 0, GOOD),
            (key, 0, GOOD),
            (f'namespaces="newsroom@other.example" {key}', 2, "cannot tell: good.md.ada-quill.sig"),
            (signing.public_key("bram").line, 2, "cannot tell: good.md.ada-quill.sig is of this"),
            (f'valid-after="20270101Z" {key}', 1, "wrong: good.md.ada-quill.sig is by the key"),
        ):
            signers.write_text(f"ada-quill@copperline.example {options}\n", "utf-8")
            result = verify(address + PAGE, f"--signers={signers}")
            assert (result.code, result.notes[0].startswith(said)) == (code, True), result.notes
            assert "same site" not in " ".join(result.notes)
        signers.write_text(f"a@x {key}\n", "utf-8")
        assert (
            verify(address + PAGE, f"--signers={signers}").notes[0].startswith("good: a@x signed")
        )
        with pytest.raises(CommandError, match="--signers: there is no file"):
            verify(address + PAGE, "--signers=nowhere")

    def test_a_site_in_a_folder_that_has_changed_the_text(self, altered: tuple[Path, str]) -> None:
        folder, address = altered
        assert verify(address + PAGE).code == 0
        text = folder / TEXT
        text.write_bytes(text.read_bytes().replace(b"good.", b"bad."))
        result = verify(address + PAGE)
        assert (result.code, result.notes[0]) == (
            1,
            "wrong: good.md.ada-quill.sig is not of this text",
        )
        (folder / SIGNATURE).write_bytes(signing.sign(text.read_bytes(), "ada", NAMESPACE))
        result = verify(address + PAGE)
        assert result.code == 1
        assert "is not the one that the site lists" in result.notes[0]

    def test_another_signature(self, altered: tuple[Path, str]) -> None:
        folder, address = altered
        text, file = (folder / TEXT).read_bytes(), folder / SIGNATURE
        for armoured, code, said in (
            (signing.sign(text, "bram", NAMESPACE), 2, "which is unknown"),
            (signing.sign(text, "ada", "file"), 1, "is for 'file', not for"),
            (b"-----BEGIN PGP SIGNATURE-----", 1, "is no SSH signature"),
        ):
            file.write_bytes(armoured)
            result = verify(address + PAGE)
            assert (result.code, said in result.notes[0]) == (code, True), result.notes

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda text: "[]", "the lists of the site are damaged"),
            (lambda text: text.replace('"source"', '"sauce"'), "the lists of the site are damaged"),
            (lambda text: text.replace("}", "", 1), "the lists of the site are damaged"),
            (
                lambda text: text.replace(f"{BELOW}{TEXT}", "http://127.0.0.1:9/x.md"),
                "no address of",
            ),
        ],
    )
    def test_lists_that_are_damaged_or_lead_elsewhere(
        self, altered: tuple[Path, str], change: Callable[[str], str], said: str
    ) -> None:
        folder, address = altered
        file = folder / YEAR
        file.write_text(change(file.read_text("utf-8")), "utf-8")
        result = verify(address + PAGE)
        assert result.code == 2
        assert said in result.notes[0]

    def test_nothing_that_a_site_says_moves_the_terminal(self, altered: tuple[Path, str]) -> None:
        folder, address = altered
        file = folder / YEAR
        lists = json.loads(file.read_text("utf-8"))
        for each in lists["statements"]:
            for signature in each["signatures"]:
                signature["signer"]["name"] = "Ada\x1b[2J\n\u202eQuill"
        file.write_text(json.dumps(lists), "utf-8")
        said = "".join(verify(address + PAGE).notes)
        assert said.isprintable()
        assert "Ada [2J Quill (Press Officer)" in said


class TestFile:
    @pytest.fixture
    def folder(self, signed_thread: Site, tmp_path: Path) -> Path:
        """What a reader has saved: a text, its signature, the keys."""
        for path in (TEXT, SIGNATURE, ".well-known/newsroom/allowed_signers"):
            shutil.copy(signed_thread.output / path, tmp_path)
        return tmp_path

    @pytest.mark.parametrize("name", ["good.md", "good.md.ada-quill.sig"])
    def test_with_its_signature_beside_it(self, folder: Path, name: str) -> None:
        result = verify(str(folder / name))
        assert result.code == 0
        assert result.notes[0].startswith(
            "good: ada-quill@copperline.example signed this text with"
        )
        assert result.notes[1] == "dated 2026-03-01"

    def test_that_was_changed(self, folder: Path) -> None:
        text = folder / "good.md"
        text.write_bytes(text.read_bytes()[:-1])
        assert verify(str(text)).code == 1

    def test_as_its_writer_has_it(self, folder: Path) -> None:
        text = folder / "good.md"
        text.write_bytes(text.read_bytes().replace(b"Author:", b"Status: published\nAuthor:"))
        result = verify(str(text))
        assert result.code == 0
        assert "signed this text, without its lines Status and Approved_by, with" in result.notes[0]

    def test_at_another_time(self, folder: Path) -> None:
        keys = folder / "allowed_signers"
        for before, code in (("20260301Z", 0), ("20260227Z", 1)):
            key = signing.public_key("ada").line
            keys.write_text(f'a@x valid-before="{before}" {key}\n', "utf-8")
            assert verify(str(folder / "good.md")).code == code

    @pytest.mark.parametrize(
        ("gone", "said"),
        [
            ("good.md", "there is no file"),
            ("good.md.ada-quill.sig", "nothing signs"),
            ("allowed_signers", "without the public keys"),
        ],
    )
    def test_without_what_it_needs(self, folder: Path, gone: str, said: str) -> None:
        (folder / gone).unlink()
        result = verify(str(folder / "good.md"))
        assert result.code == 2
        assert said in result.notes[0]


def test_it_is_typed_in_a_folder_without_settings(signed_thread: Site, tmp_path: Path) -> None:
    shutil.copy(signed_thread.output / TEXT, tmp_path)
    code = "import sys; sys.argv[0] = 'newsroom'; import newsroom_script as it; sys.exit(it.main())"
    words = (sys.executable, "-c", code, "verify-statement")
    run = Site(tmp_path).run(*words, "good.md", PYTHONPATH=str(ROOT / "plugins"))
    assert (run.code, run.stdout) == (
        2,
        "cannot tell: nothing signs good.md: put its .sig beside it\n",
    )
    assert Site(tmp_path).run(*words, PYTHONPATH=str(ROOT / "plugins")).code == 2


class Trap(SimpleHTTPRequestHandler):
    """A host that answers what nobody wants."""

    def do_GET(self) -> None:
        name, _, number = self.path[1:].partition("/")
        self.send_response(302 if name in ("on", "away") else 200)
        if name == "on":
            self.send_header("Location", f"/on/{int(number) - 1}" if int(number) else "/end")
        if name == "away":
            self.send_header("Location", "file:///etc/hostname")
        self.end_headers()
        self.wfile.write(b"x" * 2_000)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def trap() -> Iterator[str]:
    with running(Trap) as address:
        yield address


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("end", "has more than 1,000 bytes"),
        ("on/3", "has more than 1,000 bytes"),
        ("on/9", "is redirected again and again"),
        ("away", "is no address on the web"),
    ],
)
def test_what_is_fetched_has_limits(trap: str, path: str, said: str) -> None:
    with pytest.raises(FetchError, match=said):
        fetch(trap + path, 1_000)
