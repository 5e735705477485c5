"""CloudFront forgets what has changed, so that nobody waits for a copy to grow old."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from ..model.problems import CommandError

# More at once cost more than all (docs of CreateInvalidation: 3,000 paths in progress).
MOST = 1000


def paths_of(paths: Iterable[str], prefix: str = "") -> list[str]:
    """What to ask CloudFront to forget: pages by their address as well, or all if it is much."""
    found: list[str] = []
    for path in paths:
        found.append(f"{prefix}/{quote(path)}")
        if path.rpartition("/")[2] == "index.html":
            found.append(f"{prefix}/{quote(path.removesuffix('index.html'))}")
    return sorted(set(found)) if len(found) <= MOST else [f"{prefix}/*"]


def invalidate(distribution: str, paths: Iterable[str], client: Any = None) -> None:
    """Ask a distribution to forget these paths. Raises CommandError if it refuses."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    items = list(paths)
    if not items:
        return
    batch = {"Paths": {"Quantity": len(items), "Items": items}, "CallerReference": str(uuid4())}
    try:
        asked = client or boto3.client("cloudfront")
        asked.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    except (BotoCoreError, ClientError) as error:
        raise CommandError(
            f"CloudFront did not take the invalidation ({error}): the site is up to date, copies"
            " in the network will be in a minute"
        ) from None
