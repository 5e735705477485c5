"""``newsroom init``: a repository of its own, without a problem, and nothing overwritten."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from newsroom.commands.line import load, read
from newsroom.commands.options import Given
from newsroom.commands.project import Project, Result
from newsroom.deploy.git import git
from newsroom.model.problems import CommandError, MissingError

from tests.sites import ROOT, Site, words
from tests.test_sites import dead_links

GIVEN = {
    "company": "Kettle & *Söhne*",
    "url": "https://news.kettle.example/",
    "author": "Zoë “Z” O'Hara",
    "role": "Head of Communications",
    "mail": "press_desk@kettle.example",
    "timezone": "Europe/Berlin",
}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each ``publishconf.py`` import the ``pelicanconf.py`` beside it."""
    monkeypatch.delitem(sys.modules, "pelicanconf", raising=False)


def init(folder: Path, *more: str, **changed: str) -> Result:
    """Make a newsroom in a folder, as a script does."""
    words = [f"--{name}={value}" for name, value in {**GIVEN, **changed}.items() if value]
    command = load("init")
    given = read(command, (str(folder), *words, *more), "newsroom init")
    return command.work(Project(), given)


def pages(folder: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in sorted(folder.glob("content/pages/*")))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Somebody signs"), ("fr", "Quelqu’un signe"), ("de", "Pressekontakt"),
     ("es", "Acerca de esta sala de prensa"), ("fr-ca", "Quelqu’un signe")],
)  # fmt: skip
def test_it_has_no_problem_in_any_language(language: str, said: str, tmp_path: Path) -> None:
    result = init(tmp_path / "site", telephone="+49 (0)30 123456", language=language)
    assert (result.problems, result.code) == ((), 0)
    project = Project(tmp_path / "site/publishconf.py")
    assert project.checkup.problems == ()
    assert said in pages(tmp_path / "site")
    settings = project.settings
    assert settings.company == GIVEN["company"]
    assert (settings.lang, settings.site_url) == (language, "https://news.kettle.example")
    assert settings.contact
    assert (settings.contact.name, settings.contact.telephone) == (
        GIVEN["author"],
        "+49 (0)30 123456",
    )
    assert [author.name for author in project.newsroom.authors] == [GIVEN["author"]]
    assert project.newsroom.entries == ()


def test_it_builds_before_anything_is_written(tmp_path: Path) -> None:
    init(tmp_path / "site", language="fr")
    site = Site(tmp_path / "site")
    run = site.build("-t", str(ROOT / "theme")).succeeds()
    assert "warning" not in run.stderr
    home = site.page("")
    assert "Rien n’est encore publié." in words(home.main)
    menu = [link.get("href") for link in home.select(".colophon-nav a")]
    assert menu == ["./corrections/", "./about/", "./media-contact/"]  # to nothing that is empty
    assert list(dead_links(site)) == []


def test_names_are_plain_text_in_its_pages(tmp_path: Path) -> None:
    init(tmp_path / "site", company="<b>Kettle</b> [x](y) {filename}")
    about = (tmp_path / "site/content/pages/about.md").read_text("utf-8")
    assert "<b>" not in about.partition("\n\n")[2]
    assert "{filename}" not in about


