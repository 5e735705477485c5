"""Signing at the desk, with ``ssh-keygen`` itself: keys in files, of git, and in an agent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from newsroom.model.signed import signed_text

from tests.forked import Run
from tests.sites import ROOT, Site
from tests.test_rules import BASE

CONF = """
SITENAME, TIMEZONE, PATH = "Copperline", "UTC", "content"
NEWSROOM_FEED_TAG = "newsroom.copperline.example,2024"
"""
FOLDER = "content/incidents/rude-post"
DRAFT = f"{FOLDER}/what-we-found.md"
POST = "content/posts/spring-range.md"
ADA, TOM = "Ada Quill", "Tom Brandt"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys of several types; those of Ada and Tom are in their profiles."""
    folder = tmp_path_factory.mktemp("keys")
    for name, kind in {"ada": "ed25519", "tom": "ecdsa", "other": "ed25519", "rsa": "rsa"}.items():
        make_key(folder / name, kind)
    make_key(folder / "locked", "ed25519", "open sesame")
    return folder


def make_key(file: Path, kind: str, passphrase: str = "") -> None:
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", f"{file.stem}@desk", "-f"]
    subprocess.run([*command, str(file)], check=True)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Site:
    """The base newsroom, on 15 March 2026; Ada and Tom have their keys since they began."""
    site = Site(tmp_path_factory.mktemp("keyed") / "site")
    shutil.copytree(BASE, site.folder / "content")
    shutil.copy(ROOT / "tasks.py", site.folder)
    (site.folder / "plugins").mkdir()
    (site.folder / "plugins/newsroom").symlink_to(ROOT / "plugins/newsroom")
    site.write("pelicanconf.py", CONF)
    for name, slug in ((ADA, "ada-quill"), (TOM, "tom-brandt")):
        public = keys / f"{slug[:3]}.pub"
        said = site.invoke("author", name, f"--key={public}").succeeds().stdout
        assert f"changed  content/authors/{slug}.md: {name} signs with this key from now" in said
        site.edit(f"content/authors/{slug}.md", " since:2026-03-15", " since:2026-01-01")
    site.edit(DRAFT, "Author: Tom Brandt", "Status: draft\nAuthor: Ada Quill")
    return site


@pytest.fixture
def newsroom(keyed: Site, tmp_path: Path) -> Site:
    return keyed.again(tmp_path / "site")


@pytest.fixture(autouse=True)
def nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the keys of who runs the tests alone."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture
def agent(tmp_path: Path, keys: Path) -> Iterator[str]:
    """The socket of an agent that holds Tom's key, and one of nobody."""
    socket = str(tmp_path / "agent")
    running = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    assert running.stdout
    running.stdout.readline()
    environment = os.environ | {"SSH_AUTH_SOCK": socket}
    names = [str(keys / name) for name in ("other", "rsa", "tom")]
    subprocess.run(["ssh-add", "-q", *names], env=environment, check=True, capture_output=True)
    yield socket
    running.terminate()
    running.wait()
    running.stdout.close()


def checked(site: Site) -> Run:
    return site.invoke("check", "--format=github")


