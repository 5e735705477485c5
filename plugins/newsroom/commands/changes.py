"""Changes to what is published: withdrawn, corrected, covered. Each is one edit, whole or not."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..files import write_together, write_whole
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.problems import CommandError, nearest
from ..publish.manifest import hash_of
from .choosing import entry_of, screenshot_of, sentence
from .desk import Desk
from .edit import EditError, add_item, remove_key, set_key
from .evidence import Box, Evidence, EvidenceError, keep_received, redact
from .result import FileDone, Result
from .scaffold import minute

CHECKED = "Text_checked"


def withdraw(desk: Desk, path: str, reason: str) -> Result:
    """Take an entry back: its page stays with the reason, its body leaves every output."""
    entry = _read_by_others(desk, entry_of(desk, path))
    if entry.withdrawn:
        raise CommandError(f"{desk.shown(entry.path)} is withdrawn already")
    said = sentence(desk, "Why is it taken back? (readers see it)", "REASON", reason)
    _change(desk, entry.path, ("Withdrawn", f"{minute(desk.now)} | {said}"))
    return Result(
        (FileDone("changed", desk.content / entry.path, f": withdrawn {minute(desk.now)}"),),
        (
            "The next build takes its body and pictures out of the output.",
            *_state_taken_back(desk, entry),
        ),
    )


def _read_by_others(desk: Desk, path: str) -> Entry:
    """An entry whose date has come: nothing was said yet in one that is planned."""
    entry = find_entry(desk, path)
    if entry.dated and entry.date > desk.now:
        raise CommandError(
            f"{desk.shown(entry.path)} is planned and not public yet: change its text,"
            " or hold it back with a line Status: draft"
        )
    return entry


def _state_taken_back(desk: Desk, entry: Entry) -> Iterator[str]:
    """What an entry's withdrawal says of where its incident stands."""
    incident = desk.newsroom.public(desk.now).by_id.get(entry.incident)
    if incident is None or entry not in incident.thread:  # a post, a draft or a translation
        return
    if entry is incident.statement:
        yield (
            f"The incident is still called {incident.name!r}: if that says what you take back,"
            " change the line Incident"
        )
    before, after = incident.states_around(entry)
    if before != after:
        yield (
            f"{incident.name!r} is {after} now and no longer {before}: say where it stands with"
            f" invoke followup {incident.id}"
        )


def correct(desk: Desk, path: str, text: str) -> Result:
    """Add a dated correction to an entry, and say that it was changed."""
    entry = _read_by_others(desk, entry_of(desk, path))
    said = sentence(desk, "What was wrong, and what is right? (readers see it)", "TEXT", text)
    file = desk.content / entry.path
    try:
        edited = add_item(read_text(file), "Correction", f"{minute(desk.now)} | {said}")
        edited = set_key(edited, "Modified", minute(desk.now))
    except EditError as error:
        raise CommandError(f"{desk.shown(entry.path)}: {error}") from None
    _write(file, edited)
    return Result(
        (FileDone("changed", file, f": correction of {minute(desk.now)} added"),),
        ("Now change the text itself, if it still says what was wrong.",),
    )


def cover(
    desk: Desk, path: str, boxes: Sequence[str], why: str, text_is_clean: bool = False
) -> Result:
    """Cover parts of a citation's screenshot; the uncovered one goes to the evidence.

    What can still be read of the citation is shown, and whether the same stands there is
    asked, unless ``text_is_clean``. The result has a warning if the history holds the
    uncovered picture.
    """
    citation = _citation(desk, screenshot_of(desk, path))
    if citation.screenshot is None:
        raise CommandError(f"{desk.shown(citation.path)} has no screenshot to cover")
    where = "What to cover, in pixels: left,top,width,height (several with spaces between)"
    boxes = boxes or sentence(desk, where, "--box", "").split()
    picture = desk.content / citation.screenshot.path
    if picture.is_symlink():
        raise CommandError(
            f"{desk.shown(citation.screenshot.path)} is a link, and the file that it leads to would"
            " stay uncovered: put the picture itself in its place"
        )
    data = picture.read_bytes()
    try:
        covered = redact(data, picture.name, [Box.read(box) for box in boxes])
    except EvidenceError as error:
        raise CommandError(str(error)) from None
    reason = sentence(desk, "What is covered, and why? (readers see it)", "--why", why)
    named = picture if picture.suffix.lower() == ".png" else picture.with_suffix(".png")
    if named != picture and named.exists():
        raise CommandError(
            f"what is covered becomes a PNG, and {named.name} is there already: move it away"
        )
    text, looked_at = _covered_texts(desk, citation, named, covered, reason)
    copies = sorted(_copies(desk, picture, {covered.source_sha256, citation.source_sha256}))
    kept = keep_received(
        desk.evidence / citation.incident, data, f"unredacted-{picture.name}", desk.now
    )
    file = desk.content / citation.path
    write_together({named: covered.png, file: text.encode("utf-8")})
    renamed = ""
    if named != picture:
        picture.unlink()
        renamed = f"; it was {picture.name}: run invoke check, in case something else names that"
    notes = []
    if text_is_clean or _is_clean(desk, citation, reason):
        write_whole(file, looked_at.encode("utf-8"))
    else:
        notes += [
            *_readable(citation, reason),
            f"warning: {desk.shown(citation.path)}: see that what is covered stands in none of"
            f" these lines, then add the line {CHECKED}: {minute(desk.now)}",
        ]
    notes += [
        f"warning: {desk.shown(path)} is the same picture, uncovered: cover it, or delete it"
        for path in copies
    ]
    notes += [
        f"warning: the history holds the uncovered picture ({', '.join(commits)}): whoever"
        " can read the repository can read it. Rewrite the history (git filter-repo)"
        " before you push, or treat it as public."
        for commits in [commits_holding(desk.content, data)]
        if commits
    ]
    return Result(
        (
            FileDone("kept", kept, ", uncovered"),
            FileDone("changed", named, f": {len(boxes)} covered{renamed}"),
            FileDone("changed", file),
        ),
        tuple(notes),
        goes_along=(picture,),  # in git, too, one that was renamed is gone
    )


