"""The signed list of a release, held against ``sha256sum`` and ``ssh-keygen`` themselves."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from newsroom.deploy.live_site import release_differences
from newsroom.model.settings import Settings, SettingsError
from newsroom.publish.checksums import SIGNATURE, SUMS, release_fault, sign_release, sums_of

from tests.serve import hosting
from tests.test_signing import make_key

FILES = {"index.html": "Home", "a b/é.txt": "One", "a b/é.txt.br": "twin", "back\\slash.txt": "Two"}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "release"
    make_key(file, "ecdsa")
    return file


@pytest.fixture
def settings(key: Path) -> Settings:
    return Settings.read(
        {
            "NEWSROOM_FEED_TAG": "newsroom.copperline.example,2024",
            "NEWSROOM_RELEASE_KEY": key.with_suffix(".pub").read_text("utf-8").strip(),
            "NEWSROOM_SIGN_KEY": str(key),
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path / "site"


def test_everybody_can_check_it(
    folder: Path, settings: Settings, key: Path, tmp_path: Path
) -> None:
    sign_release(folder, tmp_path / "none", settings)
    listed = subprocess.run(["sha256sum", "-c", SUMS], cwd=folder, capture_output=True, text=True)
    assert listed.returncode == 0
    assert listed.stdout.count(": OK") == len(FILES) - 1  # the twin
    signers = tmp_path / "signers"
    signers.write_text(f"release {key.with_suffix('.pub').read_text('utf-8')}", "utf-8")
    namespace = "newsroom-release@newsroom.copperline.example"
    command = ["ssh-keygen", "-Y", "verify", "-I", "release", "-n", namespace, "-s", SIGNATURE]
    with (folder / SUMS).open("rb") as sums:
        subprocess.run([*command, "-f", str(signers)], cwd=folder, stdin=sums, check=True)


def test_while_nothing_changes_it_is_not_signed_again(
    folder: Path, settings: Settings, tmp_path: Path
) -> None:
    sign_release(folder, tmp_path / "none", settings)
    made = (folder / SIGNATURE).read_bytes()
    (tmp_path / "output" / SIGNATURE).parent.mkdir(parents=True)
    (tmp_path / "output" / SIGNATURE).write_bytes(made)
    sign_release(folder, tmp_path / "output", settings)
    assert (folder / SIGNATURE).read_bytes() == made  # an ECDSA key never signs alike twice
    (folder / "index.html").write_text("Changed", "utf-8")
    sign_release(folder, tmp_path / "output", settings)
    assert (folder / SIGNATURE).read_bytes() != made


def test_another_key_is_refused(folder: Path, settings: Settings, tmp_path: Path) -> None:
    make_key(tmp_path / "other", "ed25519")
    other = Settings.read(
        {
            "NEWSROOM_FEED_TAG": "newsroom.copperline.example,2024",
            "NEWSROOM_RELEASE_KEY": settings.release_key,
            "NEWSROOM_SIGN_KEY": str(tmp_path / "other"),
        }
    )
    with pytest.raises(SettingsError, match="is by another key than NEWSROOM_RELEASE_KEY: SHA256:"):
        sign_release(folder, tmp_path / "none", other)
    assert not (folder / SIGNATURE).exists()
    with pytest.raises(SettingsError, match="NEWSROOM_RELEASE_KEY: expected a public key"):
        Settings.read({"NEWSROOM_RELEASE_KEY": "-----BEGIN OPENSSH PRIVATE KEY-----"})


def test_what_is_live_is_checked(folder: Path, settings: Settings, tmp_path: Path) -> None:
    with hosting(folder, {}) as address:
        (missing,) = release_differences(address, settings)
        assert missing.message.startswith(f"{SUMS} answered 404: publish it again")
        sign_release(folder, tmp_path / "none", settings)
        assert not release_differences(address, settings)
        (folder / SUMS).write_bytes(sums_of({"index.html": "0" * 64}))
        (wrong,) = release_differences(address, settings)
    assert (wrong.kind, wrong.message) == (
        "signature",
        f"{SIGNATURE} is not of this text: deploy again",
    )
    assert release_fault(b"", b"", settings) == "is no SSH signature"