def is_good(site: Site, source: str, slug: str, public: Path) -> bool:
    """Whether ssh-keygen itself accepts a signature, by what is published of the source."""
    domain = "newsroom.copperline.example"
    signers = site.write("signers", f"{slug}@{domain} {public.read_text('utf-8')}")
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", f"{slug}@{domain}"]
    signature = str(site.folder / f"{source}.{slug}.sig")
    done = subprocess.run(
        [*command, "-n", f"newsroom@{domain}", "-s", signature],
        input=signed_text((site.folder / source).read_bytes()),
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_several_are_signed_at_once_and_approval_needs_no_new_signature(
    newsroom: Site, keys: Path
) -> None:
    statement = f"{FOLDER}/statement.md"
    newsroom.edit(DRAFT, "2026-03-12 09:30", "2026-03-16 09:00")
    said = newsroom.invoke("sign", statement, DRAFT, f"--key={keys / 'ada'}").succeeds().stdout
    assert f"created  {statement}.ada-quill.sig: signed by Ada Quill" in said
    assert f"git add {FOLDER} && git commit" in said
    assert f"Go on    invoke approve {DRAFT}\n" in said
    assert is_good(newsroom, statement, "ada-quill", keys / "ada.pub")
    newsroom.invoke("approve", DRAFT, f"--by={TOM}").succeeds()
    assert is_good(newsroom, DRAFT, "ada-quill", keys / "ada.pub")
    assert "signature" not in checked(newsroom).succeeds().stdout


def test_what_is_changed_is_signed_again(newsroom: Site, keys: Path) -> None:
    newsroom.invoke("sign", POST, f"--key={keys / 'ada.pub'}").succeeds()
    said = newsroom.invoke("correct", POST, "It was Tuesday.").succeeds().stdout
    assert f"then sign it again, invoke sign {POST}" in said
    assert "title=signature-wrong" in checked(newsroom).fails().stdout
    said = newsroom.invoke("sign", POST, f"--key={keys / 'ada'}").succeeds().stdout
    assert f"changed  {POST}.ada-quill.sig" in said
    assert f"git add {POST} {POST}.ada-quill.sig && git" in said
    checked(newsroom).succeeds()
    newsroom.edit(POST, "Title: ", "Title: A")
    newsroom.invoke("withdraw", POST, "It was wrong.").succeeds()
    checked(newsroom).succeeds()
    assert "needs no signature" in newsroom.invoke("sign", POST).fails().stderr


def test_the_key_of_git_or_of_the_agent_is_taken(newsroom: Site, keys: Path, agent: str) -> None:
    for value in (keys / "ada", keys / "ada.pub"):
        config = newsroom.write("gitconfig", f"[user]\nsigningkey = {value}\n")
        run = newsroom.invoke("sign", POST, GIT_CONFIG_GLOBAL=str(config), SSH_AUTH_SOCK=agent)
        assert "signed by Ada Quill" in run.succeeds().stdout
    newsroom.edit(POST, "Author: Ada Quill", "Author: Tom Brandt")
    (newsroom.folder / f"{POST}.ada-quill.sig").unlink()
    newsroom.invoke("sign", POST, SSH_AUTH_SOCK=agent).succeeds()
    assert is_good(newsroom, POST, "tom-brandt", keys / "tom.pub")
    public = (keys / "tom.pub").read_text("utf-8").strip()
    config = newsroom.write("gitconfig", f"[user]\nsigningkey = key::{public}\n")
    environment = {"GIT_CONFIG_GLOBAL": str(config), "SSH_AUTH_SOCK": agent}
    newsroom.invoke("sign", POST, **environment).succeeds()
    run = newsroom.invoke("sign", POST, GIT_CONFIG_GLOBAL=str(config)).fails()
    assert "ssh-keygen has not signed with ecdsa-sha2-nistp256 AAAA" in run.stderr
    run = newsroom.invoke("sign", POST).fails()
    assert run.stderr.startswith("error: --key is missing: Which key?")
    assert run.code == 2


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("other", "no profile has the key SHA256:"),
        ("rsa", "is of a key of the type 'ssh-rsa': one begins with ssh-ed25519, "),
        ("locked", "incorrect passphrase"),
        ("gone", "--key: there is no file "),
        ("text", "ssh-keygen has not signed with "),
    ],
)
def test_a_key_that_cannot_sign_is_named(key: str, said: str, newsroom: Site, keys: Path) -> None:
    (keys / "text").write_text("hello\n", "utf-8")
    (keys / "text").chmod(0o600)
    run = newsroom.invoke("sign", POST, f"--key={keys / key}").fails()
    assert said in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert not list((newsroom.folder / "content/posts").glob("*.sig"))


def test_a_key_signs_only_what_is_of_its_time(newsroom: Site, keys: Path) -> None:
    profile = "content/authors/ada-quill.md"
    newsroom.edit(profile, "since:2026-01-01", "since:2026-03-15")
    run = newsroom.invoke("sign", POST, f"--key={keys / 'ada'}").fails()
    assert "is by a key that holds since 2026-03-15, and this is of 2026-" in run.stderr
    assert "mend that line in content/authors/ada-quill.md" in run.stderr
    newsroom.invoke("sign", DRAFT, f"--key={keys / 'ada'}").succeeds()
    newsroom.edit(profile, "since:2026-03-15", "until:2026-03-14")
    run = newsroom.invoke("sign", DRAFT, f"--key={keys / 'ada'}").fails()
    assert "is by a key that holds until 2026-03-14, and this is of 2026-03-15" in run.stderr


