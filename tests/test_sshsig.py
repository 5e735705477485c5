"""What we accept as a signature is what ``ssh-keygen -Y verify`` accepts: random cases."""

from __future__ import annotations

import os
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from newsroom.model.author import SigningKey
from newsroom.signatures.sshsig import (
    BEGIN,
    END,
    KEY_TYPES,
    MAGIC,
    P256,
    SK_P256,
    PublicKey,
    SignatureError,
    read_key,
    read_signature,
)

from tests.signing import signed_bytes, strings
from tests.sizes import first
from tests.test_signing import make_key

NAMESPACE = "newsroom@newsroom.copperline.example"
ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's group (RFC 8032)
TODAY = date(2026, 11, 30)


@dataclass(frozen=True)
class Judge:
    """Asks ``ssh-keygen`` in a folder of its own."""

    folder: Path

    def accepts(
        self, message: bytes, armoured: bytes, namespace: str, line: str, options: str = ""
    ) -> bool:
        signers, signature = self.folder / "signers", self.folder / "sig"
        signers.write_text(f"ada {options}{' ' if options else ''}{line}\n", "utf-8")
        signature.write_bytes(armoured)
        command = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "ada", "-n", namespace]
        done = subprocess.run(
            [*map(str, command), "-s", str(signature), f"-Overify-time={TODAY:%Y%m%d}120000"],
            input=message,
            capture_output=True,
            env=os.environ | {"TZ": "UTC"},
            check=False,
        )
        return done.returncode == 0


def accepted(message: bytes, armoured: bytes, namespace: str, line: str) -> bool:
    """Whether we accept a signature as that of a key."""
    try:
        signature = read_signature(armoured)
        signature.check(message, namespace)
    except SignatureError:
        return False
    return signature.key.line == read_key(line).line


@dataclass(frozen=True)
class Signer:
    """A key that we sign with ourselves, also as one on a security key would (PROTOCOL.u2f)."""

    type: str
    private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    application: bytes = b""

    @classmethod
    def of(cls, type: str, random: Random) -> Signer:
        application = b"ssh:newsroom" if type.startswith("sk-") else b""
        if type in (P256, SK_P256):
            number = random.randrange(1, 2**255)
            return cls(type, ec.derive_private_key(number, ec.SECP256R1()), application)
        return cls(type, Ed25519PrivateKey.from_private_bytes(random.randbytes(32)), application)

    @property
    def key(self) -> PublicKey:
        public = self.private.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        else:
            point = public.public_bytes_raw()
        return PublicKey(self.type, point, self.application)

    def fields(self, text: bytes, seen: bytes = b"\x01\x00\x00\x00\x09") -> list[bytes]:
        """The fields of a signature: its type, what was made, and what a security key adds."""
        if self.application:
            text = sha256(self.application).digest() + seen + sha256(text).digest()
        if isinstance(self.private, Ed25519PrivateKey):
            made = self.private.sign(text)
        else:
            numbers = decode_dss_signature(self.private.sign(text, ec.ECDSA(SHA256())))
            made = strings(*map(number, numbers))
        return [self.type.encode(), made, *([seen] if self.application else [])]


