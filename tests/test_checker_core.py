"""Signatures of each type, and broken ones: the checker in a browser, Python and OpenSSH agree."""

from __future__ import annotations

import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

from newsroom.signatures.sshsig import KEY_TYPES, MAGIC, SignatureError, read_signature
from playwright.sync_api import Browser

from tests import signing
from tests.serve import serving
from tests.sites import ROOT

STATIC = ROOT / "plugins" / "newsroom" / "static"
TEXT = "Title: Kettles\nDate: 2026-03-12 09:30\n\nBoil once – and no more.\n".encode()
ASK = """async ([cases, namespace]) => {
  const { readSignature, isOf } = await import("/verify.js");
  const bytes = (data) => Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const verdict = async ([armoured, text]) => {
    let signature;
    try {
      signature = readSignature(bytes(armoured));
    } catch {
      return false;
    }
    return signature.namespace === namespace && (await isOf(signature, bytes(text)));
  };
  return Promise.all(cases.map(verdict));
}"""

Case = tuple[bytes, bytes]  # a signature file, and a text


def by_openssh(folder: Path) -> dict[str, bytes]:
    """Signatures that ssh-keygen has made, one of each type that it can without hardware."""
    found = {}
    for kind in ("ed25519", "ecdsa"):
        key = folder / kind
        make = ("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(key))
        subprocess.run(make, check=True)
        for hash in ("sha256", "sha512"):
            command = [
                "ssh-keygen",
                "-q",
                "-Y",
                "sign",
                "-n",
                signing.NAMESPACE,
                f"-Ohashalg={hash}",
            ]
            done = subprocess.run(
                [*command, "-f", str(key)], input=TEXT, capture_output=True, check=True
            )
            found[f"OpenSSH {kind} {hash}"] = done.stdout
    return found


def broken(armoured: bytes) -> Iterator[tuple[str, Case]]:
    """Ways in which a signature, or its text, may be other than it was."""
    yield "another text", (armoured, TEXT.replace(b"once", b"ence"))
    yield "a shorter text", (armoured, TEXT[:-1])
    yield "no text", (armoured, b"")
    lines = armoured.split(b"\n")
    data = b64decode(b"".join(lines[1:-2]))
    for name, changed in {
        "magic": data.replace(MAGIC, b"SSHSIK", 1),
        "a later version": data[:6] + b"\0\0\0\2" + data[10:],
        "another namespace": data.replace(b"newsroom@", b"newsroam@", 1),
        "a longer namespace": data.replace(b"\0" + bytes([len(signing.NAMESPACE)]), b"\0\xff", 1),
        "another hash": re.sub(b"sha(256|512)", b"sha384", data, count=1),
        "cut off": data[:-1],
        "more": data + b"\0",
        "its last bit": data[:-1] + bytes([data[-1] ^ 1]),
        "its middle": data[: len(data) // 2] + b"\0" + data[len(data) // 2 + 1 :],
        "its key": data.replace(data[40:44], bytes(4), 1),
    }.items():
        yield name, (armour(changed), TEXT)
    for name, written in {
        "line ends of Windows": armoured.replace(b"\n", b"\r\n"),
        "a line before": b"\n" + armoured,
        "no end": b"\n".join(lines[:-2]),
        "another end": armoured.replace(b"END SSH", b"END PGP"),
        "not Base64": armoured.replace(lines[2], lines[2][:-1] + b"!"),
        "half of a group": b"\n".join([*lines[:-3], lines[-3].rstrip(b"=")[:-1], *lines[-2:]]),
        "nothing": b"",
    }.items():
        yield name, (written, TEXT)


def kept(armoured: bytes) -> Iterator[tuple[str, Case]]:
    """What may be otherwise in a signature file that still is one."""
    lines = armoured.split(b"\n")
    yield "as it is", (armoured, TEXT)
    yield "on one line", (b"\n".join([lines[0], b"".join(lines[1:-2]), *lines[-2:]]), TEXT)
    yield "with white space", (armoured.replace(lines[1], b" \t" + lines[1] + b"\r \v"), TEXT)
    yield "with more below", (armoured + b"a comment\n", TEXT)


def armour(data: bytes) -> bytes:
    return b"-----BEGIN SSH SIGNATURE-----\n%s\n-----END SSH SIGNATURE-----\n" % b64encode(data)


def by_python(case: Case) -> bool:
    try:
        read_signature(case[0]).check(case[1], signing.NAMESPACE)
    except SignatureError:
        return False
    return True


def by_ssh_keygen(folder: Path, case: Case) -> bool:
    (folder / "x.sig").write_bytes(case[0])
    command = ["ssh-keygen", "-Y", "check-novalidate", "-n", signing.NAMESPACE, "-s"]
    done = subprocess.run(
        [*command, str(folder / "x.sig")], input=case[1], capture_output=True, check=False
    )
    return done.returncode == 0


def test_all_three_find_the_same_signatures_good(browser: Browser, tmp_path: Path) -> None:
    made = by_openssh(tmp_path)
    made |= {kind: signing.sign(TEXT, "ada", kind=kind) for kind in KEY_TYPES}
    cases: dict[str, Case] = {}
    good = set()
    for name, armoured in made.items():
        for how, case in kept(armoured):
            cases[f"{name}: {how}"] = case
            good.add(f"{name}: {how}")
        cases |= {f"{name}: {how}": case for how, case in broken(armoured)}
    with serving(STATIC) as address:
        page = browser.new_page()
        page.goto(f"{address}favicon.ico")
        asked = [[b64encode(part).decode() for part in case] for case in cases.values()]
        found = page.evaluate(ASK, [asked, signing.NAMESPACE])
        page.close()
    assert {name for name, is_good in zip(cases, found, strict=True) if is_good} == good
    assert {name for name, case in cases.items() if by_python(case)} == good
    assert {name for name, case in cases.items() if by_ssh_keygen(tmp_path, case)} == good
