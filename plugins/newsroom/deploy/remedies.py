"""What programs and hosts say when they fail, and what a person can do about it."""

from __future__ import annotations

import re

_CREDENTIALS = "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_NO_BUCKET = "there is no such bucket: make it, or mend the target's settings"
_NO_REPOSITORY = "there is no such repository, or it does not show itself to you: check remote"
# The first that is found in what was said counts.
_REMEDIES = {
    # ssh, rsync, and shells
    "IDENTIFICATION HAS CHANGED": (
        "its key is not the one that is known: ask who runs it before you trust the new one"
    ),
    "Host key verification failed": (
        "its key is not known: see that it is the right machine, and add it with ssh-keyscan"
    ),
    r"Permission denied \([a-z]": (
        "it lets nobody in with these keys: check identity and the ssh agent"
    ),
    "Permission denied": "its user may not write there: let the folder be that user's (chown)",
    "flock: (?:command )?not found": "it has no flock: install util-linux there",
    "rsync: (?:command )?not found": "it has no rsync: install it there",
    "No space left": "its disk is full",
    # git and its hosts
    "Authentication failed|error: 403": "the repository refuses the credentials",
    "could not read (?:Username|Password)": (
        "the repository wants credentials: use a credential helper, or ssh"
    ),
    " denied to ": "you may not write to the repository: check whose credentials git uses",
    "Write access to repository not granted": "these credentials may only read the repository",
    "Repository not found|' not found|not appear to be a git repository": _NO_REPOSITORY,
    "GH001": "a file is larger than the host takes: 100 MB",
    "GH013": "a rule of the repository refuses the push: see what its rules say of this branch",
    "rotected branch": "the branch is protected: let this deploy push to it with force",
    # rclone and stores
    "SignatureDoesNotMatch": "the store refuses the secret key: check AWS_SECRET_ACCESS_KEY",
    "InvalidAccessKeyId": "the store does not know the access key: check AWS_ACCESS_KEY_ID",
    "ExpiredToken": "the credentials have expired: sign in again",
    "AccessDenied": "the store does not allow this: check what the credentials may do",
    "api error Forbidden": "the store refuses: check the credentials and what they may do",
    "NoSuchBucket|directory not found": _NO_BUCKET,
    "NoCredentialProviders|failed to refresh cached credentials": _CREDENTIALS,
    "didn't find section in config file": "rclone knows no such remote: see rclone config",
    # the network
    "(?i:could not resolve host|no such host)": (
        "there is no such host, or no network: check its address"
    ),
    "(?i:connection refused|failed to connect|timed out|network is unreachable)": (
        "nothing answers there: check its address and port, and the network"
    ),
}
_TELLING = ("remote: ", "! ", "fatal: ")  # what the other side says comes first


def in_words(said: str, program: str) -> str:
    """Return what a program said on standard error as one line, with what to do if it is known."""
    for mark, remedy in _REMEDIES.items():
        if re.search(mark, said):
            return remedy
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for mark in _TELLING:
        for line in lines:
            if line.startswith(mark):
                return line.removeprefix(mark)
    own = [line for line in lines if not line.startswith("rsync error:")]
    return (own or lines or [f"{program} failed"])[-1]
