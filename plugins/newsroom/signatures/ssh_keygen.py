"""Sign with ``ssh-keygen``, so that keys in an agent and on security keys sign as well."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


class SigningError(ValueError):
    """Nothing was signed; the message says why."""


def made_by_ssh(key: str, text: bytes, namespace: str) -> bytes:
    """Return the signature of a text by a key: its file, or its public half if an agent has it.

    Raises SigningError.
    """
    with TemporaryDirectory() as folder:
        signed, public = Path(folder, "text"), Path(folder, "key.pub")
        signed.write_bytes(text)
        is_file = Path(key).is_file()
        if not is_file:
            public.write_text(f"{key}\n", "utf-8")
        command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", key if is_file else public]
        # The text is a file, because of what is asked at the terminal: a passphrase, or a PIN.
        said = _run([*map(str, command), str(signed)])
        result = Path(f"{signed}.sig")
        if not result.exists():
            raise SigningError(f"ssh-keygen has not signed with {key}: {said or 'it is silent'}")
        return result.read_bytes()


def _run(command: list[str]) -> str:
    """Run ``ssh-keygen``, and return what it says; what a person must do now is shown at once."""
    said = []
    try:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            for line in process.stderr or ():
                if "user presence" in line:
                    print(line, end="", file=sys.stderr, flush=True)
                said.append(line)
    except FileNotFoundError:
        message = "ssh-keygen is not here: install OpenSSH (Debian: openssh-client)"
        raise SigningError(message) from None
    return " ".join(" ".join(said).split())
