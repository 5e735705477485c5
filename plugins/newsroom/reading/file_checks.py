"""Documents and recordings in public bodies: what keeps them from being published as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from ..attachments.documents import LOOKED_INTO, NOT_CLEANED
from ..attachments.faults import DocumentError
from ..attachments.recordings import captions_fault, told_by
from ..images.opening import ImageError
from ..images.screenshots import PictureFolder
from ..model.attachment import VIDEO, beside
from ..model.body import Link
from ..model.newsroom import Newsroom
from ..model.problems import Problem, Severity
from .memory import Memory

Fault = tuple[str, str, Severity]
"""A rule, what is wrong with a file, and how bad that is."""


def check_files(public: Newsroom, content: Path, memory: Memory) -> Iterator[Problem]:
    """Report what is wrong with documents and recordings, at the line that names them."""
    documents = cache(partial(_of_document, content, memory))  # many bodies may name one file
    recordings = cache(partial(_of_recording, content, memory.pictures(content), public.statics))
    for file, body in public.bodies:
        for link in body.links:
            target = link.target_from(file.path) if link.is_file else ""
            if target in public.statics:
                for rule, said, severity in _look(link, documents, recordings)(target):
                    yield Problem(file.path, link.line, rule, said, severity).below(content.name)


Look = Callable[[str], tuple[Fault, ...]]


def _look(link: Link, documents: Look, recordings: Look) -> Look:
    return recordings if link.is_recording else documents


def _of_document(content: Path, memory: Memory, path: str) -> tuple[Fault, ...]:
    """Return what is wrong with a document: it says who made it, or nobody can read it."""
    if not path.lower().endswith(LOOKED_INTO + NOT_CLEANED):
        return ()
    try:
        told = memory.extras((content / path).read_bytes(), path)
        said = f"carries {'; '.join(told)}: run invoke strip on it" if told else ""
    except (DocumentError, OSError) as error:
        said = str(error)
    return (("document-metadata", f"{path} {said}", Severity.ERROR),) if said else ()


def _of_recording(
    content: Path, pictures: PictureFolder, files: frozenset[str], path: str
) -> tuple[Fault, ...]:
    """Return what is wrong with a recording, and with what lies beside it."""
    there, stem = beside(path, files), path.rpartition(".")[0]
    found = []
    if path.lower().endswith(VIDEO) and not there.still:
        message = f"{path} has no still, which gives it its size: put {stem}.jpg beside it"
        found.append(("recording", message, Severity.ERROR))
    for text in sorted({f"{stem}.txt", *(text for _, text in there.transcripts)}):
        if text not in files or not (content / text).read_bytes().strip():
            message = f"{path} has no transcript for those who cannot hear it: write {text}"
            found.append(("recording", message, Severity.ERROR))
    if there.still:
        try:
            fault = pictures.glance(there.still).fault
        except ImageError as error:
            fault = str(error)
        found += [("picture", f"{there.still} {fault}", Severity.ERROR)] if fault else []
    for _, captions in there.captions:
        if fault := captions_fault((content / captions).read_bytes()):
            found.append(("recording", f"{captions} {fault}", Severity.ERROR))
    if told := told_by(content / path):
        remedy = "save it again without metadata, as ffmpeg does with -map_metadata -1 -c copy"
        message = f"{path} names {', '.join(told)} in its metadata: {remedy}"
        found.append(("recording", message, Severity.WARNING))
    return tuple(found)
