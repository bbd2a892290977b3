"""Memberships passes: all the groups that a person belongs to now, said by groups for 30 seconds (P18)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.errors import BadToken, NoProof
from shared.auth.keyfiles import SigningKey, Trust
from shared.auth.passes import ISSUER, LIFE, TYP
from shared.auth.principal import Plane, Principal
from shared.auth.tokens import list_of_texts, sign, verify


@dataclass(frozen=True, slots=True)
class MembershipsPass:
    """The groups of which this person is an active member at this moment."""

    person_id: UUID
    group_ids: frozenset[UUID]


def issue_memberships_pass(key: SigningKey, audience: str, proof: MembershipsPass, issued: datetime) -> str:
    """A pass of 30 s for one service."""
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "sub": str(proof.person_id),
        "plane": Plane.MEMBER.value,
        "groups": sorted(str(group_id) for group_id in proof.group_ids),
    }
    return sign(key.private, key.kid, TYP, claims, issued=issued, life=LIFE)


def read_memberships_pass(token: str, trust: Trust, *, audience: str, now: datetime) -> MembershipsPass:
    """The pass that a token proves, else BadToken."""
    claims = verify(token, trust.keys_of(ISSUER), typ=TYP, issuer=ISSUER, audience=audience, now=now)
    try:
        if claims["plane"] != Plane.MEMBER.value:
            raise BadToken("not a member's pass")
        return MembershipsPass(
            person_id=UUID(claims["sub"]),
            group_ids=frozenset(UUID(group_id) for group_id in list_of_texts(claims["groups"])),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadToken("claims") from error


def check_memberships(principal: Principal, proof: MembershipsPass | None) -> MembershipsPass:
    """Member plane, same person; else NoProof."""
    if not principal.is_member or proof is None or proof.person_id != principal.id:
        raise NoProof
    return proof
