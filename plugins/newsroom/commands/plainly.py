"""Where a command ends that a person typed: no traceback for what they can mend."""

from __future__ import annotations

from invoke import Exit

from ..model.problems import CommandError, MissingError


class said_plainly:  # noqa: N801  (reads as a phrase)
    """A mistake on the command line is one line on standard error, not a traceback."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (EOFError, KeyboardInterrupt)):
            raise Exit("\nStopped. Run it again to go on.", code=130) from None
        if isinstance(error, MissingError):
            raise Exit(f"error: {error}", code=2) from None
        if isinstance(error, (CommandError, OSError, ValueError)):
            raise Exit(f"error: {error}", code=1) from None