def test_without_ssh_keygen_it_says_so(newsroom: Site, keys: Path, tmp_path: Path) -> None:
    for name in ("git", "env"):
        program = shutil.which(name)
        assert program
        (tmp_path / name).symlink_to(program)
    run = newsroom.invoke("sign", POST, f"--key={keys / 'ada'}", PATH=str(tmp_path)).fails()
    assert "ssh-keygen is not here: install OpenSSH" in run.stderr


def test_approval_signs_at_once(newsroom: Site, keys: Path) -> None:
    newsroom.write("pelicanconf.py", f"{CONF}\nNEWSROOM_REQUIRE_SIGNATURES = '2026-03-15'\n")
    newsroom.invoke("sign", DRAFT, f"--key={keys / 'ada'}").succeeds()
    before = (newsroom.folder / DRAFT).read_bytes()
    wrong = newsroom.invoke("approve", DRAFT, f"--by={TOM}", "--sign", f"--key={keys / 'ada'}")
    assert "this is the key of Ada Quill: Tom Brandt signs what is approved" in wrong.fails().stderr
    assert (newsroom.folder / DRAFT).read_bytes() == before
    run = newsroom.invoke("approve", DRAFT, f"--by={TOM}", "--sign", f"--key={keys / 'tom'}")
    assert f"created  {DRAFT}.tom-brandt.sig: signed by Tom Brandt" in run.succeeds().stdout
    assert f"Ada Quill must sign this before the next build: invoke sign {DRAFT}" in run.stderr
    assert "title=signature-wrong" in checked(newsroom).fails().stdout
    newsroom.invoke("sign", DRAFT, f"--key={keys / 'ada'}").succeeds()
    checked(newsroom).succeeds()


def test_an_author_approves_and_signs_what_needs_nobody_else(newsroom: Site, keys: Path) -> None:
    newsroom.edit(POST, "Author:", "Status: draft\nAuthor:")
    run = newsroom.invoke("approve", POST, "--sign", f"--key={keys / 'ada'}").succeeds()
    assert "signed by Ada Quill" in run.stdout
    assert "warning" not in run.stderr
    assert is_good(newsroom, POST, "ada-quill", keys / "ada.pub")


def test_a_public_key_comes_into_a_profile_and_a_private_one_never(
    newsroom: Site, keys: Path
) -> None:
    folder = newsroom.folder / "content/authors"
    before = {file: file.read_bytes() for file in folder.iterdir()}
    for key, said in {
        str(keys / "other"): "is a private key, which stays with its owner: give the .pub file",
        str(keys / "rsa.pub"): "is 'ssh-rsa' and no public key: one begins with ssh-ed25519",
        str(keys / "tom.pub"): "content/authors/tom-brandt.md has this key already",
        "ssh-ed25519 AAAA": "this is cut off",
    }.items():
        assert said in newsroom.invoke("author", ADA, f"--key={key}").fails().stderr
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
    line = (keys / "other.pub").read_text("utf-8")
    newsroom.invoke("author", "Nora Field", "--role=Clerk", f"--key={line}").succeeds()
    made = (folder / "nora-field.md").read_text("utf-8")
    assert f"Key: {line.rpartition(' ')[0]} since:2026-03-15\n" in made
    checked(newsroom).succeeds()


def test_at_a_terminal_the_key_and_its_passphrase_are_asked(newsroom: Site, keys: Path) -> None:
    newsroom.invoke("author", ADA, f"--key={keys / 'locked.pub'}").succeeds()
    environment = os.environ | {"SOURCE_DATE_EPOCH": newsroom.now, "TERM": "xterm"}
    environment |= {"PROMPT_TOOLKIT_NO_CPR": "1", "EDITOR": "", "VISUAL": "", "DISPLAY": ""}
    child = pexpect.spawn(
        sys.executable, ["-m", "invoke", "sign", DRAFT], cwd=newsroom.folder,
        env=environment, timeout=120, encoding="utf-8", dimensions=(40, 120),
    )  # fmt: skip
    child.expect_exact("Which key?")
    child.send(f"{keys / 'gone'}\r")
    child.expect_exact("there is no file")
    child.send(f"{keys / 'locked'}\r")
    child.expect_exact("Enter passphrase")
    child.send("open sesame\r")
    child.expect_exact("signed by Ada Quill")
    child.expect(pexpect.EOF)
    assert is_good(newsroom, DRAFT, "ada-quill", keys / "locked.pub")
