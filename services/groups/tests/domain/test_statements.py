"""Statements verified offline, with public keys and nothing else."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from groups.domain.markings import Standing, standing
from groups.domain.statements import TYP, Draft, claims_of, verify_marking
from shared.auth.keyfiles import public_jwk
from shared.auth.tokens import sign
from shared.ids import new_id

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LIFE = timedelta(days=100)
KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
DRAFT = Draft(new_id(), "group", new_id(), "ward_panel", "E05009336", "police", new_id())
JWKS = {
    "keys": [
        public_jwk("one", KEY.public_key()) | {"organisation": str(DRAFT.organisation_id)},
        public_jwk("two", OTHER.public_key()) | {"organisation": str(new_id())},
    ]
}
STATEMENT = sign(KEY, "one", TYP, claims_of(DRAFT), issued=NOW, life=LIFE)


def test_a_genuine_statement_says_what_was_signed() -> None:
    genuine = verify_marking(STATEMENT, JWKS, NOW)
    assert genuine is not None
    assert genuine.draft == DRAFT
    assert (genuine.issued_at, genuine.expires_at, genuine.is_expired) == (NOW, NOW + LIFE, False)


def test_an_expired_statement_is_still_genuine() -> None:
    genuine = verify_marking(STATEMENT, JWKS, NOW + LIFE)
    assert genuine is not None
    assert genuine.is_expired


def test_another_organisations_key_proves_nothing() -> None:
    forged = sign(OTHER, "two", TYP, claims_of(DRAFT), issued=NOW, life=LIFE)
    assert verify_marking(forged, JWKS, NOW) is None


def _changed(part: int, **values: object) -> str:
    parts = STATEMENT.split(".")
    content = json.loads(urlsafe_b64decode(parts[part] + "=="))
    parts[part] = urlsafe_b64encode(json.dumps(content | values).encode()).rstrip(b"=").decode()
    return ".".join(parts)


WRONG = [
    "",
    "a.b",
    "a.b.c",
    "a.b.c.d",
    STATEMENT[:-4],
    STATEMENT + "=",
    "x" * 10_000,
    "é.é.é",
    _changed(1, area="E05009317"),
    _changed(1, authority="ourwatch"),
    _changed(0, kid="two"),
    _changed(0, kid="none"),
    _changed(0, kid=["one"]),
    _changed(0, alg="none"),
    _changed(0, typ="at+jwt"),
    _changed(0, jwk={}),
    sign(KEY, "one", "ow-pass+jwt", claims_of(DRAFT), issued=NOW, life=LIFE),
    sign(KEY, "one", TYP, {}, issued=NOW, life=LIFE),
    sign(KEY, "one", TYP, claims_of(DRAFT) | {"marking": "no id"}, issued=NOW, life=LIFE),
    sign(OTHER, "one", TYP, claims_of(DRAFT), issued=NOW, life=LIFE),
]


@pytest.mark.parametrize("statement", WRONG, ids=range(len(WRONG)))
def test_everything_else_is_not_genuine(statement: str) -> None:
    assert verify_marking(statement, JWKS, NOW) is None


def test_a_marking_counts_for_thirty_days_after_its_end_unless_withdrawn() -> None:
    end = NOW
    assert standing(end, is_withdrawn=False, now=end + timedelta(days=29)) is Standing.CURRENT
    assert standing(end, is_withdrawn=False, now=end + timedelta(days=30)) is Standing.EXPIRED
    assert standing(end, is_withdrawn=True, now=end - timedelta(days=1)) is Standing.WITHDRAWN
