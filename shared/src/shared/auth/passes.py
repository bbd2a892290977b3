"""Group passes: that you belong, said by groups for 30 seconds to members alone (P2, P18, P19)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.auth.errors import BadToken, NoProof
from shared.auth.keyfiles import SigningKey, Trust
from shared.auth.principal import Plane, Principal
from shared.auth.tokens import list_of_texts, sign, verify, whole_number

ISSUER = "groups"
TYP = "ow-pass+jwt"
LIFE = timedelta(seconds=30)
HEADER = "ow-pass"


class Right(StrEnum):
    """What a member may do in a group beyond reading what members may read."""

    OFFICER = "officer"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class GroupPass:
    """That a person is an active member of a group, with the office and rights held at that moment.

    `membership_version` is the version of the membership row: who sends on behalf of the group waits until its own
    copy has caught up with it.
    """

    person_id: UUID
    group_id: UUID
    office: str | None
    rights: frozenset[Right]
    membership_version: int

    @property
    def is_officer(self) -> bool:
        return Right.OFFICER in self.rights


def issue_group_pass(key: SigningKey, audience: str, proof: GroupPass, issued: datetime) -> str:
    """A pass of 30 s for one service. The caller has looked the membership up in this very transaction."""
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "sub": str(proof.person_id),
        "plane": Plane.MEMBER.value,
        "group": str(proof.group_id),
        "office": proof.office,
        "rights": sorted(proof.rights),
        "ver": proof.membership_version,
    }
    return sign(key.private, key.kid, TYP, claims, issued=issued, life=LIFE)


def read_group_pass(token: str, trust: Trust, *, audience: str, now: datetime) -> GroupPass:
    """The pass that a token proves, else BadToken."""
    claims = verify(token, trust.keys_of(ISSUER), typ=TYP, issuer=ISSUER, audience=audience, now=now)
    try:
        if claims["plane"] != Plane.MEMBER.value:
            raise BadToken("not a member's pass")
        return GroupPass(
            person_id=UUID(claims["sub"]),
            group_id=UUID(claims["group"]),
            office=_office(claims["office"]),
            rights=frozenset(Right(right) for right in list_of_texts(claims["rights"])),
            membership_version=whole_number(claims["ver"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadToken("claims") from error


def _office(claim: object) -> str | None:
    if claim is not None and not isinstance(claim, str):
        raise TypeError
    return claim


def check_pair(principal: Principal, proof: GroupPass | None, group_id: UUID) -> GroupPass:
    """The two proofs together (P19): member plane, same person, this group; else NoProof."""
    if not principal.is_member or proof is None:
        raise NoProof
    if proof.person_id != principal.id or proof.group_id != group_id:
        raise NoProof
    return proof
