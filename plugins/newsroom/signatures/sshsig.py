"""SSH signatures (OpenSSH ``PROTOCOL.sshsig``), checked without OpenSSH.

Of keys there are Ed25519 and ECDSA on P-256, and both on a security key (``PROTOCOL.u2f``). What
is accepted here, ``ssh-keygen -Y verify`` accepts; and the other way round, but for a second form
of each Ed25519 signature that RFC 8032 (5.1.7) refuses.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

BEGIN, END = b"-----BEGIN SSH SIGNATURE-----\n", b"\n-----END SSH SIGNATURE-----"
MAGIC, VERSION = b"SSHSIG", 1
ED25519, P256 = "ssh-ed25519", "ecdsa-sha2-nistp256"
SK_ED25519, SK_P256 = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"
KEY_TYPES = (ED25519, P256, SK_ED25519, SK_P256)
NO_LIBRARY = "cannot be checked here: pip install 'pelican-newsroom[sign]'"
_CURVE = "nistp256"
_POINT_SIZES = {True: 32, False: 65}  # of Ed25519 or not; in bytes, not compressed
_HASHES = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_WHITE_SPACE = b" \t\n\v\f\r"


class SignatureError(ValueError):
    """No signature or key, or a wrong one; the message completes ``statement.md.ada.sig …``."""


class _Reader:
    """Reads the fields of SSH's binary form (RFC 4251, section 5)."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
        found, self._rest = self._rest[:size], self._rest[size:]
        if len(found) < size:
            raise SignatureError("is cut off")
        return found

    def number(self) -> int:
        """Return a ``uint32``."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """Return a ``string``."""
        return self.take(self.number())

    def text(self) -> str:
        """Return a ``string`` of ASCII; OpenSSH lets it end in a NUL."""
        try:
            return self.string().removesuffix(b"\0").decode("ascii")
        except UnicodeDecodeError:
            raise SignatureError("names something that is not ASCII") from None

    def end(self) -> None:
        """Raise SignatureError unless all has been read."""
        if self._rest:
            raise SignatureError("has more after its end")


@dataclass(frozen=True)
class PublicKey:
    """A public key: its type, its point, and the ``application`` of one on a security key."""

    type: str
    point: bytes
    application: bytes = b""

    @property
    def is_ed25519(self) -> bool:
        """Whether it is of Ed25519, and not of P-256."""
        return self.type in (ED25519, SK_ED25519)

    @property
    def is_hardware(self) -> bool:
        """Whether it is on a security key."""
        return self.type in (SK_ED25519, SK_P256)

    @property
    def blob(self) -> bytes:
        """The key in SSH's binary form."""
        fields = [self.type.encode(), self.point]
        fields[1:1] = [] if self.is_ed25519 else [_CURVE.encode()]
        return _strings(*fields, *([self.application] if self.is_hardware else []))

    @property
    def line(self) -> str:
        """The key as a ``.pub`` file has it, without a comment."""
        return f"{self.type} {b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """The fingerprint as OpenSSH writes it."""
        digest = b64encode(hashlib.sha256(self.blob).digest()).decode()
        return f"SHA256:{digest.rstrip('=')}"


@dataclass(frozen=True)
class Signature:
    """A signature as it was read: who made it, for what, and over which hash."""

    key: PublicKey
    namespace: str
    hash: str
    blob: bytes

    def check(self, message: bytes, namespace: str) -> None:
        """Raise SignatureError unless this is the key's signature of the message."""
        try:
            from cryptography.exceptions import InvalidSignature
        except ImportError:
            raise SignatureError(NO_LIBRARY) from None
        if self.namespace != namespace:
            raise SignatureError(f"is for {self.namespace!r}, not for {namespace!r}")
        digest = _HASHES[self.hash](message).digest()
        fields = (self.namespace.encode(), b"", self.hash.encode(), digest)
        try:
            _check(self.key, self.blob, MAGIC + _strings(*fields))
        except SignatureError:
            raise
        except (InvalidSignature, ValueError):
            raise SignatureError("is not of this text") from None


def read_key(line: str) -> PublicKey:
    """Read ``ssh-ed25519 AAAA…``, as in a ``.pub`` file. Raises SignatureError."""
    type, encoded, *_ = (*line.split(), "", "")
    if "PRIVATE KEY" in line:
        raise SignatureError("is a private key, which stays with its owner: give the .pub file")
    if type not in KEY_TYPES:
        raise SignatureError(f"is {type[:40]!r} and no public key: {_wanted()}")
    try:
        key = _key(b64decode(encoded, validate=True))
    except binascii.Error:
        raise SignatureError("is no public key: its second word is not Base64") from None
    if key.type != type:
        raise SignatureError(f"is no public key: it says {type} and holds {key.type}")
    return key


def read_signature(armoured: bytes) -> Signature:
    """Read a signature as ``ssh-keygen -Y sign`` writes it. Raises SignatureError."""
    begins, ends = armoured.startswith(BEGIN), armoured.find(END)
    if not begins or ends < 0:
        raise SignatureError("is no SSH signature")
    body = armoured[len(BEGIN) : ends].translate(None, _WHITE_SPACE)
    try:
        data = b64decode(body, validate=True)
    except binascii.Error:
        data = b""
    if b64encode(data) != body:
        raise SignatureError("is damaged: it is no Base64")
    fields = _Reader(data)
    if fields.take(len(MAGIC)) != MAGIC or fields.number() > VERSION:
        raise SignatureError("is of a kind that is not known")
    key, namespace = _key(fields.string()), fields.text()
    fields.string()  # reserved
    hash, blob = fields.text(), fields.string()
    fields.end()
    if not namespace or hash not in _HASHES:
        raise SignatureError("says no namespace, or another hash than SHA-256 and SHA-512")
    return Signature(key, namespace, hash, blob)


def _strings(*fields: bytes) -> bytes:
    return b"".join(len(each).to_bytes(4, "big") + each for each in fields)


def _wanted() -> str:
    return f"one begins with {', '.join(KEY_TYPES[:-1])} or {KEY_TYPES[-1]}"


def _key(blob: bytes) -> PublicKey:
    fields = _Reader(blob)
    type = fields.text()
    if type not in KEY_TYPES:
        raise SignatureError(f"is of a key of the type {type!r}: {_wanted()}")
    is_ed25519 = type in (ED25519, SK_ED25519)
    if not is_ed25519 and fields.text() != _CURVE:
        raise SignatureError("is of a key on another curve")
    point = fields.string()
    application = fields.string() if type in (SK_ED25519, SK_P256) else b""
    fields.end()
    if len(point) != _POINT_SIZES[is_ed25519] or not (is_ed25519 or point[0] == 4):
        raise SignatureError("is of a key that is damaged")
    return PublicKey(type, point, application)


def _check(key: PublicKey, blob: bytes, signed: bytes) -> None:
    """Hold a signature against a key. Raises SignatureError, InvalidSignature or ValueError."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    fields = _Reader(blob)
    if fields.text() != key.type:
        raise SignatureError("is of another type than its key")
    made = fields.string()
    if key.is_hardware:
        seen = fields.take(5)  # flags and a counter
        signed = hashlib.sha256(key.application).digest() + seen + hashlib.sha256(signed).digest()
    fields.end()
    if key.is_ed25519:
        Ed25519PublicKey.from_public_bytes(key.point).verify(made, signed)
        return
    numbers = _Reader(made)
    r, s = (int.from_bytes(numbers.string(), "big", signed=True) for _ in range(2))
    numbers.end()
    curve = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.point)
    curve.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