def test_it_is_a_repository_with_pins_and_without_addresses_of_registries(tmp_path: Path) -> None:
    init(tmp_path / "site")
    folder = tmp_path / "site"
    assert (folder / ".git/HEAD").is_file()
    pins = (folder / "requirements.txt").read_text("utf-8")
    assert re.search(r"^pelican-newsroom\[publish\]==[\d.]+$", pins, re.M)
    assert re.search(r"^pelican==4\.[\d.]+$", pins, re.M)
    assert "http" not in pins
    assert "--hash" not in pins
    tested = re.findall(r"^([\w-]+==\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    assert set(tested) <= {line.partition(" ")[0] for line in pins.splitlines()}
    code = (folder / "tasks.py").read_text("utf-8")
    assert len(code.splitlines()) == 3


@pytest.mark.parametrize(
    ("host", "file"),
    [("github", ".github/workflows/newsroom.yml"), ("gitlab", ".gitlab-ci.yml"), ("none", "")],
)
def test_it_writes_the_workflow_that_is_wanted(host: str, file: str, tmp_path: Path) -> None:
    init(tmp_path / "site", host=host)
    made = {
        path.relative_to(tmp_path / "site").as_posix()
        for path in (tmp_path / "site").rglob("*.yml")
    }
    assert made == {file} - {""}
    targets = Project(tmp_path / "site/publishconf.py").settings.targets
    assert ("github-pages" in targets) is (host == "github")
    readme = (tmp_path / "site/README.md").read_text("utf-8")
    assert not file or f"`{file}`" in readme


@pytest.mark.parametrize(
    ("url", "domain"),
    [("https://news.kettle.example", "news.kettle.example"), ("https://kettle.github.io", ""),
     ("https://kettle.example/news", "")],
)  # fmt: skip
def test_a_domain_is_claimed_at_github_where_the_whole_of_it_is_ours(
    url: str, domain: str, tmp_path: Path
) -> None:
    init(tmp_path / "site", host="github", url=url)
    targets = Project(tmp_path / "site/publishconf.py").settings.targets
    assert targets["github-pages"].get("domain", "") == domain


def test_a_repository_in_another_is_told_and_what_is_next_can_be_pasted(tmp_path: Path) -> None:
    git(tmp_path, "init")
    notes = init(tmp_path / "our newsroom").notes
    assert f"warning: {tmp_path} is a repository, too: add this folder to its .gitignore" in notes
    assert any(re.fullmatch(r"Go on    cd '[^']*our newsroom'", note) for note in notes)
    assert (tmp_path / "our newsroom/.git").is_dir()


def test_a_wrong_option_is_named_before_anything_is_asked(tmp_path: Path) -> None:
    options = {option.name: option for option in load("init").options}
    typed = {"dir": str(tmp_path), "host": "gitea"}
    given = Given(options, typed, interactive=True)
    with pytest.raises(CommandError, match="--host: 'gitea' is none of"):
        load("init").work(Project(), given)


def test_where_no_folder_can_be_is_said_first(tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    with pytest.raises(CommandError, match=r"/notes is no folder that you can write to: name an"):
        init(tmp_path / "notes/site", company="")


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / "content").mkdir(parents=True)
    (folder / "content/mine.txt").write_text("mine")
    (folder / ".gitlab-ci.yml").write_text("mine")
    (folder / "README.md").symlink_to("nowhere")
    with pytest.raises(CommandError, match=r"has README\.md already: nothing was written"):
        init(folder)
    assert sorted(path.name for path in folder.rglob("*")) == [
        ".gitlab-ci.yml",
        "README.md",
        "content",
        "mine.txt",
    ]
    (folder / "README.md").unlink()
    with pytest.raises(CommandError, match=r"has \.gitlab-ci\.yml already"):
        init(folder, host="gitlab")
    init(folder)
    assert (folder / "content/mine.txt").read_text() == "mine"
    assert (folder / "pelicanconf.py").is_file()
    with pytest.raises(CommandError, match="newsroom docs existing-sites"):
        init(folder)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "kettle.example"}, "--url: write a whole URL"),
        ({"url": "https://kettle.example/a b"}, "--url: write a whole URL"),
        ({"url": "https://kettlé.example"}, "is no address: write ü as xn--… in the domain"),
        ({"url": "https://kettle.example/?x=1"}, "--url: 'https://kettle.example/?x=1' is no"),
        ({"language": "klingon"}, "--language: expected a language such as en or pt-br"),
        ({"timezone": "Europe/Lodon"}, "--timezone: no time zone is called 'Europe/Lodon'"),
        ({"mail": "press"}, "--mail: 'press' is no mail address"),
        ({"telephone": "ring us"}, "--telephone: 'ring us' is no telephone number"),
        ({"host": "gitea"}, "--host: 'gitea' is none of: none, github, gitlab"),
        ({"author": "Press Office"}, "--author: 'Press Office' is no person's name"),
        ({"author": "KETTLE & *Söhne*"}, "is no person's name"),
        ({"author": "!!!"}, "--author: '!!!' is no person's name"),
        ({"sample": "nowhere"}, "--sample: there is no sample newsroom in nowhere"),
        ({"sample": str(ROOT), "language": "fr"}, "--sample: the sample newsroom is English"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_written(
    changed: dict[str, str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        init(tmp_path / "site", **changed)
    assert list(tmp_path.iterdir()) == []


def test_what_only_the_check_sees_is_a_problem_with_its_line(tmp_path: Path) -> None:
    result = init(tmp_path / "site", role="[[what she does]]")
    assert (result.code, result.notes) == (1, ("nothing was written",))
    assert [str(problem) for problem in result.problems] == [
        "content/authors/zoe-z-ohara.md:2: [[what she does]] is still to be written  [placeholder]"
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [("X = = 1", r"pelicanconf\.py:1: SyntaxError: invalid syntax$"),
     ("X = Y", r"pelicanconf\.py:1: NameError: name 'Y' is not defined")],
)  # fmt: skip
def test_a_fault_in_settings_that_others_take_in_is_named_where_it_is(
    line: str, said: str, tmp_path: Path
) -> None:
    init(tmp_path / "site")
    (tmp_path / "site/pelicanconf.py").write_text(line, "utf-8")
    with pytest.raises(CommandError, match=said):
        Project(tmp_path / "site/publishconf.py").declared  # noqa: B018  (it is read)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="--company is missing"):
        init(tmp_path / "site", company="")


def test_a_language_without_a_catalogue_is_said(tmp_path: Path) -> None:
    result = init(tmp_path / "site", language="it")
    assert [problem.rule for problem in result.problems] == ["catalogue"]
    assert "warning: content/pages/ is in English, too: translate it" in result.notes


def test_the_sample_of_a_working_tree(tmp_path: Path) -> None:
    result = init(tmp_path / "site", "--sample", timezone="Europe/London")
    assert all(problem.is_warning for problem in result.problems)
    newsroom = Project(tmp_path / "site/pelicanconf.py").newsroom
    assert "flood-post" in newsroom.by_id
    assert GIVEN["author"] in newsroom.by_name
