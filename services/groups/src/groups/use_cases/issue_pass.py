"""Proof, for 30 seconds, that somebody belongs or has jurisdiction, read from groups' own rows each time (P18)."""

from datetime import datetime
from uuid import UUID

from shared.auth.jurisdiction import JurisdictionPass, issue_jurisdiction_pass
from shared.auth.keyfiles import SigningKey
from shared.auth.memberships import MembershipsPass, issue_memberships_pass
from shared.auth.passes import GroupPass, issue_group_pass
from shared.auth.principal import Assurance, Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchGroup
from groups.domain.permissions import MARKING_ROLES
from groups.storage.absences import see
from groups.storage.groups import Groups
from groups.storage.known import is_ended
from groups.storage.member_queries import is_shown_to_staff
from groups.storage.standings import groups_of, standing_of


async def issue_group_proof(
    uow: UnitOfWork, key: SigningKey, actor: Principal, group_id: UUID, audience: str, now: datetime
) -> str:
    """A group pass for an active member on the member plane; NoSuchGroup for everybody else (P2)."""
    async with uow:
        standing = await standing_of(uow.session, group_id, actor.id, now) if actor.is_member else None
        if standing is None or not standing.is_active:
            raise NoSuchGroup
        await see(uow.session, group_id, actor, standing, now)
        proof = GroupPass(actor.id, group_id, standing.office, standing.rights, standing.membership_version)
        return issue_group_pass(key, audience, proof, now)


async def issue_memberships_proof(
    uow: UnitOfWork, key: SigningKey, actor: Principal, audience: str, now: datetime
) -> str:
    """All groups of a member, possibly none; NoSuchGroup on every other plane."""
    async with uow:
        if not actor.is_member:
            raise NoSuchGroup
        proof = MembershipsPass(actor.id, await groups_of(uow.session, actor.id))
        return issue_memberships_pass(key, audience, proof, now)


async def issue_jurisdiction_proof(
    uow: UnitOfWork,
    key: SigningKey,
    staff: Principal,
    group_id: UUID,
    audience: str,
    now: datetime,
    *,
    person_id: UUID | None = None,
) -> str:
    """That the group lies in the assigned areas of police or coordinator (P5); NoSuchGroup for everybody else.

    Where a person is named: that staff see this person in it, else NoSuchGroup just the same (P14).
    Never for documents: staff have nothing to look for there (P2).
    """
    async with uow:
        if not staff.is_staff or staff.role not in MARKING_ROLES or audience == "documents":
            raise NoSuchGroup
        if staff.assurance is not Assurance.TWO_FACTORS:  # P30
            raise NoSuchGroup
        if await is_ended(uow.session, staff):
            raise NoSuchGroup
        await Groups(uow.session).for_staff(staff, group_id)
        if person_id is not None and not await is_shown_to_staff(uow.session, group_id, person_id):
            raise NoSuchGroup
        return issue_jurisdiction_pass(key, audience, JurisdictionPass(staff.id, group_id, person_id), now)
