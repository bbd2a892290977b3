"""The keys and certificates that close every port of the object store but the S3 one.

`python -m shared.servers.objectstore_secrets FOLDER` makes them, before a store in a container starts.
"""

import datetime as dt
import ipaddress
import os
import secrets
import ssl
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_YEARS = 10
_JWT_SECTIONS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
_GRPC_PARTS = (
    "volume",
    "master",
    "filer",
    "s3",
    "client",
    "msg_broker",
    "msg_agent",
    "admin",
    "worker",
    "mq",
)
_HTTPS_PARTS = ("master", "volume", "filer")


def write_security(folder: Path) -> None:
    """Writes `security.toml` with fresh keys and certificates into `folder`, once; all of them mode 0600.

    The signed tokens alone leave the master's port open, where one GET deletes a whole bucket. So its HTTP
    ports, like its gRPC ones, ask for a client certificate that nobody else holds.
    """
    target = folder / "security.toml"
    if target.exists():
        return
    _write_certificates(folder)
    identity = f'cert = "{folder}/store.crt"\nkey = "{folder}/store.key"\n'
    authority = f'ca = "{folder}/authority.crt"\n'
    sections = [f'[{name}]\nkey = "{secrets.token_hex(32)}"\n' for name in _JWT_SECTIONS]
    sections += [f"[grpc]\n{authority}"]
    sections += [f"[grpc.{part}]\n{identity}" for part in _GRPC_PARTS]
    sections += [f"[https.client]\nenabled = true\n{identity}{authority}"]
    sections += [f"[https.{part}]\n{identity}{authority}" for part in _HTTPS_PARTS]
    sections += ["[access]\nui = false\n", "[filer.expose_directory_metadata]\nenabled = false\n"]
    sections += [f'[s3.sse]\nkey = "{secrets.token_hex(32)}"\n']
    write_secret(target, "\n".join(sections).encode())


def client_context(folder: Path) -> ssl.SSLContext:
    """What opens the inner ports: for the one who started the store, to ask how it is."""
    context = ssl.create_default_context(cafile=folder / "authority.crt")
    context.load_cert_chain(folder / "store.crt", folder / "store.key")
    return context


def write_secret(path: Path, content: bytes) -> None:
    """Replaces `path` in one step by a file that only its owner reads."""
    draft = path.with_name(f"{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)


def _write_certificates(folder: Path) -> None:
    # The authority's key is never written: nobody can make a second certificate.
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("OurWatch store authority", authority_key.public_key(), authority_key, is_authority=True)
    key = ec.generate_private_key(ec.SECP256R1())
    store = _certificate("OurWatch store", key.public_key(), authority_key, is_authority=False)
    pem = serialization.Encoding.PEM
    write_secret(folder / "authority.crt", authority.public_bytes(pem))
    write_secret(folder / "store.crt", store.public_bytes(pem))
    write_secret(
        folder / "store.key",
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _certificate(
    name: str, key: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name("OurWatch store authority"))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_key_usage(is_authority=is_authority), critical=True)
    )
    if not is_authority:
        names: list[x509.GeneralName] = [
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.DNSName("localhost"),
        ]
        certificate = certificate.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return certificate.sign(signer, hashes.SHA256())


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


if __name__ == "__main__":
    write_security(Path(sys.argv[1]))