def number(value: int) -> bytes:
    """A positive ``mpint`` (RFC 4251)."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


@dataclass(frozen=True)
class Parts:
    """What a signature file is made of, each to be made wrong."""

    key: bytes
    made: list[bytes]
    version: int = 1
    namespace: bytes = NAMESPACE.encode()
    reserved: bytes = b""
    hash: bytes = b"sha512"
    tail: bytes = b""
    sealed: bytes = b""
    magic: bytes = MAGIC
    lines: Callable[[bytes], bytes] = field(default=lambda data: data)

    @property
    def armoured(self) -> bytes:
        made = strings(*self.made[:2]) + b"".join(self.made[2:]) + self.sealed
        fields = strings(self.key, self.namespace, self.reserved, self.hash, made)
        data = self.magic + self.version.to_bytes(4, "big") + fields + self.tail
        return BEGIN + self.lines(b64encode(data)) + END + b"\n"


def _halves(made: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(made[:4], "big")
    return made[4 : 4 + size], made[8 + size :]


def _zeros(parts: Parts) -> Parts:
    """Put noughts before both numbers of ECDSA, which means the same."""
    r, s = _halves(parts.made[1])
    return replace(parts, made=[parts.made[0], strings(b"\0\0" + r, b"\0" + s), *parts.made[2:]])


def _negative(parts: Parts) -> Parts:
    """Leave out the nought without which a large number is a negative one."""
    r, s = _halves(parts.made[1])
    made = strings(r.lstrip(b"\0"), s.lstrip(b"\0"))
    return replace(parts, made=[parts.made[0], made, *parts.made[2:]])


def _last(parts: Parts, key: str) -> Parts:
    """Another last byte of the key, or of what was made."""
    if key == "key":
        return replace(parts, key=parts.key[:-1] + bytes([parts.key[-1] ^ 1]))
    made = parts.made[1]
    return replace(parts, made=[parts.made[0], made[:-1] + bytes([made[-1] ^ 1]), *parts.made[2:]])


def _other_bits(encoded: bytes) -> bytes:
    """Set bits of the last letter that no byte is made of."""
    bare = encoded.rstrip(b"=")
    if len(bare) == len(encoded):
        return encoded
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = letters.index(bare[-1:])
    return bare[:-1] + letters[at | 1 : (at | 1) + 1] + encoded[len(bare) :]


STRUCTURE: dict[str, Callable[[Parts], Parts]] = {
    "good": lambda parts: parts,
    "version 0": lambda parts: replace(parts, version=0),
    "version 2": lambda parts: replace(parts, version=2),
    "magic": lambda parts: replace(parts, magic=b"SSHSIg"),
    "reserved": lambda parts: replace(parts, reserved=b"x"),
    "namespace with NUL": lambda parts: replace(parts, namespace=parts.namespace + b"\0"),
    "namespace with NULs": lambda parts: replace(parts, namespace=parts.namespace + b"\0\0"),
    "no namespace": lambda parts: replace(parts, namespace=b""),
    "hash with NUL": lambda parts: replace(parts, hash=b"sha512\0"),
    "other hash": lambda parts: replace(parts, hash=b"sha256"),
    "unknown hash": lambda parts: replace(parts, hash=b"sha1"),
    "more at the end": lambda parts: replace(parts, tail=b"\0"),
    "more in the signature": lambda parts: replace(parts, sealed=b"\0"),
    "type with NUL": lambda parts: replace(parts, made=[parts.made[0] + b"\0", *parts.made[1:]]),
    "other type": lambda parts: replace(parts, made=[b"ssh-rsa", *parts.made[1:]]),
    "short": lambda parts: replace(
        parts, made=[parts.made[0], parts.made[1][:-1], *parts.made[2:]]
    ),
    "long": lambda parts: replace(
        parts, made=[parts.made[0], parts.made[1] + b"\0", *parts.made[2:]]
    ),
    "flags": lambda parts: replace(
        parts, made=[*parts.made[:2], *(b"\x05" + each[1:] for each in parts.made[2:])]
    ),
    "without flags": lambda parts: replace(parts, made=parts.made[:2]),
    "key cut off": lambda parts: replace(parts, key=parts.key[:-1]),
    "key longer": lambda parts: replace(parts, key=parts.key + b"\0"),
    "key otherwise": lambda parts: _last(parts, "key"),
    "made otherwise": lambda parts: _last(parts, "made"),
    "noughts": _zeros,
    "negative": _negative,
    "bits": lambda parts: replace(parts, lines=_other_bits),
    "NUL in between": lambda parts: replace(parts, lines=lambda data: data + b"\0!"),
}


def in_lines(random: Random, armoured: bytes) -> tuple[str, bytes]:
    """Make something else of the lines of a signature, by bytes."""
    lines = armoured.split(b"\n")
    middle = random.randrange(1, max(2, len(lines) - 2))
    kinds: dict[str, Callable[[], bytes]] = {
        "good": lambda: armoured,
        "byte": lambda: _with_byte(random, armoured),
        "cut off": lambda: armoured[: random.randrange(len(armoured))],
        "CRLF": lambda: armoured.replace(b"\n", b"\r\n"),
        "CR": lambda: armoured.replace(b"\n", b"\r"),
        "before": lambda: random.choice([b"\n", b" ", b"hello\n", b"\xef\xbb\xbf"]) + armoured,
        "behind": lambda: armoured + random.choice([b"\n", b"hello", b"\n\nhello\n", BEGIN]),
        "spaces": lambda: armoured.replace(b"\n", b" \n"),
        "one line": lambda: b"\n".join((lines[0], b"".join(lines[1:-2]), *lines[-2:])),
        "a letter less": lambda: b"\n".join(
            (*lines[:middle], lines[middle][:-1], *lines[middle + 1 :])
        ),
        "no end": lambda: armoured.replace(b"-----END", b"----END"),
        "something between": lambda: b"\n".join(
            (*lines[:middle], random.choice([b"=", b"====", b"!", b"AA==", b"\0"]), *lines[middle:])
        ),
        "indented": lambda: armoured.replace(b"\n", b"\n "),
        "empty lines": lambda: armoured.replace(b"\n", b"\n\n"),
        "tabs": lambda: armoured.replace(b"\n", b"\t\n\v"),
        "twice": lambda: armoured + armoured,
    }
    kind = random.choice(list(kinds))
    return kind, kinds[kind]()


def _with_byte(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(tmp_path_factory.mktemp("judge"))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Two keys of each type that ``ssh-keygen`` makes, besides those on security keys."""
    folder, found = tmp_path_factory.mktemp("keys"), dict[str, list[Path]]()
    for kind in ("ed25519", "ecdsa"):
        for name in ("one", "two"):
            make_key(folder / f"{kind}-{name}", kind)
            found.setdefault(kind, []).append(folder / f"{kind}-{name}")
    return found


