"""Object storage, against real servers: order, headers, locks, kills, and the way back."""

from __future__ import annotations

import shutil
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from newsroom.deploy import s3
from newsroom.deploy.plan import ASSETS, LISTS, NEW_PAGES, PAGES
from newsroom.deploy.s3 import S3Target
from newsroom.deploy.targets import declared
from newsroom.model.policy import FOR_EVER, SHORTLY
from newsroom.model.problems import CommandError
from newsroom.model.settings import Settings, SettingsError
from newsroom.publish.manifest import Manifest

from tests import deploys
from tests.servers.stores import CREDENTIALS, make_bucket, moto, rclone_store


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def options(store: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "s3",
        "bucket": "site",
        "releases": "releases",
        "endpoint": store,
        "region": "us-east-1",
    } | more


def target(store: str, folder: Path, **more: Any) -> S3Target:
    settings = Settings(targets={"s3": options(store, **more)})
    found = declared("s3", settings, folder).target
    assert isinstance(found, S3Target)
    return found


class Buckets:
    """A store of rclone: its address, and the folder that its buckets are."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.site = folder / "site"


@pytest.fixture
def buckets(tmp_path: Path) -> Iterator[Buckets]:
    folder = tmp_path / "store"
    for name in ("site", "releases"):
        (folder / name).mkdir(parents=True)
    with rclone_store(folder) as address:
        yield Buckets(address, folder)


class TestMoto:
    """What only a store that keeps headers and conditions can show."""

    @pytest.fixture(scope="class")
    def store(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
        with moto(tmp_path_factory.mktemp("moto")) as address:
            for name in ("site", "releases"):
                make_bucket(address, name)
            yield address

    def test_files_have_their_headers_and_changed_ones_alone_are_sent(
        self, store: str, tmp_path: Path
    ) -> None:
        there = target(store, tmp_path)
        first = deploys.write_site(tmp_path / "a", 1, range(3))
        deploys.deploy(there, deploys.source(tmp_path / "a", first))
        for path in first.files:
            with urllib.request.urlopen(f"{store}/site/{path}") as answer:
                assert answer.read() == (tmp_path / "a" / path).read_bytes()
                fresh = FOR_EVER if "-h" in path else SHORTLY
                assert answer.headers["Cache-Control"] == fresh
                assert "Content-Encoding" not in answer.headers
        for path, kind in (("index.html", "text/html"), ("feeds/all.atom", "application/atom+xml")):
            with urllib.request.urlopen(f"{store}/site/{path}") as answer:
                assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        shutil.copytree(tmp_path / "a", tmp_path / "b")
        (tmp_path / "b" / "posts/p1/index.html").write_text("changed", "utf-8")
        second = Manifest.of(tmp_path / "b", first.files, deploys.BUILT)
        delivery = deploys.deploy(there, deploys.source(tmp_path / "b", second))
        assert list(delivery.changed) == ["posts/p1/index.html"]

    def test_a_changed_policy_sends_all_files_again(
        self, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there = target(store, tmp_path, bucket="site/policy", releases="releases/policy")
        made = deploys.write_site(tmp_path / "a", 1, range(3))
        deploys.deploy(there, deploys.source(tmp_path / "a", made))
        monkeypatch.setattr("newsroom.model.policy.SHORTLY", "public, max-age=5")
        monkeypatch.setattr("newsroom.deploy.s3.cache_control", lambda _path: "public, max-age=5")
        delivery = deploys.deploy(there, deploys.source(tmp_path / "a", made))
        assert sorted(delivery.changed) == sorted(made.files)
        with urllib.request.urlopen(f"{store}/site/policy/index.html") as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=5"

    def test_of_two_at_once_one_waits(self, store: str, tmp_path: Path) -> None:
        there = target(store, tmp_path, releases="releases/lock")
        with there.held(), pytest.raises(CommandError, match="its lock ends at"):
            there.held().__enter__()
        assert there.read(f"{there.store}/lock") == (b"", "")

    @pytest.mark.parametrize("lock", [b"", b"{", b'{"until": "2026-01-01T00:00:00+00:00"}'])
    def test_of_two_that_find_no_lock_that_counts_one_takes_it(
        self, store: str, tmp_path: Path, lock: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, late = (target(store, tmp_path, releases="releases/over") for _ in range(2))
        if lock:
            first.write(f"{first.store}/lock", lock)
        looked = late.read(f"{late.store}/lock")
        with first.held(), monkeypatch.context() as patched:
            answers = [looked]
            patched.setattr(
                S3Target,
                "read",
                lambda there, file, read=S3Target.read: (
                    answers.pop() if answers else read(there, file)
                ),
            )
            with pytest.raises(CommandError, match="another deploy is under way"):
                late.held().__enter__()
        assert first.read(f"{first.store}/lock") == (b"", "")

    def test_a_lock_is_renewed(
        self, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(s3, "LEASE", timedelta(seconds=0.6))
        there = target(store, tmp_path, releases="releases/renewed")
        with there.held():
            first = there.read(f"{there.store}/lock")
            time.sleep(1)
            with pytest.raises(CommandError, match="another deploy is under way"):
                there.held().__enter__()
            assert there.read(f"{there.store}/lock") != first

    def test_cloudfront_is_asked_to_forget_what_changed(
        self, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import boto3

        monkeypatch.setenv("AWS_ENDPOINT_URL", store)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("cloudfront")
        nobody = {"OriginAccessIdentity": ""}
        origin = {"Id": "o", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": nobody}
        behaviour = {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"}
        wanted = {
            "CallerReference": "1",
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behaviour,
            "Comment": "",
            "Enabled": True,
        }
        made = client.create_distribution(DistributionConfig=wanted)["Distribution"]["Id"]
        there = target(store, tmp_path, bucket="site/c", releases="releases/c", cloudfront=made)
        manifest = deploys.write_site(tmp_path / "a", 1, range(1))
        deploys.deploy(there, deploys.source(tmp_path / "a", manifest))
        listed = client.list_invalidations(DistributionId=made)["InvalidationList"]["Items"]
        batch = client.get_invalidation(DistributionId=made, Id=listed[0]["Id"])
        paths = batch["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]
        assert paths == ["/*"]
        wrong = target(store, tmp_path, bucket="site/d", releases="releases/d", cloudfront="NONE")
        with pytest.raises(CommandError, match="the site is up to date"):
            deploys.deploy(wrong, deploys.source(tmp_path / "a", manifest))


class TestSignatures:
    def test_a_wrong_secret_fails_in_one_line_that_does_not_say_it(
        self, buckets: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-right-secret")
        with pytest.raises(CommandError) as caught:
            target(buckets.address, tmp_path).releases()
        assert "SignatureDoesNotMatch" in str(caught.value)
        assert "not-the-right-secret" not in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_missing_store_and_a_missing_bucket_are_said_plainly(
        self, buckets: Buckets, tmp_path: Path
    ) -> None:
        with pytest.raises(CommandError, match="Could not connect"):
            target("http://127.0.0.1:9", tmp_path).releases()
        made = deploys.write_site(tmp_path / "a", 1, range(1))
        there = target(buckets.address, tmp_path, releases="no-such-bucket")
        with pytest.raises(CommandError, match="NoSuchBucket"):
            deploys.deploy(there, deploys.source(tmp_path / "a", made))

    @pytest.mark.parametrize("places", [("site", "site/x"), ("x/y", "x"), ("x", "x")])
    def test_the_place_of_releases_is_never_public(
        self, tmp_path: Path, places: tuple[str, str]
    ) -> None:
        bucket, releases = places
        with pytest.raises(SettingsError, match="lie in each other"):
            target("http://127.0.0.1:9", tmp_path, bucket=bucket, releases=releases)


class TestReleases:
    def test_what_others_keep_beside_the_records_stays(
        self, buckets: Buckets, tmp_path: Path
    ) -> None:
        there = target(buckets.address, tmp_path)
        store = buckets.folder / "releases"
        theirs = [store / "pending/theirs.json", store / "releases/notes.json", store / "x.txt"]
        for file in theirs:
            file.parent.mkdir(exist_ok=True)
            file.write_text("{}", "utf-8")
        made = deploys.write_site(tmp_path / "a", 1, range(1))
        deploys.deploy(there, deploys.source(tmp_path / "a", made))
        assert all(file.exists() for file in theirs)
        assert len(there.releases()) == 1

    def test_an_earlier_release_comes_back_to_the_byte(
        self, buckets: Buckets, tmp_path: Path
    ) -> None:
        there = target(buckets.address, tmp_path)
        for version in (1, 2):
            made = deploys.write_site(tmp_path / str(version), version, range(version, version + 4))
            delivery = deploys.deploy(there, deploys.source(tmp_path / str(version), made))
        assert [step.name for step in delivery.steps] == [ASSETS, NEW_PAGES, PAGES, LISTS]
        assert deploys.is_whole(there.releases()[-1], buckets.site)
        assert not set(buckets.site.rglob("*.json"))
        first = there.releases()[0]
        there.fetch(first, tmp_path / "back")
        assert deploys.contents(tmp_path / "back") == dict(first.files)

    def test_what_is_forgotten_leaves_no_bytes(self, buckets: Buckets, tmp_path: Path) -> None:
        there = target(buckets.address, tmp_path)
        for version in range(4):
            folder = tmp_path / str(version)
            made = deploys.write_site(folder, version, range(2))
            deploys.deploy(there, deploys.source(folder, made), most=2)
        kept = there.releases()
        assert len(kept) == 2
        wanted = {digest for release in kept for digest in release.everything.values()}
        assert {file.name for file in (buckets.folder / "releases/blobs").iterdir()} == wanted

    def test_pages_are_deleted_before_what_they_use(
        self, buckets: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there, delete = target(buckets.address, tmp_path), S3Target._delete
        first = deploys.write_site(tmp_path / "a", 1, range(3))
        deploys.deploy(there, deploys.source(tmp_path / "a", first))
        gone: list[bool] = []

        def noted(there: S3Target, place: str, paths: list[str]) -> None:
            if place == there.site:
                gone.extend(path.endswith(".html") for path in paths)
            delete(there, place, paths)

        monkeypatch.setattr(S3Target, "_delete", noted)
        second = deploys.write_site(tmp_path / "b", 2, range(1))
        deploys.deploy(there, deploys.source(tmp_path / "b", second))
        assert gone == [True] * 2 + [False] * 3

    def test_a_file_that_changes_after_the_build_is_not_sent(
        self, buckets: Buckets, tmp_path: Path
    ) -> None:
        made = deploys.write_site(tmp_path / "a", 1, range(1))
        (tmp_path / "a/index.html").write_text("another build", "utf-8")
        with pytest.raises(CommandError, match=r"index.html has changed meanwhile"):
            deploys.deploy(target(buckets.address, tmp_path), deploys.source(tmp_path / "a", made))
        assert deploys.contents(buckets.folder) == {}