def _copies(desk: Desk, picture: Path, digests: set[str]) -> Iterator[str]:
    """Other files of the content folder with these bytes, hard links too."""
    real = picture.resolve()
    for path in desk.newsroom.statics:
        file = desk.content / path
        if file.resolve() != real and hash_of(file) in digests:
            yield path


def _covered_texts(
    desk: Desk, citation: Citation, picture: Path, covered: Evidence, reason: str
) -> tuple[str, str]:
    """A citation's text as it will be: words not looked at yet, and looked at now."""
    file = desk.content / citation.path
    earlier = f"{citation.redacted}; " if citation.redacted else ""
    changes = {
        "Screenshot": picture.relative_to(file.parent).as_posix(),
        "Sha256": covered.sha256,
        "Source_sha256": citation.source_sha256 or covered.source_sha256,
        "Redacted": f"{earlier}{reason}",
    }
    try:
        text = remove_key(read_text(file), CHECKED)
        for key, value in changes.items():
            text = set_key(text, key, value)
        return text, set_key(text, CHECKED, minute(desk.now))
    except EditError as error:
        raise CommandError(f"{desk.shown(citation.path)}: {error}") from None


def _is_clean(desk: Desk, citation: Citation, reason: str) -> bool:
    """Whether a person says that what is covered cannot be read elsewhere in the citation."""
    question = "Does what you covered still stand in one of these lines?"
    shown = "\n".join((*_readable(citation, reason), question))
    return desk.asker.interactive and not desk.asker.confirm(shown)


def _readable(citation: Citation, reason: str) -> list[str]:
    """What readers of a citation, or of its source, can read besides the picture."""
    shot = citation.screenshot
    values = {
        "Author": citation.author,
        "Author_url": citation.author_url,
        "Url": citation.url,
        "Archive_url": citation.archive_url,
        "Alt": shot.alt if shot else "",
        "Credit": citation.credit,
        "Redacted": reason,
        "Text": citation.text,
    }
    return [f"{key}: {value}" for key, value in values.items() if value]


def commits_holding(folder: Path, data: bytes) -> list[str]:
    """Abbreviated ids of commits, on any branch, that added or removed these bytes."""

    def git(*arguments: str, given: bytes = b"") -> str:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], input=given, capture_output=True, check=False
        )
        return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""

    try:
        blob = git("hash-object", "--stdin", given=data)
        found = git("log", "--all", "--format=%h", f"--find-object={blob}") if blob else ""
    except FileNotFoundError:  # no git, no history
        return []
    return found.split()


def find_entry(desk: Desk, path: str) -> Entry:
    """The entry at a path, as typed. Raises CommandError, with the nearest, if there is none."""
    relative = _relative(desk, path)
    if relative in desk.newsroom.unreadable:
        raise CommandError(f"{desk.shown(relative)} cannot be read: run invoke check")
    if relative not in desk.newsroom.by_path:
        raise CommandError(f"{path} is no entry{nearest(relative, desk.newsroom.by_path)}")
    return desk.newsroom.by_path[relative]


def _citation(desk: Desk, path: str) -> Citation:
    relative = _relative(desk, path)
    for citation in desk.newsroom.citations:
        shot = citation.screenshot.path if citation.screenshot else ""
        if relative in (citation.path, shot):
            return citation
    known = [citation.path for citation in desk.newsroom.citations]
    raise CommandError(f"{path} is no citation and no screenshot of one{nearest(relative, known)}")


def _relative(desk: Desk, path: str) -> str:
    """A path as typed, from here or from the content folder, relative to the latter."""
    for base in (Path.cwd(), desk.content.parent, desk.content):
        file = (base / path).resolve()
        if file.is_file() and file.is_relative_to(desk.content.resolve()):
            return file.relative_to(desk.content.resolve()).as_posix()
    return path.removeprefix(f"{desk.content.name}/")


def _change(desk: Desk, path: str, *changes: tuple[str, str]) -> None:
    file = desk.content / path
    text = read_text(file)
    try:
        for key, value in changes:
            text = set_key(text, key, value)
    except EditError as error:
        raise CommandError(f"{desk.shown(path)}: {error}") from None
    _write(file, text)


def read_text(file: Path) -> str:
    """The text with its line ends and byte-order mark as they are."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise CommandError(f"{file.name} is not UTF-8: save it as UTF-8") from None


def _write(file: Path, text: str) -> None:
    write_whole(file, text.encode("utf-8"))
