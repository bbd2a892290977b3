"""What routes ask for: who is asking, on which plane, with which proof.

Every dependency is `async`, here and in the services: FastAPI hands one that is not to a thread, at every request.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from shared.auth.errors import BadToken, NoProof, SecondFactorNeeded, WrongPlane
from shared.auth.jurisdiction import JurisdictionPass, check_jurisdiction, read_jurisdiction_pass
from shared.auth.keyfiles import Trust
from shared.auth.memberships import MembershipsPass, check_memberships, read_memberships_pass
from shared.auth.passes import GroupPass, check_pair, read_group_pass
from shared.auth.principal import Assurance, Principal
from shared.clock import now


async def signed_in(request: Request) -> Principal:
    """Whoever is signed in, on any plane; 401 else."""
    principal = request.state.principal
    if not isinstance(principal, Principal):
        raise HTTPException(401, headers={"www-authenticate": "Bearer"})
    return principal


async def member(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """A session of the member plane (P1)."""
    if not principal.is_member:
        raise WrongPlane
    return principal


async def staff_of_any_assurance(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """A session of the staff plane (P1), also of one factor: for stepping up, enrolling and signing out alone."""
    if not principal.is_staff:
        raise WrongPlane
    return principal


async def staff(principal: Annotated[Principal, Depends(staff_of_any_assurance)]) -> Principal:
    """A session of the staff plane with two factors (P1, P30)."""
    if principal.assurance is not Assurance.TWO_FACTORS:
        raise SecondFactorNeeded
    return principal


SignedIn = Annotated[Principal, Depends(signed_in)]
Member = Annotated[Principal, Depends(member)]
Staff = Annotated[Principal, Depends(staff)]
StaffOfAnyAssurance = Annotated[Principal, Depends(staff_of_any_assurance)]


def group_pass_for(audience: str) -> Callable[[Request, Principal, UUID], Awaitable[GroupPass]]:
    """A dependency that yields the group pass of the member who asks, for the `{group_id}` of the path (P19)."""

    async def belongs(request: Request, principal: Member, group_id: UUID) -> GroupPass:
        trust: Trust = request.app.state.trust
        try:
            proof = read_group_pass(request.state.proof or "", trust, audience=audience, now=now())
        except BadToken as error:
            raise NoProof from error
        return check_pair(principal, proof, group_id)

    return belongs


def jurisdiction_for(audience: str) -> Callable[[Request, Principal, UUID], Awaitable[JurisdictionPass]]:
    """A dependency that yields proof that the `{group_id}` of the path lies in the staff member's areas (P5)."""

    async def in_area(request: Request, principal: Staff, group_id: UUID) -> JurisdictionPass:
        return check_jurisdiction(principal, _jurisdiction_in(request, audience), group_id)

    return in_area


def jurisdiction_over_person_for(
    audience: str,
) -> Callable[[Request, Principal, UUID, UUID], Awaitable[JurisdictionPass]]:
    """The same for the `{person_id}` of the path, who belongs to the group (P5, P16)."""

    async def in_area(request: Request, principal: Staff, group_id: UUID, person_id: UUID) -> JurisdictionPass:
        return check_jurisdiction(principal, _jurisdiction_in(request, audience), group_id, person_id)

    return in_area


def _jurisdiction_in(request: Request, audience: str) -> JurisdictionPass:
    trust: Trust = request.app.state.trust
    try:
        return read_jurisdiction_pass(request.state.proof or "", trust, audience=audience, now=now())
    except BadToken as error:
        raise NoProof from error


def memberships_for(audience: str) -> Callable[[Request, Principal], Awaitable[MembershipsPass]]:
    """A dependency that yields all the groups that the member who asks belongs to now (P18)."""

    async def belongs(request: Request, principal: Member) -> MembershipsPass:
        trust: Trust = request.app.state.trust
        try:
            proof = read_memberships_pass(request.state.proof or "", trust, audience=audience, now=now())
        except BadToken as error:
            raise NoProof from error
        return check_memberships(principal, proof)

    return belongs
