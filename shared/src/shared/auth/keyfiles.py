"""Signing keys as files: a private one in its issuer's own folder, the public ones in a folder that all may read."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.auth.errors import BadToken
from shared.ids import timeless_id

_Stamp = tuple[int, int]  # when a file was last changed, in nanoseconds, and its inode: a change within one tick shows


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key and the `kid` under which its public half is published."""

    kid: str
    private: Ed25519PrivateKey


def make_signing_key(key_folder: Path, trust_folder: Path, issuer: str) -> None:
    """Makes `<key_folder>/<issuer>.jwk` (mode 0600) and `<trust_folder>/<issuer>.jwks` where they are missing.

    Safe to run again and by several at once: an existing key is kept, and the published set always follows it.
    """
    key_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    trust_folder.mkdir(parents=True, exist_ok=True)
    path = key_folder / f"{issuer}.jwk"
    try:
        write_new_file(path, json.dumps(new_signing_jwk(issuer)))
    except FileExistsError:
        pass
    publish_signing_keys(key_folder, trust_folder, issuer)


def new_signing_jwk(issuer: str) -> dict[str, str]:
    """A fresh private key of an issuer as it stands in its file."""
    private = Ed25519PrivateKey.generate()
    return {"kty": "OKP", "crv": "Ed25519", "kid": f"{issuer}-{timeless_id().hex[:12]}", "d": _b64(_raw(private))}


def publish_signing_keys(key_folder: Path, trust_folder: Path, issuer: str, *also: SigningKey) -> None:
    """Makes the published set follow the private keys: the one in use, the next where there is one, and `also`."""
    coming = load_next_key(key_folder, issuer)
    keys = [load_signing_key(key_folder, issuer), *([coming.key] if coming else []), *also]
    published = {"keys": [public_jwk(key.kid, key.private.public_key()) for key in keys]}
    _replace(trust_folder / f"{issuer}.jwks", json.dumps(published, indent=1))


def load_signing_key(key_folder: Path, issuer: str) -> SigningKey:
    """The private key of an issuer; FileNotFoundError where `make-keys` was not run."""
    return signing_key(json.loads((key_folder / f"{issuer}.jwk").read_text()))


@dataclass(frozen=True, slots=True)
class NextKey:
    """A signing key that is published already and signs from a moment on: by then every verifier has seen it."""

    key: SigningKey
    signs_from: datetime


def next_key_file(key_folder: Path, issuer: str) -> Path:
    """Where the next key lies while there is one."""
    return key_folder / f"{issuer}.next.jwk"


def load_next_key(key_folder: Path, issuer: str) -> NextKey | None:
    """The next key of an issuer, while the change to it is under way."""
    try:
        jwk = json.loads(next_key_file(key_folder, issuer).read_text())
    except FileNotFoundError:
        return None
    return NextKey(signing_key(jwk), datetime.fromisoformat(jwk["signs_from"]))


class SigningKeys:
    """An issuer's keys as its files have them now, so that a new one is signed with without a restart."""

    def __init__(self, key_folder: Path, issuer: str) -> None:
        """FileNotFoundError where `make-keys` was not run."""
        self._folder, self._issuer = key_folder, issuer
        self._files = (key_folder / f"{issuer}.jwk", next_key_file(key_folder, issuer))
        self._seen = self._stamps()
        self._load()

    def at(self, moment: datetime) -> SigningKey:
        """The key to sign with at a moment."""
        if (stamps := self._stamps()) != self._seen:
            self._load()
            self._seen = stamps
        return self._next.key if self._next is not None and moment >= self._next.signs_from else self._current

    def _load(self) -> None:
        # The next one first: where it takes the other's place meanwhile, it is read twice and never missed.
        self._next = load_next_key(self._folder, self._issuer)
        self._current = load_signing_key(self._folder, self._issuer)

    def _stamps(self) -> tuple[_Stamp | None, ...]:
        return tuple(_stamp(file) for file in self._files)


def make_secret_key(key_folder: Path, name: str) -> None:
    """Makes `<key_folder>/<name>.key`, 256 random bits in a file of mode 0600, where it is missing."""
    key_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_new_file(key_folder / f"{name}.key", _b64(os.urandom(32)))
    except FileExistsError:
        pass


def load_secret_key(key_folder: Path, name: str) -> bytes:
    """The 32 bytes of a key that `make_secret_key` made."""
    return _unb64((key_folder / f"{name}.key").read_text())


def public_jwk(kid: str, key: Ed25519PublicKey) -> dict[str, str]:
    """A public key as RFC 8037 section 2 writes it."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": _b64(raw)}


class Trust:
    """The published key sets of one trust folder.

    A set is read again when its file has changed, so a key that was added is known without a restart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sets: dict[str, tuple[_Stamp, dict[str, Ed25519PublicKey]]] = {}

    def keys_of(self, issuer: str) -> dict[str, Ed25519PublicKey]:
        """The public keys of an issuer by `kid`; BadToken where none are published."""
        path = self._folder / f"{issuer}.jwks"
        changed = _stamp(path)
        if changed is None:
            raise BadToken(f"no published keys of {issuer}")
        known = self._sets.get(issuer)
        if known is None or known[0] != changed:
            jwks = json.loads(path.read_text())["keys"]
            known = (changed, {k["kid"]: Ed25519PublicKey.from_public_bytes(_unb64(k["x"])) for k in jwks})
            self._sets[issuer] = known
        return known[1]


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def signing_key(jwk: Mapping[str, str]) -> SigningKey:
    """The key that a file's JSON Web Key holds."""
    return SigningKey(jwk["kid"], Ed25519PrivateKey.from_private_bytes(_unb64(jwk["d"])))


def write_new_file(path: Path, text: str) -> None:
    """A file of mode 0600, whole or absent; FileExistsError where somebody was first."""
    # Written beside it, then linked into place, which fails where there is one.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{timeless_id().hex[:8]}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{timeless_id().hex[:8]}")
    draft.write_text(text)
    draft.replace(path)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
