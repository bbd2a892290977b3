"""Who may act for an organisation on the staff plane."""

from dataclasses import dataclass
from uuid import UUID

from shared.auth.principal import Principal
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NotYourRole, OrganisationCannotMark, OrganisationNotKnownYet
from groups.domain.markings import AUTHORITY_OF, Authority
from groups.domain.permissions import must_mark
from groups.storage.known import authority_of_organisation, is_ended


@dataclass(frozen=True, slots=True)
class Marker:
    """An organisation and the marking it gives."""

    organisation_id: UUID
    authority: Authority


async def must_be_in_service(session: AsyncSession, staff: Principal) -> None:
    """Police or coordinator, and not ended as far as groups knows; else NotYourRole, whatever the group (P18)."""
    must_mark(staff)
    if staff.organisation_id is None or await is_ended(session, staff):
        raise NotYourRole


async def marker_of(session: AsyncSession, staff: Principal) -> Marker:
    """For whom the staff member marks: role and organisation name the same authority, else OrganisationCannotMark."""
    await must_be_in_service(session, staff)
    assert staff.role is not None  # noqa: S101 - must_mark has looked
    assert staff.organisation_id is not None  # noqa: S101 - must_be_in_service has looked
    authority = AUTHORITY_OF[staff.role]
    is_known, given = await authority_of_organisation(session, staff.organisation_id)
    if not is_known:
        raise OrganisationNotKnownYet
    if given is not authority:
        raise OrganisationCannotMark
    return Marker(staff.organisation_id, authority)
