"""Object storage: S3 and what speaks its language, behind a network that compresses.

There is no swap in object storage, so files go one by one, in an order in which no
page ever points at what is not there. The bytes of earlier releases and their records
lie in a place of their own, named by hash, that the public cannot reach:

    <store>/blobs/<sha256>            each file once
    <store>/releases/<release>.json   what was made public
    <store>/pending/<release>.json    what is being made public
    <store>/lock                      who is at it
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from uuid import uuid4

from ..files import same_or_copy
from ..model.policy import cache_control, media_type
from ..model.problems import CommandError
from .leases import leased
from .rclone import Rclone
from .release import RELEASE_IDS, Delivery, Release, Step, Target, Watch, read_records

REMOTE = "newsroom"
OWN_PLACES = ("blobs", "releases", "pending", "lock")
# More at once cost more than all (docs of CreateInvalidation: 3,000 paths in progress).
MOST_INVALIDATED = 1000
AT_ONCE = 500  # files that rclone is told of
_RECORD = re.compile(rf"{RELEASE_IDS}\.json")


@dataclass(frozen=True)
class S3Target(Target):
    """``site`` and ``store`` are places of rclone: ``remote:bucket/folder``.

    ``distribution`` is that of CloudFront, if there is one, and ``prefix`` the path of
    the site's address there, without a slash at its end.
    """

    name: str
    rclone: Rclone = field(repr=False)
    site: str
    store: str
    distribution: str = ""
    prefix: str = ""

    sent_headers = ("Content-Type", "Cache-Control")
    limits = (
        "Storage sends no security headers: the network in front of it does, see output.hosting/.",
    )

    def held(self) -> AbstractContextManager[None]:
        """Hold the lease of the store. Raises BusyError if somebody else does."""
        return leased(self.rclone, f"{self.store}/lock")

    def releases(self) -> tuple[Release, ...]:
        """Return those that were finished, oldest first."""
        return self._records("releases")

    def pending(self) -> tuple[Release, ...]:
        """Return those begun and not finished."""
        return self._records("pending")

    def listed(self) -> set[str]:
        """Return all paths in the bucket now."""
        return self.rclone.listed(self.site)

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Send what changed, in order; then delete, pages before what they use; then record it."""
        release = delivery.release
        delivery.check()
        self.rclone.write(f"{self.store}/pending/{release.id}.json", release.text())
        self._keep_bytes(delivery, watch)
        for step in delivery.steps:
            self._send(step, delivery.folder, watch)
        self._delete(delivery.deleted)
        self.rclone.write(f"{self.store}/releases/{release.id}.json", release.text())
        if self.distribution:
            invalidate(self.distribution, [*delivery.changed, *delivery.deleted], self.prefix)
        self._forget(delivery)

    def restore(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Write files of an earlier release."""
        wanted = {path: release.everything[path] for path in paths}
        with TemporaryDirectory(dir=folder.parent) as work:
            self.rclone.copy(f"{self.store}/blobs", sorted(set(wanted.values())), work)
            for path, digest in wanted.items():
                if Path(work, digest).is_file():
                    place = folder / path
                    place.parent.mkdir(parents=True, exist_ok=True)
                    same_or_copy(Path(work, digest), place)

    def _records(self, kind: str) -> tuple[Release, ...]:
        source = f"{self.store}/{kind}"
        with TemporaryDirectory() as work:
            # Listed first: a store says why it refuses only in the answer to a GET.
            self.rclone.copy(source, self._names(kind), work)
            files = Path(work).glob("*.json")
            texts = {f"{source}/{file.name}": file.read_text("utf-8", "replace") for file in files}
        return read_records(self.name, texts)

    def _names(self, kind: str) -> list[str]:
        """Return the names of the records there; what others keep beside them is left alone."""
        found = self.rclone.listed(f"{self.store}/{kind}")
        return sorted(name for name in found if _RECORD.fullmatch(name))

    def _keep_bytes(self, delivery: Delivery, watch: Watch) -> None:
        """Store the bytes of this release that no finished one has left there."""
        known = set(delivery.live.everything.values()) if delivery.live else set()
        files = delivery.release.files.items()
        new = {digest: path for path, digest in files if digest not in known}
        # On the same disk, for links, and where git does not see what a killed deploy leaves.
        place = delivery.folder.parent
        with TemporaryDirectory(dir=place, prefix=".deploy-", suffix=".build") as work:
            for digest, path in new.items():
                same_or_copy((delivery.folder / path).resolve(), Path(work, digest))
            for done, some in _batches(sorted(new)):
                self.rclone.copy(work, some, f"{self.store}/blobs")
                watch("copies kept", done, len(new))

    def _send(self, step: Step, folder: Path, watch: Watch) -> None:
        """Send one step: files with the same headers go together."""
        groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for path in step.paths:
            groups[media_type(path), cache_control(path)].append(path)
        sent = 0
        for (kind, fresh), group in sorted(groups.items()):
            headers = {"Content-Type": kind, "Cache-Control": fresh}
            for done, some in _batches(group):
                self.rclone.copy(folder, some, self.site, headers)
                watch(step.name, sent + done, len(step.paths))
            sent += len(group)

    def _delete(self, paths: Collection[str]) -> None:
        """Delete pages before what they use."""
        for is_page in (True, False):
            group = [path for path in paths if path.endswith(".html") == is_page]
            self.rclone.delete(self.site, group)

    def _forget(self, delivery: Delivery) -> None:
        """Remove what is pending, and the records and bytes that nobody can ask for."""
        self.rclone.delete(f"{self.store}/pending", self._names("pending"))
        if gone := set(delivery.forgotten):
            records = self.releases()
            kept = {h for item in records if item.id not in gone for h in item.everything.values()}
            had = {h for item in records if item.id in gone for h in item.everything.values()}
            self.rclone.delete(f"{self.store}/releases", [f"{id}.json" for id in sorted(gone)])
            self.rclone.delete(f"{self.store}/blobs", sorted(had - kept))


def _batches(paths: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield so many at once that somebody sees it go on, and how many have gone then."""
    for start in range(0, len(paths), AT_ONCE):
        some = paths[start : start + AT_ONCE]
        yield start + len(some), some


def invalidate(distribution: str, paths: Iterable[str], prefix: str = "") -> None:
    """Let a distribution of CloudFront forget output files, so that nobody sees an old copy.

    Raises CommandError if it refuses.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    # Pages are forgotten by their address as well.
    items = {f"{prefix}/{quote(path)}" for path in paths}
    items |= {item.removesuffix("index.html") for item in items if item.endswith("/index.html")}
    if not items:
        return
    asked = sorted(items) if len(items) <= MOST_INVALIDATED else [f"{prefix}/*"]
    batch = {"Paths": {"Quantity": len(asked), "Items": asked}, "CallerReference": str(uuid4())}
    try:
        client = boto3.client("cloudfront")
        client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    except (BotoCoreError, ClientError) as error:
        raise CommandError(
            f"CloudFront did not take the invalidation ({error}): the site is up to date, copies"
            " in the network will be in a minute"
        ) from None


def s3_environment(endpoint: str, region: str, provider: str) -> dict[str, str]:
    """Describe a store to rclone; credentials it takes from the environment and AWS's files."""
    settings = {
        "TYPE": "s3",
        "PROVIDER": provider,
        "ENV_AUTH": "true",
        "ENDPOINT": endpoint,
        "REGION": region,
        "NO_CHECK_BUCKET": "true",
        "NO_HEAD": "true",
    }
    made = {f"RCLONE_CONFIG_{REMOTE.upper()}_{key}": value for key, value in settings.items()}
    return {"RCLONE_CONFIG": os.devnull, **{key: value for key, value in made.items() if value}}
