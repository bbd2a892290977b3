"""Wycheproof's JSON Web Signature vectors through our verifier, which takes EdDSA alone: none of them may pass."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from shared.auth.errors import BadToken
from shared.auth.tokens import verify
from shared.clock import now

Vector = dict[str, Any]  # a vector is JSON as it was published


@pytest.fixture(scope="module")
def vectors(shared_data: Path) -> list[Vector]:
    groups = json.loads((shared_data / "wycheproof" / "json_web_signature_test.json").read_text())["testGroups"]
    return [vector for group in groups for vector in group["tests"]]


def test_no_vector_passes_whatever_key_its_kid_names(vectors: list[Vector]) -> None:
    """Also those that are valid with the algorithm that they name themselves (RFC 8725 section 3.1)."""
    key = Ed25519PrivateKey.generate().public_key()
    for vector in vectors:
        keys = {kid: key for kid in {_header(vector["jws"]).get("kid"), "kid"} if isinstance(kid, str)}
        with pytest.raises(BadToken):
            verify(vector["jws"], keys, typ="at+jwt", issuer="identity", audience="ourwatch", now=now())
    assert len(vectors) == 401


def test_no_vector_passes_under_a_header_of_ours(vectors: list[Vector]) -> None:
    """Their payloads and signatures behind a header that is right in every field."""
    key = Ed25519PrivateKey.generate().public_key()
    header = base64.urlsafe_b64encode(b'{"alg":"EdDSA","kid":"ours","typ":"at+jwt"}').rstrip(b"=").decode()
    for vector in vectors:
        _, dot, rest = vector["jws"].partition(".")
        with pytest.raises(BadToken):
            verify(header + dot + rest, {"ours": key}, typ="at+jwt", issuer="identity", audience="ourwatch", now=now())


def _header(jws: str) -> dict[str, Any]:
    part = jws.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return header if isinstance(header, dict) else {}