def signed_by_ssh(key: Path, message: bytes, hash: str) -> bytes:
    file = key.with_name("message")
    file.write_bytes(message)
    command = ["ssh-keygen", "-Y", "sign", "-n", NAMESPACE, "-O", f"hashalg={hash}", "-f", key]
    Path(f"{file}.sig").unlink(missing_ok=True)
    subprocess.run([*map(str, command), str(file)], check=True, capture_output=True)
    return Path(f"{file}.sig").read_bytes()


def line_of(key: Path) -> str:
    return key.with_suffix(".pub").read_text("utf-8").strip()


@pytest.mark.parametrize("seed", first(25, range(250)))
def test_signatures_of_ssh_keygen(seed: int, judge: Judge, keys: dict[str, list[Path]]) -> None:
    random = Random(seed)
    mine, other = random.sample(random.choice(list(keys.values())), 2)
    message = random.randbytes(random.randrange(300))
    made = signed_by_ssh(mine, message, random.choice(["sha256", "sha512"]))
    kind, armoured = in_lines(random, made)
    line, namespace = line_of(mine), NAMESPACE
    what = random.choice(["as it is"] * 5 + ["message", "namespace", "key"])
    if what == "message":
        message += b"x"
    elif what == "namespace":
        namespace = random.choice(["file", f"{NAMESPACE}x", NAMESPACE[:-1]])
    elif what == "key":
        line = line_of(other)
    theirs = judge.accepts(message, armoured, namespace, line)
    assert accepted(message, armoured, namespace, line) == theirs, (kind, what)
    if kind == "good" and what == "as it is":
        assert theirs


@pytest.mark.parametrize("seed", first(30, range(250)))
def test_signatures_of_every_type_with_each_part_made_wrong(seed: int, judge: Judge) -> None:
    random = Random(seed)
    signer = Signer.of(random.choice(KEY_TYPES), random)
    message = random.randbytes(random.randrange(300))
    parts = Parts(signer.key.blob, signer.fields(signed_bytes(message, NAMESPACE)))
    kind = list(STRUCTURE)[seed % len(STRUCTURE)]
    if kind in ("noughts", "negative") and signer.key.is_ed25519:
        kind = "good"
    armoured = STRUCTURE[kind](parts).armoured
    theirs = judge.accepts(message, armoured, NAMESPACE, signer.key.line)
    assert accepted(message, armoured, NAMESPACE, signer.key.line) == theirs, kind
    if kind in ("good", "version 0", "noughts", "hash with NUL"):
        assert theirs


