"""Sign as ``ssh-keygen -Y sign`` does, with keys that are made of a name alone."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256, sha512
from textwrap import wrap

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from newsroom.signatures.sshsig import BEGIN, ED25519, END, MAGIC, SK_ED25519, SK_P256, PublicKey

NAMESPACE = "newsroom@newsroom.copperline.example"


def strings(*fields: bytes) -> bytes:
    """Fields as SSH's ``string`` (RFC 4251, section 5)."""
    return b"".join(len(each).to_bytes(4, "big") + each for each in fields)


def private_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def private_point(name: str) -> EllipticCurvePrivateKey:
    return derive_private_key(int.from_bytes(sha256(name.encode()).digest()) >> 1, SECP256R1())


def public_key(name: str, kind: str = ED25519) -> PublicKey:
    """The key of a name, of one of ``KEY_TYPES``; one on a security key is for ``ssh:``."""
    if kind in (ED25519, SK_ED25519):
        point = private_key(name).public_key().public_bytes_raw()
    else:
        form = (Encoding.X962, PublicFormat.UncompressedPoint)
        point = private_point(name).public_key().public_bytes(*form)
    return PublicKey(kind, point, b"ssh:" if kind in (SK_ED25519, SK_P256) else b"")


def signed_bytes(text: bytes, namespace: str) -> bytes:
    """What a key signs for a text (``PROTOCOL.sshsig``)."""
    return MAGIC + strings(namespace.encode(), b"", b"sha512", sha512(text).digest())


def armoured(key: PublicKey, namespace: str, made: bytes) -> bytes:
    """A signature file, of the signature in SSH's binary form."""
    fields = strings(key.blob, namespace.encode(), b"", b"sha512", made)
    data = b64encode(MAGIC + (1).to_bytes(4, "big") + fields).decode()
    return BEGIN + "\n".join(wrap(data, 70)).encode() + END + b"\n"


def sign(text: bytes, name: str, namespace: str = NAMESPACE, kind: str = ED25519) -> bytes:
    """The signature file of a text, by the key of that name and kind."""
    key, signed = public_key(name, kind), signed_bytes(text, namespace)
    seen = b""
    if key.is_hardware:  # as a security key does (PROTOCOL.u2f): touched, the seventh time
        seen = b"\x01" + (7).to_bytes(4, "big")
        signed = sha256(key.application).digest() + seen + sha256(signed).digest()
    if key.is_ed25519:
        made = private_key(name).sign(signed)
    else:
        r, s = decode_dss_signature(private_point(name).sign(signed, ECDSA(SHA256())))
        made = strings(*map(positive, (r, s)))
    return armoured(key, namespace, strings(kind.encode(), made) + seen)


def positive(number: int) -> bytes:
    """A number as SSH's ``mpint``: its first bit is that of its sign."""
    return number.to_bytes(number.bit_length() // 8 + 1)
