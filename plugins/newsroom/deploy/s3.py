"""Object storage: S3 and what speaks its language, behind a network that compresses.

There is no swap in object storage, so files go one by one, in an order in which no
page ever points at what is not there. The bytes of earlier releases and their records
lie in a place of their own, named by hash, that the public cannot reach:

    <store>/blobs/<sha256>            each file once
    <store>/releases/<release>.json   what was made public
    <store>/pending/<release>.json    what is being made public
    <store>/lock                      until when a deploy is under way
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

from ..model.policy import cache_control, media_type
from ..model.problems import CommandError
from .release import RELEASE_IDS, Delivery, Release, Target, Watch, read_records

if TYPE_CHECKING:
    from botocore.client import BaseClient

LEASE = timedelta(minutes=5)  # so long does a lock count that nobody renews
AT_ONCE = 16
_RECORD = re.compile(rf"{RELEASE_IDS}\.json")
_CAME_SECOND = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


class StoreError(CommandError):
    """What a store refuses; ``code`` is its own word for why."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class S3Target(Target):
    """``site`` and ``store`` are each a bucket, or a folder of one: ``bucket/folder``.

    ``distribution`` is that of CloudFront, if there is one, and ``prefix`` the path of
    the site's address there, without a slash at its end.
    """

    name: str
    site: str
    store: str
    endpoint: str = ""
    region: str = ""
    distribution: str = ""
    prefix: str = ""

    sent_headers = ("Content-Type", "Cache-Control")
    limits = (
        "Storage sends no security headers: the network in front of it does, see output.hosting/.",
    )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock of the store, and renew it as long as this process lives."""
        file, token, done = f"{self.store}/lock", uuid4().hex, Event()
        held, etag = self.read(file)
        if _until(held) > datetime.now(UTC):
            raise self._busy(held)
        try:
            # Of two that find no lock, or one whose time is over, one is too late.
            self.write(file, _lock(token), **({"IfMatch": etag} if etag else {"IfNoneMatch": "*"}))
        except StoreError as error:
            if error.code in _CAME_SECOND:
                raise self._busy(self.read(file)[0]) from None
            raise
        # A store that knows no conditions has let both write: the last one stands.
        if not self._is_ours(token):
            raise self._busy(self.read(file)[0])
        keeper = Thread(target=self._renew, args=(token, done), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()
            if self._is_ours(token):
                self._delete(self.store, ["lock"])

    def reach(self, seconds: float) -> None:
        """Ask both places for a file, once, in time."""
        limits = {"connect_timeout": seconds, "read_timeout": seconds}
        client = self._made_client(**limits, retries={"total_max_attempts": 1})
        for place in (self.site, self.store):
            bucket, _, folder = place.partition("/")
            with _in_words(self.name):
                client.list_objects_v2(Bucket=bucket, Prefix=folder, MaxKeys=1)

    def releases(self) -> tuple[Release, ...]:
        """Return those that were finished, oldest first."""
        return self._records("releases")

    def pending(self) -> tuple[Release, ...]:
        """Return those begun and not finished."""
        return self._records("pending")

    def listed(self) -> set[str]:
        """Return all paths in the bucket now."""
        return self._names(self.site)

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Send what changed, in order; then delete, pages before what they use; then record it."""
        release, folder = delivery.release, delivery.folder
        delivery.check()
        self.write(f"{self.store}/pending/{release.id}.json", release.text().encode())
        known = set(delivery.live.everything.values()) if delivery.live else set()
        new = {digest: path for path, digest in release.files.items() if digest not in known}

        def store(digest: str) -> None:
            with (folder / new[digest]).open("rb") as file:
                self.write(f"{self.store}/blobs/{digest}", file)

        def publish(path: str) -> None:
            headers = {"ContentType": media_type(path), "CacheControl": cache_control(path)}
            with (folder / path).open("rb") as file:
                self.write(f"{self.site}/{path}", file, **headers)

        _each(store, new, "copies kept", watch)
        for step in delivery.steps:
            _each(publish, step.paths, step.name, watch)
        for is_page in (True, False):
            gone = [path for path in delivery.deleted if path.endswith(".html") == is_page]
            self._delete(self.site, gone)
        self.write(f"{self.store}/releases/{release.id}.json", release.text().encode())
        if self.distribution:
            self._invalidate()
        self._delete(f"{self.store}/pending", self._records_in("pending"))
        self._forget(set(delivery.forgotten))

    def restore(self, release: Release, folder: Path) -> None:
        """Write the files of a kept release; one whose bytes are gone is empty."""

        def fetch(path: str) -> None:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.read(f"{self.store}/blobs/{release.files[path]}")[0])

        _each(fetch, release.files)

    def read(self, file: str) -> tuple[bytes, str]:
        """Return the bytes of an object and its ETag; both are empty if there is none."""
        try:
            with _in_words(self.name):
                answer = self._client.get_object(**_at(file))
                return answer["Body"].read(), answer["ETag"]
        except StoreError as error:
            if error.code == "NoSuchKey":
                return b"", ""
            raise

    def write(self, file: str, data: bytes | BinaryIO, **headers: str) -> None:
        """Write an object, on a condition of HTTP if one is among the headers."""
        with _in_words(self.name):
            self._client.put_object(**_at(file), Body=data, **headers)

    def _records(self, kind: str) -> tuple[Release, ...]:
        names = (f"{self.store}/{kind}/{name}" for name in self._records_in(kind))
        texts = {name: self.read(name)[0].decode("utf-8", "replace") for name in names}
        return read_records(self.name, texts)

    def _records_in(self, kind: str) -> list[str]:
        """Return the names of the records there; what others keep beside them is left alone."""
        names = self._names(f"{self.store}/{kind}")
        return [name for name in sorted(names) if _RECORD.fullmatch(name)]

    def _names(self, place: str) -> set[str]:
        """Return the names of all objects below a place; folders are none."""
        bucket, _, folder = f"{place}/".partition("/")
        with _in_words(self.name):
            pages = self._client.get_paginator("list_objects_v2")
            found = pages.paginate(Bucket=bucket, Prefix=folder).search("Contents[].Key")
            names = {key.removeprefix(folder) for key in found if key}
        return {name for name in names if not f"/{name}".endswith("/")}

    def _forget(self, gone: set[str]) -> None:
        """Remove the records of these releases, and the bytes that no other one has."""
        if gone:
            records = self.releases()
            kept = {h for item in records if item.id not in gone for h in item.everything.values()}
            had = {h for item in records if item.id in gone for h in item.everything.values()}
            self._delete(f"{self.store}/releases", [f"{id}.json" for id in sorted(gone)])
            self._delete(f"{self.store}/blobs", had - kept)

    def _delete(self, place: str, paths: Collection[str]) -> None:
        def delete(path: str) -> None:
            with _in_words(self.name):
                self._client.delete_object(**_at(f"{place}/{path}"))

        _each(delete, paths)

    def _is_ours(self, token: str) -> bool:
        return token.encode() in self.read(f"{self.store}/lock")[0]

    def _renew(self, token: str, done: Event) -> None:
        while not done.wait(LEASE.total_seconds() / 3):
            with suppress(CommandError):  # the next one may go through, before the time is over
                if not self._is_ours(token):
                    return  # this machine slept too long, and another deploy has taken it
                self.write(f"{self.store}/lock", _lock(token))

    def _busy(self, lock: bytes) -> CommandError:
        until = f"{_until(lock):%H:%M:%S} UTC"
        return CommandError(
            f"{self.name}: another deploy is under way: wait for it; if it was killed, its lock"
            f" ends at {until}"
        )

    @cached_property
    def _client(self) -> BaseClient:
        return self._made_client(connect_timeout=20, retries={"mode": "standard"})

    def _made_client(self, **limits: Any) -> BaseClient:
        with _in_words(self.name):
            import boto3  # only who publishes has it
            from botocore.config import Config

        # Checksums of Amazon's own, and buckets as hosts, are not known to all stores.
        config = Config(
            max_pool_connections=AT_ONCE,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"} if self.endpoint else None,
            **limits,
        )
        where = {"region_name": self.region or None, "endpoint_url": self.endpoint or None}
        return boto3.Session().client("s3", config=config, **where)

    def _invalidate(self) -> None:
        """Let the distribution forget its copies; all together cost as much as one."""
        import boto3

        wanted = {"Quantity": 1, "Items": [f"{self.prefix}/*"]}
        batch = {"Paths": wanted, "CallerReference": uuid4().hex}
        try:
            with _in_words("CloudFront"):
                client = boto3.Session().client("cloudfront")
                client.create_invalidation(
                    DistributionId=self.distribution, InvalidationBatch=batch
                )
        except StoreError as error:
            raise CommandError(
                f"{error}: the site is up to date, but the network may still show what was there"
                " before: run it again"
            ) from None


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """Raise StoreError, with the name of a store, for what it refuses."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise CommandError(
            "boto3 is not here: run pip install 'pelican-newsroom[publish]'"
        ) from None
    try:
        yield
    except ClientError as error:
        raise StoreError(f"{name}: {error}", error.response["Error"]["Code"]) from None
    except BotoCoreError as error:
        raise StoreError(f"{name}: {error}", "") from None


def _each(
    do: Callable[[str], None],
    names: Collection[str],
    step: str = "",
    watch: Watch = lambda _step, _done, _whole: None,
) -> None:
    """Do something with each, several at once; what goes wrong with one ends it."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, _ in enumerate(pool.map(do, names), 1):
            watch(step, done, len(names))


def _at(file: str) -> dict[str, str]:
    bucket, _, key = file.partition("/")
    return {"Bucket": bucket, "Key": key}


def _lock(token: str) -> bytes:
    until = datetime.now(UTC) + LEASE
    return json.dumps({"token": token, "until": until.isoformat()}).encode()


def _until(lock: bytes) -> datetime:
    """Return until when a lock counts; the beginning of time for what is none."""
    try:
        return datetime.fromisoformat(json.loads(lock)["until"]).astimezone(UTC)
    except (ValueError, TypeError, KeyError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