@pytest.mark.parametrize("seed", first(6, range(40)))
def test_a_key_holds_from_its_first_day_to_its_last(seed: int, judge: Judge) -> None:
    random = Random(seed)
    signer = Signer.of(KEY_TYPES[seed % len(KEY_TYPES)], random)
    parts = Parts(signer.key.blob, signer.fields(signed_bytes(b"Words", NAMESPACE)))
    since = TODAY + timedelta(days=random.randrange(-2, 2))
    until = TODAY + timedelta(days=random.randrange(-2, 2))
    key = SigningKey(signer.key.line, since, max(since, until))
    assert key.until
    after = key.until + timedelta(days=1)
    options = f'valid-after="{since:%Y%m%d}",valid-before="{after:%Y%m%d}"'
    theirs = judge.accepts(b"Words", parts.armoured, NAMESPACE, key.line, options)
    assert key.holds_on(TODAY) == theirs


@pytest.mark.parametrize("kind", [["rsa"], ["dsa"], ["ecdsa", "-b", "384"], ["ecdsa", "-b", "521"]])
def test_keys_of_other_types_are_refused_by_name(kind: list[str], tmp_path: Path) -> None:
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-N", "", "-f", str(key), "-t"]
    subprocess.run([*command, *kind], check=True, capture_output=True)
    with pytest.raises(SignatureError, match="and no public key: one begins with ssh-ed25519, "):
        read_key(line_of(key))
    with pytest.raises(SignatureError, match="is of a key of the type '"):
        read_signature(signed_by_ssh(key, b"Words", "sha512"))


def test_of_a_signature_of_ed25519_only_one_form_is_good(judge: Judge) -> None:
    signer = Signer.of("ssh-ed25519", Random(1))
    fields = signer.fields(signed_bytes(b"Words", NAMESPACE))
    parts = Parts(signer.key.blob, fields)
    assert accepted(b"Words", parts.armoured, NAMESPACE, signer.key.line)
    s = int.from_bytes(fields[1][32:], "little") + ORDER
    parts = replace(parts, made=[fields[0], fields[1][:32] + s.to_bytes(32, "little")])
    assert judge.accepts(b"Words", parts.armoured, NAMESPACE, signer.key.line)
    assert not accepted(b"Words", parts.armoured, NAMESPACE, signer.key.line)


def test_points_that_are_none_are_refused(judge: Judge) -> None:
    signer = Signer.of(P256, Random(2))
    fields = signer.fields(signed_bytes(b"Words", NAMESPACE))
    point = signer.key.point
    compressed = bytes([2 + point[-1] % 2]) + point[1:33]
    for other in (compressed, b"\0", point[:-1], b"\4" + bytes(64), point[:-1] + b"\0"):
        key = PublicKey(P256, other)
        parts = Parts(key.blob, fields)
        line = f"{P256} {b64encode(key.blob).decode()}"
        assert not judge.accepts(b"Words", parts.armoured, NAMESPACE, line)
        with pytest.raises(SignatureError):
            read_signature(parts.armoured).check(b"Words", NAMESPACE)


def test_fingerprints_are_those_of_openssh(keys: dict[str, list[Path]]) -> None:
    for key in (each for two in keys.values() for each in two):
        said = subprocess.run(
            ["ssh-keygen", "-l", "-f", str(key)], capture_output=True, text=True, check=True
        ).stdout
        assert said.split()[1] == read_key(line_of(key)).fingerprint


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "is '' and no public key"),
        ("ssh-ed25519", "is cut off"),
        ("ssh-ed25519 AAAA!", "its second word is not Base64"),
        ("ecdsa-sha2-nistp256 {}", "it says ecdsa-sha2-nistp256 and holds ssh-ed25519"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "is a private key"),
    ],
)
def test_a_wrong_line_is_named(line: str, said: str) -> None:
    key = Signer.of("ssh-ed25519", Random(3)).key
    assert read_key(f"{key.line} ada@desk and more") == key
    assert b64decode(key.line.split()[1]) == key.blob
    with pytest.raises(SignatureError, match=said):
        read_key(line.format(key.line.split()[1]))
