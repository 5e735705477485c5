"""Sign as ``ssh-keygen -Y sign`` does, with keys that are made of a name alone."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256, sha512
from textwrap import wrap

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from newsroom.signatures.sshsig import BEGIN, END, MAGIC, PublicKey

NAMESPACE = "newsroom@newsroom.copperline.example"


def strings(*fields: bytes) -> bytes:
    """Fields as SSH's ``string`` (RFC 4251, section 5)."""
    return b"".join(len(each).to_bytes(4, "big") + each for each in fields)


def private_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def public_key(name: str) -> PublicKey:
    return PublicKey("ssh-ed25519", private_key(name).public_key().public_bytes_raw())


def signed_bytes(text: bytes, namespace: str) -> bytes:
    """What a key signs for a text (``PROTOCOL.sshsig``)."""
    return MAGIC + strings(namespace.encode(), b"", b"sha512", sha512(text).digest())


def armoured(key: PublicKey, namespace: str, made: bytes) -> bytes:
    """A signature file, of the signature in SSH's binary form."""
    fields = strings(key.blob, namespace.encode(), b"", b"sha512", made)
    data = b64encode(MAGIC + (1).to_bytes(4, "big") + fields).decode()
    return BEGIN + "\n".join(wrap(data, 70)).encode() + END + b"\n"


def sign(text: bytes, name: str, namespace: str = NAMESPACE) -> bytes:
    """The signature file of a text, by the key of that name."""
    made = private_key(name).sign(signed_bytes(text, namespace))
    return armoured(public_key(name), namespace, strings(b"ssh-ed25519", made))
