"""Jurisdiction passes: that a group, or a person in it, is in a staff member's areas, said for 30 seconds (P5)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.errors import BadToken, NoProof
from shared.auth.keyfiles import SigningKey, Trust
from shared.auth.passes import ISSUER, LIFE, TYP
from shared.auth.principal import Plane, Principal
from shared.auth.tokens import sign, verify


@dataclass(frozen=True, slots=True)
class JurisdictionPass:
    """That this staff member's areas hold this group now, and that this person belongs to it where one is named."""

    staff_id: UUID
    group_id: UUID
    person_id: UUID | None = None


def issue_jurisdiction_pass(key: SigningKey, audience: str, proof: JurisdictionPass, issued: datetime) -> str:
    """A pass of 30 s for one service."""
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "sub": str(proof.staff_id),
        "plane": Plane.STAFF.value,
        "group": str(proof.group_id),
        "person": str(proof.person_id) if proof.person_id else None,
    }
    return sign(key.private, key.kid, TYP, claims, issued=issued, life=LIFE)


def read_jurisdiction_pass(token: str, trust: Trust, *, audience: str, now: datetime) -> JurisdictionPass:
    """The pass that a token proves, else BadToken."""
    claims = verify(token, trust.keys_of(ISSUER), typ=TYP, issuer=ISSUER, audience=audience, now=now)
    try:
        if claims["plane"] != Plane.STAFF.value:
            raise BadToken("not a staff member's pass")
        return JurisdictionPass(
            staff_id=UUID(claims["sub"]),
            group_id=UUID(claims["group"]),
            person_id=UUID(claims["person"]) if claims["person"] is not None else None,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadToken("claims") from error


def check_jurisdiction(
    principal: Principal, proof: JurisdictionPass | None, group_id: UUID, person_id: UUID | None = None
) -> JurisdictionPass:
    """Staff plane, same account, this group, and exactly this person or none; else NoProof."""
    if not principal.is_staff or proof is None:
        raise NoProof
    if (proof.staff_id, proof.group_id, proof.person_id) != (principal.id, group_id, person_id):
        raise NoProof
    return proof
