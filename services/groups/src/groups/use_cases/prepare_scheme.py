"""A coordinator prepares a scheme for a resident to found, and founds nothing (P4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal, Role
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchWard, NotYourRole
from groups.domain.groups import Visibility
from groups.domain.links import make_secret
from groups.domain.prepared_schemes import OPEN_FOR, PreparedScheme
from groups.storage.areas import is_ward, is_within
from groups.storage.prepared_schemes import PreparedSchemes
from groups.use_cases.staff_acts import must_be_in_service


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared scheme with its take-over secret, which is shown this once."""

    scheme: PreparedScheme
    secret: str


async def prepare_scheme(
    uow: UnitOfWork,
    staff: Principal,
    *,
    name: str,
    purpose: str,
    visibility: Visibility,
    area: str,
    now: datetime,
) -> Prepared:
    """Good for 30 days and one resident. NotYourRole for all but coordinators; NoSuchWard, also for one elsewhere."""
    async with uow:
        organisation_id = await _organisation_of(uow.session, staff)
        if not await is_ward(uow.session, area) or not await is_within(uow.session, area, staff.areas):
            raise NoSuchWard
        scheme = PreparedScheme(new_id(), organisation_id, name, purpose, visibility, area, now, now + OPEN_FOR)
        prepared = Prepared(scheme, make_secret())
        await PreparedSchemes(uow.session).add(scheme, prepared.secret)
        return prepared


async def list_prepared_schemes(
    uow: UnitOfWork, staff: Principal, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[PreparedScheme]:
    """The organisation's own that are open (P5). Which of the others was founded, and by whom, nobody reads here."""
    async with uow:
        organisation_id = await _organisation_of(uow.session, staff)
        return await PreparedSchemes(uow.session).of_organisation(organisation_id, now, after=after, limit=limit)


async def revoke_prepared_scheme(uow: UnitOfWork, staff: Principal, scheme_id: UUID, now: datetime) -> None:
    """Its link opens nothing any more. NotYourRole, NoSuchPreparedScheme."""
    async with uow:
        organisation_id = await _organisation_of(uow.session, staff)
        await PreparedSchemes(uow.session).revoke(organisation_id, scheme_id, now)


async def _organisation_of(session: AsyncSession, staff: Principal) -> UUID:
    await must_be_in_service(session, staff)
    if staff.role is not Role.COORDINATOR or staff.organisation_id is None:
        raise NotYourRole
    return staff.organisation_id
