"""Sign entries with a person's SSH key.

``ssh-keygen`` does it, so that keys in an agent, and on security keys, sign as well. Who signs is
told by the key: it is one person's alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..deploy.git import git
from ..files import write_whole
from ..model.author import Author
from ..model.entry import Entry
from ..model.problems import CommandError
from ..model.signed import namespace, signed_text
from ..publish.programs import run
from ..reading.signature_files import signature_path, why_unchecked
from ..reading.signature_rules import key_fault, signing_day, wanted
from ..signatures.ssh_keygen import SigningError, made_by_ssh
from ..signatures.sshsig import PublicKey, SignatureError, read_key, read_signature
from .answers import entry_at, existing_file
from .display import as_argument
from .options import Given, Option, command
from .project import Did, Project, Result

KEY = Option(
    "key",
    "The key to sign with: its file, or its .pub file (default: that of git or the agent)",
    "Which key? (a file, such as ~/.ssh/id_ed25519)",
    check=existing_file,
)


@command(
    Option("path", "The entry's file, or several", "Which entry?", positional=True, many=True), KEY
)
def sign(project: Project, given: Given) -> Result:
    """Sign entries with your SSH key, as the person whose profile has it."""
    newest = sorted(project.newsroom.entries, key=lambda item: item.date, reverse=True)
    choices = {project.shown(item.path): item.title for item in newest if not item.withdrawn}
    paths = given.ask("path", choices=choices).splitlines()
    entries = [entry_at(project, path) for path in paths]
    for entry in entries:
        if project.newsroom.withdrawal(entry):
            raise CommandError(f"{project.shown(entry.path)} is withdrawn: it needs no signature")
    names = {name for entry in entries for name in (*entry.authors, entry.approved_by)}
    key, done = chosen_key(project, given, names), Result()
    for entry in entries:
        source = (project.content / entry.path).read_bytes()
        signature, author, line = signed_with(project, key, source)
        check_key(project, entry, author, line)
        done += written_beside(project, entry, author, signature)
    drafts = [entry for entry in entries if entry.is_draft]
    then = f"approve {as_argument(project.content / drafts[0].path)}" if drafts else ""
    return done + Result(then=then)


def chosen_key(project: Project, given: Given, names: Iterable[str]) -> str:
    """Return the key to sign with, a file or a public key: as given, that of git or the agent.

    One that is not given must be a ``Key`` of one of the people named. Else it is asked for.
    """
    today, by_name = project.now.date(), project.newsroom.by_name
    people = [by_name[name] for name in names if name in by_name]
    lines = {key.line for author in people for key in author.keys if key.holds_on(today)}
    if not given["key"]:
        for found in (_of_git(project), _of_agent()):
            known = [key for line, key in found if line in lines]
            if len(known) == 1:
                return known[0]
    return given.ask("key")


def _of_git(project: Project) -> list[tuple[str, str]]:
    """Return the key that git signs with, if it is of SSH: its line, and how to name it."""
    said = git(project.root, "config", "user.signingkey").stdout.strip().removeprefix("key::")
    try:
        return [(read_key(said).line, said)]
    except SignatureError:
        pass
    for public in (said, f"{said}.pub"):
        try:
            line = read_key(Path(public).expanduser().read_text("utf-8")).line
        except (OSError, ValueError):
            continue
        return [(line, str(Path(said).expanduser()))]
    return []


def _of_agent() -> list[tuple[str, str]]:
    """Return the keys that the agent holds."""
    found = []
    for line in run(["ssh-add", "-L"]).stdout.splitlines():
        try:
            found.append((read_key(line).line, line))
        except SignatureError:  # of another type
            continue
    return found


def signed_with(project: Project, key: str, source: bytes) -> tuple[bytes, Author, str]:
    """Return the signature of a source, who has made it, and with which public key."""
    tag = project.settings.feed_tag
    if tag is None:
        raise CommandError(why_unchecked(project.settings))
    try:
        made = made_by_ssh(key, signed_text(source), namespace(tag.domain))
        public = read_signature(made).key
    except SigningError as error:
        raise CommandError(str(error)) from None
    except SignatureError as error:
        raise CommandError(f"--key: what {key} has signed {error}") from None
    return made, _owner(project, public), public.line


def _owner(project: Project, key: PublicKey) -> Author:
    for author in project.newsroom.authors:
        if any(each.line == key.line for each in author.keys):
            return author
    raise CommandError(
        f"no profile has the key {key.fingerprint}: sign with another, or add it first,"
        " invoke author NAME --key FILE.pub"
    )


def check_key(project: Project, entry: Entry, author: Author, line: str) -> None:
    """Raise CommandError unless a key may sign an entry, today and on its day."""
    zone = project.settings.zone
    days = {project.now.date(), *(() if entry.is_draft else (signing_day(entry, zone),))}
    for fault in filter(None, (key_fault(author, line, day) for day in sorted(days))):
        message = fault.replace("{content}", project.content.name)
        raise CommandError(f"the signature of {author.name} {message}")


def written_beside(project: Project, entry: Entry, author: Author, signature: bytes) -> Result:
    """Put a signature beside its source."""
    file = project.content / signature_path(entry.path, author.slug)
    did: Did = "changed" if file.exists() else "created"
    write_whole(file, signature)
    return Result.of(did, file, f": signed by {author.name}")


def still_to_sign(project: Project, entry: Entry, signer: str = "") -> Iterator[str]:
    """Yield lines that say who has to sign an entry, again or at all, but for one who just has."""
    slugs = {author.slug: author.name for author in project.newsroom.authors}
    there = {slugs.get(each.signer, each.signer) for each in entry.signatures}
    stale = {slugs.get(each.signer, each.signer) for each in entry.signatures if each.fault}
    missing = set(wanted(project.settings, entry)) - there
    if names := sorted((stale | missing) - {signer}):
        file = as_argument(project.content / entry.path)
        who = " and ".join(names)
        yield f"warning: {who} must sign this before the next build: invoke sign {file}"
