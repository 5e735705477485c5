"""What must never be published, planted in small sites: found once, and never repeated.

No key stands in this file: each is put together when the test runs.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from newsroom.model.problems import Problem
from newsroom.publish.leaks import findings
from newsroom.publish.local_paths import LocalPaths
from newsroom.publish.secrets import KINDS

from tests.sites import Site

FIXTURES = Path(__file__).parent / "leaks"
NOWHERE = LocalPaths(())


def word(length: int, letters: str = "a1B2c3D4e5F6g7H8") -> str:
    """Letters and digits that no one uses as a key."""
    return (letters * 30)[:length]


def digits(length: int) -> str:
    return word(length, "0123456789abcdef")


# The kind of each, how it begins, and the rest of it.
KEYS: list[tuple[str, str, str]] = [
    *(
        ("an AWS access key id", begins, "IOSFODNN7" + "EXAMPLE")
        for begins in ("AKIA", "ASIA", "ABIA", "ACCA")
    ),
    ("an AWS secret access key", "aws_secret_access_key", " = " + word(40)),
    ("an AWS secret access key", "SecretAccessKey", "&quot;: &quot;" + word(40)),
    *(("a GitHub token", f"gh{kind}_", word(36)) for kind in "pousr"),
    ("a GitHub token", "github_pat_", word(22) + "_" + word(59)),
    *(("a GitLab token", f"gl{kind}-", word(20)) for kind in ("pat", "dt", "rt", "ptt")),
    ("a Slack token", "xoxb-", "123456789012-" + word(24)),
    ("a Slack token", "xoxe.xoxp-", "1-" + word(60)),
    ("a Slack token", "xapp-", "1-A0123456789-" + word(40)),
    ("a Slack webhook", "https://hooks.slack.com/", "services/T01234567/B01234567/" + word(24)),
    ("a Slack webhook", "https:\\/\\/hooks.slack.com\\/", "services\\/T012\\/B012\\/" + word(24)),
    ("a Discord webhook", "https://discord.com/api/", "webhooks/123456789012345678/" + word(68)),
    (
        "a Teams webhook",
        "https://x.webhook.office.com/",
        f"webhookb2/{word(73)}/Incoming/{word(32)}",
    ),
    (
        "the signed address of a workflow",
        "https://prod-1.westeurope.logic.azure.com:443/",
        "x/triggers/manual/paths/invoke?sv=1.0&amp;sig=" + word(43),
    ),
    ("a live Stripe key", "sk_live_", word(24)),
    ("a live Stripe key", "rk_live_", word(24)),
    ("the secret of a Stripe webhook", "whsec_", word(32)),
    ("a Google API key", "AIza", word(35)),
    ("a Google client secret", "GOCSPX-", word(28)),
    ("a Google access token", "ya29.", word(60)),
    ("the key of a service account", '"private_key_id', '": "' + digits(40)),
    ("an npm token", "npm_", word(36)),
    ("a PyPI token", "pypi-AgE", "IcHlwaS5vcmc" + word(80)),
    ("a SendGrid key", "SG.", word(22) + "." + word(43)),
    ("a Twilio key", "SK", digits(32)),
    ("a Mailgun key", "key-", digits(32)),
    ("an OpenAI key", "sk-proj-", word(30) + "T3Blbk" + "FJ" + word(30)),
    ("an Anthropic key", "sk-ant-", "api03-" + word(93) + "AA"),
    *(
        ("a private key", "-----BEGIN ", f"{kind}PRIVATE KEY-----")
        for kind in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")
    ),
    ("a private key", "-----BEGIN ", "PGP PRIVATE KEY BLOCK-----"),
    ("a private key of PuTTY", "PuTTY-User-Key-", "File-3: ssh-ed25519"),
    ("a private key of age", "AGE-SECRET-KEY-", "1" + word(58, "QPZRY9X8GF2TVDW0")),
    ("an Azure storage key", "AccountKey=", word(86) + "=="),
    ("the secret of an Azure application", "abc", "8Q~" + word(34)),
    *(("a Cloudflare token", f"{kind}_", word(48)) for kind in ("cfk", "cfut", "cfat")),
    ("a Cloudflare key", "v1.0-", digits(24) + "-" + digits(146)),
    ("a DigitalOcean token", "dop_v1_", digits(64)),
    ("a Docker token", "dckr_pat_", word(27)),
    ("a Hugging Face token", "hf_", word(34, "abcDEFghi")),
    ("a Netlify token", "nfp_", word(40)),
    ("a Shopify token", "shpat_", digits(32)),
    ("a Vault token", "hvs.", word(95)),
    ("a URL with a password", "postgres://press:", word(12) + "@db.company.example/news"),
    ("a URL with a password", "https%3A%2F%2Fpress%3A", word(12) + "%40company.example"),
]


def site(folder: Path, **files: str | bytes) -> list[str]:
    """A site of files named ``page_html`` for ``page.html``; returns their paths."""
    paths = []
    for name, content in files.items():
        path = ".".join(name.rsplit("_", 1))
        data = content.encode() if isinstance(content, str) else content
        (folder / path).write_bytes(data)
        paths.append(path)
    return paths


def looked(
    folder: Path, environment: Mapping[str, str] | None = None, **files: str | bytes
) -> list[Problem]:
    return findings(folder, site(folder, **files), NOWHERE, environment or {})


@pytest.mark.parametrize(("kind", "begins", "rest"), KEYS)
def test_a_key_is_found_once_on_its_line_and_not_repeated(
    tmp_path: Path, kind: str, begins: str, rest: str
) -> None:
    page = f"<h1>A key</h1>\n<p>not this line</p>\n<pre>{begins}{rest}\n</pre>\n"
    [problem] = looked(tmp_path, page_html=page)
    assert (problem.path, problem.line, problem.rule) == ("page.html", 3, "secret")
    assert f"holds {kind}" in problem.message
    if not kind.startswith("a private key"):  # there, the message names what is no secret
        assert not _pieces(rest) & _pieces(problem.message)


def _pieces(text: str) -> set[str]:
    """All that stands in a text in eight characters: no word of a message has them by chance."""
    return {text[at : at + 8] for at in range(len(text) - 7)}


def test_every_kind_has_a_key_here() -> None:
    assert {kind.name for kind in KINDS} == {kind for kind, _begins, _rest in KEYS}


def test_at_most_four_characters_of_a_key_are_said(tmp_path: Path) -> None:
    [problem] = looked(tmp_path, page_html="github" + "_pat_" + word(22) + "_" + word(59))
    assert str(problem) == (
        "page.html:1: holds a GitHub token that begins with gith: take it out and have it"
        " revoked, for others may have seen it; in a text about such keys, shorten it (gith…)"
        "  [secret]"
    )


def test_two_keys_on_two_lines_are_two_problems_and_the_same_on_one_line_is_one(
    tmp_path: Path,
) -> None:
    key = "gh" + "p_" + word(36)
    found = looked(tmp_path, page_html=f"{key} {key}\n\n{key}\n", feed_json=f'{{"x": "{key}"}}')
    assert [(problem.path, problem.line) for problem in found] == [
        ("feed.json", 1),
        ("page.html", 1),
        ("page.html", 3),
    ]


def test_files_that_are_no_text_are_searched(tmp_path: Path) -> None:
    key = ("sk" + "_live_" + word(24)).encode()
    found = looked(tmp_path, film_mp4=b"\0\0\n\n\0" + key + b"\0", paper_pdf=b"%PDF-1.7\n" + key)
    assert [(problem.path, problem.line, problem.rule) for problem in found] == [
        ("film.mp4", 1, "secret"),
        ("paper.pdf", 1, "secret"),
    ]


def test_a_line_of_a_feed_begins_anew_after_a_break(tmp_path: Path) -> None:
    key = "AKIA" + "IOSFODNN7" + "EXAMPLE"
    text = f'{{"a": "the key:\\n{key}", "b": "the file:\\n/home/anna/x"}}'
    found = looked(tmp_path, feed_json=text)
    assert [problem.rule for problem in found] == ["local-path", "secret"]


def test_a_compressed_twin_is_left_to_the_file_beside_it(tmp_path: Path) -> None:
    key = "gl" + "pat-" + word(20)
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(key.encode()))
    (tmp_path / "page.html.br").write_text(key)
    (tmp_path / "page.html").write_text(key)
    paths = ["page.html", "page.html.br", "page.html.gz"]
    assert [problem.path for problem in findings(tmp_path, paths, NOWHERE, {})] == ["page.html"]
    assert len(findings(tmp_path, paths[1:2], NOWHERE, {})) == 1


def test_what_only_looks_like_a_secret_is_left_alone(tmp_path: Path) -> None:
    page = (FIXTURES / "near-misses.html").read_bytes()
    assert looked(tmp_path, page_html=page) == []


@pytest.mark.parametrize(
    "near",
    [
        "AKIA" + "IOSFODNN7" + "EXAMPLES",
        "X" + "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "gh" + "p_" + word(35),
        "AIza" + word(36),
        "npm" + "_" + word(37),
    ],
)
def test_a_key_that_is_too_short_too_long_or_within_a_word_is_none(
    tmp_path: Path, near: str
) -> None:
    assert looked(tmp_path, page_html=f"<p>{near}</p>") == []


def test_a_key_that_is_a_credential_of_the_environment_too_is_one_problem(tmp_path: Path) -> None:
    key = "gh" + "p_" + word(36)
    [problem] = looked(tmp_path, {"GITHUB_TOKEN": key}, page_html=key)
    assert "the value of GITHUB_TOKEN" in problem.message


def test_a_credential_of_the_environment_is_found_and_named_but_not_said(tmp_path: Path) -> None:
    value = 'p4&ss"word-' + word(9)
    written = value.replace("&", "&amp;").replace('"', "&quot;")
    [problem] = looked(tmp_path, {"UPLOAD_PASSWORD": value}, page_html=f"\n<p>{written}</p>")
    assert (problem.line, problem.rule) == (2, "secret")
    assert "holds the value of UPLOAD_PASSWORD: take it out" in problem.message
    assert not _pieces(value) & _pieces(problem.message)


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "DEPLOY_KEY",
        "api_token",
        "CLIENT_SECRET",
        "GIT_PAT",
        "MASTODON_ACCESS_TOKEN",
    ],
)
def test_names_of_credentials(tmp_path: Path, name: str) -> None:
    assert len(looked(tmp_path, {name: "x7-" + word(12)}, page_html="x7-" + word(12))) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_TOKEN", "tooshort123"),
        ("SECRET_NAME", "newsroom-7-production"),
        ("SECRET_STORE", "communications"),
        ("TOKEN_KIND", "access-controlled"),
        ("SIGNING_KEY", "/etc/ssl/private.pem"),
        ("SIGNING_KEY", "~/keys/news.pem"),
        ("TOKEN_URL", "https://company.example/oauth"),
        ("SITE_KEY_PUBLIC", "6c1f0d8b9e2a4735"),
        ("INDEXNOW_KEY", "6c1f0d8b9e2a4735"),
        ("LANGUAGE", "6c1f0d8b9e2a4735"),
    ],
)
def test_variables_that_are_no_credentials(tmp_path: Path, name: str, value: str) -> None:
    assert looked(tmp_path, {name: value}, page_html=f"<p>{value}</p>") == []


def test_a_token_that_begins_with_a_slash_is_no_path(tmp_path: Path) -> None:
    value = "/" + word(20) + "/" + word(18)
    assert len(looked(tmp_path, {"SECRET": value}, page_html=value)) == 1


def test_local_paths_are_told_from_addresses(tmp_path: Path) -> None:
    page = (FIXTURES / "local-paths.html").read_text("utf-8")
    wanted = [
        number
        for number, line in enumerate(page.splitlines(), 1)
        if line.endswith("<!-- found -->")
    ]
    found = looked(tmp_path, page_html=page)
    assert {problem.rule for problem in found} == {"local-path"}
    assert sorted({problem.line for problem in found}) == wanted


def test_paths_in_the_lists_of_hosts_are_paths_of_the_site(tmp_path: Path) -> None:
    for name in ("_redirects", "robots.txt", "list.txt"):
        (tmp_path / name).write_text("Allow: /home/press/ \n")
    found = findings(tmp_path, ["_redirects", "robots.txt", "list.txt"], NOWHERE, {})
    assert [problem.path for problem in found] == ["list.txt"]


def test_this_machines_places_are_found_also_in_links_and_in_what_is_no_text(
    tmp_path: Path,
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    local = LocalPaths.here(project)
    where = str(project).encode()
    paths = site(
        tmp_path,
        page_html=b'\n<a href="' + where + b'/content/x.md">x</a>\n\n' + where + b"s\nx" + where,
        paper_pdf=b"%PDF-1.7\n\n(" + where + b"/paper.tex)",
        link_html=b'<a href="https://company.example' + where + b'/">x</a>',
    )
    found = findings(tmp_path, paths, local, {})
    assert [(problem.path, problem.line, problem.rule) for problem in found] == [
        ("page.html", 2, "local-path"),
        ("paper.pdf", 1, "local-path"),
    ]
    assert "the project's folder on this machine" in found[0].message


def test_folders_that_stand_in_many_texts_are_no_places() -> None:
    named = {"/srv": "a", "/": "b", "/usr/local": "c", "/srv/press": "d", "/srv/press/news": "e"}
    assert [place.folder for place in LocalPaths.of(named).places] == [
        "/srv/press/news",
        "/srv/press",
    ]


def test_the_sample_newsroom_has_nothing_to_be_found(published: Site) -> None:
    local = LocalPaths.here(published.folder)
    assert any(place.folder == str(published.folder) for place in local.places)
    paths = [
        path.relative_to(published.output).as_posix()
        for path in published.output.rglob("*")
        if path.is_file()
    ]
    assert len(paths) > 100
    assert findings(published.output, paths, local, os.environ) == []
